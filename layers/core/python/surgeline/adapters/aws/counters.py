"""The changes of the pool board's counters, as DynamoDB takes them in one write or in several."""

from datetime import UTC, datetime
from typing import Any, Final

from surgeline.adapters.aws.table import DAY, POOL, SCHEMA, Item, key, number
from surgeline.application.ports.board import Spend

SPENT: Final = "spent"
BOARD: Final = "board"
USED: Final = "used#"
USED_DAYS: Final = 3
"""How long a day's count is kept. It is read only on that day, in any time zone."""


def pool_key(pool_id: str) -> str:
    """Return the partition of a pool's counters."""
    return f"{POOL}{pool_id}"


def used_key(day: str) -> str:
    """Return where a pool's seats of a day are counted."""
    return f"{USED}{day}"


def spent_key(day: str) -> str:
    """Return where the costs of a day are counted."""
    return f"{SPENT}#{day}"


def taking(table: str, pool_id: str, by: int, *, limit: int | None = None) -> dict[str, Any]:
    """Return the action that changes the pool's taken seats while they are below the limit."""
    return {"Update": _adding(table, key(pool_key(pool_id), BOARD), "taken", by, limit)}


def leaving(table: str, pool_id: str, handled_seconds: int) -> dict[str, Any]:
    """Return the action that frees a taken seat, and counts the conversation that was had on it."""
    action = _adding(table, key(pool_key(pool_id), BOARD), "taken", -1, None)
    if handled_seconds:
        action["UpdateExpression"] += ", #handled :one, #seconds :seconds"
        action["ExpressionAttributeNames"] |= {
            "#handled": "handled",
            "#seconds": "handled_seconds",
        }
        action["ExpressionAttributeValues"] |= {
            ":one": number(1),
            ":seconds": number(handled_seconds),
        }
    return {"Update": action}


def using(
    table: str, pool_id: str, day: str, by: int, *, limit: int | None = None
) -> dict[str, Any]:
    """Return the action that changes the day's count while it is below the limit."""
    action = _adding(table, key(pool_key(pool_id), used_key(day)), "used", by, limit)
    return _kept_for_days(action, day)


def _kept_for_days(action: dict[str, Any], day: str) -> dict[str, Any]:
    """Return the action on a day's counter, which also says when the counter may be forgotten."""
    action["UpdateExpression"] += " SET #expires = :expires, #schema = :schema"
    action["ExpressionAttributeNames"] |= {"#expires": "expires", "#schema": "schema"}
    action["ExpressionAttributeValues"] |= {
        ":expires": number(_end_of(day)),
        ":schema": number(SCHEMA),
    }
    return {"Update": action}


def spending(table: str, spend: Spend) -> dict[str, Any]:
    """Return the action that adds a cost to the day's sum while the sum stays within the cap."""
    limit = spend.cap - spend.cost + 1 if spend.cost > 0 else None
    action = _adding(table, key(SPENT, spent_key(spend.day)), SPENT, spend.cost, limit)
    return _kept_for_days(action, spend.day)


def _adding(table: str, place: Item, name: str, by: int, limit: int | None) -> dict[str, Any]:
    action: dict[str, Any] = {
        "TableName": table,
        "Key": place,
        "UpdateExpression": "ADD #counter :by",
        "ExpressionAttributeNames": {"#counter": name},
        "ExpressionAttributeValues": {":by": number(by)},
    }
    if limit is not None:
        action["ConditionExpression"] = "attribute_not_exists(#counter) OR #counter < :limit"
        action["ExpressionAttributeValues"][":limit"] = number(limit)
    return action


def _end_of(day: str) -> int:
    """Return when a day's count may be forgotten, in epoch seconds."""
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return int(begin.timestamp()) + USED_DAYS * DAY
