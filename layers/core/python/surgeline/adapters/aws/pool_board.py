"""ports.PoolBoard in DynamoDB: a seat's item and its pool's counters change together or not at all.

A seat's item stays after its release, so that a claim that comes late finds it over. These are the
only transactions beside an acceptance: a handful for each conversation that people take.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from surgeline.adapters.aws.errors import Cancelled, ConditionFailed
from surgeline.adapters.aws.table import (
    LINE,
    OFFER,
    OFFER_DAYS,
    POOL,
    Item,
    Table,
    expiry,
    int_of,
    item,
    key,
    number,
    numbers,
    str_of,
    text,
    texts,
)
from surgeline.application.ports.board import PoolLoad, Waiting, Wanted
from surgeline.application.ports.refusals import Throttled

SEAT = "seat"
BOARD = "board"
TRIES = 4
TOP_PRIORITY = 9_999
NEVER = 4_000_000_000_000  # what has no time of its own: forgotten long after 2096
FIRST, LAST = "0", "\uffff"


class DynamoPoolBoard:
    """A pool's item counts its taken seats, and those of each day that stay counted."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(
        self,
        offer_id: str,
        pool_id: str,
        *,
        day: str,
        limit: int | None,
        daily_limit: int | None,
    ) -> bool:
        """Take a seat: its item is new and the counters are below the limits."""
        if 0 in (limit, daily_limit):  # a counter that is not there yet is below everything
            return self._state(offer_id) == "taken"
        seat = item(
            _offer(offer_id),
            SEAT,
            texts(pool_id=pool_id, day=day, state="taken"),
            expires=expiry(NEVER, 0),
        )
        try:
            self._table.transact(
                lambda table: [
                    {
                        "Put": {
                            "TableName": table,
                            "Item": seat,
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                    {"Update": _counting(table, pool_id, day, limit, daily_limit)},
                ]
            )
        except Cancelled:
            return self._state(offer_id) == "taken"
        return True

    def release(self, offer_id: str, pool_id: str, *, used: bool) -> bool:
        """Give it back: its item changes once, and the counters with it."""
        for _ in range(TRIES):
            found = self._table.get(_offer(offer_id), SEAT)
            if found is None:
                if self._forbid(offer_id, pool_id):
                    return False
                continue
            if str_of(found, "state") != "taken":
                return False
            if self._released(offer_id, pool_id, str(str_of(found, "day")), used=used):
                return True
        raise Throttled("a seat kept changing")

    def _forbid(self, offer_id: str, pool_id: str) -> bool:
        """Keep an item for a seat that was never taken; False if it was, just now."""
        free = item(
            _offer(offer_id),
            SEAT,
            texts(pool_id=pool_id, state="free"),
            expires=expiry(NEVER, 0),
        )
        try:
            self._table.put(free, condition="attribute_not_exists(pk)")
        except ConditionFailed:
            return False
        return True

    def _released(self, offer_id: str, pool_id: str, day: str, *, used: bool) -> bool:
        values: dict[str, Item] = {":less": number(-1)}
        names = {"#taken": "taken"}
        update = "ADD #taken :less"
        if not used:
            update, names = f"{update}, #day :less", names | {"#day": _used(day)}
        try:
            self._table.transact(
                lambda table: [
                    {
                        "Update": {
                            "TableName": table,
                            "Key": key(_offer(offer_id), SEAT),
                            "UpdateExpression": "SET #state = :to",
                            "ConditionExpression": "#state = :taken",
                            "ExpressionAttributeNames": {"#state": "state"},
                            "ExpressionAttributeValues": {
                                ":to": text("used" if used else "free"),
                                ":taken": text("taken"),
                            },
                        }
                    },
                    {
                        "Update": {
                            "TableName": table,
                            "Key": key(_pool(pool_id), BOARD),
                            "UpdateExpression": update,
                            "ExpressionAttributeNames": names,
                            "ExpressionAttributeValues": values,
                        }
                    },
                ]
            )
        except Cancelled:
            return False
        return True

    def _state(self, offer_id: str) -> str | None:
        found = self._table.get(_offer(offer_id), SEAT)
        return str_of(found, "state") if found else None

    def loads(self, pool_ids: Sequence[str], *, day: str) -> Mapping[str, PoolLoad]:
        """One strong read a pool."""
        return {pool_id: self._load(pool_id, day) for pool_id in pool_ids}

    def _load(self, pool_id: str, day: str) -> PoolLoad:
        found = self._table.get(_pool(pool_id), BOARD) or {}
        return PoolLoad(
            int_of(found, "taken") or 0,
            int_of(found, _used(day)) or 0,
            str_of(found, "disabled"),
            int_of(found, "reported"),
            int_of(found, "reported_until") or 0,
            int_of(found, "wanted") or 0,
        )

    def disable(self, pool_id: str, reason: str) -> None:
        """Keep the first reason."""
        try:
            self._table.change(
                _pool(pool_id),
                BOARD,
                update="SET #disabled = :reason",
                condition="attribute_not_exists(#disabled)",
                names={"#disabled": "disabled"},
                values={":reason": text(reason)},
            )
        except ConditionFailed:
            return

    def enable(self, pool_id: str) -> None:
        """Forget the reason."""
        try:
            self._table.change(
                _pool(pool_id),
                BOARD,
                update="REMOVE #disabled",
                condition="attribute_exists(#disabled)",
                names={"#disabled": "disabled"},
            )
        except ConditionFailed:
            return

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep the last word."""
        self._table.change(
            _pool(pool_id),
            BOARD,
            update="SET #seats = :seats, #until = :until",
            names={"#seats": "reported", "#until": "reported_until"},
            values={":seats": number(seats), ":until": number(until)},
        )

    def want(self, pool_id: str, *, seats: int, by: str) -> Wanted | None:
        """One conditional update; where that fails, whoever made the last change is told again."""
        more = "attribute_not_exists(#wanted) OR #wanted < :seats"
        less = "#wanted > :seats"
        try:
            found = self._table.change(
                _pool(pool_id),
                BOARD,
                update="SET #wanted = :seats, #by = :by ADD #seq :one",
                condition=f"({more if seats else less}) AND NOT #by = :by",
                names={"#wanted": "wanted", "#by": "wanted_by", "#seq": "wanted_seq"},
                values={":seats": number(seats), ":by": text(by), ":one": number(1)},
            )
        except ConditionFailed:
            found = self._table.get(_pool(pool_id), BOARD) or {}
            if str_of(found, "wanted_by") != by:
                return None
        return Wanted(int_of(found, "wanted") or 0, int_of(found, "wanted_seq") or 0)

    def join(self, waiting: Waiting) -> None:
        """Keep the place: an item whose sort key is the order."""
        attributes = texts(
            thread_id=waiting.thread_id,
            conversation_id=waiting.conversation_id,
            pools=json.dumps(waiting.pools),
        ) | numbers(priority=waiting.priority, since=waiting.since)
        expires = expiry(max(0, waiting.since), OFFER_DAYS)
        self._table.put(item(LINE, _place(waiting), attributes, expires=expires))

    def leave(self, waiting: Waiting) -> None:
        """Drop the place."""
        self._table.delete(LINE, _place(waiting))

    def waitlist(self, *, limit: int = 100) -> list[Waiting]:
        """In the order of the sort key."""
        return [
            Waiting(
                found["thread_id"]["S"],
                found["conversation_id"]["S"],
                int(found["priority"]["N"]),
                int(found["since"]["N"]),
                tuple(json.loads(found["pools"]["S"])),
            )
            for found in self._table.between(LINE, FIRST, LAST, limit=limit)
        ]


def _counting(
    table: str, pool_id: str, day: str, limit: int | None, daily_limit: int | None
) -> dict[str, Any]:
    conditions, values = [], {":one": number(1)}
    names = {"#taken": "taken", "#day": _used(day)}
    if limit is not None:
        conditions.append("(attribute_not_exists(#taken) OR #taken < :limit)")
        values[":limit"] = number(limit)
    if daily_limit is not None:
        conditions.append("(attribute_not_exists(#day) OR #day < :daily)")
        values[":daily"] = number(daily_limit)
    action: dict[str, Any] = {
        "TableName": table,
        "Key": key(_pool(pool_id), BOARD),
        "UpdateExpression": "ADD #taken :one, #day :one",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    if conditions:
        action["ConditionExpression"] = " AND ".join(conditions)
    return action


def _offer(offer_id: str) -> str:
    return f"{OFFER}{offer_id}"


def _pool(pool_id: str) -> str:
    return f"{POOL}{pool_id}"


def _used(day: str) -> str:
    return f"used_{day}"


def _place(waiting: Waiting) -> str:
    order = TOP_PRIORITY - waiting.priority
    return f"{order:04d}#{waiting.since:015d}#{waiting.conversation_id}"
