"""Deliveries and their attempts are kept in DynamoDB, one item each.

An endpoint and day has eight partitions, so that one partition's write limit does not bound a busy
channel. A listing asks all of them. A delivery whose place is known is found by its key.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, cast
from zlib import crc32

from surgeline.adapters.aws.table import (
    DELIVERY,
    SCHEMA,
    Item,
    Table,
    expiry,
    number,
    str_of,
    text,
)
from surgeline.application.ports.deliveries import (
    ATTEMPTS_KEPT,
    Attempt,
    Delivery,
    DeliveryEnd,
    DeliveryPlace,
    DeliveryQuery,
    LoggedDelivery,
)

SHARDS: Final = 8
PAGE: Final = 200
NAMES: Final = {
    f"#{name}": name
    for name in (
        "schema",
        "expires",
        "target",
        "thread",
        "conversation",
        "event",
        "number",
        "attempts",
        "ended",
    )
}
KEEP: Final = (
    "SET #schema = :schema, #expires = :expires, #target = :target, #thread = :thread,"
    " #conversation = :conversation, #event = :event, #number = :number"
)


class DynamoDeliveryLog:
    """ports.DeliveryLog. Attempts are a set of lines, so that a repeat adds none."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record_attempt(self, delivery: Delivery, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Add the attempt and set the end. A success stays recorded beside later ends."""
        place = delivery.place
        names = dict(NAMES)
        values = {
            ":schema": number(SCHEMA),
            ":expires": number(expiry(place.at, self._table.days.deliveries)),
            ":target": text(place.target),
            ":thread": text(delivery.thread_id),
            ":conversation": text(delivery.conversation_id),
            ":event": text(delivery.event),
            ":number": number(attempt.number),
            ":attempt": {"SS": [_line(attempt)]},
        }
        update = KEEP
        if end:
            update += ", #ended = :ended"
            values[":ended"] = text(end)
        if end == "delivered":
            update += ", #delivered = :number"
            names["#delivered"] = "delivered"
        update += " ADD #attempts :attempt" + ("" if end else " REMOVE #ended")
        kept = self._table.change(*_key(place), update=update, names=names, values=values)
        self._forget_oldest(place, kept["attempts"]["SS"])

    def _forget_oldest(self, place: DeliveryPlace, lines: Sequence[str]) -> None:
        if len(lines) > ATTEMPTS_KEPT:
            self._table.change(
                *_key(place),
                update="DELETE #attempts :oldest",
                names={"#attempts": "attempts"},
                values={":oldest": {"SS": sorted(lines)[:-ATTEMPTS_KEPT]}},
            )

    def last(self, place: DeliveryPlace) -> Attempt | None:
        """Return the newest line."""
        found = self._table.get(*_key(place))
        return _logged(found).attempts[-1] if found else None

    def find(self, places: Sequence[DeliveryPlace]) -> list[LoggedDelivery]:
        """Read the deliveries by their keys, a hundred a call."""
        found = self._table.get_all([_key(place) for place in places])
        return [_logged(found[_key(place)]) for place in places if _key(place) in found]

    def list(self, query: DeliveryQuery) -> list[LoggedDelivery]:
        """Read day by day, the newest first, until there are enough."""
        found: list[LoggedDelivery] = []
        shards = range(SHARDS) if query.delivery_id is None else [_shard(query.delivery_id)]
        for day in _days(query.since, query.until):
            of_day: list[LoggedDelivery] = []
            for shard in shards:
                items = map(
                    _logged,
                    self._newest(_partition(query.target, day, shard), query.since, query.until),
                )
                wanted = (
                    each
                    for each in items
                    if query.delivery_id in (None, each.place.id) and _ends(each, query.end)
                )
                of_day += islice(wanted, query.limit - len(found))
            of_day.sort(key=lambda each: (each.place.at, each.place.id), reverse=True)
            found += of_day[: query.limit - len(found)]
            if len(found) >= query.limit:
                break
        return found

    def _newest(self, pk: str, since: int, until: int) -> Iterator[Item]:
        """Yield a partition's items between two times, the newest first, read page by page."""
        last = _sort_key(until, "")
        while True:
            page = self._table.between(pk, _sort_key(since, ""), last, limit=PAGE, backward=True)
            yield from (each for each in page if each["sk"]["S"] != last)
            if len(page) < PAGE:
                return
            last = page[-1]["sk"]["S"]


def _key(place: DeliveryPlace) -> tuple[str, str]:
    pk = _partition(place.target, _day(place.at), _shard(place.id))
    return pk, _sort_key(place.at, place.id)


def _partition(target: str, day: str, shard: int) -> str:
    return f"{DELIVERY}{target}#{day}#{shard}"


def _sort_key(at: int, delivery_id: str) -> str:
    return f"{at:013d}#{delivery_id}"


def _shard(delivery_id: str) -> int:
    return crc32(delivery_id.encode("utf-8", "replace")) % SHARDS


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _days(since: int, until: int) -> Iterator[str]:
    """Yield the days between two times, the newest first."""
    day = datetime.fromtimestamp(until / 1000, UTC).date()
    first = datetime.fromtimestamp(since / 1000, UTC).date()
    while day >= first:
        yield day.isoformat()
        day -= timedelta(days=1)


def _line(attempt: Attempt) -> str:
    """Return an attempt as text that sorts by its time."""
    status = "-" if attempt.status is None else str(attempt.status)
    at = f"{attempt.at:013d}"
    return f"{at} {attempt.number} {status} {attempt.milliseconds} {attempt.outcome}"


def _attempt(line: str) -> Attempt:
    at, count, status, milliseconds, outcome = line.split(" ", 4)
    return Attempt(
        number=int(count),
        at=int(at),
        outcome=outcome,
        status=None if status == "-" else int(status),
        milliseconds=int(milliseconds),
    )


def _logged(found: Item) -> LoggedDelivery:
    at, _, delivery_id = found["sk"]["S"].partition("#")
    ended = "delivered" if "delivered" in found else str_of(found, "ended")
    return LoggedDelivery(
        place=DeliveryPlace(found["target"]["S"], int(at), delivery_id),
        thread_id=found["thread"]["S"],
        conversation_id=found["conversation"]["S"],
        event=found["event"]["S"],
        end=cast(DeliveryEnd | None, ended),
        attempts=tuple(_attempt(line) for line in sorted(found["attempts"]["SS"])),
    )


def _ends(logged: LoggedDelivery, end: str | None) -> bool:
    return end in (None, logged.end or "retrying")
