"""ports.PoolBoard in SQLite: seats, the line of those that wait, who is disabled.

A seat's row stays after its release, so that a claim that comes late finds it over.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from surgeline.application.ports.board import PoolLoad, Waiting, Wanted

from local.engine.database import Database

BOARD_SCHEMA = """
CREATE TABLE seats (
    offer_id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX seats_of_pool ON seats (pool_id, state, day);

CREATE TABLE line (
    conversation_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    since INTEGER NOT NULL,
    thread_id TEXT NOT NULL,
    pools TEXT NOT NULL,
    PRIMARY KEY (conversation_id, priority, since)
);
CREATE INDEX line_in_order ON line (priority DESC, since, conversation_id);

CREATE TABLE disabled_pools (pool_id TEXT PRIMARY KEY, reason TEXT NOT NULL)
"""
CAPACITY_SCHEMA = """
CREATE TABLE capacity (
    pool_id TEXT PRIMARY KEY,
    seats INTEGER,
    until INTEGER NOT NULL DEFAULT 0,
    wanted INTEGER NOT NULL DEFAULT 0,
    wanted_by TEXT,
    wanted_seq INTEGER NOT NULL DEFAULT 0
)
"""
"""What pools say of their seats, and what they were asked for."""


class SqlitePoolBoard:
    """Counts are counted, never kept: a claim counts inside its own write transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self,
        offer_id: str,
        pool_id: str,
        *,
        day: str,
        limit: int | None,
        daily_limit: int | None,
    ) -> bool:
        """Take a seat if there is one, under the file's write lock."""
        with self._database.write() as db:
            known = db.execute("SELECT state FROM seats WHERE offer_id = ?", (offer_id,)).fetchone()
            if known:
                return bool(known[0] == "taken")
            if limit is not None and _taken(db, pool_id) >= limit:
                return False
            if daily_limit is not None and _used(db, pool_id, day) >= daily_limit:
                return False
            db.execute("INSERT INTO seats VALUES (?, ?, ?, 'taken')", (offer_id, pool_id, day))
            return True

    def release(self, offer_id: str, pool_id: str, *, used: bool) -> bool:
        """Give it back; a row of its own if it was never taken."""
        state = "used" if used else "free"
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE seats SET state = ? WHERE offer_id = ? AND state = 'taken'",
                (state, offer_id),
            )
            if changed.rowcount:
                return True
            db.execute("INSERT OR IGNORE INTO seats VALUES (?, ?, '', 'free')", (offer_id, pool_id))
            return False

    def loads(self, pool_ids: Sequence[str], *, day: str) -> Mapping[str, PoolLoad]:
        """Counted in a few index look-ups each."""
        rows = self._database.fetch(
            "SELECT pool.value,"
            " (SELECT count(*) FROM seats WHERE pool_id = pool.value AND state = 'taken'),"
            " (SELECT count(*) FROM seats WHERE pool_id = pool.value"
            "   AND state IN ('taken', 'used') AND day = ?),"
            " (SELECT reason FROM disabled_pools WHERE pool_id = pool.value),"
            " seats, coalesce(until, 0), coalesce(wanted, 0)"
            " FROM json_each(?) AS pool LEFT JOIN capacity ON capacity.pool_id = pool.value",
            day,
            json.dumps(list(pool_ids)),
        )
        return {pool_id: PoolLoad(*load) for pool_id, *load in rows}

    def disable(self, pool_id: str, reason: str) -> None:
        """Keep the first reason."""
        with self._database.write() as db:
            db.execute("INSERT OR IGNORE INTO disabled_pools VALUES (?, ?)", (pool_id, reason))

    def enable(self, pool_id: str) -> None:
        """Forget the reason."""
        with self._database.write() as db:
            db.execute("DELETE FROM disabled_pools WHERE pool_id = ?", (pool_id,))

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep the last word."""
        with self._database.write() as db:
            db.execute(
                "INSERT INTO capacity (pool_id, seats, until) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET seats = excluded.seats, until = excluded.until",
                (pool_id, seats, until),
            )

    def want(self, pool_id: str, *, seats: int, by: str) -> Wanted | None:
        """Judged and kept in one transaction."""
        with self._database.write() as db:
            db.execute("INSERT OR IGNORE INTO capacity (pool_id) VALUES (?)", (pool_id,))
            db.execute(
                "UPDATE capacity SET wanted = ?, wanted_by = ?, wanted_seq = wanted_seq + 1"
                " WHERE pool_id = ? AND wanted_by IS NOT ?"
                " AND CASE WHEN ? > 0 THEN wanted < ? ELSE wanted > 0 END",
                (seats, by, pool_id, by, seats, seats),
            )
            now, seq, last = db.execute(
                "SELECT wanted, wanted_seq, wanted_by FROM capacity WHERE pool_id = ?", (pool_id,)
            ).fetchone()
            return Wanted(now, seq) if last == by else None

    def join(self, waiting: Waiting) -> None:
        """Keep the place."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?)",
                (
                    waiting.conversation_id,
                    waiting.priority,
                    waiting.since,
                    waiting.thread_id,
                    json.dumps(waiting.pools),
                ),
            )

    def leave(self, waiting: Waiting) -> None:
        """Drop the place."""
        with self._database.write() as db:
            db.execute(
                "DELETE FROM line WHERE conversation_id = ? AND priority = ? AND since = ?",
                (waiting.conversation_id, waiting.priority, waiting.since),
            )

    def waitlist(self, *, limit: int = 100) -> list[Waiting]:
        """By priority, then by age."""
        rows = self._database.fetch(
            "SELECT thread_id, conversation_id, priority, since, pools FROM line"
            " ORDER BY priority DESC, since, conversation_id LIMIT ?",
            limit,
        )
        return [
            Waiting(thread_id, conversation_id, priority, since, tuple(json.loads(pools)))
            for thread_id, conversation_id, priority, since, pools in rows
        ]


def _taken(db: sqlite3.Connection, pool_id: str) -> int:
    [count] = db.execute(
        "SELECT count(*) FROM seats WHERE pool_id = ? AND state = 'taken'", (pool_id,)
    ).fetchone()
    return int(count)


def _used(db: sqlite3.Connection, pool_id: str, day: str) -> int:
    [count] = db.execute(
        "SELECT count(*) FROM seats WHERE pool_id = ? AND state IN ('taken', 'used') AND day = ?",
        (pool_id, day),
    ).fetchone()
    return int(count)
