"""The numbers that alerts use get the names here under which a home's monitoring knows them.

At most ten names, because CloudWatch takes nothing for ten metrics.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from surgeline.domain.alerts.book import Book, Reading

NAMES: Final[Mapping[str, str]] = {
    "oldest_waiting": "OldestWaitingSeconds",
    "queue_length": "Waiting",
    "nobody_open": "WaitingWhileClosed",
    "endpoint_resting": "EndpointsResting",
    "pool_disabled": "PoolsDisabled",
    "undelivered": "Undelivered",
    "cap_near": "CapUsedPercent",
    "budget": "BudgetUsedPercent",
    "kept_mails": "MailsLeft",
}
"""A queue's lag has a metric of AWS's own. A spike on a topic rings as an urgent alert."""
URGENT: Final = "UrgentAlerts"
SHARES: Final = ("cap_near", "budget")
SUMMED: Final = ("endpoint_resting", "pool_disabled")


def numbers_of(readings: Iterable[Reading], book: Book) -> dict[str, float]:
    """Return each number by its metric's name: the worst of all pools, or how many pools."""
    found: dict[str, float] = {}
    for each in readings:
        name = NAMES.get(each.rule)
        if name is None or each.value is None:
            continue
        value = each.value * 100 if each.rule in SHARES else float(each.value)
        before = found.get(name, 0.0)
        found[name] = before + value if each.rule in SUMMED else max(before, value)
    found[URGENT] = float(sum(each.level == "urgent" for each in book.standing.values()))
    return found
