"""Secrets stand in a file of their own that only its owner may read."""

from pathlib import Path

from surgeline.application.ports.refusals import Changed

from local.engine.database import Database

_SCHEMA = "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


class SqliteSecrets:
    """ports.Secrets. Nothing is cached: a read takes microseconds and a change holds at once."""

    def __init__(self, path: Path) -> None:
        # Durable always: a signing key that is lost in a power cut is known to others already.
        self._database = Database(path, schema=_SCHEMA, durable=True)

    def get(self, name: str) -> str | None:
        """Return the secret, or None. Raises Unavailable."""
        rows = self._database.fetch("SELECT value FROM secrets WHERE name = ?", name)
        return rows[0][0] if rows else None

    def latest(self, name: str) -> str | None:
        """Return the same as `get`, because nothing is cached."""
        return self.get(name)

    def put(self, name: str, value: str) -> None:
        """Set it."""
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, value))

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        """Set it while it is `was`. Raises Changed."""
        with self._database.write() as db:
            rows = db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchall()
            if (rows[0][0] if rows else None) != was:
                raise Changed(f"the secret {name} was changed by others meanwhile")
            db.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, value))

    def delete(self, name: str) -> None:
        """Delete it."""
        with self._database.write() as db:
            db.execute("DELETE FROM secrets WHERE name = ?", (name,))

    def close(self) -> None:
        """Close this process's connections."""
        self._database.close()
