"""All files of a home are held still for a moment, so that they are read as of one moment.

A home has many files, and messages move between them. Files that are copied one after the other
could miss a message that moved from the last file to the first meanwhile.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local.engine.errors import Damaged, translated


@contextmanager
def held_still(paths: Sequence[Path]) -> Iterator[None]:
    """Let nobody write to the files inside. Writers wait in the line that `database` keeps.

    Every writer holds one file at a time, so that the order in which the files are taken does not
    matter.
    """
    with ExitStack() as stack:
        for path in sorted(paths):
            lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, lock)  # closing the file releases the lock
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Snapshot:
    """A file as it is now. It can be copied later, while others go on writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, timeout=10.0, isolation_level=None)
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # reads now
        except sqlite3.Error as error:
            self._connection.close()
            raise translated(error, path) from error

    def copy(self, into: Path) -> None:
        """Write a whole file of its own, and check it. Raises Damaged, Unavailable."""
        os.close(os.open(into, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        copied = sqlite3.connect(into, isolation_level=None)
        try:
            self._connection.backup(copied)
            [(found, *_)] = copied.execute("PRAGMA quick_check(1)").fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        finally:
            copied.close()
        if found != "ok":
            raise Damaged(self.path, str(found))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def described(path: Path) -> tuple[int, dict[str, int]]:
    """Return the version of a file that nobody uses, and the number of rows in each table."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        rows = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - the file's own names
            for (name,) in sorted(names)
        }
    finally:
        connection.close()
    return version, rows
