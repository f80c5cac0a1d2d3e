"""The rows of a home folder's databases are read as text, for comparing runs and for searching."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_MAGIC = b"SQLite format 3"


def rows_of(folder: Path) -> Iterator[str]:
    """Yield every row of every database in the folder: state, queues, dead letters, logs."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _is_database(path):
            with closing(sqlite3.connect(path)) as database:
                yield from database.iterdump()


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
