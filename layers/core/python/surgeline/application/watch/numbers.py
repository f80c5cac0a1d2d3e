"""Numbers of alerts and of the last hour get the names here that a home's monitoring knows them by.

At most ten names, because CloudWatch takes nothing for ten metrics.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from surgeline.domain.alerts.book import Book, Reading

NAMES: Final[Mapping[str, str]] = {
    "first_reply": "FirstReplySeconds",
    "oldest_waiting": "WaitSeconds",
    "queue_length": "Waiting",
    "endpoint_resting": "PoolsOut",
    "pool_disabled": "PoolsOut",
    "undelivered": "Undelivered",
    "cap_near": "CapUsedPercent",
    "budget": "BudgetUsedPercent",
}
"""The numbers of alerts that are drawn. The other alerts are told to subscribers alone."""
ANSWERED: Final = "AnsweredPercent"
TRANSFERS: Final = "Transfers"
URGENT: Final = "UrgentAlerts"
SHARES: Final = ("cap_near", "budget")
SUMMED: Final = ("endpoint_resting", "pool_disabled")


def numbers_of(
    readings: Iterable[Reading], book: Book, last_hour: Mapping[str, Any]
) -> dict[str, float]:
    """Return each number by its metric's name: the worst of all pools, or how many pools.

    The share that the bot answered and the transfers are of the last hour's conversations.
    """
    found: dict[str, float] = {}
    for each in readings:
        name = NAMES.get(each.rule)
        if name is None or each.value is None:
            continue
        value = each.value * 100 if each.rule in SHARES else float(each.value)
        before = found.get(name, 0.0)
        found[name] = before + value if each.rule in SUMMED else max(before, value)
    found[ANSWERED] = 100 * float(last_hour.get("answered", {}).get("share") or 0)
    found[TRANSFERS] = float(last_hour.get("transfers", 0))
    found[URGENT] = float(sum(each.level == "urgent" for each in book.standing.values()))
    return found
