"""The supervisor starts every process of a plan, keeps them alive, and stops them in order.

The supervisor handles no message and no request. It decides, as data, what each process is given:
the command, the environment and the inherited descriptors. The environment has the variables of the
topology and of the runner.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra import topology
from infra.topology import Function, Messages
from local.home import doorbell, names
from local.home.clock import SystemClock
from local.home.environment import settings_of
from local.home.plan import UPLOADS_QUEUE, Plan, of_kind
from local.home.queues import open_queue
from local.home.schedules import Tick, TickTimes, ticks_of
from local.runner.processes.children import ChildProcess, Spec, Starter, ended, spawn
from local.runner.processes.clockwork import Clockwork
from local.runner.processes.forks import Forks

STOP_SECONDS = 10.0
_KEPT_FROM_OUTSIDE = ("SURGELINE_DEBUG", "SURGELINE_LOG_LEVEL")
_FOR_AN_ACCOUNT = (
    *("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
)
"""The variables of AWS that only functions get which ask a model there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one instance."""

    home: Path
    port: int
    plan: Plan
    plan_name: str
    synchronous: str = "NORMAL"
    tier: str = "lexical"
    embedder: str = ""
    tokens_a_month: int = 0
    retention: str = ""
    behind_proxy: bool = False

    @property
    def built_for(self) -> str:
        """Return the tier of the indexes that are built."""
        return "managed" if self.embedder else self.tier


@dataclass(frozen=True, slots=True)
class Simulator:
    """A simulated counterpart in a process of its own: a `surgeline` command, and its secret."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    port: int


class Pipes:
    """Every pipe between the processes.

    The supervisor keeps both ends, so that none ever breaks.
    """

    def __init__(self, plan: Plan) -> None:
        self.bells = {queue.name: doorbell.Doorbell() for queue in plan.all_queues}
        self.ready_fd, self.say_ready_fd = os.pipe()
        self.pushes_fd, self.push_fd = os.pipe()
        self.lifeline_fd, self._life_fd = os.pipe()
        for fd in (self.ready_fd, self.pushes_fd, self.push_fd):
            os.set_blocking(fd, False)

    @property
    def for_all(self) -> dict[str, int]:
        """Return what every process of ours gets: names of variables and descriptors."""
        fds = {names.doorbell_fd(queue): bell.ring_fd for queue, bell in self.bells.items()}
        return fds | {
            names.READY_FD: self.say_ready_fd,
            names.PUSHES_FD: self.push_fd,
            names.LIFELINE_FD: self.lifeline_fd,
        }


@dataclass
class Supervisor:
    """A running instance."""

    settings: Settings
    lock_fd: int
    listening: socket.socket
    say: Callable[[str], None]
    pipes: Pipes = field(init=False)
    children: dict[str, ChildProcess] = field(default_factory=dict)
    _ports: list[int] = field(default_factory=list)
    _ready: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _builder: asyncio.Task[None] | None = None
    _wakes: list[asyncio.Task[None]] = field(default_factory=list)
    _starter: Starter = spawn
    _forks: Forks | None = None
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.pipes = Pipes(self.settings.plan)
        self._logs = self.settings.home.absolute() / "logs"
        self._uploads = open_queue(
            self.settings.home, self._queue(UPLOADS_QUEUE), clock=SystemClock()
        )

    # ------------------------------------------------------------ starting

    async def start_lanes(self) -> None:
        """Start the workers of every queue."""
        if self.settings.plan.forked:
            self._forks = Forks(self._nursery())
            self._starter = self._forks.start
        asyncio.get_running_loop().add_reader(self.pipes.ready_fd, self._hear_ready)
        for function in self.settings.plan.consumers:
            for number in range(self.settings.plan.lanes.get(function.name, 1)):
                await self._start(self._lane(function, number), self._starter)

    async def start_front(self) -> None:
        """Start the front process, which listens."""
        await self._start(self._front(), self._starter)

    async def start_mail_door(self, listening: socket.socket) -> None:
        """Start the process that takes mails in, at a port that is open already."""
        fds = {names.LISTEN_FD: listening.fileno()}
        await self._start(self._spec("mail-door", "local.runner.mail_door", (), (), fds), spawn)

    async def start_simulators(self, simulators: Sequence[Simulator]) -> None:
        """Start the simulators.

        The only thing they learn of our state is the place of their log.
        """
        for each in simulators:
            environ = _outside() | dict(each.environ)
            environ[names.LIFELINE_FD] = str(self.pipes.lifeline_fd)
            environ[names.LOGS] = str(self._logs)
            arguments = (each.name, *each.arguments)
            fds = (self.pipes.lifeline_fd,)
            spec = Spec(each.name, "cli.tethered", arguments, environ, fds)
            await self._start(spec, self._starter)
            self._ports.append(each.port)

    async def run_once(
        self, module: str, *arguments: str, functions: Sequence[Function] = ()
    ) -> int:
        """Run a module below `local.runner` to its end, and return its exit code.

        Whoever no longer waits for it ends it.
        """
        process = await self._starter(
            self._spec(module.rpartition(".")[2], f"local.runner.{module}", arguments, functions)
        )
        try:
            return await process.wait()
        except asyncio.CancelledError:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await process.wait()
            raise

    async def wait_until_ready(self, seconds: float) -> bool:
        """Wait until every child has said that it is ready.

        Return False where that takes too long.
        """
        try:
            async with asyncio.timeout(seconds):
                while not self._ready.issuperset(self._own):
                    self._changed.clear()
                    await self._changed.wait()
                for port in self._ports:
                    await _reachable(port)
        except TimeoutError:
            return False
        return True

    @property
    def _own(self) -> list[str]:
        """Return the processes that report when they are ready: all but the simulators."""
        return [name for name, child in self.children.items() if self.lock_fd in child.spec.fds]

    # ------------------------------------------------------------ uploads

    def start_watching_uploads(self) -> None:
        """Start the process of each upload from now on."""
        bell = self.pipes.bells[UPLOADS_QUEUE]
        asyncio.get_running_loop().add_reader(bell.listen_fd, self._hear_upload)
        self._look_at_uploads()

    async def uploads_done(self) -> bool:
        """Wait for the due uploads, and return whether all are done.

        A failed upload is due later.
        """
        while self._builder is not None:
            await asyncio.wait({self._builder})
        return self._uploads.next_visible_at() is None

    def _hear_upload(self) -> None:
        os.read(self.pipes.bells[UPLOADS_QUEUE].listen_fd, 4096)
        self._look_at_uploads()

    def _look_at_uploads(self) -> None:
        if self._stopping or self._builder is not None:
            return
        due = self._uploads.next_visible_at()
        if due is None:
            return
        wait = max(0.0, due / 1000 - time.time())
        if wait:
            asyncio.get_running_loop().call_later(wait + 0.01, self._look_at_uploads)
        else:
            self._builder = asyncio.create_task(self._build())

    async def _build(self) -> None:
        code = await self.run_once("lanes.upload", functions=self.settings.plan.builders)
        if code and not self._stopping:
            self.say(f"the process for uploads {ended(code)}")
            await asyncio.sleep(1.0)
        self._builder = None
        self._look_at_uploads()  # before the end, so that whoever waits sees the next task

    async def change_tier(self, tier: str) -> bool:
        """Build with another tier from now on, and build again all that answers.

        Return whether all of it is built.
        """
        self.settings = replace(self.settings, tier=tier)
        if await self.run_once("provision", str(self.settings.port), self.settings.built_for):
            return False
        self._look_at_uploads()
        return await self.uploads_done()

    # ------------------------------------------------------------ schedules

    def start_the_clock(self) -> None:
        """Start the process of a schedule's function whenever the schedule is due, from now on."""
        times = TickTimes(self.settings.home / "schedules")
        clockwork = Clockwork(times, SystemClock(), self._run_tick, self.say)
        for tick in ticks_of(self.settings.plan):
            self._wakes.append(asyncio.create_task(clockwork.keep(tick)))

    async def _run_tick(self, tick: Tick, due: int) -> bool:
        arguments = (tick.function.name, str(tick.seconds), str(due))
        return await self.run_once("lanes.schedule", *arguments, functions=[tick.function]) == 0

    # ------------------------------------------------------------ stopping

    async def stop(self) -> None:
        """Receive nothing more, let every process finish the work in its hands, and end them."""
        self._stopping = True
        for wake in self._wakes:
            wake.cancel()
        own = [self.children[name] for name in self._own]
        await asyncio.gather(*(child.stop(STOP_SECONDS) for child in own))
        others = [child for child in self.children.values() if child not in own]
        await asyncio.gather(*(child.stop(STOP_SECONDS) for child in others))
        if self._forks is not None:
            await self._forks.close()

    def kill(self) -> None:
        """End everything now."""
        for child in self.children.values():
            child.kill()

    # ------------------------------------------------------------ what each process is given

    async def _start(self, spec: Spec, starter: Starter) -> None:
        child = ChildProcess(spec, starter, self.say)
        self.children[spec.name] = child
        await child.start()

    def _lane(self, function: Function, number: int) -> Spec:
        wake = of_kind(function, Messages)[0]
        listen = {names.LISTEN_FD: self.pipes.bells[wake.queue].listen_fd}
        name, arguments = f"{function.name}-{number}", (function.name, str(number))
        return self._spec(name, "local.runner.lanes.lane", arguments, [function], listen)

    def _front(self) -> Spec:
        fds = {
            names.LISTEN_FD: self.listening.fileno(),
            names.PUSHES_READ_FD: self.pipes.pushes_fd,
        }
        return self._spec("front", "local.runner.front.front", (), self.settings.plan.web, fds)

    def _nursery(self) -> Spec:
        """Return the nursery's start.

        The nursery gets every descriptor that any of its children needs.
        """
        bells = [bell.listen_fd for bell in self.pipes.bells.values()]
        fds = [self.listening.fileno(), self.pipes.pushes_fd, *bells]
        spec = self._spec("nursery", "local.runner.processes.nursery", (), ())
        return replace(spec, fds=(*spec.fds, *fds))

    def _spec(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        functions: Sequence[Function],
        fds: Mapping[str, int] | None = None,
    ) -> Spec:
        inherited = self.pipes.for_all | dict(fds or {})
        environ = _outside() | {
            "SURGELINE_BACKEND": "local.home.backend",
            names.HOME: str(self.settings.home.absolute()),
            names.PLAN: self.settings.plan_name,
            names.SYNCHRONOUS: self.settings.synchronous,
            "SURGELINE_RETENTION": self.settings.retention,
            names.BEHIND_PROXY: "yes" if self.settings.behind_proxy else "",
            **_QUIET_LIBRARIES,
            **{variable: str(fd) for variable, fd in inherited.items()},
        }
        if self.settings.embedder and any(each.encodes for each in functions):
            environ |= {name: os.environ[name] for name in _FOR_AN_ACCOUNT if name in os.environ}
        for function in functions:
            environ |= settings_of(
                function,
                self.settings.plan.queues,
                tier=self.settings.tier,
                embedder=self.settings.embedder,
                tokens_a_month=self.settings.tokens_a_month,
            )
        return Spec(name, module, arguments, environ, (*inherited.values(), self.lock_fd))

    def _queue(self, name: str) -> topology.Queue:
        return next(queue for queue in self.settings.plan.all_queues if queue.name == name)

    def _hear_ready(self) -> None:
        self._ready.update(os.read(self.pipes.ready_fd, 4096).decode().split())
        self._changed.set()


# A lane has one thread a process, because idle threads of a library would spin beside it.
_QUIET_LIBRARIES = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "POWERTOOLS_TRACE_DISABLED": "true",
}


async def _reachable(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _outside() -> dict[str, str]:
    """Return our own environment without the variables of AWS and of another home."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "SURGELINE_")) or name in _KEPT_FROM_OUTSIDE
    }
