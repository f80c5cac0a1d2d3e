"""The pool board in DynamoDB changes a seat's item and its pool's counters together or not at all.

    pool#<pool id> / board          taken seats, what the pool said, why it is asked nothing
    pool#<pool id> / used#<day>     seats that count for that day's limit, kept for a few days
    spent / spent#<day>             what the day's seats of all pools and AWS cost, under a budget
    offer#<offer id> / seat         one offer's seat

A seat's item stays after its release, so that a late claim finds the seat's end. Besides an
acceptance these are the only transactions. There are a handful for each conversation that people
take.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from surgeline.adapters import codec
from surgeline.adapters.aws.counters import (
    BOARD,
    SPENT,
    USED_DAYS,
    leaving,
    pool_key,
    spending,
    spent_key,
    taking,
    used_key,
    using,
)
from surgeline.adapters.aws.errors import Cancelled, ConditionFailed
from surgeline.adapters.aws.table import (
    OFFER,
    SCHEMA,
    Item,
    Table,
    expiry,
    int_of,
    item,
    key,
    number,
    str_of,
    text,
    texts,
)
from surgeline.application.ports.board import PoolLoad, SeatClaim, Spend, Wanted
from surgeline.application.ports.refusals import Throttled
from surgeline.application.ports.retention import OFFER_DAYS, THREAD_DAYS
from surgeline.domain.estimates.pace import Pace

SEAT: Final = "seat"
FORMER_USED: Final = "used_"
"""The prefix of a day's count in release 0.1.0, which kept the counts in the pool's item."""
CARRIED_AT_ONCE: Final = 50
TRIES: Final = 4


class DynamoPoolBoard:
    """ports.PoolBoard."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(self, claim: SeatClaim) -> bool:
        """Take a seat. Its item must be new, and the counters below the limits."""
        spend = claim.spend
        is_beyond = spend is not None and spend.cost > spend.cap
        # A counter that is not there is below every limit.
        if is_beyond or 0 in (claim.limit, claim.daily_limit):
            return self._state(claim.offer_id) == "taken"
        seat = item(
            _offer(claim.offer_id),
            SEAT,
            texts(pool_id=claim.pool_id, day=claim.day, state="taken")
            | ({"cost": number(spend.cost), "cost_day": text(spend.day)} if spend else {}),
            expires=expiry(claim.at, THREAD_DAYS),  # as long as its conversation
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
                    taking(table, claim.pool_id, 1, limit=claim.limit),
                    using(table, claim.pool_id, claim.day, 1, limit=claim.daily_limit),
                    *([spending(table, spend)] if spend else []),
                ]
            )
        except Cancelled:
            return self._state(claim.offer_id) == "taken"
        return True

    def release(
        self, offer_id: str, pool_id: str, *, used: bool, at: int, handled_seconds: int = 0
    ) -> bool:
        """Give the seat back. Its item changes once, and the counters change with the item."""
        for _ in range(TRIES):
            found = self._table.get(_offer(offer_id), SEAT)
            if found is None:
                if self._forbid(offer_id, pool_id, at):
                    return False
                continue
            if str_of(found, "state") != "taken":
                return False
            if self._released(offer_id, found, used=used, at=at, handled_seconds=handled_seconds):
                return True
        raise Throttled("a seat kept changing")

    def loads(self, days: Mapping[str, str]) -> Mapping[str, PoolLoad]:
        """Read two items of each pool, all in one call."""
        keys = [
            (pool_key(pool_id), sk)
            for pool_id, day in days.items()
            for sk in (BOARD, used_key(day))
        ]
        found = self._table.get_all(keys)
        return {
            pool_id: self._load(pool_id, day, found.get((pool_key(pool_id), BOARD), {}), used)
            for pool_id, day in days.items()
            for used in [found.get((pool_key(pool_id), used_key(day)), {})]
        }

    def spent(self, day: str) -> int:
        """Read the day's counter."""
        found = self._table.get(SPENT, spent_key(day))
        return (int_of(found, SPENT) or 0) if found else 0

    def charge(self, day: str, cost: int, *, at: int) -> None:
        """Add to the day's counter what AWS costs beyond what it was charged with before.

        If another call charges meanwhile, this one changes nothing, and its caller's next one does.
        """
        found = self._table.get(SPENT, spent_key(day)) or {}
        before = int_of(found, "aws") or 0
        if cost <= before:
            return
        with suppress(ConditionFailed):
            self._table.change(
                SPENT,
                spent_key(day),
                update="ADD #spent :more SET #aws = :cost, #expires = :expires, #schema = :schema",
                condition="#aws = :before" if before else "attribute_not_exists(#aws)",
                names={"#spent": SPENT, "#aws": "aws", "#expires": "expires", "#schema": "schema"},
                values={
                    ":more": number(cost - before),
                    ":cost": number(cost),
                    ":expires": number(expiry(at, USED_DAYS)),
                    ":schema": number(SCHEMA),
                    **({":before": number(before)} if before else {}),
                },
            )

    def disable(self, pool_id: str, reason: str) -> None:
        """Keep the first reason."""
        try:
            self._table.change(
                pool_key(pool_id),
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
                pool_key(pool_id),
                BOARD,
                update="REMOVE #disabled",
                condition="attribute_exists(#disabled)",
                names={"#disabled": "disabled"},
            )
        except ConditionFailed:
            return

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep the last report."""
        self._table.change(
            pool_key(pool_id),
            BOARD,
            update="SET #seats = :seats, #until = :until",
            names={"#seats": "reported", "#until": "reported_until"},
            values={":seats": number(seats), ":until": number(until)},
        )

    def keep_pace(self, pool_id: str, pace: Pace) -> bool:
        """Keep it beside the seats, under the number of its changes."""
        try:
            self._table.change(
                pool_key(pool_id),
                BOARD,
                update="SET #pace = :pace, #changes = :changes",
                condition="attribute_not_exists(#changes) OR #changes = :before",
                names={"#pace": "pace", "#changes": "pace_changes"},
                values={
                    ":pace": text(codec.encode_pace(pace)),
                    ":changes": number(pace.changes),
                    ":before": number(pace.changes - 1),
                },
            )
        except ConditionFailed:
            return False
        return True

    def want(
        self, pool_id: str, *, seats: int, by: str, exactly: bool = False, anew: bool = False
    ) -> Wanted | None:
        """Change the number by one conditional update.

        Where the condition fails, the caller that made the last change gets the same answer again.
        """
        more = "attribute_not_exists(#wanted) OR #wanted < :seats"
        less = "#wanted > :seats"
        either = f"{more} OR {less}" if exactly and seats else more
        changes = "" if anew else f"({either if seats else less}) AND "
        try:
            found = self._table.change(
                pool_key(pool_id),
                BOARD,
                update="SET #wanted = :seats, #by = :by ADD #seq :one",
                condition=f"{changes}NOT #by = :by",
                names={"#wanted": "wanted", "#by": "wanted_by", "#seq": "wanted_seq"},
                values={":seats": number(seats), ":by": text(by), ":one": number(1)},
            )
        except ConditionFailed:
            found = self._table.get(pool_key(pool_id), BOARD) or {}
            if str_of(found, "wanted_by") != by:
                return None
        return Wanted(int_of(found, "wanted") or 0, int_of(found, "wanted_seq") or 0)

    # ------------------------------------------------------------ private

    def _state(self, offer_id: str) -> str | None:
        found = self._table.get(_offer(offer_id), SEAT)
        return str_of(found, "state") if found else None

    def _forbid(self, offer_id: str, pool_id: str, at: int) -> bool:
        """Keep an item for a seat that was never taken.

        Return False if the seat was taken just now.
        """
        free = item(
            _offer(offer_id),
            SEAT,
            texts(pool_id=pool_id, state="free"),
            expires=expiry(at, OFFER_DAYS),
        )
        try:
            self._table.put(free, condition="attribute_not_exists(pk)")
        except ConditionFailed:
            return False
        return True

    def _released(
        self, offer_id: str, seat: Item, *, used: bool, at: int, handled_seconds: int
    ) -> bool:
        """End the seat, which then expires with its offer. An unused one is counted no more."""
        pool_id, day = str_of(seat, "pool_id") or "", str_of(seat, "day") or ""
        cost, cost_day = int_of(seat, "cost") or 0, str_of(seat, "cost_day") or ""
        try:
            self._table.transact(
                lambda table: [
                    {
                        "Update": {
                            "TableName": table,
                            "Key": key(_offer(offer_id), SEAT),
                            "UpdateExpression": "SET #state = :to, #expires = :expires",
                            "ConditionExpression": "#state = :taken",
                            "ExpressionAttributeNames": {"#state": "state", "#expires": "expires"},
                            "ExpressionAttributeValues": {
                                ":to": text("used" if used else "free"),
                                ":taken": text("taken"),
                                ":expires": number(expiry(at, OFFER_DAYS)),
                            },
                        }
                    },
                    leaving(table, pool_id, handled_seconds),
                    *([] if used else [using(table, pool_id, day, -1)]),
                    *([] if used or not cost else [spending(table, Spend(cost_day, -cost, 0))]),
                ]
            )
        except Cancelled:
            return False
        return True

    def _load(
        self, pool_id: str, day: str, board: Mapping[str, Any], used: Mapping[str, Any]
    ) -> PoolLoad:
        former = sorted((name for name in board if name.startswith(FORMER_USED)), reverse=True)
        if former:
            self._carry_over(pool_id, day, board, former[:CARRIED_AT_ONCE])
        return PoolLoad(
            int_of(board, "taken") or 0,
            (int_of(used, "used") or 0) + (int_of(board, f"{FORMER_USED}{day}") or 0),
            str_of(board, "disabled"),
            int_of(board, "reported"),
            int_of(board, "reported_until") or 0,
            int_of(board, "wanted") or 0,
            int_of(board, "handled") or 0,
            int_of(board, "handled_seconds") or 0,
            codec.decode_pace(pace) if (pace := str_of(board, "pace")) else Pace(),
        )

    def _carry_over(
        self, pool_id: str, day: str, board: Mapping[str, Any], former: list[str]
    ) -> None:
        """Move the day's count of release 0.1.0 into its own item, and remove other days' counts.

        If another process changes the counts meanwhile, nothing moves, and the next look tries
        again.
        """
        names = {f"#n{index}": name for index, name in enumerate(former)}
        values = {f":n{index}": board[name] for index, name in enumerate(former)}
        today = f"{FORMER_USED}{day}"
        moved = (int_of(board, today) or 0) if today in former else 0
        try:
            self._table.transact(
                lambda table: [
                    {
                        "Update": {
                            "TableName": table,
                            "Key": key(pool_key(pool_id), BOARD),
                            "UpdateExpression": f"REMOVE {', '.join(names)}",
                            "ConditionExpression": " AND ".join(
                                f"{name} = :{name[1:]}" for name in names
                            ),
                            "ExpressionAttributeNames": names,
                            "ExpressionAttributeValues": values,
                        }
                    },
                    using(table, pool_id, day, moved),
                ]
            )
        except Cancelled:
            return


def _offer(offer_id: str) -> str:
    return f"{OFFER}{offer_id}"
