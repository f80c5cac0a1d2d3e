"""The wakes of a home folder's clock are kept here: when each is due, and when it last was.

On AWS a rule of EventBridge counts the time. Here the folder remembers the time, because a laptop
is often off when a night's work is due. Missed work is done once, at the next start.
"""

from dataclasses import dataclass
from pathlib import Path

from infra.topology import Function, Schedule
from local.home.plan import Plan, of_kind


@dataclass(frozen=True, slots=True)
class Tick:
    """A function and one of its schedules."""

    function: Function
    seconds: int

    @property
    def name(self) -> str:
        """Return the name of the file that keeps the time."""
        return f"{self.function.name}-{self.seconds}"


def ticks_of(plan: Plan) -> tuple[Tick, ...]:
    """Return every function that the clock wakes, once for each of its schedules."""
    return tuple(
        Tick(function, wake.seconds)
        for function in (*plan.functions, *plan.own)
        for wake in of_kind(function, Schedule)
    )


def next_at(last: int, seconds: int, now: int) -> int:
    """Return when a wake that was last done at `last` is due, in epoch milliseconds.

    Missed wakes are due now, once. A clock that was set back makes nobody wait longer than the
    schedule says.
    """
    return min(last, now) + seconds * 1000


class TickTimes:
    """The times at which each wake was last done, in a small file each below the home folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def due_at(self, tick: Tick, now: int) -> int:
        """Return when the wake is due. A new schedule begins to count now."""
        last = self._last(tick)
        if last is None:
            self.remember(tick, now)
            last = now
        return next_at(last, tick.seconds, now)

    def remember(self, tick: Tick, at: int) -> None:
        """Remember that the wake was done at that time."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._folder / f"{tick.name}.new"
        beside.write_text(f"{at}\n", encoding="ascii")
        beside.replace(self._folder / tick.name)

    def _last(self, tick: Tick) -> int | None:
        try:
            return int((self._folder / tick.name).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None
