"""Secrets stand in a file of their own that only the owner of the file may read."""

from pathlib import Path

from surgeline.application.ports.refusals import Changed

from local.engine.database import Database

_SCHEMA = "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


class SqliteSecrets:
    """Secrets in a file (see ports.Secrets).

    Nothing is cached, because a read takes microseconds. A change is in force at once.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        # The file is always durable, because others may already use a key that a power cut would
        # lose.
        self._database = Database(path, schema=_SCHEMA, durable=True, alone=alone)

    def get(self, name: str) -> str | None:
        """Return the secret, or None. Raises Unavailable."""
        rows = self._database.fetch("SELECT value FROM secrets WHERE name = ?", name)
        return rows[0][0] if rows else None

    def names(self) -> list[str]:
        """Return the names of all secrets, sorted."""
        return [name for (name,) in self._database.fetch("SELECT name FROM secrets ORDER BY name")]

    def latest(self, name: str) -> str | None:
        """Return the same as `get`, because nothing is cached."""
        return self.get(name)

    def put(self, name: str, value: str) -> None:
        """Set the secret."""
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, value))

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        """Set the secret if its value is still `was`. Raises Changed."""
        with self._database.write() as db:
            rows = db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchall()
            if (rows[0][0] if rows else None) != was:
                raise Changed(f"others changed the secret {name} meanwhile")
            db.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, value))

    def delete(self, name: str) -> None:
        """Delete the secret."""
        with self._database.write() as db:
            db.execute("DELETE FROM secrets WHERE name = ?", (name,))

    def close(self) -> None:
        """Close this process's connections."""
        self._database.close()
