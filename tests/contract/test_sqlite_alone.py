"""A file that one process has alone keeps the rules of transactions, and writes seldom."""

import sqlite3
import threading
from pathlib import Path

import pytest
from surgeline.errors import Unavailable

from local.engine.database import Database

TABLE = "CREATE TABLE t (a UNIQUE)"


def alone(path: Path) -> Database:
    """Return the file, with a row that was written and not committed to the disk yet."""
    database = Database(path, schema=TABLE, alone=True)
    with database.write() as db:
        db.execute("INSERT INTO t VALUES (1)")
    return database


def test_transactions_reach_the_disk_together_when_the_file_is_closed(tmp_path: Path) -> None:
    """A thousand transactions change nothing on the disk before the end, and all are there then."""
    path = tmp_path / "f.sqlite"
    database = alone(path)
    before = path.read_bytes()
    for number in range(2, 1_000):
        with database.write() as db:
            db.execute("INSERT INTO t VALUES (?)", (number,))
    assert path.read_bytes() == before
    database.close()
    assert Database(path, schema=TABLE).fetch("SELECT count(*) FROM t") == [(999,)]


def test_an_exception_rolls_back_its_own_transaction_only(tmp_path: Path) -> None:
    """Whatever was written before stays, and the next writer goes on. Errors are translated."""
    database = alone(tmp_path / "f.sqlite")
    with pytest.raises(sqlite3.IntegrityError), database.write() as db:
        db.executemany("INSERT INTO t VALUES (?)", [(2,), (1,)])
    assert database.fetch("SELECT a FROM t") == [(1,)]
    [pages] = database._handle().connection.execute("PRAGMA page_count").fetchone()
    database._handle().connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable), database.write() as db:
        db.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))
    database.close()


def test_all_threads_share_what_is_not_on_the_disk_yet(tmp_path: Path) -> None:
    """A call that waits for a slow server in a thread of its own reads what others wrote."""
    database = alone(tmp_path / "f.sqlite")
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend(database.fetch("SELECT a FROM t")))
    thread.start()
    thread.join()
    assert found == [(1,)]
    database.close()
