"""The store's file keeps a row for each record that reports read."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from surgeline.adapters import codec
from surgeline.application.ports.outcomes import KeptConversation, Place
from surgeline.domain.outcome import Kept, outcome_key

from local.engine.database import Database

OUTCOMES_SCHEMA: Final = """
CREATE TABLE outcomes (
    opened_at INTEGER NOT NULL,
    key TEXT NOT NULL,
    part INTEGER NOT NULL,
    kind TEXT NOT NULL,
    erased INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (opened_at, key, part, kind)
) WITHOUT ROWID
"""


class SqliteOutcomes:
    """The outcomes in the store's file (see ports.Outcomes).

    A tombstone is marked, and no later write replaces it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *records: Kept) -> None:
        """Write the rows in one transaction, each unless it is there."""
        with self._database.write() as db:
            db.executemany(
                "INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?, ?, 0, ?)",
                [(*_key(each), codec.encode_outcome(each)) for each in records],
            )

    def erase(self, records: Sequence[Kept]) -> None:
        """Write the tombstones over any row that is there."""
        with self._database.write() as db:
            db.executemany(
                "INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4, 1, ?5)"
                " ON CONFLICT DO UPDATE SET erased = 1, body = ?5",
                [(*_key(each), codec.encode_outcome(each.forgotten())) for each in records],
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
        """Find the places by the table's key, then return their rows."""
        order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
        if after and newest_first:  # the time bounds the range that is read, the key does not
            until = min(until, after[0] + 1)
        elif after:
            since = max(since, after[0])
        follows = f"AND (opened_at, key) {beyond} (?4, ?5)" if after else ""
        rows = self._database.fetch(
            f"SELECT opened_at, key, body FROM outcomes WHERE (opened_at, key) IN"  # noqa: S608 - constants
            f" (SELECT DISTINCT opened_at, key FROM outcomes"
            f" WHERE opened_at >= ?1 AND opened_at < ?2 {follows}"
            f" ORDER BY opened_at {order}, key {order} LIMIT ?3)"
            f" ORDER BY opened_at {order}, key {order}",
            since,
            until,
            limit,
            *(after or ()),
        )
        return [
            KeptConversation.of(place, (codec.decode_outcome(body) for *_, body in group))
            for place, group in groupby(rows, lambda row: (row[0], row[1]))
        ]


def _key(kept: Kept) -> tuple[int, str, int, str]:
    return kept.opened_at, outcome_key(kept.conversation_id), kept.part, kept.type
