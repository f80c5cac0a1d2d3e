"""Items of a table are read partition by partition, each as of one moment, and written in lots."""

import base64
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any

from surgeline.adapters.aws.table import BATCH, GET_BATCH, THREAD, Item, int_of, key

from local.home.backup.manifest import BackupRefused

READS = 5
TRIES = 12
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 5
RESTORE_POLL_SECONDS, RESTORE_POLLS = 20, 2_160
"""AWS restores a table in minutes or hours, by its size. Twelve hours are waited."""
Key = tuple[str, str]


def key_of(item: Mapping[str, Any]) -> Key:
    """Return the item's key as plain texts."""
    return item["pk"]["S"], item["sk"]["S"]


def head_of(items: Sequence[Item]) -> Item | None:
    """Return the thread's own item of a partition, if the partition is a thread's."""
    return next((each for each in items if each["sk"]["S"] == THREAD), None)


def partitions(dynamodb: Any, table: str) -> Iterator[list[Item]]:  # noqa: ANN401 - botocore's
    """Yield the items of each partition. A thread's are as of one moment, between two commits.

    A commit puts the log first and then the thread's item. So a thread that moved since the scan
    began is read again. Raises BackupRefused if it moves at every read.
    """
    wanted = {
        "FilterExpression": "sk = :thread",
        "ProjectionExpression": "pk, sk, seq",
        "ExpressionAttributeValues": {":thread": {"S": THREAD}},
    }
    before = {each["pk"]["S"]: int_of(each, "seq") for each in _all(dynamodb.scan, table, wanted)}
    whole = _all(dynamodb.scan, table, {})
    for pk, group in groupby(whole, key=lambda each: str(each["pk"]["S"])):
        items = list(group)
        head = head_of(items)
        moved = head is not None and before.get(pk) != int_of(head, "seq")
        yield _between_commits(dynamodb, table, pk) if moved else items


def _between_commits(dynamodb: Any, table: str, pk: str) -> list[Item]:  # noqa: ANN401 - botocore's
    asked = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
    }
    for _ in range(READS):
        told = dynamodb.get_item(TableName=table, Key=key(pk, THREAD), ConsistentRead=True)
        items = list(_all(dynamodb.query, table, asked))
        head = head_of(items)
        if head is None or int_of(told.get("Item", {}), "seq") == int_of(head, "seq"):
            return items
    raise BackupRefused("a thread changed at every read: try again when less is going on")


def _all(ask: Callable[..., Any], table: str, asked: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the items of every page of a scan or query."""
    more: dict[str, Any] = {}
    while True:
        page = ask(TableName=table, ConsistentRead=True, **asked, **more)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@contextmanager
def as_of(
    dynamodb: Any,  # noqa: ANN401 - botocore's
    table: str,
    at: datetime | None,
    say: Callable[[str], None],
) -> Iterator[str]:
    """Yield a table that is as this one was at a moment, or this one. A made one is deleted."""
    if at is None:
        yield table
        return
    name = f"{table}-as-of-{at:%Y%m%d-%H%M%S}"
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=table, TargetTableName=name, RestoreDateTime=at
    )
    say(f"AWS makes the table {name}, which takes minutes to hours; it is deleted at the end")
    poll = {"Delay": RESTORE_POLL_SECONDS, "MaxAttempts": RESTORE_POLLS}
    try:
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=poll)
        yield name
    finally:
        try:
            dynamodb.delete_table(TableName=name)
        except dynamodb.exceptions.ResourceInUseException:
            say(f"AWS still makes the table {name}, and bills it: delete it once it is there")


def there(dynamodb: Any, table: str, keys: Collection[Key]) -> set[Key]:  # noqa: ANN401 - botocore's
    """Return which of the keys the table has. Raises BackupRefused."""
    found, wanted = set(), list(keys)
    for start in range(0, len(wanted), GET_BATCH):
        asked: Mapping[str, Any] = {
            table: {
                "Keys": [key(*each) for each in wanted[start : start + GET_BATCH]],
                "ProjectionExpression": "pk, sk",
                "ConsistentRead": True,
            }
        }
        for _ in _tries():
            answer = dynamodb.batch_get_item(RequestItems=asked)
            found |= {key_of(each) for each in answer["Responses"].get(table, ())}
            asked = answer.get("UnprocessedKeys", {})
            if not asked:
                break
    return found


def put(dynamodb: Any, table: str, items: Sequence[Item]) -> None:  # noqa: ANN401 - botocore's
    """Write the items. Raises BackupRefused."""
    for start in range(0, len(items), BATCH):
        lot = [{"PutRequest": {"Item": each}} for each in items[start : start + BATCH]]
        left: Mapping[str, Any] = {table: lot}
        for _ in _tries():
            left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
            if not left:
                break


def _tries() -> Iterator[None]:
    """Yield once for each try, with growing pauses. A table that still refuses ends the command."""
    for number in range(TRIES):
        yield
        time.sleep(min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2**number))
    raise BackupRefused("the table takes no more calls now: run the same command again later")


# ---------------------------------------------------------------- lines


def line_of(item: Item) -> str:
    """Return an item as a line of JSON, with its bytes in base64."""
    return json.dumps({name: _written(value) for name, value in item.items()}, sort_keys=True)


def item_of(line: str) -> Item:
    """Return the item of a line."""
    return {name: _read(value) for name, value in json.loads(line).items()}


def _written(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - DynamoDB's own notation
    [(kind, inner)] = value.items()
    if kind == "B":
        return {kind: base64.b64encode(inner).decode()}
    if kind in ("M", "L", "BS"):
        raise BackupRefused(f"an item has an attribute of the kind {kind}, which no backup carries")
    return {kind: inner}


def _read(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    [(kind, inner)] = value.items()
    return {kind: base64.b64decode(inner)} if kind == "B" else {kind: inner}
