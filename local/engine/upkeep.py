"""The upkeep finds damage in a home's files before a start, and empties logs at a stop.

Neither task needs a backend, and both look at every SQLite file of the folder.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from local.engine.errors import Damaged, Newer, translated
from local.engine.store import VERSION

PATTERN: Final = "*.sqlite"
SECRETS: Final = "secrets.sqlite"
READABLE: Final = {"conversations.sqlite": VERSION}
"""The newest version of each file that this release reads. Every other file has version 1."""
PROVISIONED: Final = "admin-key"
"""This file is written after the first secrets, so that they are missing once it is there."""


def check(home: Path) -> None:
    """Read every file of the home. Raises Unavailable, and Damaged for the first damaged file."""
    for path in sorted(home.rglob(PATTERN)):
        if path.stat().st_size == 0:
            raise Damaged(path, "it is empty")
        with closing(_open(path)) as connection:
            try:
                [(found, *_)] = connection.execute("PRAGMA quick_check(1)").fetchall()
            except sqlite3.DatabaseError as error:
                raise translated(error, path) from error
        if found != "ok":
            raise Damaged(
                path, " ".join(str(found).removeprefix("*** in database main ***").split())
            )
    if (home / PROVISIONED).exists() and not (home / SECRETS).exists():
        raise Damaged(home / SECRETS, "it is gone")


def check_versions(home: Path) -> None:
    """Raise Newer for the first file that a newer release has written."""
    for path in sorted(home.rglob(PATTERN)):
        with closing(_open(path)) as connection:
            [(found,)] = connection.execute("PRAGMA user_version").fetchall()
        readable = READABLE.get(path.name, 1)
        if found > readable:
            raise Newer(path, found, readable)


def empty_logs(home: Path) -> None:
    """Write every file's log into the file and empty it, once nobody uses the home any more."""
    for path in home.rglob(PATTERN):
        with suppress(sqlite3.Error), closing(_open(path)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=1.0, isolation_level=None)
