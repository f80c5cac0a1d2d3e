"""A plan has the agents of each interval of a day, from the contacts that are expected in it.

A contact that begins at the end of an interval is still handled in the next one. So the load
follows the arrivals by about one handle time: the peak of work comes after the peak of arrivals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

from surgeline.domain.staffing.need import Goal, Need, need
from surgeline.domain.staffing.queue import Work
from surgeline.domain.staffing.shrinkage import Shrinkage


@dataclass(frozen=True, slots=True)
class Expected:
    """The contacts that are expected in an interval, in the middle and at the upper end."""

    contacts: float
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An interval of the plan: the need, the rostered, and both for the upper end if it is known.

    `booked` agents come from elsewhere, because the own ones are too few.
    """

    need: Need
    rostered: int
    upper: Need | None
    upper_rostered: int | None
    booked: int


def plan(
    expected: Sequence[Expected],
    interval_seconds: float,
    work: Work,
    goal: Goal,
    shrinkage: Shrinkage,
    *,
    own: int | None = None,
    more: Sequence[int] | None = None,
) -> list[Planned]:
    """Return the plan of intervals in a row. `work` says how long contacts take.

    `own` people are rostered all the time, where it is known. So many `more` come in each interval
    by their own word, so that nobody is away of them. Raises ValueError.
    """
    middle = [each.contacts for each in expected]
    upper = [each.contacts if each.upper is None else each.upper for each in expected]
    has_upper = any(each.upper is not None for each in expected)
    needs = _needs(middle, interval_seconds, work, goal)
    uppers = _needs(upper, interval_seconds, work, goal) if has_upper else [None] * len(needs)
    there = None if own is None and more is None else shrinkage.on_seat(own or 0)
    beside = [0] * len(needs) if more is None else more
    return [
        Planned(
            need=each,
            rostered=shrinkage.rostered(each.agents),
            upper=most,
            upper_rostered=None if most is None else shrinkage.rostered(most.agents),
            booked=0 if there is None else max(0, each.agents - there - others),
        )
        for each, most, others in zip(needs, uppers, beside, strict=True)
    ]


def _needs(
    contacts: Sequence[float], interval_seconds: float, work: Work, goal: Goal
) -> list[Need]:
    rates = [each / interval_seconds for each in contacts]
    found: dict[float, Need] = {}
    for rate in (busiest := lagged(rates, interval_seconds, work.handle_seconds[-1])):
        if rate not in found:
            found[rate] = need(replace(work, per_second=rate), goal)
    return [found[rate] for rate in busiest]


def lagged(rates: Sequence[float], interval_seconds: float, handle_seconds: float) -> list[float]:
    """Return the rate whose load each interval has: at its end, or on average where load falls.

    The load moves towards each interval's own by the share 1 - exp(-t / handle time). Before the
    first interval it is that of the first. Where load falls, those who leave end their contacts.
    """
    stays = exp(-interval_seconds / handle_seconds)
    average = (1 - stays) * handle_seconds / interval_seconds
    found, begins = [], rates[0] if rates else 0.0
    for rate in rates:
        ends = rate + (begins - rate) * stays
        found.append(ends if rate >= begins else rate + (begins - rate) * average)
        begins = ends
    return found
