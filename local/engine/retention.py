"""The embedded home keeps everything as long as AWS does, and this module deletes what is older.

Each transaction deletes a few hundred rows at most, so that no lane waits long for its turn.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from surgeline.application.ports.retention import (
    DEAD_LETTER_DAYS,
    OFFER_DAYS,
    RECORD_DAYS,
    USUAL,
    Days,
)

from local.engine.database import Database
from local.engine.queue import SqliteQueue

DAY_MS: Final = 86_400_000
AT_ONCE: Final = 500


class SqliteRetention:
    """Retention over the store's file and the queues' dead letters (see ports.Retention)."""

    def __init__(
        self, database: Database, queues: Iterable[SqliteQueue], days: Days = USUAL
    ) -> None:
        self._days = days
        self._database = database
        self._queues = tuple(queues)

    def sweep(self, now: int) -> int:
        """Delete everything that is too old. Rows that are written meanwhile are never too old."""
        gone = self._sweep_records(now)
        for table, key, age, days in (
            ("offers", "offer_id", "expires_at", OFFER_DAYS),
            ("deliveries", "id", "at", self._days.deliveries),
            ("seats", "offer_id", "state <> 'taken' AND changed_at", OFFER_DAYS),
            ("outcomes", "opened_at, key, part, kind", "opened_at", self._days.records),
            ("starts", "message_id", "at", DEAD_LETTER_DAYS),
            ("waitlist", "pool_id, turn, since, conversation_id", "since", OFFER_DAYS),
            ("acts", "at, id", "at", RECORD_DAYS),
            ("cases", "pool_id, conversation_id", "since", OFFER_DAYS),
            ("desk_links", "pool_id, ref", "at", OFFER_DAYS),
            ("passes", "digest", "expires_at", 0),
            ("ledger", "book, id", "expires_at", 0),
            ("presences", "pool_id, person_id", "until", 1),
        ):
            gone += self._sweep_table(table, key, age, now - days * DAY_MS)
        return gone + sum(
            queue.forget_dead(before=now - DEAD_LETTER_DAYS * DAY_MS) for queue in self._queues
        )

    def _sweep_table(self, table: str, key: str, age: str, before: int) -> int:
        """Delete the old rows by their key. The table, key and age are constants of `sweep`."""
        marks = ", ".join("?" * len(key.split(",")))
        found = self._database.fetch(f"SELECT {key} FROM {table} WHERE {age} < ?", before)  # noqa: S608 - constants
        for batch in batches(found):
            with self._database.write() as db:
                db.executemany(
                    f"DELETE FROM {table} WHERE ({key}) = ({marks}) AND {age} < ?",  # noqa: S608 - constants
                    [(*row, before) for row in batch],
                )
        return len(found)

    def _sweep_records(self, now: int) -> int:
        """Delete the oldest records, and delete a thread with its last record.

        Rows stand in the order in which they were written, so the search stops at the first young
        row. The last record of a thread is kept as long as the thread.
        """
        gone = after = 0
        while True:
            page = self._database.fetch(_OLDEST_RECORDS, after, AT_ONCE)
            old = [row for row in page if row[3] < now - self._days.records * DAY_MS]
            over = [row for row in old if not row[4] or row[3] < now - self._days.threads * DAY_MS]
            with self._database.write() as db:
                for rowid, thread_id, seq, _, is_last in over:
                    db.execute("DELETE FROM records WHERE rowid = ?", (rowid,))
                    if is_last:
                        db.execute(_DELETE_THREAD, (thread_id, seq))
            gone += len(over)
            if len(old) < AT_ONCE:
                return gone
            after = old[-1][0]


_OLDEST_RECORDS = (
    "SELECT rowid, thread_id, seq, json_extract(body, '$.at'),"
    " seq = (SELECT max(seq) FROM records AS others WHERE others.thread_id = records.thread_id)"
    " FROM records WHERE rowid > ? ORDER BY rowid LIMIT ?"
)
_DELETE_THREAD = (
    "DELETE FROM threads WHERE id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM records WHERE thread_id = ?1 AND seq > ?2)"
)


def batches(rows: Sequence[tuple[object, ...]]) -> Iterable[list[tuple[object, ...]]]:
    """Yield the rows in batches of a few hundred."""
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
