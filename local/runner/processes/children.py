"""The supervisor's child processes are started here, restarted when they die, and stopped.

The supervisor's plan says what they run. `tether` ends them together with the supervisor.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0
_HEALTHY_SECONDS = 30.0


class Running(Protocol):
    """A process that runs, or has run. asyncio's own processes are such."""

    @property
    def pid(self) -> int:
        """Return the number of the process."""

    @property
    def returncode(self) -> int | None:
        """Return how the process ended, or None while it runs."""

    def send_signal(self, signal: int) -> None:
        """Send a signal to the process."""

    async def wait(self) -> int:
        """Wait for the end, and return the exit code, which is negative for a signal."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The start of a process: a module's main with arguments, its environment, its descriptors."""

    name: str
    module: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    fds: tuple[int, ...] = ()


Starter = Callable[[Spec], Awaitable[Running]]


@dataclass
class ChildProcess:
    """A child that is kept alive until somebody stops it."""

    spec: Spec
    starter: Starter
    say: Callable[[str], None]
    _process: Running | None = None
    _keeper: asyncio.Task[None] | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Start the child, and keep it alive from now on."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, seconds: float) -> None:
        """Ask the child to end, and end it after so many seconds."""
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
        """End the child now, for good."""
        self._stopping.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def _spawn(self) -> None:
        self._process = await self.starter(self.spec)

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
            await self._spawn()


async def spawn(spec: Spec) -> asyncio.subprocess.Process:
    """Start a new interpreter, which imports nothing from the user's current folder (-P).

    Ctrl-C in the terminal does not reach the child. SIGINT is blocked from before its first
    instruction, because the mask survives the exec. The supervisor tells the child when to stop.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", spec.module, *spec.arguments),
            env=dict(spec.environ),
            pass_fds=spec.fds,
            stdin=asyncio.subprocess.DEVNULL,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def ended(code: int) -> str:
    """Return how a process ended, in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
