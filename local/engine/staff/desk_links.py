"""The links to pools' own tools are kept in the store's file."""

from typing import Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.ports.desk_links import DeskLink

from local.engine.database import Database

LINKS_SCHEMA: Final = """
CREATE TABLE desk_links (
    pool_id TEXT NOT NULL,
    ref TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool_id, ref)
) WITHOUT ROWID;
CREATE INDEX desk_links_of_epoch ON desk_links (pool_id, conversation_id, epoch, at)
"""


class SqliteDeskLinks:
    """Links (see ports.desk_links.DeskLinks). Each change is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tie(self, link: DeskLink) -> None:
        """Write the link, unless it or a newer one is there."""
        values = (link.pool_id, link.ref, link.conversation_id, link.epoch, link.at)
        with self._database.write() as db:
            row = db.execute(
                "SELECT body FROM desk_links WHERE pool_id = ? AND ref = ?", values[:2]
            ).fetchone()
            if row and not link.replaces(decode(DeskLink, row[0])):
                return
            db.execute(
                "INSERT OR REPLACE INTO desk_links VALUES (?, ?, ?, ?, ?, '', ?)",
                (*values, encode(link)),
            )

    def find(self, pool_id: str, ref: str) -> DeskLink | None:
        """Return the link of a place."""
        query = "SELECT body FROM desk_links WHERE pool_id = ? AND ref = ?"
        rows = self._database.fetch(query, pool_id, ref)
        return decode(DeskLink, rows[0][0]) if rows else None

    def of(self, pool_id: str, conversation_id: str, epoch: int) -> DeskLink | None:
        """Return the link of the newest offer."""
        rows = self._database.fetch(
            "SELECT body FROM desk_links WHERE pool_id = ? AND conversation_id = ? AND epoch = ?"
            " ORDER BY at DESC LIMIT 1",
            pool_id,
            conversation_id,
            epoch,
        )
        return decode(DeskLink, rows[0][0]) if rows else None

    def take(self, pool_id: str, ref: str, person: str) -> str:
        """Write the person into the row."""
        with self._database.write() as db:
            db.execute(
                "UPDATE desk_links SET person = ? WHERE pool_id = ? AND ref = ? AND person = ''",
                (person, pool_id, ref),
            )
            row = db.execute(
                "SELECT person FROM desk_links WHERE pool_id = ? AND ref = ?", (pool_id, ref)
            ).fetchone()
        return str(row[0]) if row else ""
