"""The price list of a moment says what each number of people would achieve, and what it costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil

from surgeline.domain.staffing.queue import Performance, Work, performance
from surgeline.domain.surge.advise import rounded
from surgeline.domain.surge.facts import Facts, Source


@dataclass(frozen=True, slots=True)
class Price:
    """So many `people` are brought in, from the cheapest pools.

    `service_level` is the share of customers who are joined in time, and `abandoned` the share who
    give up. The people cost `cost_per_hour`.
    """

    people: int
    service_level: float
    abandoned: float
    cost_per_hour: float


def price_list(facts: Facts, counted: float, wanted: float) -> tuple[Price, ...]:
    """Return what nobody, those who are counted on, those who are wanted, and one more achieve.

    The busiest interval within the reach of the pools is looked at. Those who wait come on top,
    over the time in which they shall be served. Where the pools bring fewer, the last is everybody.
    """
    reach = facts.now + round(1000 * max((s.start_up_seconds for s in facts.sources), default=0.0))
    within = [each for each in facts.ahead if each.at <= reach]
    if not within or not facts.sources:
        return ()
    peak = max(within, key=lambda each: each.rate(facts.live_factor))
    rate = max(0.0, peak.rate(facts.live_factor)) + facts.backlog / max(facts.clear_seconds, 1.0)
    people = list(_people(facts.sources))
    numbers = {0, ceil(counted - 1e-9), ceil(wanted - 1e-9), ceil(wanted - 1e-9) + 1}
    return tuple(
        _price(facts, rate, peak.on_shift, people[:number])
        for number in sorted({min(each, len(people)) for each in numbers if each >= 0})
    )


def _price(facts: Facts, rate: float, on_shift: float, people: Sequence[Source]) -> Price:
    found = _performance(
        rounded(rate),
        facts.handle_seconds,
        facts.patience_seconds,
        int(on_shift + sum(each.worth for each in people) + 1e-9),
        facts.goal.within_seconds,
    )
    return Price(
        people=len(people),
        service_level=round(found.service_level if found.is_stable else 0.0, 4),
        abandoned=round(found.abandoned, 4),
        cost_per_hour=round(sum(each.cost_per_hour for each in people), 2),
    )


def _people(sources: Sequence[Source]) -> Iterator[Source]:
    """Yield the pool of each person who could be there, the cheapest work first."""
    for source in sorted(sources, key=lambda each: (each.cost_per_hour / each.worth, each.id)):
        yield from [source] * (0 if source.is_out else source.maximum)


@cache
def _performance(
    rate: float,
    handle: tuple[float, ...],
    patience: float | None,
    agents: int,
    within: float,
) -> Performance:
    return performance(Work(rate, handle, patience), agents, within)
