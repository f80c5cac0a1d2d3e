"""The embedded home under contract is the engine in an empty folder, on a virtual clock."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.engine.blobs import FileBlobs
from local.engine.board import SqlitePoolBoard
from local.engine.delivery_log import SqliteDeliveryLog
from local.engine.ledger import SqliteLedger
from local.engine.notebook import SqliteNotebook
from local.engine.outcomes import SqliteOutcomes
from local.engine.queue import SqliteDeadLetters, SqliteQueue
from local.engine.secrets import SqliteSecrets
from local.engine.staff.desk import SqliteDesk
from local.engine.staff.desk_links import SqliteDeskLinks
from local.engine.staff.people import SqliteActs, SqliteStaff
from local.engine.starts import SqliteStarts
from local.engine.store import (
    SqliteConversationStore,
    SqliteOffers,
    SqliteSockets,
    open_store,
)
from local.engine.waitlist import SqliteWaitlist

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z


class VirtualClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let so much time pass, at once."""
        self._now += round(seconds * 1000)


class EmbeddedHome:
    """Satisfies homes.Home, and shows what only SQLite has: database, rings, put_keys."""

    lacks: Mapping[str, str] = {}

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._queues: list[SqliteQueue] = []
        self.clock = VirtualClock()
        self.database = open_store(folder / "store.sqlite")
        self.store = SqliteConversationStore(self.database)
        self.offers = SqliteOffers(self.database)
        self.pool_board = SqlitePoolBoard(self.database)
        self.waitlist = SqliteWaitlist(self.database)
        self.outcomes = SqliteOutcomes(self.database)
        self.ledger = SqliteLedger(self.database)
        self.starts = SqliteStarts(self.database, self.clock)
        self.staff, self.acts = SqliteStaff(self.database), SqliteActs(self.database)
        self.desk = SqliteDesk(self.database)
        self.desk_links = SqliteDeskLinks(self.database)
        self.notebook = SqliteNotebook(self.database)
        self.delivery_log = SqliteDeliveryLog(self.database)
        self.put_keys: list[str] = []
        self.blobs = FileBlobs(folder / "blobs", on_put=self.put_keys.append)
        self.secrets = SqliteSecrets(folder / "secrets.sqlite")
        self.pushed: list[tuple[str, str]] = []
        self.gone: set[str] = set()
        self.sockets = SqliteSockets(self.database, clock=self.clock, send=self._send)
        self.rings: list[str] = []

    @property
    def dead_letters(self) -> SqliteDeadLetters:
        """Of every queue that was made so far."""
        return SqliteDeadLetters(self._queues)

    def queue(
        self, *, fifo: bool = True, max_receive_count: int = 8, visibility_seconds: int = 30
    ) -> SqliteQueue:
        """Return a new, empty queue in a file of its own."""
        name = f"queue-{len(self._queues)}"
        queue = SqliteQueue(
            self._folder / f"{name}.sqlite",
            name,
            fifo=fifo,
            visibility_seconds=visibility_seconds,
            max_receive_count=max_receive_count,
            clock=self.clock,
            ring=self.rings.append,
        )
        self._queues.append(queue)
        return queue

    @contextmanager
    def throttled(self) -> Iterator[None]:
        """Somebody's shell holds the file's write lock; nobody waits the usual two seconds."""
        with self.database.write() as db:
            db.execute("PRAGMA busy_timeout = 20")
        shell = sqlite3.connect(self._folder / "store.sqlite", isolation_level=None)
        shell.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            shell.rollback()
            shell.close()

    def close(self) -> None:
        """Close every file."""
        self.database.close()
        self.secrets.close()
        for queue in self._queues:
            queue.close()

    def _send(self, connection_id: str, text: str) -> bool:
        if connection_id in self.gone:
            return False
        self.pushed.append((connection_id, text))
        return True


@contextmanager
def embedded_home(folder: Path) -> Iterator[EmbeddedHome]:
    """Yield an empty home in the folder, for the time of the context."""
    home = EmbeddedHome(folder)
    try:
        yield home
    finally:
        home.close()
