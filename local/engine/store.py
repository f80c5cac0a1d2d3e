"""The store's file keeps threads with their records, offers and sockets.

Deliveries and seats are in the same file too, because a commit is one transaction. Modules of their
own keep those two. Queues, blobs and secrets have other files.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from surgeline.adapters import codec
from surgeline.adapters.codec import RecordFormat
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import Loaded, Record
from surgeline.application.ports.offers import Offer
from surgeline.application.ports.refusals import Absent, AlreadyDone, OfferClosed, Stale, TooLarge
from surgeline.domain.effects import OfferEnd
from surgeline.domain.thread import Thread

from local.engine.board import CAPACITY_SCHEMA, FORMER_LINE, PACES, SEATS_AGE, SEATS_SCHEMA, SPENDS
from local.engine.database import Database, Row
from local.engine.delivery_log import DELIVERIES_SCHEMA, UPGRADE
from local.engine.ledger import LEDGER_SCHEMA
from local.engine.notebook import NOTEBOOK_SCHEMA
from local.engine.outcomes import OUTCOMES_SCHEMA
from local.engine.staff.desk import DESK_SCHEMA
from local.engine.staff.desk_links import LINKS_SCHEMA
from local.engine.staff.people import STAFF_SCHEMA
from local.engine.starts import STARTS_SCHEMA
from local.engine.waitlist import FROM_FORMER_LINE, PLACES_END, WAITLIST_SCHEMA

# The limit is a little below DynamoDB's 400 KiB an item, because DynamoDB counts the keys as well.
ITEM_BYTES: Final = 400_000

_SCHEMA = """
CREATE TABLE threads (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL);

CREATE TABLE records (
    thread_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (thread_id, seq),
    UNIQUE (thread_id, event_id)
);

CREATE TABLE offers (
    offer_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    agent TEXT,
    schema INTEGER NOT NULL
);

CREATE TABLE sockets (
    connection_id TEXT PRIMARY KEY,
    thread_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sockets_of_thread ON sockets (thread_id);
CREATE INDEX sockets_expiring ON sockets (expires_at)
"""
_OFFERS_INDEX = "CREATE INDEX offers_of_conversation ON offers (conversation_id, epoch)"
VERSION = 14
_TABLES = (
    _SCHEMA,
    _OFFERS_INDEX,
    SEATS_SCHEMA,
    DELIVERIES_SCHEMA,
    CAPACITY_SCHEMA,
    WAITLIST_SCHEMA,
    SEATS_AGE,
    OUTCOMES_SCHEMA,
    STARTS_SCHEMA,
    STAFF_SCHEMA,
    DESK_SCHEMA,
    LINKS_SCHEMA,
    NOTEBOOK_SCHEMA,
    LEDGER_SCHEMA,
    PLACES_END,
    PACES,
    SPENDS,
)
_UPGRADES = {
    1: f"{_OFFERS_INDEX}; {SEATS_SCHEMA}; {FORMER_LINE}",
    2: UPGRADE,
    3: CAPACITY_SCHEMA,
    4: f"{FROM_FORMER_LINE}; {SEATS_AGE}",
    5: OUTCOMES_SCHEMA,
    6: STARTS_SCHEMA,
    7: f"{STAFF_SCHEMA}; {DESK_SCHEMA}",
    8: LINKS_SCHEMA,
    9: NOTEBOOK_SCHEMA,
    10: LEDGER_SCHEMA,
    11: PLACES_END,
    12: PACES,
    13: SPENDS,
}


def open_store(path: Path, *, durable: bool = False, alone: bool = False) -> Database:
    """Return the file that every class of this module shares."""
    return Database(
        path,
        schema="; ".join(_TABLES),
        version=VERSION,
        upgrades=_UPGRADES,
        durable=durable,
        alone=alone,
    )


class SqliteConversationStore:
    """Threads and their records (see ports.ConversationStore).

    An event is known for as long as its record is kept.
    """

    def __init__(self, database: Database, records: RecordFormat = codec.RECORDS) -> None:
        self._database = database
        self._records = records

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """Return the thread and the record in one snapshot.

        A commit is never cut in the middle here, so there is nothing to repair.
        """
        [(thread, done)] = self._database.fetch(
            "SELECT (SELECT body FROM threads WHERE id = ?1),"
            " (SELECT body FROM records WHERE thread_id = ?1 AND event_id = ?2)",
            thread_id,
            event_id,
        )
        return Loaded(
            thread=None if thread is None else codec.decode_thread(thread),
            done=None if done is None else self._records.decode(done),
        )

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """Keep the record and the thread's new state in one transaction.

        Raises AlreadyDone where the event is known, and Stale where the thread has moved on.
        """
        record_body = _bounded(self._records.encode(record), "record")
        thread_body = _bounded(codec.encode_thread(thread), "thread")
        event_id = record.event.id
        with self._database.write() as db:
            try:
                db.execute(
                    "INSERT INTO records VALUES (?, ?, ?, ?)",
                    (thread.id, record.seq, event_id, record_body),
                )
            except sqlite3.IntegrityError:
                _refuse_known(db, thread.id, event_id)
                _refuse_moved(db, thread.id, expected_seq)
                raise
            put = _MOVE if expected_seq else _BEGIN
            if not db.execute(put, (thread.id, thread.seq, thread_body, expected_seq)).rowcount:
                _refuse_moved(db, thread.id, expected_seq)

    def rewrite(self, record: Record) -> None:
        """Replace the record's body."""
        body = _bounded(self._records.encode(record), "record")
        with self._database.write() as db:
            db.execute(
                "UPDATE records SET body = ? WHERE thread_id = ? AND event_id = ?",
                (body, record.event.thread_id, record.event.id),
            )

    def forget(self, thread_id: str, *, before_seq: int) -> None:
        """Delete the records below that number."""
        with self._database.write() as db:
            db.execute(
                "DELETE FROM records WHERE thread_id = ? AND seq < ?", (thread_id, before_seq)
            )

    def thread(self, thread_id: str) -> Thread | None:
        """Return the thread's state."""
        rows = self._database.fetch("SELECT body FROM threads WHERE id = ?", thread_id)
        return codec.decode_thread(rows[0][0]) if rows else None

    def threads(self, thread_ids: Sequence[str]) -> dict[str, Thread]:
        """Read the states of those threads that exist."""
        rows = self._database.fetch(
            "SELECT id, body FROM threads WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(thread_ids)),
        )
        return {thread_id: codec.decode_thread(body) for thread_id, body in rows}

    def records(
        self, thread_id: str, *, after_seq: int = 0, limit: int = 100, newest_first: bool = False
    ) -> list[Record]:
        """Return the records whose event's seq is above `after_seq`."""
        rows = self._database.fetch(
            _NEWEST if newest_first else _OLDEST, thread_id, after_seq, limit
        )
        return [self._records.decode(body) for (body,) in rows]


class SqliteOffers:
    """Offers (see ports.Offers). Every change is decided inside one write transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, offer: Offer) -> None:
        """Keep a new offer. A known id changes nothing."""
        with self._database.write() as db:
            db.execute(
                "INSERT INTO offers VALUES (:offer_id, :conversation_id, :pool_id, :epoch,"
                " :expires_at, :status, :agent, :schema) ON CONFLICT (offer_id) DO NOTHING",
                asdict(offer),
            )

    def accept(self, offer_id: str, *, pool_id: str, now: int, agent: str | None = None) -> Offer:
        """Accept the offer if it is open, this pool's, and not expired.

        Raises Absent, OfferClosed.
        """
        with self._database.write() as db:
            offer = _offer(db, offer_id)
            if offer is None or offer.pool_id != pool_id:
                raise Absent("no such offer")
            if offer.status == "accepted":
                return offer
            if offer.status != "open":
                raise OfferClosed(offer.status)
            if now >= offer.expires_at:
                raise OfferClosed("expired")
            if _one(db, _TAKEN, offer.conversation_id, offer.epoch):
                raise OfferClosed("taken")
            db.execute(
                "UPDATE offers SET status = 'accepted', agent = ? WHERE offer_id = ?",
                (agent, offer_id),
            )
            return _kept(_offer(db, offer_id))

    def close(self, offer_id: str, status: OfferEnd) -> Offer:
        """End the offer if it is open, and return the offer as it is now. Raises Absent."""
        with self._database.write() as db:
            db.execute(
                "UPDATE offers SET status = ? WHERE offer_id = ? AND status = 'open'",
                (status, offer_id),
            )
            return _kept(_offer(db, offer_id))

    def read(self, offer_id: str) -> Offer | None:
        """Return the offer as it is now."""
        rows = self._database.fetch(_OFFER, offer_id)
        return Offer(*rows[0]) if rows else None


class SqliteSockets:
    """The registry of open sockets (see ports.Sockets).

    `send(connection_id, text)` pushes, and returns False where the connection is gone.
    """

    def __init__(
        self, database: Database, *, clock: Clock, send: Callable[[str, str], bool]
    ) -> None:
        self._database = database
        self._clock = clock
        self._send = send

    def join(self, thread_id: str, connection_id: str, *, expires_at: int) -> None:
        """Remember the connection, and forget the connections that have expired."""
        with self._database.write() as db:
            db.execute("DELETE FROM sockets WHERE expires_at <= ?", (self._clock.now(),))
            db.execute(
                "INSERT OR REPLACE INTO sockets VALUES (?, ?, ?)",
                (connection_id, thread_id, expires_at),
            )

    def leave(self, connection_id: str) -> None:
        """Forget the connection."""
        with self._database.write() as db:
            db.execute("DELETE FROM sockets WHERE connection_id = ?", (connection_id,))

    def shown_by(self, connection_id: str) -> str | None:
        """Return the thread that a connection shows now."""
        rows = self._database.fetch(
            "SELECT thread_id FROM sockets WHERE connection_id = ? AND expires_at > ?",
            connection_id,
            self._clock.now(),
        )
        return rows[0][0] if rows else None

    def connections(self, thread_id: str) -> list[str]:
        """Return the connections that show the thread now."""
        rows = self._database.fetch(
            "SELECT connection_id FROM sockets WHERE thread_id = ? AND expires_at > ?",
            thread_id,
            self._clock.now(),
        )
        return [connection_id for (connection_id,) in rows]

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send to every connection, and forget the connections that are gone."""
        text = json.dumps(message, separators=(",", ":"))
        reached = 0
        for connection_id in self.connections(thread_id):
            if self._send(connection_id, text):
                reached += 1
            else:
                self.leave(connection_id)
        return reached


_BEGIN = (
    "INSERT INTO threads VALUES (?1, ?2, ?3)"
    " ON CONFLICT (id) DO UPDATE SET seq = ?2, body = ?3 WHERE seq = ?4"
)
_MOVE = "UPDATE threads SET seq = ?2, body = ?3 WHERE id = ?1 AND seq = ?4"
_RECORDS = "SELECT body FROM records WHERE thread_id = ? AND seq > ? ORDER BY seq"
_OLDEST = f"{_RECORDS} LIMIT ?"
_NEWEST = f"{_RECORDS} DESC LIMIT ?"
_OFFER = (
    "SELECT offer_id, conversation_id, pool_id, epoch, expires_at, status, agent, schema"
    " FROM offers WHERE offer_id = ?"
)
_TAKEN = (
    "SELECT 1 FROM offers WHERE conversation_id = ? AND epoch = ? AND status = 'accepted' LIMIT 1"
)


def _offer(db: sqlite3.Connection, offer_id: str) -> Offer | None:
    row = _one(db, _OFFER, offer_id)
    return Offer(*row) if row else None


def _kept(offer: Offer | None) -> Offer:
    if offer is None:
        raise Absent("no such offer")
    return offer


def _refuse_known(db: sqlite3.Connection, thread_id: str, event_id: str) -> None:
    """Raise AlreadyDone if the thread has a record of the event."""
    known = "SELECT 1 FROM records WHERE thread_id = ? AND event_id = ?"
    if _one(db, known, thread_id, event_id):
        raise AlreadyDone(f"event {event_id} of thread {thread_id} was committed before")


def _refuse_moved(db: sqlite3.Connection, thread_id: str, expected_seq: int) -> None:
    """Raise Stale if the thread is not where its writer left it."""
    found = _one(db, "SELECT seq FROM threads WHERE id = ?", thread_id)
    seq = found[0] if found else 0
    if seq != expected_seq:
        raise Stale(f"thread {thread_id} is at {seq}, not at {expected_seq}")


def _one(db: sqlite3.Connection, statement: str, *values: object) -> Row | None:
    row: Row | None = db.execute(statement, values).fetchone()
    return row


def _bounded(body: str, kind: str) -> str:
    """Return the body, which is ASCII. Raises TooLarge."""
    if len(body) > ITEM_BYTES:
        raise TooLarge(f"a {kind} has {len(body)} bytes, and the store takes at most {ITEM_BYTES}")
    return body
