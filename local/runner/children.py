"""The supervisor's child processes: start them, start them again when they die, stop them.

What they run is the supervisor's plan; how they end with it is `tether`.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0
_HEALTHY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Spec:
    """What to start: name, command, environment, inherited file descriptors."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    fds: tuple[int, ...] = ()


@dataclass
class ChildProcess:
    """One child that is kept alive until it is told to stop."""

    spec: Spec
    say: Callable[[str], None]
    pid: int | None = None
    restarts: int = 0
    _process: asyncio.subprocess.Process | None = None
    _keeper: asyncio.Task[None] | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Start it, and go on keeping it alive."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, seconds: float) -> None:
        """Ask it to end; after so many seconds end it."""
        self._stopping.set()
        if self._process is None or self._keeper is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._keeper), seconds)
        except TimeoutError:
            self.say(f"{self.spec.name} was still busy after {seconds:.0f} s and was ended")
            self._signal(signal.SIGKILL)
            await self._keeper

    def kill(self) -> None:
        """End it now, for good."""
        self._stopping.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def _spawn(self) -> None:
        self._process = await spawn(self.spec)
        self.pid = self._process.pid

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            assert self._process is not None
            started = time.monotonic()
            code = await self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _HEALTHY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            try:  # whoever stopped the child may be about to stop us too
                await asyncio.wait_for(self._stopping.wait(), pause)
            except TimeoutError:
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
            else:
                return
            self.say(f"{self.spec.name} {ended(code)}; it starts again")
            self.restarts += 1
            await self._spawn()


async def spawn(spec: Spec) -> asyncio.subprocess.Process:
    """Start a process that Ctrl-C in the terminal does not reach: it is told by us.

    SIGINT is blocked from before its first instruction; the mask survives the exec.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return await asyncio.create_subprocess_exec(
            *spec.command,
            env=dict(spec.environ),
            pass_fds=spec.fds,
            stdin=asyncio.subprocess.DEVNULL,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def ended(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
