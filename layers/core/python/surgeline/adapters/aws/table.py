"""The keys, attributes and lifetimes of the conversations table are defined here.

There is one table. `pk` and `sk` are its key, `schema` is the item's version, and `expires` is its
end (epoch seconds, DynamoDB's TTL). A thread's items lie in the thread's partition, in this order
of `sk`:

    connection#<connection id>    event#<event id>    record#<seq, 12 digits>    thread

So a backward query from `thread` meets the thread first and then its newest records. Offers, and
the connections' way back to their threads, have partitions of their own, as these items have:

    claim#<conversation>#<epoch>   which offer won       offer#<offer id> / seat   an offer's seat
    pool#<pool id> / …             a pool's counters     waitlist#, waitcount#     who waits for one
    outcome#<day>#<shard> / <opened at, 13 digits>#<key>#<part>#<kind>      how a conversation went
    delivery#<endpoint>#<day>#<shard> / <at, 13 digits>#<delivery id>       how a delivery went
    spent / spent#<day>                     what the day's seats of all pools and AWS cost
    start#<message id> / start              how often a message was begun and did not end
    page#<name> / page                      a small document, such as the alerts
    staff, pass#, act#, desk#               the company's own people (adapters.aws.staff)
    deskref#, desklink#                     the links to pools' own tools (adapters.aws.staff)
    ledger#<book> / <id>                    small documents, such as the controller's decisions
"""

import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from surgeline.adapters.aws.errors import Cancelled, ConditionFailed, call
from surgeline.adapters.randomness import SystemRandomness
from surgeline.application.ports.refusals import Throttled, TooLarge
from surgeline.application.ports.retention import USUAL, Days

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SCHEMA: Final = 1

THREAD: Final = "thread"
RECORD: Final = "record#"
EVENT: Final = "event#"
DELIVERY: Final = "delivery#"
CONNECTION: Final = "connection#"
OFFER: Final = "offer#"
CLAIM: Final = "claim#"
POOL: Final = "pool#"
OUTCOME: Final = "outcome#"
START: Final = "start#"
PAGE: Final = "page#"
WAITLIST: Final = "waitlist#"
WAITCOUNT: Final = "waitcount#"
LINE: Final = "line"
"""The partition in which release 0.1.0 kept all conversations that wait."""

DAY: Final = 86_400

# A little below DynamoDB's 400 KiB an item, which count the keys as well.
ITEM_BYTES: Final = 400_000
PK_BYTES: Final = 2048
SK_BYTES: Final = 1024
BATCH: Final = 25
GET_BATCH: Final = 100
BATCH_TRIES: Final = 3
TRANSACTION_TRIES: Final = 8
SHORTEST_PAUSE_SECONDS: Final = 0.010
LONGEST_PAUSE_SECONDS: Final = 0.100

Item = dict[str, Any]
"""An item in DynamoDB's own notation, such as {"seq": {"N": "1"}}."""


def pause() -> None:
    """Wait a moment of random length, so that writers that met once do not meet again."""
    share = SystemRandomness().token(1)[0] / 255
    time.sleep(SHORTEST_PAUSE_SECONDS + share * (LONGEST_PAUSE_SECONDS - SHORTEST_PAUSE_SECONDS))


class Table:
    """The few calls that the adapters make. Each reads strongly, and its errors are translated.

    `pause` is called before each retry of a call that met another writer. `days` says how long the
    items of each class are kept.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        pause: Callable[[], None] = pause,
        days: Days = USUAL,
    ) -> None:
        self.days = days
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, pk: str, sk: str) -> Item | None:
        """Return one item, or None."""
        if not _possible(pk, sk):
            return None
        answer = call(
            self._client.get_item, TableName=self._name, Key=key(pk, sk), ConsistentRead=True
        )
        return answer.get("Item")

    def get_all(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Return the items that exist, by their keys. Raises Throttled."""
        wanted = [each for each in dict.fromkeys(keys) if _possible(*each)]
        found: list[Item] = []
        for start in range(0, len(wanted), GET_BATCH):
            found += self._get_batch([key(*each) for each in wanted[start : start + GET_BATCH]])
        return {(each["pk"]["S"], each["sk"]["S"]): each for each in found}

    def _get_batch(self, keys: Sequence[Item]) -> list[Item]:
        found: list[Item] = []
        asked: Mapping[str, Any] = {self._name: {"Keys": keys, "ConsistentRead": True}}
        for number in range(BATCH_TRIES):
            if number:
                self._pause()
            answer = call(self._client.batch_get_item, RequestItems=asked)
            found += answer["Responses"].get(self._name, [])
            asked = answer.get("UnprocessedKeys", {})
            if not asked:
                return found
        raise Throttled("BatchGetItem left items unread")

    def put(
        self,
        item: Item,
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        old: bool = False,
    ) -> Item | None:
        """Write one item.

        Return the item before it if `old` asks for that. Raises ConditionFailed.
        """
        options: dict[str, Any] = {"ReturnValues": "ALL_OLD"} if old else {}
        if condition:
            options["ConditionExpression"] = condition
        if names:
            options["ExpressionAttributeNames"] = names
        if values:
            options["ExpressionAttributeValues"] = values
        answer = call(
            self._client.put_item,
            TableName=self._name,
            Item=item,
            **options,
        )
        return answer.get("Attributes")

    def put_all(self, items: Sequence[Item]) -> None:
        """Write a few items in one call, whatever was there before. Raises Throttled."""
        self._write_all([{"PutRequest": {"Item": item}} for item in items])

    def delete_all(self, items: Sequence[Item]) -> None:
        """Delete items in as few calls as possible.

        Raises Throttled, and then some items may be left.
        """
        asked = [{"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}} for item in items]
        for start in range(0, len(asked), BATCH):
            self._write_all(asked[start : start + BATCH])

    def _write_all(self, requests: Sequence[Any]) -> None:
        left: Mapping[str, Sequence[Any]] = {self._name: requests}
        for number in range(BATCH_TRIES):
            if number:
                self._pause()
            left = call(self._client.batch_write_item, RequestItems=left)["UnprocessedItems"]
            if not left:
                return
        raise Throttled("BatchWriteItem left items unwritten")

    def change(
        self,
        pk: str,
        sk: str,
        *,
        update: str,
        names: Mapping[str, str],
        condition: str | None = None,
        values: Item | None = None,
    ) -> Item:
        """Update one item and return it. Raises ConditionFailed with the item as it was."""
        if not _possible(pk, sk):
            raise ConditionFailed
        options: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        if condition:
            options["ConditionExpression"] = condition
        answer = call(
            self._client.update_item,
            TableName=self._name,
            Key=key(pk, sk),
            UpdateExpression=update,
            ExpressionAttributeNames=names,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **options,
        )
        return answer["Attributes"]

    def transact(self, actions: Callable[[str], Sequence[Any]]) -> None:
        """Write several items or none. `actions` makes them for the table's name.

        A transaction costs twice the price of its writes, so use it only where two items must
        agree. Raises Cancelled, and Throttled where other callers keep writing the same items.
        """
        for number in range(TRANSACTION_TRIES):
            if number:
                self._pause()
            try:
                call(self._client.transact_write_items, TransactItems=actions(self._name))
            except Cancelled as error:
                if not error.contended:
                    raise
                continue
            return
        raise Throttled("TransactWriteItems met another write each time")

    def delete(
        self, pk: str, sk: str, *, condition: str | None = None, values: Item | None = None
    ) -> Item | None:
        """Delete one item, and return the item as it was. Raises ConditionFailed."""
        options: dict[str, Any] = {}
        if condition:
            options = {"ConditionExpression": condition, "ExpressionAttributeValues": values}
        answer = call(
            self._client.delete_item,
            TableName=self._name,
            Key=key(pk, sk),
            ReturnValues="ALL_OLD",
            **options,
        )
        return answer.get("Attributes")

    def count_before(self, pk: str, before: str, *, limit: int) -> int:
        """Return how many items of a partition have lower sort keys, counted up to `limit`."""
        options: dict[str, Any] = {}
        count = 0
        while True:
            answer = call(
                self._client.query,
                TableName=self._name,
                KeyConditionExpression="pk = :pk AND sk < :before",
                ExpressionAttributeValues={":pk": text(pk), ":before": text(before)},
                Select="COUNT",
                Limit=limit - count,
                ConsistentRead=True,
                **options,
            )
            count += answer["Count"]
            more = answer.get("LastEvaluatedKey")
            if not more or count >= limit:
                return count
            options["ExclusiveStartKey"] = more

    def between(
        self, pk: str, first: str, last: str, *, limit: int | None = None, backward: bool = False
    ) -> list[Item]:
        """Return items of one partition by their sort keys, both ends included."""
        options: dict[str, Any] = {}
        items: list[Item] = []
        if not _possible(pk, first):
            return items
        while True:
            if limit is not None:
                options["Limit"] = limit - len(items)
            answer = call(
                self._client.query,
                TableName=self._name,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": text(pk),
                    ":first": text(first),
                    ":last": text(last),
                },
                ScanIndexForward=not backward,
                ConsistentRead=True,
                **options,
            )
            items += answer["Items"]
            more = answer.get("LastEvaluatedKey")
            if not more or (limit is not None and len(items) >= limit):
                return items
            options["ExclusiveStartKey"] = more


def _possible(pk: str, sk: str) -> bool:
    """Return whether DynamoDB could have such a key, because ids from outside may be anything."""
    return 0 < len(pk.encode()) <= PK_BYTES and 0 < len(sk.encode()) <= SK_BYTES


# ---------------------------------------------------------------- items and their attributes


def key(pk: str, sk: str) -> Item:
    """Return an item's key."""
    return {"pk": text(pk), "sk": text(sk)}


def item(pk: str, sk: str, attributes: Mapping[str, Any], *, expires: int) -> Item:
    """Return a whole item. `expires` is in epoch seconds."""
    return {**key(pk, sk), "schema": number(SCHEMA), "expires": number(expires), **attributes}


def expiry(at: int, days: int) -> int:
    """Return the time so many days after `at` (epoch milliseconds), in epoch seconds."""
    return at // 1000 + days * DAY


def text(value: str) -> Item:
    """Return a string attribute."""
    return {"S": value}


def number(value: int) -> Item:
    """Return a number attribute."""
    return {"N": str(value)}


def texts(**values: str | None) -> Item:
    """Return string attributes, without those that are None."""
    return {name: text(value) for name, value in values.items() if value is not None}


def numbers(**values: int | None) -> Item:
    """Return number attributes, without those that are None."""
    return {name: number(value) for name, value in values.items() if value is not None}


def str_of(found: Mapping[str, Any], name: str) -> str | None:
    """Return a string attribute's value, or None where the attribute is absent."""
    return found[name]["S"] if name in found else None


def int_of(found: Mapping[str, Any], name: str) -> int | None:
    """Return a number attribute's value, or None where the attribute is absent."""
    return int(found[name]["N"]) if name in found else None


def packed(lines: Iterable[str]) -> Item:
    """Return JSON texts as one deflated binary attribute, because DynamoDB bills each kilobyte.

    An answered message's record and state take 1.6 kB as text and 0.7 kB deflated. Raises TooLarge.
    The size is judged before packing, so that both homes refuse the same.
    """
    whole = []
    for line in lines:
        if len(line) > ITEM_BYTES:
            raise TooLarge(f"an item of {len(line)} bytes is over the store's {ITEM_BYTES}")
        whole.append(line)
    body = zlib.compress("\n".join(whole).encode("ascii"), 6)
    if len(body) > ITEM_BYTES:
        raise TooLarge(f"an item of {len(body)} bytes is over the store's {ITEM_BYTES}")
    return {"B": body}


def unpacked(attribute: Mapping[str, Any]) -> list[str]:
    """Return the JSON texts of a `packed` attribute."""
    return zlib.decompress(attribute["B"]).decode("ascii").split("\n")
