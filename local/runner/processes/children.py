"""The supervisor's child processes: start them, start them again when they die, stop them.

What they run is the supervisor's plan; how they end with it is `tether`.
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
    """A process that runs, or has run; asyncio's own are such."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""

    def send_signal(self, signal: int) -> None:
        """Signal it."""

    async def wait(self) -> int:
        """Until it ends; its exit code, negative for a signal."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to start: a module's main with arguments, its environment, the descriptors it gets."""

    name: str
    module: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    fds: tuple[int, ...] = ()


Starter = Callable[[Spec], Awaitable[Running]]


@dataclass
class ChildProcess:
    """One child that is kept alive until it is told to stop."""

    spec: Spec
    starter: Starter
    say: Callable[[str], None]
    _process: Running | None = None
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
    """Start a new interpreter, which imports nothing from the folder that the user stands in (-P).

    Ctrl-C in the terminal does not reach it: SIGINT is blocked from before its first instruction,
    because the mask survives the exec. It is told by us.
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
    """How a process ended, in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
