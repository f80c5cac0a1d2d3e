"""The records that reports read are kept in DynamoDB, one item each.

    outcome#<day>#<shard> / <opened at, 13 digits>#<key>#<part, 4 digits>#<kind of record>

The day is the day of the opening, so that all items of a conversation are neighbours. A day has
four partitions, so that one partition's write limit does not bound a surge. A page asks all of
them.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import chain, groupby, islice
from typing import Final
from zlib import crc32

from surgeline.adapters import codec
from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import OUTCOME, Item, Table, expiry, item, packed, unpacked
from surgeline.application.ports.outcomes import KeptConversation, Place
from surgeline.application.ports.retention import Days
from surgeline.domain.outcome import Kept, outcome_key

SHARDS: Final = 4
PAGE: Final = 200
LAST: Final = "\uffff"
NOT_ERASED: Final = "attribute_not_exists(erased)"


class DynamoOutcomes:
    """ports.Outcomes. A tombstone is marked, and no later write replaces it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, *records: Kept) -> None:
        """Put each item. A repeat puts the same one."""
        for record in records:
            with suppress(ConditionFailed):
                self._table.put(_item(record, record, self._table.days), condition=NOT_ERASED)

    def erase(self, records: Sequence[Kept]) -> None:
        """Put the tombstones, whether there is a record or not."""
        for each in records:
            self._table.put(
                _item(each, each.forgotten(), self._table.days) | {"erased": {"BOOL": True}}
            )

    def find(
        self,
        since: int,
        until: int,
        *,
        after: Place | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[KeptConversation]:
        """Return the conversations day by day.

        Each partition of a day is read by one query a page.
        """
        first, last = f"{since:013d}", f"{until:013d}"
        if after and newest_first:
            last = f"{after[0]:013d}#{after[1]}"
        elif after:
            first = f"{after[0]:013d}#{after[1]}#{LAST}"
        if first >= last:
            return []
        newest = after[0] if after and newest_first else until - 1
        days = _days(int(first[:13]), newest, newest_first=newest_first)
        found = (self._of_day(day, first, last, backward=newest_first) for day in days)
        return list(islice(chain.from_iterable(found), limit))

    def _of_day(
        self, day: str, first: str, last: str, *, backward: bool
    ) -> Iterator[KeptConversation]:
        shards = (
            self._of_shard(f"{OUTCOME}{day}#{shard}", first, last, backward=backward)
            for shard in range(SHARDS)
        )
        return merge(*shards, key=lambda each: each.place, reverse=backward)

    def _of_shard(
        self, pk: str, first: str, last: str, *, backward: bool
    ) -> Iterator[KeptConversation]:
        items = self._items(pk, first, last, backward=backward)
        for place, group in groupby(items, _place):
            bodies = (unpacked(each["body"])[0] for each in group)
            yield KeptConversation.of(place, map(codec.decode_outcome, bodies))

    def _items(self, pk: str, first: str, last: str, *, backward: bool) -> Iterator[Item]:
        """Yield a partition's items between the keys, page by page. The key `last` is excluded."""
        while True:
            page = self._table.between(pk, first, last, limit=PAGE, backward=backward)
            yield from page
            if len(page) < PAGE:
                return
            # No sort key ends so. Therefore the next page begins after this item, or before it.
            if backward:
                last = page[-1]["sk"]["S"][:-1]
            else:
                first = page[-1]["sk"]["S"] + "\x00"


def _item(kept: Kept, shown: Kept, days: Days) -> Item:
    """Return the item in the place of `kept`, with `shown` in it."""
    key = outcome_key(kept.conversation_id)
    day = datetime.fromtimestamp(kept.opened_at / 1000, UTC).date().isoformat()
    return item(
        f"{OUTCOME}{day}#{crc32(key.encode()) % SHARDS}",
        f"{kept.opened_at:013d}#{key}#{kept.part:04d}#{kept.type}",
        {"body": packed([codec.encode_outcome(shown)])},
        expires=expiry(kept.opened_at, days.records),
    )


def _place(found: Item) -> Place:
    opened_at, key, *_ = found["sk"]["S"].split("#")
    return int(opened_at), key


def _days(since: int, until: int, *, newest_first: bool) -> Iterator[str]:
    first = datetime.fromtimestamp(since / 1000, UTC).date()
    last = datetime.fromtimestamp(until / 1000, UTC).date()
    days = [
        (first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)
    ]
    return reversed(days) if newest_first else iter(days)
