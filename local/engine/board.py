"""The pool board in SQLite keeps seats, the pools' own reports, and which pools are disabled.

A seat's row stays after the release, so that a late claim finds that the seat is over.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from surgeline.adapters.codec import decode_pace, encode_pace
from surgeline.application.ports.board import PoolLoad, SeatClaim, Wanted
from surgeline.domain.estimates.pace import Pace

from local.engine.database import Database

SEATS_SCHEMA = """
CREATE TABLE seats (
    offer_id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX seats_of_pool ON seats (pool_id, state, day);

CREATE TABLE disabled_pools (pool_id TEXT PRIMARY KEY, reason TEXT NOT NULL)
"""
SEATS_AGE = """
ALTER TABLE seats ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE seats SET changed_at = 1000 * CAST(strftime('%s', 'now') AS INTEGER);
CREATE INDEX seats_by_age ON seats (changed_at) WHERE state <> 'taken'
"""
"""This adds the time at which a seat was taken or given back, so that old seats can be deleted."""
FORMER_LINE = """
CREATE TABLE line (
    conversation_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    since INTEGER NOT NULL,
    thread_id TEXT NOT NULL,
    pools TEXT NOT NULL,
    PRIMARY KEY (conversation_id, priority, since)
);
CREATE INDEX line_in_order ON line (priority DESC, since, conversation_id)
"""
"""Earlier releases kept one list for all pools in this table."""
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
"""This table has the seats that pools report, and the seats that pools were asked for."""

PACES = """
ALTER TABLE capacity ADD COLUMN handled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE capacity ADD COLUMN handled_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE capacity ADD COLUMN pace TEXT;
ALTER TABLE capacity ADD COLUMN pace_changes INTEGER NOT NULL DEFAULT 0
"""
"""This adds how long conversations take, and what the waits for the pool show."""

SPENDS = """
ALTER TABLE seats ADD COLUMN cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seats ADD COLUMN cost_day TEXT NOT NULL DEFAULT '';
CREATE INDEX seats_by_cost ON seats (cost_day, state, cost) WHERE cost > 0
"""
"""This adds what seats cost on a day of the company, which all pools' seats share."""


class SqlitePoolBoard:
    """The board of pools in the store's file (see ports.PoolBoard).

    A claim counts the seats inside its own write transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, claim: SeatClaim) -> bool:
        """Take a seat if there is one, under the file's write lock."""
        offer_id, pool_id = claim.offer_id, claim.pool_id
        with self._database.write() as db:
            known = db.execute("SELECT state FROM seats WHERE offer_id = ?", (offer_id,)).fetchone()
            if known:
                return bool(known[0] == "taken")
            if claim.limit is not None and _taken(db, pool_id) >= claim.limit:
                return False
            if claim.daily_limit is not None and _used(db, pool_id, claim.day) >= claim.daily_limit:
                return False
            spend = claim.spend
            if spend is not None and _spent(db, spend.day) + spend.cost > spend.cap:
                return False
            db.execute(
                "INSERT INTO seats (offer_id, pool_id, day, state, changed_at, cost, cost_day)"
                " VALUES (?, ?, ?, 'taken', ?, ?, ?)",
                (
                    offer_id,
                    pool_id,
                    claim.day,
                    claim.at,
                    spend.cost if spend else 0,
                    spend.day if spend else "",
                ),
            )
            return True

    def release(
        self, offer_id: str, pool_id: str, *, used: bool, at: int, handled_seconds: int = 0
    ) -> bool:
        """Give the seat back. Keep a row even for a seat that was never taken."""
        state = "used" if used else "free"
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE seats SET state = ?, changed_at = ? WHERE offer_id = ? AND state = 'taken'",
                (state, at, offer_id),
            )
            if changed.rowcount:
                if handled_seconds:
                    db.execute(
                        "INSERT INTO capacity (pool_id, handled, handled_seconds)"
                        " VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET handled = handled + 1,"
                        " handled_seconds = handled_seconds + excluded.handled_seconds",
                        (pool_id, handled_seconds),
                    )
                return True
            db.execute(
                "INSERT OR IGNORE INTO seats (offer_id, pool_id, day, state, changed_at)"
                " VALUES (?, ?, '', 'free', ?)",
                (offer_id, pool_id, at),
            )
            return False

    def loads(self, days: Mapping[str, str]) -> Mapping[str, PoolLoad]:
        """Return the load of each pool, with a few index look-ups for each pool."""
        rows = self._database.fetch(
            "SELECT pool.key,"
            " (SELECT count(*) FROM seats WHERE pool_id = pool.key AND state = 'taken'),"
            " (SELECT count(*) FROM seats WHERE pool_id = pool.key"
            "   AND state IN ('taken', 'used') AND day = pool.value),"
            " (SELECT reason FROM disabled_pools WHERE pool_id = pool.key),"
            " seats, coalesce(until, 0), coalesce(wanted, 0),"
            " coalesce(handled, 0), coalesce(handled_seconds, 0), pace"
            " FROM json_each(?) AS pool LEFT JOIN capacity ON capacity.pool_id = pool.key",
            json.dumps(dict(days)),
        )
        return {
            pool_id: replace(PoolLoad(*load), pace=decode_pace(pace) if pace else Pace())
            for pool_id, *load, pace in rows
        }

    def spent(self, day: str) -> int:
        """Return the sum over the day's seats, by their index."""
        [(sum_,)] = self._database.fetch(_SPENT, day)
        return int(sum_)

    def charge(self, day: str, cost: int, *, at: int) -> None:
        """Keep the cost as a seat that no pool has, so that sums and old rows need nothing new."""
        with self._database.write() as db:
            db.execute(
                "INSERT INTO seats (offer_id, pool_id, day, state, changed_at, cost, cost_day)"
                " VALUES (?, '', '', 'used', ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET cost = max(cost, excluded.cost)",
                (f"aws#{day}", at, cost, day),
            )

    def disable(self, pool_id: str, reason: str) -> None:
        """Disable the pool and keep the first reason."""
        with self._database.write() as db:
            db.execute("INSERT OR IGNORE INTO disabled_pools VALUES (?, ?)", (pool_id, reason))

    def enable(self, pool_id: str) -> None:
        """Enable the pool and forget the reason."""
        with self._database.write() as db:
            db.execute("DELETE FROM disabled_pools WHERE pool_id = ?", (pool_id,))

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep the pool's last report."""
        with self._database.write() as db:
            db.execute(
                "INSERT INTO capacity (pool_id, seats, until) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET seats = excluded.seats, until = excluded.until",
                (pool_id, seats, until),
            )

    def keep_pace(self, pool_id: str, pace: Pace) -> bool:
        """Keep it beside the pool's seats, under the number of its changes."""
        with self._database.write() as db:
            db.execute("INSERT OR IGNORE INTO capacity (pool_id) VALUES (?)", (pool_id,))
            changed = db.execute(
                "UPDATE capacity SET pace = ?, pace_changes = ?"
                " WHERE pool_id = ? AND pace_changes = ?",
                (encode_pace(pace), pace.changes, pool_id, pace.changes - 1),
            )
            return bool(changed.rowcount)

    def want(
        self, pool_id: str, *, seats: int, by: str, exactly: bool = False, anew: bool = False
    ) -> Wanted | None:
        """Decide on the wish and keep it in one transaction (see ports.PoolBoard)."""
        with self._database.write() as db:
            db.execute("INSERT OR IGNORE INTO capacity (pool_id) VALUES (?)", (pool_id,))
            db.execute(
                "UPDATE capacity SET wanted = ?, wanted_by = ?, wanted_seq = wanted_seq + 1"
                " WHERE pool_id = ? AND wanted_by IS NOT ?"
                " AND CASE WHEN ? THEN 1 WHEN ? THEN wanted <> ?"
                " WHEN ? > 0 THEN wanted < ? ELSE wanted > 0 END",
                (seats, by, pool_id, by, anew, exactly, seats, seats, seats),
            )
            now, seq, last = db.execute(
                "SELECT wanted, wanted_seq, wanted_by FROM capacity WHERE pool_id = ?", (pool_id,)
            ).fetchone()
            return Wanted(now, seq) if last == by else None


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


_SPENT = (
    "SELECT coalesce(sum(cost), 0) FROM seats"
    " WHERE cost_day = ? AND state IN ('taken', 'used') AND cost > 0"
)


def _spent(db: sqlite3.Connection, day: str) -> int:
    [sum_] = db.execute(_SPENT, (day,)).fetchone()
    return int(sum_)
