"""The cheapest plan of fixed shifts that serves the same customers as well is searched here.

Every plan is looked at, the cheaper ones first. A plan that already has too many late customers is
given up at that moment, with all plans that begin like it. So the search leaves nothing out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from benchmarks.peak.line import Caller, Desk, Line

HOUR_MS = 3_600_000
HALF_HOURS = 48
"""The half-hours of a day."""
HALF_HOUR_MS = HOUR_MS // 2


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of one agent, in half-hours of the day."""

    begins: int
    ends: int

    @property
    def length(self) -> int:
        """Return its length in half-hours."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class Rules:
    """The shifts that a plan may have: their lengths, and where they begin and end.

    All are in half-hours. Shifts begin in steps of `step`.
    """

    lengths: tuple[int, ...]
    opens: int
    closes: int
    step: int = 2

    def beginning(self, half_hour: int) -> list[Shift]:
        """Return the shifts that may begin then, the longest first."""
        if half_hour < self.opens or (half_hour - self.opens) % self.step:
            return []
        ends = (half_hour + each for each in sorted(self.lengths, reverse=True))
        return [Shift(half_hour, end) for end in ends if end <= self.closes]


@dataclass(slots=True)
class Search:
    """A search, and how many plans or beginnings of plans were played."""

    callers: Sequence[Caller]
    desk: Desk
    rules: Rules
    most_late: int
    played: int = 0

    def cheapest(self) -> tuple[Shift, ...]:
        """Return a cheapest plan with no more late customers than that."""
        for budget in count():
            found = self._within(budget)
            if found is not None:
                return found
        raise AssertionError

    def _within(self, budget: int) -> tuple[Shift, ...] | None:
        """Return a plan of so many half-hours, or None if there is none."""
        if not _can_be(budget, self.rules.lengths):
            return None
        return self._on(Line(self.callers, self.desk), 0, budget, ())

    def _on(
        self, line: Line, half_hour: int, budget: int, shifts: tuple[Shift, ...]
    ) -> tuple[Shift, ...] | None:
        """Go on with a plan that stands until a half-hour, in every way there is."""
        if half_hour == HALF_HOURS:
            line.run(half_hour * HALF_HOUR_MS, 2 * 24 * HOUR_MS, 0)
            is_enough = line.late(2 * 24 * HOUR_MS) <= self.most_late
            return shifts if is_enough and budget == 0 else None
        if budget and half_hour > self.rules.closes:
            return None
        begin, end = half_hour * HALF_HOUR_MS, (half_hour + 1) * HALF_HOUR_MS
        for more in _choices(self.rules.beginning(half_hour), budget):
            agents = sum(each.ends > half_hour for each in shifts) + len(more)
            after = line.copy()
            after.run(begin, end, agents)
            self.played += 1
            if after.late(end) > self.most_late:
                continue
            left = budget - sum(each.length for each in more)
            found = self._on(after, half_hour + 1, left, (*shifts, *more))
            if found is not None:
                return found
        return None


def around_the_clock(callers: Sequence[Caller], desk: Desk, most_late: int) -> int:
    """Return the fewest agents who, all day and night, have no more late customers than that."""
    for agents in count(1):
        line = Line(callers, desk)
        line.run(0, 2 * 24 * HOUR_MS, agents)
        if line.late(2 * 24 * HOUR_MS) <= most_late:
            return agents
    raise AssertionError


def _choices(shifts: Sequence[Shift], budget: int) -> Iterator[tuple[Shift, ...]]:
    """Yield every number of each of the shifts that the budget pays, nobody first."""
    if not shifts:
        yield ()
        return
    first, *rest = shifts
    for number in range(budget // first.length + 1):
        for others in _choices(rest, budget - number * first.length):
            yield (first,) * number + others


def _can_be(budget: int, lengths: Sequence[int]) -> bool:
    """Return whether shifts of these lengths can have so many half-hours together."""
    reached = {0}
    for total in range(1, budget + 1):
        if any(total - each in reached for each in lengths):
            reached.add(total)
    return budget in reached
