"""The waitlist in SQLite has a row for each pool and conversation, and triggers count the rows."""

from collections.abc import Sequence
from typing import Final

from surgeline.application.ports.waitlist import Place, Waiting

from local.engine.database import Database

WAITLIST_SCHEMA: Final = """
CREATE TABLE waitlist (
    pool_id TEXT NOT NULL,
    turn INTEGER NOT NULL,
    since INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    PRIMARY KEY (pool_id, turn, since, conversation_id)
) WITHOUT ROWID;
CREATE TABLE waiting (pool_id TEXT PRIMARY KEY, conversations INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER waitlist_joined AFTER INSERT ON waitlist BEGIN
    INSERT INTO waiting VALUES (new.pool_id, 1)
        ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;
CREATE TRIGGER waitlist_left AFTER DELETE ON waitlist BEGIN
    UPDATE waiting SET conversations = conversations - 1 WHERE pool_id = old.pool_id;
END
"""
"""`turn` is the priority with its sign changed, so that the key has the order of the list."""
FROM_FORMER_LINE: Final = f"""
{WAITLIST_SCHEMA};
INSERT INTO waitlist
    SELECT pool.value, -priority, since, conversation_id, thread_id
    FROM line, json_each(line.pools) AS pool WHERE true ON CONFLICT DO NOTHING;
INSERT INTO waitlist SELECT '', -priority, since, conversation_id, thread_id FROM line;
DROP TABLE line
"""  # noqa: S608 - a constant
"""This upgrades a file that kept one list for all pools."""
PLACES_END: Final = "ALTER TABLE waitlist ADD COLUMN until INTEGER NOT NULL DEFAULT 0"
"""This gives each place the end that a kept request needs, in a new file and in an old one."""

EVERYBODY: Final = ""
"""These rows stand for all pools, one for each conversation that waits. No pool has an empty id."""
_COLUMNS = "SELECT thread_id, conversation_id, -turn, since, until FROM waitlist WHERE pool_id = ?1"
_IN_ORDER = "ORDER BY turn, since, conversation_id"


class SqliteWaitlist:
    """The waitlist in the store's file (see ports.Waitlist)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Insert the rows that are missing, and put the end of the others off."""
        with self._database.write() as db:
            db.executemany(
                "INSERT INTO waitlist VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
                [
                    (each, *waiting.place, waiting.thread_id, waiting.until)
                    for each in (EVERYBODY, *pool_ids)
                ],
            )

    def leave(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Delete the rows."""
        with self._database.write() as db:
            db.executemany(
                "DELETE FROM waitlist"
                " WHERE pool_id = ? AND turn = ? AND since = ? AND conversation_id = ?",
                [(each, *waiting.place) for each in (EVERYBODY, *pool_ids)],
            )

    def first(self, pool_id: str, *, limit: int = 1) -> list[Waiting]:
        """Return the first conversations of the list."""
        rows = self._database.fetch(f"{_COLUMNS} {_IN_ORDER} LIMIT ?2", pool_id, limit)
        return [Waiting(*row) for row in rows]

    def ahead(self, pool_id: str, place: Place | None, *, up_to: int) -> int:
        """Return how many rows are before the place, `up_to` at most."""
        before = "" if place is None else "AND (turn, since, conversation_id) < (?3, ?4, ?5)"
        [(count,)] = self._database.fetch(
            f"SELECT count(*) FROM (SELECT 1 FROM waitlist WHERE pool_id = ?1 {before} LIMIT ?2)",  # noqa: S608 - one of two constants
            pool_id,
            max(0, up_to),
            *(place or ()),
        )
        return int(count)

    def waiting(self, pool_id: str) -> int:
        """Return how many conversations wait for the pool."""
        rows = self._database.fetch("SELECT conversations FROM waiting WHERE pool_id = ?", pool_id)
        return int(rows[0][0]) if rows else 0

    def backlog(self) -> int:
        """Return how many conversations wait for any pool."""
        return self.waiting(EVERYBODY)
