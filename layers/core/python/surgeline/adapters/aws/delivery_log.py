"""The last attempt of each delivery in DynamoDB, in its thread's partition."""

from typing import cast

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import (
    ATTEMPT,
    ATTEMPT_DAYS,
    Item,
    Table,
    expiry,
    int_of,
    item,
    numbers,
    str_of,
    text,
    texts,
)
from surgeline.application.ports import Attempt, DeliveryEnd

LAST = "\uffff"


class DynamoDeliveryLog:
    """ports.DeliveryLog: one item a delivery, overwritten by each attempt."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Keep the attempt in place of the one before, unless that one delivered."""
        attributes = texts(target=attempt.target, outcome=attempt.outcome, ended=end) | numbers(
            number=attempt.number,
            at=attempt.at,
            status=attempt.status,
            milliseconds=attempt.milliseconds,
        )
        kept = item(
            attempt.thread_id,
            f"{ATTEMPT}{attempt.delivery_id}",
            attributes,
            expires=expiry(attempt.at, ATTEMPT_DAYS),
        )
        try:
            self._table.put(
                kept,
                condition="attribute_not_exists(ended) OR ended <> :delivered",
                values={":delivered": text("delivered")},
            )
        except ConditionFailed:
            return

    def attempts(self, thread_id: str, delivery_id: str) -> int:
        """The number of the last attempt; attempts are numbered from 1 without gaps."""
        found = self._table.get(thread_id, f"{ATTEMPT}{delivery_id}")
        return (int_of(found, "number") or 0) if found else 0

    def of_thread(self, thread_id: str) -> list[tuple[Attempt, DeliveryEnd | None]]:
        """The last attempt of each of the thread's deliveries, oldest first."""
        found = self._table.between(thread_id, ATTEMPT, f"{ATTEMPT}{LAST}")
        log = [(_attempt_of(each), _end_of(each)) for each in found]
        return sorted(log, key=lambda entry: (entry[0].at, entry[0].delivery_id))


def _attempt_of(found: Item) -> Attempt:
    return Attempt(
        delivery_id=found["sk"]["S"].removeprefix(ATTEMPT),
        thread_id=found["pk"]["S"],
        target=found["target"]["S"],
        number=int(found["number"]["N"]),
        at=int(found["at"]["N"]),
        outcome=found["outcome"]["S"],
        status=int_of(found, "status"),
        milliseconds=int(found["milliseconds"]["N"]),
    )


def _end_of(found: Item) -> DeliveryEnd | None:
    return cast(DeliveryEnd | None, str_of(found, "ended"))
