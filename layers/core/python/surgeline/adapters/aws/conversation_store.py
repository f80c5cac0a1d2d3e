"""Threads and their records are kept in DynamoDB, and one conditional write is the commit.

The thread's item holds its state *and* the record that led to it, whole. A commit is therefore one
write of one item, and nothing can be cut in the middle:

1. The record that the thread's item holds so far goes to its own place in the log, and its event
   id to the dedupe items. This is one call, which can be repeated with the same bytes.
2. The thread's item is replaced, if it is still at the expected number.

After a crash between the two steps, a record is in the log and in the thread's item. Readers see
that record once. So the newest record is always in the thread's item, and all others are in the
log. The number of calls does not depend on a conversation's length. It is 2 reads and 2 writes, or
1 and 1 for a first message.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from surgeline.adapters import codec
from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import (
    EVENT,
    RECORD,
    THREAD,
    Item,
    Table,
    expiry,
    int_of,
    item,
    number,
    packed,
    unpacked,
)
from surgeline.application.ports.conversations import Loaded, Record
from surgeline.application.ports.refusals import AlreadyDone, Stale, Throttled
from surgeline.application.ports.retention import EVENT_DAYS, Days
from surgeline.domain.events import ThreadErased
from surgeline.domain.thread import Thread

READS = 3
LAST = "\uffff"


@dataclass(frozen=True, slots=True)
class _Known:
    """The findings of the last load, kept for the commit that follows."""

    thread_id: str
    event_id: str
    seq: int
    newest: Record | None
    done: bool


class DynamoConversationStore:
    """ports.ConversationStore. One writer uses it at a time in a process. Any thread may read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: _Known | None = None

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """Read the thread first and then the event.

        So an event that is absent was not in the thread either.
        """
        head = self._table.get(thread_id, THREAD)
        if head is None:
            self._known = _Known(thread_id, event_id, 0, None, done=False)
            return Loaded(None, None)
        thread, newest = _thread_of(head)
        done = newest if newest.event.id == event_id else self._logged(thread_id, event_id)
        self._known = _Known(thread_id, event_id, thread.seq, newest, done=done is not None)
        return Loaded(thread, done)

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """Commit as the module describes. Raises AlreadyDone, Stale, TooLarge, Throttled."""
        head = _head_item(record, thread, self._table.days)
        known = self._known_for(thread.id, record.event.id)
        if known.done:
            raise _already_done(record)
        if known.seq != expected_seq:
            raise Stale(f"thread {thread.id} is at {known.seq}, not at {expected_seq}")
        head |= {"previous": number(known.newest.seq if known.newest else 0)}
        if known.newest:
            self._table.put_all(_log_items(thread.id, known.newest, self._table.days))
        self._replace(head, record, expected_seq)

    def rewrite(self, record: Record) -> None:
        """Put the record's item into the log again. Its dedupe mark stays as it is."""
        self._table.put_all(_log_items(record.event.thread_id, record, self._table.days)[:1])

    def forget(self, thread_id: str, *, before_seq: int) -> None:
        """Delete the log below that number.

        The marks go first, because they lead to the records.
        """
        marks = self._table.between(thread_id, EVENT, f"{EVENT}{LAST}")
        self._table.delete_all([each for each in marks if (int_of(each, "seq") or 0) < before_seq])
        last = f"{RECORD}{before_seq - 1:012d}"
        self._table.delete_all(self._table.between(thread_id, f"{RECORD}{0:012d}", last))

    def thread(self, thread_id: str) -> Thread | None:
        """Return the thread's state."""
        head = self._table.get(thread_id, THREAD)
        return _thread_of(head)[0] if head else None

    def threads(self, thread_ids: Sequence[str]) -> dict[str, Thread]:
        """Read a hundred threads a call."""
        found = self._table.get_all([(each, THREAD) for each in thread_ids])
        return {pk: _thread_of(head)[0] for (pk, _), head in found.items()}

    def records(
        self, thread_id: str, *, after_seq: int = 0, limit: int = 100, newest_first: bool = False
    ) -> list[Record]:
        """Return the records whose event's seq is above `after_seq`."""
        for _ in range(READS):
            items = self._table.between(
                thread_id,
                f"{RECORD}{after_seq + 1:012d}",
                THREAD,
                limit=limit + 1,
                backward=newest_first,
            )
            found = {}
            for each in items:
                record = _record_in(each)
                found[record.seq] = record
            if not _torn(items, found, after_seq, backward=newest_first):
                seqs = sorted((seq for seq in found if seq > after_seq), reverse=newest_first)
                return [found[seq] for seq in seqs[:limit]]
        raise Throttled(f"thread {thread_id} changed at every read")

    # ------------------------------------------------------------ private

    def _known_for(self, thread_id: str, event_id: str) -> _Known:
        """Return the last load's findings, or load now. Each load is used once."""
        known, self._known = self._known, None
        if known is None or (known.thread_id, known.event_id) != (thread_id, event_id):
            self.load(thread_id, event_id)
            known, self._known = self._known, None
        assert known is not None
        return known

    def _replace(self, head: Item, record: Record, expected_seq: int) -> None:
        try:
            if expected_seq == 0:
                self._table.put(head, condition="attribute_not_exists(pk)")
            else:
                values = {":expected": number(expected_seq)}
                self._table.put(head, condition="seq = :expected", values=values)
        except ConditionFailed as error:
            if self.load(record.event.thread_id, record.event.id).done:
                raise _already_done(record) from error
            raise Stale(f"thread {record.event.thread_id} has moved on") from error

    def _logged(self, thread_id: str, event_id: str) -> Record | None:
        """Return the record of an event that is not the newest."""
        seen = self._table.get(thread_id, f"{EVENT}{event_id}")
        if seen is None:
            return None
        found = self._table.get(thread_id, f"{RECORD}{int_of(seen, 'seq'):012d}")
        assert found is not None, "a record is kept longer than its dedupe item"
        return _record_in(found)


def _already_done(record: Record) -> AlreadyDone:
    event = record.event
    return AlreadyDone(f"event {event.id} of thread {event.thread_id} was committed before")


# ---------------------------------------------------------------- items


def _head_item(record: Record, thread: Thread, days: Days) -> Item:
    body = packed([codec.encode_thread(thread), codec.encode_record(record)])
    attributes = {"seq": number(thread.seq), "body": body}
    return item(thread.id, THREAD, attributes, expires=expiry(record.at, days.threads))


def _log_items(thread_id: str, record: Record, days: Days) -> list[Item]:
    """Return a record's item in the log, and the mark that its event is done."""
    return [
        item(
            thread_id,
            f"{RECORD}{record.seq:012d}",
            {"body": packed([codec.encode_record(record)])},
            expires=expiry(record.at, days.records),
        ),
        item(
            thread_id,
            f"{EVENT}{record.event.id}",
            {"seq": number(record.seq)},
            expires=expiry(record.at, EVENT_DAYS),
        ),
    ]


def _thread_of(head: Item) -> tuple[Thread, Record]:
    thread, newest = unpacked(head["body"])
    return codec.decode_thread(thread), codec.decode_record(newest)


def _record_in(found: Item) -> Record:
    """Return the record of a log item, or the newest one in the thread's item."""
    return codec.decode_record(unpacked(found["body"])[-1])


def _torn(items: list[Item], found: dict[int, Record], after_seq: int, *, backward: bool) -> bool:
    """Return whether a commit ran during the query, so that the second newest record is missing.

    A query reads its items one after the other. It may pass the log before a record is put there,
    and then meet the thread after it was replaced.
    """
    if not items or backward:  # backward, the thread is read first
        return False
    if isinstance(found[max(found)].event, ThreadErased):
        return False  # the records before it are deleted, or about to be
    previous = int_of(items[-1], "previous")
    return previous is not None and previous > after_seq and previous not in found
