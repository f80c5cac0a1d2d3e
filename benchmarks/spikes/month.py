"""A month of customers by topic is made here from a seed, with the spikes that are hidden in it.

Counts spread beyond chance (negative binomial, k = 10), and weekdays have a shape. One day has a
surge on all topics, and one topic gets another name in the middle of a morning.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

TOPICS = 40
SLOTS = 96
INTERVAL_MS = 900_000
SPREAD = 10.0
HISTORY_DAYS, DAYS = 14, 28
SPIKES_A_DAY = 4
TIMES, LEAST = 5, 12
"""Each interval of a spike has at least so many times the usual customers, and so many."""
WEEK = (1.25, 1.1, 1.0, 1.0, 0.95, 0.6, 0.5)
SURGE_DAY, SURGE_SLOTS, SURGE_TIMES = HISTORY_DAYS + 9, range(44, 54), 3.0
RENAME_DAY, RENAME_SLOT = HISTORY_DAYS + 15, 40


@dataclass(frozen=True, slots=True)
class Truth:
    """A spike that is really there, by its topic and its intervals from the month's begin."""

    topic: str
    first: int
    last: int


@dataclass(slots=True)
class Month:
    """The counts by day, topic and interval, and the spikes of the days after the history."""

    counts: list[dict[str, list[int]]] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)


def month(seed: int) -> Month:
    """Return the month of a seed."""
    chance = random.Random(seed)  # noqa: S311 # a made month, no secret
    made = Month()
    levels = {
        f"t{n:02d}": math.exp(chance.uniform(math.log(15), math.log(500))) for n in range(TOPICS)
    }
    for day in range(HISTORY_DAYS + DAYS):
        made.counts.append({topic: _day(chance, level, day) for topic, level in levels.items()})
    for day in range(HISTORY_DAYS, HISTORY_DAYS + DAYS):
        for _ in range(SPIKES_A_DAY):
            _spike(chance, made, levels, day)
    _rename(made)
    return made


GROWING, GROWS_FROM, GROWS_BY = 6, 29, 1.08
"""So many topics grow from that day on, each day by this factor, up to three times."""


def growing(seed: int) -> tuple[Month, tuple[str, ...]]:
    """Return a month without spikes in which some topics grow slowly, and their names."""
    chance = random.Random(seed)  # noqa: S311 # a made month, no secret
    made = Month()
    levels = {
        f"t{n:02d}": math.exp(chance.uniform(math.log(15), math.log(500))) for n in range(TOPICS)
    }
    grown = tuple(sorted(levels)[:: TOPICS // GROWING][:GROWING])
    for day in range(HISTORY_DAYS + DAYS):
        times = min(3.0, GROWS_BY ** max(0, day - GROWS_FROM + 1))
        made.counts.append(
            {
                topic: _day(chance, level * (times if topic in grown else 1.0), day)
                for topic, level in levels.items()
            }
        )
    return made, grown


def usual(level: float, day: int, slot: int) -> float:
    """Return the mean of a topic of this level in an interval, without surges and spikes."""
    hour = slot / 4
    shape = 0.08 + math.exp(-((hour - 10.5) ** 2) / 8) + 0.8 * math.exp(-((hour - 15.5) ** 2) / 10)
    return level * WEEK[day % 7] * shape / _SHAPES


_SHAPES = sum(
    0.08 + math.exp(-((s / 4 - 10.5) ** 2) / 8) + 0.8 * math.exp(-((s / 4 - 15.5) ** 2) / 10)
    for s in range(SLOTS)
)


def _day(chance: random.Random, level: float, day: int) -> list[int]:
    busier = math.exp(chance.gauss(0, 0.06))
    counts = []
    for slot in range(SLOTS):
        times = SURGE_TIMES if day == SURGE_DAY and slot in SURGE_SLOTS else 1.0
        counts.append(drawn(chance, usual(level, day, slot) * busier * times))
    return counts


def drawn(chance: random.Random, mean: float, spread: float = SPREAD) -> int:
    """Return a count of the negative binomial distribution."""
    rate = chance.gammavariate(spread, mean / spread) if mean > 0 else 0.0
    count, product, limit = 0, chance.random(), math.exp(-min(rate, 700.0))
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _spike(chance: random.Random, made: Month, levels: dict[str, float], day: int) -> None:
    """Put a spike of one to three hours into a day, where no other one of its topic is near."""
    topic = chance.choice(sorted(levels))
    first = chance.randrange(30, 78)
    last = min(first + chance.randrange(4, 13), SLOTS - 1)
    begin = day * SLOTS
    near = any(
        each.topic == topic and each.first - 12 <= begin + last and begin + first <= each.last + 12
        for each in made.truths
    )
    if near:
        return
    strength = chance.uniform(1.0, 2.0)
    for slot in range(first, last + 1):
        mean = usual(levels[topic], day, slot)
        least = math.ceil(max(TIMES * mean, LEAST))
        count = drawn(chance, strength * max(TIMES * mean, mean + LEAST))
        made.counts[day][topic][slot] = max(least, count)
    made.truths.append(Truth(topic, begin + first, begin + last))


def _rename(made: Month) -> None:
    """Give the busiest topic another name, in the middle of a morning and for good."""
    total = {topic: sum(sum(day[topic]) for day in made.counts) for topic in made.counts[0]}
    old = max(total, key=lambda topic: total[topic])
    new = f"{old}-renamed"
    at = RENAME_DAY * SLOTS + RENAME_SLOT
    for day, counts in enumerate(made.counts):
        cut = max(0, min(SLOTS, at - day * SLOTS))
        whole = counts[old]
        counts[old] = [*whole[:cut], *[0] * (SLOTS - cut)]
        counts[new] = [*[0] * cut, *whole[cut:]]
    made.truths = list(_renamed(made.truths, old, new, at))


def _renamed(truths: list[Truth], old: str, new: str, at: int) -> Iterator[Truth]:
    """Yield the spikes under the names that they have. One over the change has both in turn."""
    for each in truths:
        if each.topic != old or each.last < at:
            yield each
        elif each.first >= at:
            yield Truth(new, each.first, each.last)
        else:
            yield Truth(old, each.first, at - 1)
