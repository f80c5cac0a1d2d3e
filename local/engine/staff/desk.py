"""The desks of pools are kept in the store's file, with the people who sit at them."""

import sqlite3
from dataclasses import replace
from typing import Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.desk import Case, Presence

from local.engine.database import Database

DESK_SCHEMA: Final = """
CREATE TABLE cases (
    pool_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, conversation_id)
) WITHOUT ROWID;
CREATE TABLE presences (
    pool_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, person_id)
) WITHOUT ROWID
"""
_CASE: Final = "SELECT body FROM cases WHERE pool_id = ? AND conversation_id = ?"


class SqliteDesk:
    """Cases and presences (see ports.desk.Desk). Each change is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lay(self, case: Case) -> None:
        """Write the case over one of an earlier epoch, or over an open offer."""
        with self._database.write() as db:
            before = _read(db, case.pool_id, case.conversation_id)
            if before is None or _gives_way(before, case):
                _write(db, case)

    def take(self, pool_id: str, conversation_id: str, *, offer_id: str, person_id: str) -> bool:
        """Write the person into the case that lies there."""
        with self._database.write() as db:
            case = _read(db, pool_id, conversation_id)
            if case is None or case.offer_id != offer_id:
                return False
            if case.state == "offered":
                _write(db, replace(case, state="taken", person_id=person_id))
                return True
            return case.person_id == person_id

    def give(self, pool_id: str, conversation_id: str, *, epoch: int, person_id: str) -> bool:
        """Write another person into the case."""
        with self._database.write() as db:
            case = _read(db, pool_id, conversation_id)
            if case is None or case.epoch != epoch or case.state != "taken":
                return False
            _write(db, replace(case, person_id=person_id))
        return True

    def add_message(
        self, pool_id: str, conversation_id: str, *, epoch: int, seq: int, at: int
    ) -> bool:
        """Write the newest number into the case."""
        with self._database.write() as db:
            case = _read(db, pool_id, conversation_id)
            if case is None or case.epoch != epoch:
                return False
            if seq > case.told_seq:
                _write(db, replace(case, told_seq=seq, told_at=at))
        return True

    def clear(
        self, pool_id: str, conversation_id: str, *, epoch: int, offer_id: str | None = None
    ) -> bool:
        """Delete the case, unless it is of a later epoch or of another offer."""
        with self._database.write() as db:
            case = _read(db, pool_id, conversation_id)
            if case is None or case.epoch > epoch or offer_id not in (None, case.offer_id):
                return False
            db.execute(
                "DELETE FROM cases WHERE pool_id = ? AND conversation_id = ?",
                (pool_id, conversation_id),
            )
        return True

    def case(self, pool_id: str, conversation_id: str) -> Case | None:
        """Return the case, or None."""
        rows = self._database.fetch(_CASE, pool_id, conversation_id)
        return decode(Case, rows[0][0]) if rows else None

    def cases(self, pool_id: str) -> list[Case]:
        """Return the desk's cases."""
        rows = self._database.fetch(
            "SELECT body FROM cases WHERE pool_id = ? ORDER BY since, conversation_id", pool_id
        )
        return [decode(Case, body) for (body,) in rows]

    def sit(self, presence: Presence) -> None:
        """Write the presence over the person's last one."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO presences VALUES (?, ?, ?, ?)",
                (presence.pool_id, presence.person_id, presence.until, encode(presence)),
            )

    def sitting(self, pool_id: str, *, now: int) -> list[Presence]:
        """Return the presences that still hold."""
        rows = self._database.fetch(
            "SELECT body FROM presences WHERE pool_id = ? AND until > ? ORDER BY person_id",
            pool_id,
            now,
        )
        found = (decode(Presence, body) for (body,) in rows)
        return [each for each in found if each.state != "away"]


def _gives_way(before: Case, case: Case) -> bool:
    """Return whether a case that lies there is replaced by the other one."""
    if before.epoch != case.epoch:
        return before.epoch < case.epoch
    return before.state == "offered" and before.offer_id != case.offer_id


def _read(db: sqlite3.Connection, pool_id: str, conversation_id: str) -> Case | None:
    row = db.execute(_CASE, (pool_id, conversation_id)).fetchone()
    return decode(Case, row[0]) if row else None


def _write(db: sqlite3.Connection, case: Case) -> None:
    db.execute(
        "INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?)",
        (case.pool_id, case.conversation_id, case.since, encode(case)),
    )
