"""The clock of a running instance starts the process of each schedule when that is due.

As Lambda does, the clock tries a failure again after one and after two minutes. Then it awaits the
next wake. The time is noted when the work is done, so that a wake is repeated after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from surgeline.application.ports.clock import Clock

from local.home.schedules import Tick, TickTimes

RETRY_SECONDS = (60.0, 120.0)
LONGEST_SLEEP_SECONDS = 60.0
"""A machine that slept notices within a minute which wakes became due meanwhile."""
_PUNCTUAL_MILLISECONDS = 60_000
"""A wake that is later than this was missed, so it is told the time of now."""

Run = Callable[[Tick, int], Awaitable[bool]]
"""A call that runs the function of a wake with its time, and returns whether the work was done."""
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Clockwork:
    """A task that wakes the functions of a plan's schedules for as long as it lives."""

    times: TickTimes
    clock: Clock
    run: Run
    say: Callable[[str], None]
    sleep: Sleep = asyncio.sleep

    async def keep(self, tick: Tick) -> None:
        """Wake the function of one schedule again and again."""
        while True:
            await self.once(tick)

    async def once(self, tick: Tick) -> None:
        """Wait until the schedule is due, then wake its function."""
        now = self.clock.now()
        due = self.times.due_at(tick, now)
        while due > now:
            await self.sleep(min((due - now) / 1000, LONGEST_SLEEP_SECONDS))
            now = self.clock.now()
            due = self.times.due_at(tick, now)
        at = due if now - due < _PUNCTUAL_MILLISECONDS else now
        await self._wake(tick, at)
        self.times.remember(tick, at)

    async def _wake(self, tick: Tick, at: int) -> None:
        for pause in RETRY_SECONDS:
            if await self.run(tick, at):
                return
            await self.sleep(pause)
        if not await self.run(tick, at):
            self.say(f"{tick.function.name} failed three times on its schedule: read its log")
