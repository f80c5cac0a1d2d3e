"""The report of a rehearsal is counted here from what was seen outside, and from the records."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from surgeline.application.reports.read_cases import read_cases
from surgeline.application.thread_log import records_after
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_id

from local.rehearsal.customers import Customer
from local.rehearsal.stage import Stage
from local.rehearsal.surge import Followed
from local.virtual.shop import CHANNEL, KEY

SLICE_MINUTES: Final = 15


@dataclass(slots=True)
class Slice:
    """A quarter of an hour, as the report draws it. Seats, chats and waiting are the most in it.

    `forecast` are the customers who were expected to ask for a person, with the band in which four
    of five counts lie. `wait_p50` and `wait_p95` are of those who asked in it and were joined.
    `brought_usd` is what people who were brought in have cost so far.
    """

    begin: str
    arrivals: int = 0
    asked: int = 0
    served_in_time: int = 0
    abandoned: int = 0
    waiting: int = 0
    forecast: float = 0.0
    forecast_lower: int = 0
    forecast_upper: int = 0
    wait_p50: float | None = None
    wait_p95: float | None = None
    spend_usd: float = 0.0
    brought_usd: float = 0.0
    seats: dict[str, int] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a day.

    `service_level` is the share of those who asked for a person whom one joined in time. `lost` are
    texts that were acknowledged and are nowhere, `duplicated` are texts that came twice, `untold`
    are customers who never got an answer to their last text, and `forgotten` are those who still
    wait at the end. `turned_away` were told that nobody is free. `waits_told` are estimates of
    which it is known whether the upper bound held, and `waits_within` those whose bound did.
    `spend_cap_usd` bounds what people who are brought in may cost.
    """

    title: str
    seed: int
    contacts: int
    messages: int
    answered_by_bot: int
    asked_for_person: int
    served: int
    service_level: float
    wait_seconds: Mapping[str, float | None]
    abandoned: int
    turned_away: int
    refused: int
    lost: int
    duplicated: int
    untold: int
    forgotten: int
    waits_told: int
    waits_within: int
    spend_usd: float
    spend_cap_usd: float | None
    within_seconds: float
    target: float
    pools: Mapping[str, Mapping[str, float]]
    log_sha256: str
    wall_seconds: float
    turns_an_hour: int
    acts: tuple[Followed, ...]
    slices: tuple[Slice, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return asdict(self)


def waits(customers: Iterable[Customer]) -> list[float]:
    """Return the seconds that each served customer waited for a person, in order."""
    return sorted(
        (each.joined_at - each.asked_at) / 1000
        for each in customers
        if each.joined_at is not None and each.asked_at is not None
    )


def in_time(customer: Customer, within_seconds: float) -> bool:
    """Return whether a person joined a customer within the time that is promised."""
    found = waits([customer])
    return bool(found) and found[0] <= within_seconds


def percentile(values: Sequence[float], rank: int) -> float | None:
    """Return a percentile of sorted values by its nearest rank, which is one of the values."""
    return values[-(-rank * len(values) // 100) - 1] if values else None


def kept(stage: Stage, customers: Iterable[Customer]) -> tuple[int, int]:
    """Return how many acknowledged texts are lost, and how many texts came twice."""
    store = stage.home.backend.store()
    lost = twice = 0
    for customer in customers:
        sent = Counter(customer.written)
        records = records_after(store, thread_id(KEY, CHANNEL, customer.name))
        stored = Counter(
            record.event.text for record in records if isinstance(record.event, CustomerWrote)
        )
        lost += max(0, (sent - stored).total() - customer.refused)
        twice += (stored - sent).total() + customer.repeated
    return lost, twice


def estimates(stage: Stage) -> tuple[int, int]:
    """Return of how many estimates it is known whether their bound held, and of how many it did."""
    backend, now = stage.home.backend, stage.home.clock.now()
    cases = read_cases(backend.store(), backend.outcomes(), stage.midnight, now + 1)
    accounts = (case.account for case in cases if case.account is not None)
    held = [each.held for account in accounts for each in account.quotes if each.held is not None]
    return len(held), sum(held)


def is_untold(customer: Customer) -> bool:
    """Return whether nothing answers a customer's last text, though no person has the word."""
    is_alone = customer.owner in {"bot", "waiting"} and customer.left_at is None
    return is_alone and customer.last_read_at < customer.last_wrote_at
