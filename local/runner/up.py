"""`surgeline up` runs one instance in the foreground, from its lock to its last child's end."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import click
from surgeline.errors import Unavailable

from local.engine import upkeep
from local.engine.errors import Damaged, Newer
from local.engine.secrets import SqliteSecrets
from local.home import plan
from local.home.backup.pack import forget_unfinished
from local.home.stop_signals import hear_no_more
from local.runner import addresses
from local.runner.lock import Taken, lock, make_private
from local.runner.processes.supervisor import Settings, Simulator, Supervisor
from local.runner.welcome import StartSummary, welcome

LEXICAL = "lexical"
READY_SECONDS = 60.0
_CANNOT_START = 1
_WRONG_USE = 2
_UNREADABLE = 3
_BACKLOG = 1024


def run(
    port: int,
    home: Path,
    simulators: bool = True,
    quiet: bool = False,
    *,
    synchronous: str = "NORMAL",
    plan_name: str = plan.DEFAULT_NAME,
    tier: str = LEXICAL,
    embedder: str = "",
    tokens_a_month: int = 0,
    smtp_port: int | None = None,
    retention: str = "",
    behind_proxy: bool = False,
) -> int:
    """Run until Ctrl-C or SIGTERM, and return the exit code.

    The code is 0 after a stop. It is 1 if the instance could not start now, 2 if the folder or a
    port is taken, and 3 if a file is damaged or of a newer release. Only 1 may go away with another
    start.

    `tier` compares texts; `best` is the best one that can run here. Until its weights are here, the
    lexical tier answers. They are fetched beside the running instance. `synchronous` is SQLite's:
    NORMAL survives the death of every process, and FULL also survives a power cut. Mails are taken
    in at `smtp_port`, if there is one. `retention` says how long data is kept (ports.retention).
    `embedder` is a model whose vectors come on top of the tier, of `tokens_a_month` at most.
    Only `behind_proxy` are the headers believed that a proxy adds.
    """
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # there is nothing to stop yet
    ports = [addresses.pool_port(port), addresses.channel_port(port)] if simulators else []
    try:
        if make_private(home):
            say(f"the folder {home} was open to other users; it is closed to them now (0700).")
        lock_fd = lock(home, port)
        listening = _listen(port, "--port")
        smtp = None if smtp_port is None else _listen(smtp_port, "--smtp-port")
        for each in ports:
            _listen(each, "--port (the simulators take the two ports after it)").close()
    except Taken as taken:
        sys.stderr.write(f"surgeline: {taken}\n")
        return _WRONG_USE
    forget_unfinished(home)
    try:
        upkeep.check(home)
        upkeep.check_versions(home)
    except Unavailable as error:
        say(str(error))
        return _UNREADABLE if isinstance(error, Damaged | Newer) else _CANNOT_START
    wanted, tier = (LEXICAL, LEXICAL) if tier == LEXICAL else _tiers(tier)
    named = plan.named(plan_name)
    settings = Settings(
        home=home,
        port=port,
        plan=named if wanted == LEXICAL else plan.with_encoder(named),
        plan_name=plan_name,
        synchronous=synchronous,
        tier=tier,
        embedder=embedder,
        tokens_a_month=tokens_a_month,
        retention=retention,
        behind_proxy=behind_proxy,
    )
    supervisor = Supervisor(settings, lock_fd, listening, say)
    instance = _Instance(supervisor, wanted, smtp, simulators=simulators, quiet=quiet)
    return asyncio.run(instance.run())


def say(message: str) -> None:
    """Tell a person something that needs their attention."""
    with suppress(OSError):
        sys.stderr.write(f"surgeline: {message}\n")
        sys.stderr.flush()


def _tiers(choice: str) -> tuple[str, str]:
    """Return the tier that is wanted, and the one that can begin with the weights that are here."""
    from weights import fetch as weights  # noqa: PLC0415 - numpy, which the lexical tier does without

    wanted = weights.meant(choice)
    return wanted, wanted if weights.here(wanted) else LEXICAL


def _listen(port: int, option: str) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((addresses.HOST, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "no such port"
        raise Taken(f"port {port} cannot be used: {why}. Choose another with {option}.") from error
    return listening


class _Instance:
    """The order of things: start, welcome, wait, stop."""

    def __init__(
        self,
        supervisor: Supervisor,
        tier: str,
        smtp: socket.socket | None,
        *,
        simulators: bool,
        quiet: bool,
    ) -> None:
        self._supervisor = supervisor
        self._smtp = smtp
        self._settings = supervisor.settings
        self._tier = tier
        self._simulators = simulators
        self._quiet = quiet
        self._stop = asyncio.Event()

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._asked_to_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it
            loop.add_signal_handler(signal.SIGHUP, self._asked_to_stop)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        started = starting.done() and starting.result()
        if started:
            bettering = asyncio.create_task(self._take_the_wanted_tier())
            await stopping
            bettering.cancel()
            await asyncio.wait({bettering})
        starting.cancel()
        await self._supervisor.stop()
        upkeep.empty_logs(self._settings.home)
        hear_no_more()
        return 0 if started or self._stop.is_set() else _CANNOT_START

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._supervisor.kill()
            return
        self._stop.set()
        self._tell(
            "Surgeline finishes its current work and stops (press Ctrl-C again to stop at once)"
        )

    async def _start(self) -> bool:
        supervisor, settings = self._supervisor, self._settings
        if not self._quiet:
            click.echo(f"Surgeline starts on {addresses.url(settings.port)} ...")
        await supervisor.start_lanes()
        if settings.plan.provisioned and await supervisor.run_once(
            "provision", str(settings.port), settings.built_for
        ):
            say(f"the folder could not be prepared: read {settings.home}/logs/provision.log")
            return False
        await supervisor.start_front()
        if self._smtp is not None:
            await supervisor.start_mail_door(self._smtp)
        if self._simulators:
            await supervisor.start_simulators(self._counterparts())
        supervisor.start_watching_uploads()
        supervisor.start_the_clock()
        if not await supervisor.wait_until_ready(READY_SECONDS):
            say(f"not ready after {READY_SECONDS:.0f} s: read the files in {settings.home}/logs/")
            return False
        if not await supervisor.uploads_done():
            say(f"the sample knowledge is not built yet: read {settings.home}/logs/upload.log")
        summary = self._summary()
        if not self._quiet:
            click.echo(welcome(summary))
        return True

    async def _take_the_wanted_tier(self) -> None:
        """Fetch the weights of the wanted tier, and build all knowledge with it, if that is due."""
        wanted, current = self._tier, self._settings.tier
        if wanted == current:
            return
        self._tell(f"tier {current} answers while the weights of tier {wanted} are fetched, once")
        if await self._supervisor.run_once("weights", wanted):
            say(f"tier {current} goes on answering, and the next start tries {wanted} again")
        elif await self._supervisor.change_tier(wanted):
            self._tell(f"tier {wanted} answers from now on")
        else:
            say(f"not all is built with tier {wanted}: read {self._settings.home}/logs/upload.log")

    def _tell(self, message: str) -> None:
        if not self._quiet:
            say(message)

    def _counterparts(self) -> list[Simulator]:
        port = self._settings.port
        pool = ("pool", "simulate", "--pool", addresses.POOL, "--url", addresses.url(port))
        return [
            Simulator(
                "pool-simulator",
                (*pool, "--port", str(addresses.pool_port(port))),
                {"SURGELINE_POOL_SECRET": self._secret(f"pools/{addresses.POOL}")},
                addresses.pool_port(port),
            ),
            Simulator(
                "channel-simulator",
                ("channel", "simulate", "--port", str(addresses.channel_port(port))),
                {"SURGELINE_CHANNEL_SECRET": self._secret(f"channels/{addresses.CHANNEL}")},
                addresses.channel_port(port),
            ),
        ]

    def _summary(self) -> StartSummary:
        settings = self._settings
        smtp_port = self._smtp.getsockname()[1] if self._smtp else None
        return StartSummary(
            port=settings.port,
            home=settings.home,
            simulators=self._simulators,
            smtp_port=smtp_port,
            link=self._link(),
        )

    def _link(self) -> str:
        """Return the link for the first lead, whose file goes away with that."""
        file = self._settings.home / addresses.LINK_FILE
        try:
            link = file.read_text(encoding="ascii").strip()
            file.unlink()
        except OSError:
            return ""
        return link

    def _secret(self, name: str) -> str:
        return SqliteSecrets(self._settings.home / "secrets.sqlite").get(name) or ""
