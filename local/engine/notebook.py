"""The notebook in SQLite has a row for each page."""

from typing import Final

from surgeline.application.ports.notebook import Page
from surgeline.application.ports.refusals import Changed, TooLarge

from local.engine.database import Database

NOTEBOOK_SCHEMA: Final = """
CREATE TABLE notebook (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID
"""
PAGE_BYTES: Final = 400_000


class SqliteNotebook:
    """The notebook in the store's file (see ports.Notebook)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: str) -> Page:
        """Return the page."""
        rows = self._database.fetch("SELECT body, version FROM notebook WHERE name = ?", name)
        return Page(bytes(rows[0][0]), rows[0][1]) if rows else Page()

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        """Replace the page if its version is still the one that was read."""
        if len(body) > PAGE_BYTES:
            raise TooLarge(f"a page of {len(body)} bytes is over the store's {PAGE_BYTES}")
        new = Page(body, after.version + 1)
        with self._database.write() as db:
            done = db.execute(
                "INSERT INTO notebook VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE"
                " SET version = ?2, body = ?3 WHERE version = ?2 - 1"
                if after.version
                else "INSERT OR IGNORE INTO notebook VALUES (?1, ?2, ?3)",
                (name, new.version, body),
            )
            if done.rowcount != 1:
                raise Changed(f"the page {name!r} was written by somebody else")
        return new
