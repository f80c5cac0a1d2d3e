"""The shipped days' lines are taken from their files here: who asks for a person, and who is there.

A day is played as a first day: nothing was learned before it. Pools that bring people only when
they are asked are left out, and so is a pool while it fails.
"""

from itertools import pairwise
from typing import Final

from benchmarks.waits.day import Scene
from local.rehearsal.day import SHIPPED, Day, People, minutes, read_day

LEFT_OUT: Final = frozenset({"hundredfold-day"})
"""It is the ordinary day with a hundred times the customers and people. Nobody waits on it."""


def scenes() -> tuple[Scene, ...]:
    """Return the line of each shipped day."""
    return tuple(scene_of(name, read_day(name)) for name in SHIPPED if name not in LEFT_OUT)


def scene_of(name: str, day: Day) -> Scene:
    """Return the line of a day: those who ask for a person, and the seats that are there."""
    asks = day.customers.asks_for_person
    hours = [
        (
            minutes(each.begin) * 60.0,
            asks * each.contacts * 60 / (minutes(each.end) - minutes(each.begin)),
        )
        for each in day.arrivals
    ]
    last = max(minutes(each.end) for each in day.arrivals) * 60.0
    return Scene(
        name,
        max(rate for _, rate in hours),
        _handle_seconds(day),
        day.customers.patience_seconds,
        _seats(day),
        spread=day.pools[0].variation,
        hours=tuple(hours),
        lasts=last,
    )


def _handle_seconds(day: Day) -> float:
    """Return the mean handle time of busy people, each pool counting as it has people."""
    there = [(each.most, each.handle_seconds[-1]) for each in day.pools if each.shifts]
    return sum(people * seconds for people, seconds in there) / sum(people for people, _ in there)


def _seats(day: Day) -> tuple[tuple[float, int], ...]:
    """Return the conversations that may go on at once, from each second at which that changes."""
    spans = [span for pool in day.pools for some in (pool.shifts, pool.faults) for span in some]
    at = sorted({0, *(minutes(each) for span in spans for each in (span.begin, span.end))})
    steps = [(minute * 60.0, sum(_of(pool, minute) for pool in day.pools)) for minute in at]
    changed = [now for before, now in pairwise(steps) if now[1] != before[1]]
    return (steps[0], *changed)


def _of(pool: People, minute: int) -> int:
    fails = any(each.has(minute) for each in pool.faults)
    return 0 if fails else pool.on_shift(minute) * len(pool.handle_seconds)
