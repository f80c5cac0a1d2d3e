"""Starts of messages that did not end are counted in the store's file."""

from typing import Final

from surgeline.application.ports.clock import Clock

from local.engine.database import Database

STARTS_SCHEMA: Final = """
CREATE TABLE starts (
    message_id TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID
"""


class SqliteStarts:
    """Counts the starts of messages (see ports.Starts)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begun(self, message_id: str) -> int:
        """Add one."""
        with self._database.write() as db:
            [(count,)] = db.execute(
                "INSERT INTO starts VALUES (?, 1, ?) ON CONFLICT (message_id)"
                " DO UPDATE SET count = count + 1, at = excluded.at RETURNING count",
                (message_id, self._clock.now()),
            ).fetchall()
        return int(count)

    def ended(self, message_id: str) -> None:
        """Begin to count anew."""
        with self._database.write() as db:
            db.execute("DELETE FROM starts WHERE message_id = ?", (message_id,))
