"""The times of people are compared here: at the desk, with conversations, and on shift."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Times = Sequence[tuple[int, int]]
"""Spans of epoch ms, each with its beginning and its end."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person was at the desk of a pool from `since` to `until`."""

    pool_id: str
    person: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A person said that they come from `since` to `until`."""

    person: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """The seats and the shifts of people, who have the names of agents."""

    seats: Sequence[Seat] = ()
    shifts: Sequence[Shift] = ()

    def within(self, since: int, until: int) -> list[Seat]:
        """Return the seats of some time of a span."""
        return [each for each in self.seats if each.since < until and since < each.until]

    def at_desk(self, pool_id: str, person: str) -> Times:
        """Return when the person was at the desk of the pool."""
        return [
            (each.since, each.until)
            for each in self.seats
            if each.pool_id == pool_id and is_same(each.person, person)
        ]

    def at_any_desk(self, person: str) -> Times:
        """Return when the person was at the desk of some pool."""
        return [(each.since, each.until) for each in self.seats if is_same(each.person, person)]

    def on_shift(self, person: str) -> Times:
        """Return when the person had said that they come."""
        return [(each.since, each.until) for each in self.shifts if is_same(each.person, person)]


def is_same(name: str, other: str) -> bool:
    """Return whether two names are of one person: a shift and a desk know names alone."""
    return name.strip().casefold() == other.strip().casefold()


def joined(times: Iterable[tuple[int, int]]) -> Times:
    """Return the times without overlaps, in order."""
    found: list[tuple[int, int]] = []
    for since, until in sorted(each for each in times if each[0] < each[1]):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def common(first: Iterable[tuple[int, int]], second: Iterable[tuple[int, int]]) -> Times:
    """Return the times that lie in both."""
    others = joined(second)
    pairs = ((one, other) for one in joined(first) for other in others)
    return [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one, other in pairs
        if max(one[0], other[0]) < min(one[1], other[1])
    ]


def length(times: Iterable[tuple[int, int]]) -> int:
    """Return how long the times are together (ms), each moment counted once."""
    return sum(until - since for since, until in joined(times))
