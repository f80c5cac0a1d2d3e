"""The places of release 0.1.0, which kept one list for all pools, are moved into lists of pools.

That release wrote items with pk "line". Every process looks once whether any of them is left.
"""

import json
from collections.abc import Callable, Sequence

from surgeline.adapters.aws.table import LINE, Table
from surgeline.application.ports.waitlist import Waiting

PAGE = 25
FIRST, LAST = "0", "\uffff"


class FormerLine:
    """Moves places with `join`, in their order. An interrupted move loses no place."""

    def __init__(self, table: Table, join: Callable[[Waiting, Sequence[str]], None]) -> None:
        self._table = table
        self._join = join
        self._is_empty = False

    def forget(self, sort_key: str) -> None:
        """Delete one place that is not moved any more, because it was given up."""
        if not self._is_empty:
            self._table.delete(LINE, sort_key)

    def take_over(self) -> None:
        """Move every place that is left, once in this process."""
        while not self._is_empty:
            found = self._table.between(LINE, FIRST, LAST, limit=PAGE)
            for each in found:
                waiting = Waiting(
                    each["thread_id"]["S"],
                    each["conversation_id"]["S"],
                    int(each["priority"]["N"]),
                    int(each["since"]["N"]),
                )
                self._join(waiting, json.loads(each["pools"]["S"]))
                self._table.delete(LINE, each["sk"]["S"])
            self._is_empty = not found
