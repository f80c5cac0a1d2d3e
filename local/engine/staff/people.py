"""People, their passes and their acts are kept in the store's file."""

from typing import Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.staff import Act, Pass, Person

from local.engine.database import Database

STAFF_SCHEMA: Final = """
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    added_at INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passes (
    digest TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE acts (
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (at, id)
) WITHOUT ROWID
"""


class SqliteStaff:
    """People and passes (see ports.staff.Staff)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, person: Person) -> None:
        """Write the person's row."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO people VALUES (?, ?, ?)",
                (person.id, person.added_at, encode(person)),
            )

    def change(self, known: Person, person: Person) -> bool:
        """Compare the row with the known person and write it, in one transaction."""
        with self._database.write() as db:
            row = db.execute("SELECT body FROM people WHERE id = ?", (known.id,)).fetchone()
            if row is None or decode(Person, row[0]) != known:
                return False
            db.execute("UPDATE people SET body = ? WHERE id = ?", (encode(person), known.id))
        return True

    def person(self, person_id: str) -> Person | None:
        """Return the person, or None."""
        rows = self._database.fetch("SELECT body FROM people WHERE id = ?", person_id)
        return decode(Person, rows[0][0]) if rows else None

    def people(self) -> list[Person]:
        """Return everybody."""
        rows = self._database.fetch("SELECT body FROM people ORDER BY added_at, id")
        return [decode(Person, body) for (body,) in rows]

    def keep(self, kept: Pass) -> None:
        """Write the pass."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO passes VALUES (?, ?, ?)",
                (kept.digest, kept.expires_at, encode(kept)),
            )

    def renew(self, kept: Pass) -> bool:
        """Write the pass over the row that is there."""
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE passes SET expires_at = ?, body = ? WHERE digest = ?",
                (kept.expires_at, encode(kept), kept.digest),
            )
        return changed.rowcount > 0

    def find(self, digest: str) -> Pass | None:
        """Return the pass, or None."""
        rows = self._database.fetch("SELECT body FROM passes WHERE digest = ?", digest)
        return decode(Pass, rows[0][0]) if rows else None

    def use(self, digest: str) -> Pass | None:
        """Delete the row and return what it was, in one transaction."""
        with self._database.write() as db:
            row = db.execute(
                "DELETE FROM passes WHERE digest = ? RETURNING body", (digest,)
            ).fetchone()
        return decode(Pass, row[0]) if row else None


class SqliteActs:
    """Acts by their time (see ports.staff.Acts)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, act: Act) -> None:
        """Write the act's row."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO acts VALUES (?, ?, ?)", (act.at, act.id, encode(act))
            )

    def find(self, since: int, until: int, *, limit: int = 100) -> list[Act]:
        """Return the newest rows of that time."""
        rows = self._database.fetch(
            "SELECT body FROM acts WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?",
            since,
            until,
            limit,
        )
        return [decode(Act, body) for (body,) in rows]
