"""Many processes share one SQLite file through the connections of this module.

Write transactions and translated errors live here. No table and no rule of a port lives here.
"""

import fcntl
import os
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final

from local.engine.errors import Damaged, Newer, refuse

Row = tuple[Any, ...]

# Only a process that does not take our lock can make us wait here. Examples are a person's sqlite3
# shell and a backup.
_BUSY_SECONDS: Final = 2.0
# There are 16 MiB of log between checkpoints (the default is 4), because each costs two fsyncs.
_CHECKPOINT_PAGES: Final = 4_000
# Each thread has a connection, and each connection keeps so much of the file in its own memory (the
# default is 2,000). Pages that are read again come from the system's cache. No cost of that could
# be measured.
_CACHE_KIB: Final = 256
# A file that one process has alone needs no other process's memory, and keeps more in its own.
_CACHE_KIB_ALONE: Final = 32_768
_WRITES_A_COMMIT: Final = 2_000

# A forked child must not close its parent's connections, because closing the last one deletes the
# log. This list keeps a reference to the connections for as long as the child lives.
_inherited: list[sqlite3.Connection] = []
_databases: "weakref.WeakSet[Database]" = weakref.WeakSet()


class Database:
    """A file in WAL mode that only its owner can read, with a connection per thread and process.

    A commit survives the death of the process. With `durable` a commit also survives a power cut,
    at the price of a disk sync (0.1 to 5 ms). `version` is raised whenever `schema` changes.
    `upgrades` has, for each older version, the statements that take a file to the next version.

    With `alone` nobody else may open the file, and all threads share one connection, in turns. Many
    transactions then reach the disk together, and the last of them at `close`. If the process dies
    before that, the file is lost. A rehearsal needs no more.
    """

    def __init__(
        self,
        path: Path,
        *,
        schema: str,
        version: int = 1,
        upgrades: Mapping[int, str] | None = None,
        durable: bool = False,
        alone: bool = False,
    ) -> None:
        self._path = path
        self._upgrades = upgrades or {}
        self._schema = schema
        self._version = version
        self._durable = durable
        self._alone = alone
        self._local = self._no_handles()
        self._handles: weakref.WeakSet[_Handle] = weakref.WeakSet()
        _databases.add(self)
        _watch_forks()

    def write(self) -> "_Handle":
        """Return a context that is one write transaction and gives the connection.

        The transaction is committed at the end of the context, and rolled back on any exception.
        The context raises Throttled or Unavailable if nothing was kept.
        """
        return self._handle()

    def fetch(self, statement: str, *values: object) -> list[Row]:
        """Return the rows of one statement in one snapshot. Raises Throttled, Unavailable."""
        connection = self._handle().connection
        try:
            return connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            refuse(error, self._path)

    def scrub(self) -> bool:
        """Remove deleted rows from the disk. Return False while other processes are in the way."""
        return self._handle().scrub()

    def close(self) -> None:
        """Close this process's connections, which nobody uses now. The next use opens new ones."""
        for handle in list(self._handles):
            handle.close()
        self._local = self._no_handles()

    def disown(self) -> None:
        """Let go of the parent's connections in a forked child, without closing them."""
        for handle in list(self._handles):
            handle.disown()
        self._local = self._no_handles()

    def _no_handles(self) -> threading.local | SimpleNamespace:
        """Return the place of the handle: one for each thread, or one for all of them."""
        return SimpleNamespace() if self._alone else threading.local()

    def _handle(self) -> "_Handle":
        handle: _Handle | None = getattr(self._local, "handle", None)
        if handle is None:
            make = _LoneHandle if self._alone else _Handle
            try:
                handle = make(
                    self._path, self._schema, self._version, self._upgrades, durable=self._durable
                )
            except (sqlite3.Error, OSError, Damaged) as error:
                refuse(error, self._path)
            self._local.handle = handle
            self._handles.add(handle)
        return handle


class _Handle:
    """A thread's connection and its place in the line of writers.

    Writers queue for an exclusive flock before BEGIN IMMEDIATE. SQLite's own busy handler sleeps
    and retries, so that others can overtake an unlucky writer for long. With four writers in a
    closed loop the longest wait was 79 ms there, and 22 ms here. Both made 22,000 transactions a
    second, and the writers' shares were equal. The kernel frees the lock of a process that dies.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        upgrades: Mapping[int, str],
        *,
        durable: bool,
    ) -> None:
        self._pid = os.getpid()
        self._path = path
        self._lock = -1
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Opening waits in the line too, because two processes may not make the tables at once.
        # Closing a new file here would also drop the locks of this process's connection to the
        # file.
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            _make_or_find(path, schema, version)
            self.connection = sqlite3.connect(
                path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,  # one thread uses it, and any thread may close it
            )
            self._prepare(schema, version, upgrades, durable=durable)
        except BaseException:
            os.close(self._lock)
            self._lock = -1
            raise
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _prepare(
        self, schema: str, version: int, upgrades: Mapping[int, str], *, durable: bool
    ) -> None:
        self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self.connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self.connection.execute("PRAGMA secure_delete = ON")  # deleted rows leave the disk
        [found] = self.connection.execute("PRAGMA user_version").fetchone()
        if found == 0:  # an earlier release died while it made the file
            _make_tables(self.connection, schema, version)
            return
        while found in upgrades:
            self.connection.executescript(
                f"BEGIN IMMEDIATE; {upgrades[found]}; PRAGMA user_version = {found + 1}; COMMIT;"
            )
            found += 1
        if found != version:
            raise RuntimeError(str(Newer(self._path, found, version)))

    def __enter__(self) -> sqlite3.Connection:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self.connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
            if isinstance(error, sqlite3.Error):
                refuse(error, self._path)
            raise
        return self.connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._end(commit=error is None)
        except sqlite3.Error as failure:
            error = error or failure
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        if isinstance(error, sqlite3.Error):
            refuse(error, self._path)

    def _end(self, *, commit: bool) -> None:
        try:
            if commit:
                self.connection.commit()
        finally:
            # After an error of its own, SQLite may have rolled back already.
            if self.connection.in_transaction:
                self.connection.rollback()

    def scrub(self) -> bool:
        """Write the log into the file and empty the log. Return False while others read the log."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            [(busy, *_)] = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            refuse(error, self._path)
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        return not busy

    def close(self) -> None:
        if self._lock >= 0:
            self.connection.close()
            os.close(self._lock)
            self._lock = -1

    def disown(self) -> None:
        if self._lock >= 0:
            _inherited.append(self.connection)
            os.close(self._lock)  # else the child keeps the lock when the parent dies
            self._lock = -1

    def __del__(self) -> None:  # the thread ended
        if self._pid == os.getpid():
            self.close()
        else:
            self.disown()


class _LoneHandle(_Handle):
    """The connection of a process that has the file alone.

    A transaction of the engine is a savepoint here, inside a transaction of SQLite that holds many.
    So a page that changes often is written once for all of them.
    """

    _writes = 0

    def _prepare(
        self, schema: str, version: int, upgrades: Mapping[int, str], *, durable: bool
    ) -> None:
        self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        super()._prepare(schema, version, upgrades, durable=durable)
        self.connection.execute("PRAGMA journal_mode = MEMORY")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("PRAGMA secure_delete = OFF")
        self.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB_ALONE}")

    def __enter__(self) -> sqlite3.Connection:
        try:
            if not self.connection.in_transaction:
                self.connection.execute("BEGIN IMMEDIATE")
            self.connection.execute("SAVEPOINT engine")
        except sqlite3.Error as error:
            refuse(error, self._path)
        return self.connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is not None:
                self.connection.execute("ROLLBACK TO engine")
            self.connection.execute("RELEASE engine")
            self._writes += 1
            if self._writes % _WRITES_A_COMMIT == 0:
                self.connection.commit()
        except sqlite3.Error as failure:
            error = error or failure
        if isinstance(error, sqlite3.Error):
            refuse(error, self._path)

    def scrub(self) -> bool:
        self.connection.commit()
        return True

    def close(self) -> None:
        if self._lock >= 0:
            self.connection.commit()
        super().close()


def _make_or_find(path: Path, schema: str, version: int) -> None:
    """Make the whole file before the file gets its name, so that an empty file is never a new one.

    SQLite would begin anew in an empty file, and throw away a log that may still hold everything.
    """
    if path.exists():
        if path.is_file() and path.stat().st_size == 0:
            raise Damaged(path, "it is empty")
        return
    if path.with_name(f"{path.name}-wal").exists():
        raise Damaged(path, "it is gone, and its log is still there")
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    made = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "wb") as file:
        file.write(_empty(schema, version))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@cache
def _empty(schema: str, version: int) -> bytes:
    """Return a file with the tables and no row. Each is made once in a process, and copied."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite")
        with closing(sqlite3.connect(path, isolation_level=None)) as new:
            _make_tables(new, schema, version)
        return path.read_bytes()


def _make_tables(connection: sqlite3.Connection, schema: str, version: int) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version = {version}; COMMIT;")


@cache
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_disown_all)


def _disown_all() -> None:
    for database in list(_databases):
        database.disown()
