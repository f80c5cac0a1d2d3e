"""The ledger's books are kept in the store's file."""

from typing import Final

from surgeline.application.ports.ledger import LAST_ID, Entry

from local.engine.database import Database

LEDGER_SCHEMA: Final = """
CREATE TABLE ledger (
    book TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (book, id)
) WITHOUT ROWID;
CREATE INDEX ledger_expiring ON ledger (expires_at)
"""
_COLUMNS: Final = "book, id, body, version, expires_at"


class SqliteLedger:
    """Entries by their book and id (see ports.ledger.Ledger)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, book: str, entry_id: str) -> Entry | None:
        """Return the entry, or None."""
        rows = self._database.fetch(
            f"SELECT {_COLUMNS} FROM ledger WHERE book = ? AND id = ?",  # noqa: S608 - constants
            book,
            entry_id,
        )
        return Entry(*rows[0]) if rows else None

    def write(self, entry: Entry) -> bool:
        """Write the row if its version is the next one."""
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE ledger SET body = ?, version = ?, expires_at = ?"
                " WHERE book = ? AND id = ? AND version = ?",
                (
                    entry.body,
                    entry.version,
                    entry.expires_at,
                    entry.book,
                    entry.id,
                    entry.version - 1,
                ),
            )
            if not changed.rowcount and entry.version == 1:
                changed = db.execute(
                    f"INSERT OR IGNORE INTO ledger ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - constants
                    (entry.book, entry.id, entry.body, entry.version, entry.expires_at),
                )
            return bool(changed.rowcount)

    def find(
        self,
        book: str,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Return the rows of a range."""
        order = "DESC" if newest_first else "ASC"
        rows = self._database.fetch(
            f"SELECT {_COLUMNS} FROM ledger WHERE book = ? AND id BETWEEN ? AND ?"  # noqa: S608 - constants
            f" ORDER BY id {order} LIMIT ?",
            book,
            first,
            last,
            limit,
        )
        return [Entry(*row) for row in rows]
