"""Starts of messages that did not end are counted in DynamoDB, one item a message."""

from typing import Final

from surgeline.adapters.aws.table import SCHEMA, START, Table, expiry, number
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.retention import DEAD_LETTER_DAYS

SORT_KEY: Final = "start"
NAMES: Final = {f"#{name}": name for name in ("schema", "expires", "starts")}
SET: Final = "SET #schema = :schema, #expires = :expires"


class DynamoStarts:
    """ports.Starts. An item goes with the queue's last copy of its message."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begun(self, message_id: str) -> int:
        """Add one."""
        return self._change(message_id, f"{SET} ADD #starts :count", 1)

    def ended(self, message_id: str) -> None:
        """Begin to count anew."""
        self._change(message_id, f"{SET}, #starts = :count", 0)

    def _change(self, message_id: str, update: str, count: int) -> int:
        kept = self._table.change(
            f"{START}{message_id}",
            SORT_KEY,
            update=update,
            names=NAMES,
            values={
                ":schema": number(SCHEMA),
                ":expires": number(expiry(self._clock.now(), DEAD_LETTER_DAYS)),
                ":count": number(count),
            },
        )
        return int(kept["starts"]["N"])
