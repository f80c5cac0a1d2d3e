"""The numbers that the shipped rules of alerts look at are read here, from this moment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surgeline.application.pools.scores import Days
from surgeline.application.ports.condition import Backlog
from surgeline.application.reports.live_state import LiveState
from surgeline.application.reports.pool_stands import Stand
from surgeline.application.watch.lapses import Lapsed
from surgeline.domain.alerts.book import Reading
from surgeline.domain.alerts.rules import AlertRule
from surgeline.domain.texts import Value, Words

WEEK_MS = 7 * 86_400_000
OPEN = ("open", "full")
"""The states in which a pool takes people, now or as soon as a seat is free."""
FEW = 5
"""So few first replies, offers or answers of customers say nothing of an hour."""
WEEK_DAYS = 7
FEW_IN_A_WEEK = 20
"""With fewer answers of a pool's customers a week says nothing of the pool."""


def readings_of_pools(live: LiveState) -> Iterator[Reading]:
    """Yield what is read of the people who wait and of the pools."""
    yield Reading("oldest_waiting", live.longest_wait_seconds)
    yield Reading("queue_length", live.waiting)
    is_open = any(each.state in OPEN for each in live.real_pools)
    yield Reading("nobody_open", 0 if is_open else live.waiting)
    for each in live.real_pools:
        yield Reading("endpoint_resting", each.state == "resting", each.pool_id)
        yield Reading("pool_disabled", each.state == "disabled", each.pool_id)
        yield Reading("promise_at_risk", each.ending, each.pool_id)
        yield Reading("waiting_for_closed", _waits_outside(each), each.pool_id)
        yield from _cap(each)


def _waits_outside(pool: Stand) -> int:
    return 0 if pool.state in (*OPEN, "resting") else pool.waiting


def _cap(pool: Stand) -> Iterator[Reading]:
    if pool.daily_limit:
        yield Reading("cap_near", pool.used_today / pool.daily_limit, pool.pool_id)


def readings_of_hour(live: LiveState) -> Iterator[Reading]:
    """Yield what the last hour says of replies, offers and help, if it has enough of them."""
    hour: Mapping[str, Any] = live.last_hour
    first = hour.get("first_reply_seconds", {})
    yield Reading("first_reply", (first.get("p95") or 0) if first.get("count", 0) >= FEW else 0)
    helped = hour.get("helped", {})
    told = helped.get("of", 0)
    yield Reading("not_helped", 1 - helped["count"] / told if told >= FEW else 0)
    for pool, found in hour.get("offers", {}).items():
        of = sum(found.values())
        if of >= FEW:
            yield Reading("not_accepted", 1 - found["accepted"] / of, pool)
            yield Reading("timed_out", found["timed_out"] / of, pool)


def readings_of_answers(days: Days) -> Iterator[Reading]:
    """Yield which share of each pool's customers said that it did not help, of a week's answers.

    The days are the newest seven that were counted.
    """
    told, against = Counter[str](), Counter[str]()
    for day in sorted(days)[-WEEK_DAYS:]:
        for pool, counts in days[day].items():
            told[pool] += counts.told
            against[pool] += counts.against
    for pool, of in sorted(told.items()):
        if of >= FEW_IN_A_WEEK:
            yield Reading("not_confirmed", against[pool] / of, pool)


def readings_of_budget(live: LiveState) -> Iterator[Reading]:
    """Yield which share of the day's budget is spent, and how many pools that stops."""
    yield Reading("budget_spent", sum(each.state == "over_budget" for each in live.real_pools))
    if live.budget and live.budget.budget:
        yield Reading("budget", live.budget.spent / live.budget.budget)


def readings_of_queues(backlogs: tuple[Backlog, ...]) -> Iterator[Reading]:
    """Yield for how long the oldest due message of each queue waits, where the home can say it."""
    for each in backlogs:
        yield Reading("worker_lag", each.oldest_seconds, each.queue)


def readings_of_lapses(lapses: Iterable[Lapsed], *, now: int) -> Iterator[Reading]:
    """Yield how many promises to customers were not kept and have not been made up for.

    A lost text counts for a week, because its customer may never write again.
    """
    listed = list(lapses)
    found = Counter(each.what for each in listed)
    yield Reading("promise_broken", found["promise_broken"])
    yield Reading("callback_missed", found["callback_missed"])
    lost = [each for each in listed if each.what == "reply_undelivered"]
    yield Reading("reply_undelivered", sum(now - each.at < WEEK_MS for each in lost))


def words_in(words: Words, rule: AlertRule, reading: Reading) -> str:
    """Return the sentence of an alert, from the texts for leads."""
    value = reading.value or 0
    values: dict[str, Value] = {
        "about": reading.about,
        "count": round(value),
        "seconds": round(value),
        "minutes": round(value / 60),
        "percent": round(value * 100),
    }
    return words(f"alert_{rule.name}", **values)
