"""The clock's wakes in a home folder: when each is due, and when it last was.

On AWS a rule of EventBridge counts the time. Here the folder remembers it, because a laptop is
often off when a night's work is due: what was missed is done once, at the next start.
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
        """Return what it is kept under."""
        return f"{self.function.name}-{self.seconds}"


def ticks_of(plan: Plan) -> tuple[Tick, ...]:
    """Return everything that the clock wakes."""
    return tuple(
        Tick(function, wake.seconds)
        for function in plan.functions
        for wake in of_kind(function, Schedule)
    )


def next_at(last: int, seconds: int, now: int) -> int:
    """Return when a wake is due that was last done at `last`, in epoch milliseconds.

    What was missed meanwhile is due now, once. A clock that was set back makes nobody wait longer
    than the schedule says.
    """
    return min(last, now) + seconds * 1000


class TickTimes:
    """When each wake was last done: a small file each, below the home folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def due_at(self, tick: Tick, now: int) -> int:
        """Return when the wake is due; a schedule that is new begins to count now."""
        last = self._last(tick)
        if last is None:
            self.note(tick, now)
            last = now
        return next_at(last, tick.seconds, now)

    def note(self, tick: Tick, at: int) -> None:
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
