"""The waitlist in DynamoDB has a partition of places for each pool, and a partition of counters.

    waitlist#<pool id> / <order, 4 digits>#<since, 15 digits>#<conversation id>     a place
    waitcount#<pool id> / <shard>                                                   a counter

A place and its counter change in one transaction, so that repeated calls keep the counters right. A
pool has eight counters, so that many conversations that join at once do not meet in one item. The
list of EVERYBODY has one place for each conversation, whichever pools it waits for.

Calls that only a worker makes move the items of release 0.1.0 before they look.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from zlib import crc32

from surgeline.adapters.aws.errors import Cancelled, ConditionFailed
from surgeline.adapters.aws.former_line import FormerLine
from surgeline.adapters.aws.table import (
    SCHEMA,
    WAITCOUNT,
    WAITLIST,
    Item,
    Table,
    expiry,
    int_of,
    item,
    key,
    number,
    numbers,
    texts,
)
from surgeline.application.ports.retention import OFFER_DAYS
from surgeline.application.ports.waitlist import Place, Waiting

SHARDS: Final = 8
EVERYBODY: Final = ""
"""The id of the list of all conversations, in place of a pool's id, which is never empty."""
TOP_PRIORITY: Final = 9_999
FIRST, LAST = "0", "\uffff"


class DynamoWaitlist:
    """ports.Waitlist."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._former = FormerLine(table, self.join)

    def join(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Put a place into each pool's list and into the list of EVERYBODY."""
        for pool_id in (EVERYBODY, *pool_ids):
            place = place_item(waiting, pool_id)
            is_new = self._change(
                waiting,
                pool_id,
                1,
                {"Put": {"Item": place, "ConditionExpression": "attribute_not_exists(pk)"}},
            )
            if not is_new and waiting.until:
                self._prolong(waiting, pool_id)

    def leave(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Delete the places."""
        self._former.forget(sort_key(waiting.place))
        for pool_id in (EVERYBODY, *pool_ids):
            place = key(_list(pool_id), sort_key(waiting.place))
            self._change(
                waiting,
                pool_id,
                -1,
                {"Delete": {"Key": place, "ConditionExpression": "attribute_exists(pk)"}},
            )

    def first(self, pool_id: str, *, limit: int = 1) -> list[Waiting]:
        """Read as many items as are asked for."""
        found = self._table.between(_list(pool_id), FIRST, LAST, limit=limit)
        return [waiting_of(each) for each in found]

    def ahead(self, pool_id: str, place: Place | None, *, up_to: int) -> int:
        """Return the count from the table, of at most `up_to` items."""
        if up_to <= 0:
            return 0
        self._former.take_over()
        before = LAST if place is None else sort_key(place)
        return self._table.count_before(_list(pool_id), before, limit=up_to)

    def waiting(self, pool_id: str) -> int:
        """Return the sum of the pool's counters."""
        self._former.take_over()
        found = self._table.between(_counters(pool_id), FIRST, LAST)
        return max(0, sum(int_of(each, "waiting") or 0 for each in found))

    def backlog(self) -> int:
        """Return the sum of the counters of EVERYBODY."""
        return self.waiting(EVERYBODY)

    def _prolong(self, waiting: Waiting, pool_id: str) -> None:
        """Put the end of a place off. A place that is gone by now stays gone."""
        with suppress(ConditionFailed):
            self._table.change(
                _list(pool_id),
                sort_key(waiting.place),
                update="SET #until = :until",
                names={"#until": "until"},
                condition="attribute_exists(pk) AND (attribute_not_exists(#until)"
                " OR #until < :until)",
                values={":until": number(waiting.until)},
            )

    def _change(self, waiting: Waiting, pool_id: str, by: int, action: Mapping[str, Any]) -> bool:
        """Change a place and its counter. Return False if the place is already as it should be."""
        counted = _counting(waiting, pool_id, by)
        try:
            self._table.transact(
                lambda table: (
                    [{kind: {"TableName": table, **what}} for kind, what in action.items()]
                    + [{"Update": {"TableName": table, **counted}}]
                )
            )
        except Cancelled:
            return False
        return True


def place_item(waiting: Waiting, pool_id: str) -> Item:
    """Return the item of a place in the pool's list."""
    attributes = texts(
        thread_id=waiting.thread_id, conversation_id=waiting.conversation_id
    ) | numbers(priority=waiting.priority, since=waiting.since, until=waiting.until or None)
    expires = expiry(max(0, waiting.since), OFFER_DAYS)
    return item(_list(pool_id), sort_key(waiting.place), attributes, expires=expires)


def waiting_of(found: Mapping[str, Any]) -> Waiting:
    """Return the conversation that a place's item is about."""
    return Waiting(
        found["thread_id"]["S"],
        found["conversation_id"]["S"],
        int(found["priority"]["N"]),
        int(found["since"]["N"]),
        int_of(found, "until") or 0,
    )


def sort_key(place: Place) -> str:
    """Return the sort key that sorts as places do."""
    order, since, conversation_id = place
    return f"{TOP_PRIORITY + order:04d}#{since:015d}#{conversation_id}"


def _counting(waiting: Waiting, pool_id: str, by: int) -> dict[str, Any]:
    shard = crc32(waiting.conversation_id.encode()) % SHARDS
    return {
        "Key": key(_counters(pool_id), str(shard)),
        "UpdateExpression": "SET #schema = :schema, #expires = :expires ADD #waiting :by",
        "ExpressionAttributeNames": {
            "#schema": "schema",
            "#expires": "expires",
            "#waiting": "waiting",
        },
        "ExpressionAttributeValues": {
            ":schema": number(SCHEMA),
            ":expires": number(expiry(max(0, waiting.since), OFFER_DAYS)),
            ":by": number(by),
        },
    }


def _list(pool_id: str) -> str:
    return f"{WAITLIST}{pool_id}"


def _counters(pool_id: str) -> str:
    return f"{WAITCOUNT}{pool_id}"
