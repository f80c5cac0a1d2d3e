"""Queues with the semantics of SQS, each in a file of its own; their dead letters beside them.

A standard queue is one in which every message is a group of its own, so that there is one set of
rules: a group is open or locked, open groups are served in turn, and a group is locked while any
of its messages is in flight (or, in a standard queue, delayed).

Nothing here waits or polls: `ring` is called when a lane may find more than it knew of.
"""

import hashlib
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from surgeline.application.ports import Clock, DeadLetter, Outgoing, TooLarge

from local.engine.database import Database

BODY_BYTES: Final = 256 * 1024
DEDUPLICATION_SECONDS: Final = 300
LONGEST_DELAY_SECONDS: Final = 900
LONGEST_VISIBILITY_SECONDS: Final = 43_200

# A receive that finds nothing but dead letters stops here, so that it holds the file's lock for
# milliseconds; the lane sees by `next_visible_at` that there is more.
_DEATHS_PER_RECEIVE: Final = 100
_WAKES_PER_RECEIVE: Final = 100
_FORGOTTEN_PER_SEND: Final = 20

_NAME = re.compile(r"[!-~]{1,128}")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# `sequence` gives the messages' numbers and the groups' turns: a group that was served goes to the
# end of the line, as if its next message had just come. The body stands last in its row, because
# SQLite reads a row from its front.
_SCHEMA = """
CREATE TABLE sequence (value INTEGER NOT NULL);
INSERT INTO sequence VALUES (0);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    name TEXT UNIQUE,
    turn INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
);
CREATE INDEX open_groups ON groups (turn) WHERE locked_until = 0;
CREATE INDEX locked_groups ON groups (locked_until) WHERE locked_until > 0;

CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    dedup_id TEXT,
    sent_at INTEGER NOT NULL,
    first_received_at INTEGER,
    receive_count INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX messages_of_group ON messages (group_id, seq);
CREATE INDEX messages_not_visible ON messages (group_id, visible_at) WHERE visible_at > 0;

CREATE TABLE seen (key BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);

CREATE TABLE dead (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    group_name TEXT,
    sent_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL,
    body TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A message in flight. `receipt` is good until the visibility timeout or the next receive."""

    id: str
    receipt: str
    body: str
    group: str | None
    dedup_id: str | None
    sent_at: int
    first_received_at: int
    receive_count: int
    sequence_number: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages are visible (or behind one in flight), in flight, delayed, dead."""

    visible: int
    in_flight: int
    delayed: int
    dead: int


class _Waiting(NamedTuple):
    """A message as a receive finds it."""

    seq: int
    id: str
    dedup_id: str | None
    sent_at: int
    first_received_at: int | None
    receive_count: int
    body: str


class SqliteQueue:
    """One queue: ports.Queue and the consumer's side of it.

    FIFO: order per group, also after a visibility timeout; a group is locked while any of its
    messages is in flight; a dedup id is taken once per group in five minutes, even after a delete.
    A receive gives as many messages of one group as it may, then those of the group whose turn is
    next, so that lanes work on different groups and a long group holds up nobody.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        fifo: bool,
        visibility_seconds: int,
        max_receive_count: int,
        clock: Clock,
        durable: bool = False,
        ring: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self.fifo = fifo
        self._visibility_seconds = visibility_seconds
        self._max_receive_count = max_receive_count
        self._clock = clock
        self._ring = ring or (lambda _name: None)
        self._database = Database(path, schema=_SCHEMA, durable=durable)

    # ------------------------------------------------------------ ports.Queue

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all in order, or none. Raises ValueError for what SQS would refuse as malformed."""
        for message in messages:
            _check(message, fifo=self.fifo)
        now = self._clock.now()
        with self._database.write() as db:
            fresh = [
                message for message in messages if not self.fifo or _is_fresh(db, message, now)
            ]
            _append(db, fresh, now)
            _forget(db, now, limit=_FORGOTTEN_PER_SEND + 2 * len(messages))
        if fresh:
            self._ring(self.name)

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible after so many seconds; stale receipts are ignored."""
        if not 0 <= seconds <= LONGEST_VISIBILITY_SECONDS:
            raise ValueError(f"a message can't be held for {seconds} seconds")
        now = self._clock.now()
        with self._database.write() as db:
            held = _held(db, receipts, now)
            db.executemany(
                "UPDATE messages SET visible_at = ? WHERE seq = ?",
                [(now + seconds * 1000, seq) for seq, _group in held],
            )
            _settle(db, (group for _seq, group in held), now)
        if held:
            self._ring(self.name)

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send straight to the dead letters, as new messages that were never received."""
        now = self._clock.now()
        with self._database.write() as db:
            first = _advance(db, len(messages))
            db.executemany(
                "INSERT INTO dead VALUES (?, ?, ?, ?, 0, ?)",
                [
                    (seq, str(uuid.uuid4()), message.group, now, message.body)
                    for seq, message in enumerate(messages, start=first)
                ],
            )

    # ------------------------------------------------------------ the consumer's side

    def receive(
        self,
        max_messages: int,
        *,
        now: int | None = None,
        visibility_seconds: int | None = None,
    ) -> list[Received]:
        """Messages that are now in flight for that long (the clock's time, the queue's timeout).

        Within a group they are consecutive and in order. One that was received too often goes to
        the dead letters instead, and its group goes on.
        """
        now = self._clock.now() if now is None else now
        visible = self._visibility_seconds if visibility_seconds is None else visibility_seconds
        with self._database.write() as db:
            return _Receive(db, now, now + visible * 1000, self._max_receive_count).take(
                max_messages
            )

    def delete(self, receipts: Sequence[str]) -> None:
        """Delete messages for good; stale receipts are ignored.

        As in SQS, a standard queue still deletes after the visibility timeout if nobody received
        the message since; a FIFO queue does not.
        """
        now = self._clock.now()
        with self._database.write() as db:
            held = _held(db, receipts, now if self.fifo else 0)
            db.executemany("DELETE FROM messages WHERE seq = ?", [(seq,) for seq, _group in held])
            opened = _settle(db, (group for _seq, group in held), now)
        if opened:
            self._ring(self.name)

    def next_visible_at(self) -> int | None:
        """From when on a receive finds something, if nothing else happens; None if never."""
        [(is_open, locked_until)] = self._database.fetch(
            "SELECT EXISTS (SELECT 1 FROM groups WHERE locked_until = 0),"
            " (SELECT min(locked_until) FROM groups WHERE locked_until > 0)"
        )
        return self._clock.now() if is_open else locked_until

    def depth(self) -> Depth:
        """Counts, by reading an index of every message: for people, not for lanes."""
        [(total, in_flight, delayed, dead)] = self._database.fetch(
            "SELECT (SELECT count(*) FROM messages),"
            " (SELECT count(*) FROM messages WHERE visible_at > 0 AND visible_at > ?1"
            "  AND receive_count > 0),"
            " (SELECT count(*) FROM messages WHERE visible_at > 0 AND visible_at > ?1"
            "  AND receive_count = 0),"
            " (SELECT count(*) FROM dead)",
            self._clock.now(),
        )
        return Depth(total - in_flight - delayed, in_flight, delayed, dead)

    # ------------------------------------------------------------ its dead letters

    def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Oldest first."""
        rows = self._database.fetch(
            "SELECT id, group_name, body, sent_at, receive_count FROM dead ORDER BY seq LIMIT ?",
            limit,
        )
        return [
            DeadLetter(id_, self.name, group, body, sent_at, receive_count)
            for id_, group, body, sent_at, receive_count in rows
        ]

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these dead letters back to the end as new messages; how many there were."""
        with self._database.write() as db:
            letters = []
            for id_ in ids:
                found = db.execute("SELECT group_name, body FROM dead WHERE id = ?", (id_,))
                for group, body in found.fetchall():
                    # A dedup id of its own: a redrive is never taken for a duplicate.
                    dedup_id = str(uuid.uuid4()) if self.fifo else None
                    letters.append(Outgoing(body, group=group, dedup_id=dedup_id))
                    db.execute("DELETE FROM dead WHERE id = ?", (id_,))
            _append(db, letters, self._clock.now())
        if letters:
            self._ring(self.name)
        return len(letters)

    def close(self) -> None:
        """Close this process's connections."""
        self._database.close()


class SqliteDeadLetters:
    """ports.DeadLetters over every queue."""

    def __init__(self, queues: Iterable[SqliteQueue]) -> None:
        self._queues = tuple(queues)

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Oldest first."""
        letters = [letter for queue in self._queues for letter in queue.dead_letters(limit)]
        return sorted(letters, key=lambda letter: letter.sent_at)[:limit]

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these back to their queues' ends; one transaction a queue."""
        return sum(queue.redrive(ids) for queue in self._queues)


# ---------------------------------------------------------------- sending


def _check(message: Outgoing, *, fifo: bool) -> None:
    if fifo:
        _check_name(message.group, "group")
        _check_name(message.dedup_id, "dedup_id")
        if message.delay_seconds:
            raise ValueError("a FIFO queue takes no delay per message")
    elif not 0 <= message.delay_seconds <= LONGEST_DELAY_SECONDS:
        raise ValueError(f"a message can't be delayed by {message.delay_seconds} seconds")
    body = message.body
    # isprintable is true of every body of ours, and an order of magnitude faster.
    if not body or (not body.isprintable() and _ILLEGAL.search(body)):
        raise ValueError("the body is empty or has characters that queues don't carry")
    size = len(body) if body.isascii() else len(body.encode())
    if size > BODY_BYTES:
        raise TooLarge(f"a message of {size} bytes is over the queue's {BODY_BYTES}")


def _check_name(name: str | None, what: str) -> None:
    if name is None or not _NAME.fullmatch(name):
        raise ValueError(f"a FIFO message needs a {what} of 1 to 128 printable ASCII characters")


def _is_fresh(db: sqlite3.Connection, message: Outgoing, now: int) -> bool:
    """Note the dedup id; whether it had not been seen in its group within the window."""
    key = hashlib.blake2b(f"{message.group} {message.dedup_id}".encode(), digest_size=16).digest()
    noted = db.execute(
        "INSERT INTO seen VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE until <= ?",
        (key, now + DEDUPLICATION_SECONDS * 1000, now),
    )
    return noted.rowcount > 0


def _forget(db: sqlite3.Connection, now: int, *, limit: int) -> None:
    """Drop some dedup ids that are out of the window: more than came in, but never a long pause."""
    db.execute(
        "DELETE FROM seen WHERE key IN"
        " (SELECT key FROM seen WHERE until <= ? ORDER BY until LIMIT ?)",
        (now, limit),
    )


def _append(db: sqlite3.Connection, messages: Sequence[Outgoing], now: int) -> None:
    if not messages:
        return
    first = _advance(db, len(messages))
    rows = []
    for seq, message in enumerate(messages, start=first):
        visible_at = now + message.delay_seconds * 1000 if message.delay_seconds else 0
        group = _group(db, message.group, seq, visible_at)
        id_ = str(uuid.uuid4())
        rows.append((seq, id_, group, message.dedup_id, now, None, 0, visible_at, message.body))
    db.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _group(db: sqlite3.Connection, name: str | None, seq: int, locked_until: int) -> int:
    """The id of the group; a new one takes its turn after all others."""
    if name is not None:
        for (found,) in db.execute("SELECT id FROM groups WHERE name = ?", (name,)):
            return int(found)
    db.execute("INSERT INTO groups VALUES (?, ?, ?, ?)", (seq, name, seq, locked_until))
    return seq


def _advance(db: sqlite3.Connection, count: int) -> int:
    """Take so many numbers from the sequence; the first of them."""
    db.execute("UPDATE sequence SET value = value + ?", (count,))
    [last] = db.execute("SELECT value FROM sequence").fetchone()
    return int(last) - count + 1


# ---------------------------------------------------------------- receiving


class _Receive:
    """One receive: takes open groups in turn, inside the caller's transaction."""

    def __init__(
        self, db: sqlite3.Connection, now: int, visible_at: int, max_receive_count: int
    ) -> None:
        self._db = db
        self._now = now
        self._visible_at = visible_at
        self._max_receive_count = max_receive_count
        self._taken: list[Received] = []
        self._deaths = 0

    def take(self, room: int) -> list[Received]:
        self._wake()
        served: list[int] = []
        while (left := room - len(self._taken)) > 0 and self._deaths < _DEATHS_PER_RECEIVE:
            # Locked at once, so that the next round finds other groups.
            groups = self._db.execute(
                "SELECT id, name FROM groups WHERE locked_until = 0 ORDER BY turn LIMIT ?", (left,)
            ).fetchall()
            for group, name in groups:
                if len(self._taken) < room and self._serve(group, name, room - len(self._taken)):
                    served.append(group)
            if not groups:
                break
        self._send_to_the_end(served)
        return self._taken

    def _wake(self) -> None:
        """Open groups whose last message in flight timed out; more than one receive can take."""
        self._db.execute(
            "UPDATE groups SET locked_until = 0 WHERE id IN (SELECT id FROM groups"
            " WHERE locked_until > 0 AND locked_until <= ? ORDER BY locked_until LIMIT ?)",
            (self._now, _WAKES_PER_RECEIVE),
        )

    def _serve(self, group: int, name: str | None, room: int) -> bool:
        """Take the group's first messages; False where only dead ones were left of it."""
        live = self._live(group, name, room)
        if not live:
            self._db.execute("DELETE FROM groups WHERE id = ?", (group,))
            return False
        self._db.execute(
            "UPDATE groups SET locked_until = ? WHERE id = ?", (self._visible_at, group)
        )
        self._db.executemany(
            "UPDATE messages SET receive_count = receive_count + 1, visible_at = ?,"
            " first_received_at = coalesce(first_received_at, ?) WHERE seq = ?",
            [(self._visible_at, self._now, message.seq) for message in live],
        )
        self._taken.extend(self._received(message, name) for message in live)
        return True

    def _live(self, group: int, name: str | None, room: int) -> list[_Waiting]:
        """The first messages that may still be received; dead ones before them are moved away."""
        live: list[_Waiting] = []
        after = 0
        while (left := room - len(live)) > 0:
            page = [
                _Waiting(*row)
                for row in self._db.execute(
                    "SELECT seq, id, dedup_id, sent_at, first_received_at, receive_count, body"
                    " FROM messages WHERE group_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                    (group, after, left),
                )
            ]
            for message in page:
                if message.receive_count < self._max_receive_count:
                    live.append(message)
                else:
                    self._bury(message, name)
            if len(page) < left:
                break
            after = page[-1].seq
        return live

    def _bury(self, message: _Waiting, group: str | None) -> None:
        self._deaths += 1
        self._db.execute(
            "INSERT INTO dead VALUES (?, ?, ?, ?, ?, ?)",
            (
                message.seq,
                message.id,
                group,
                message.sent_at,
                message.receive_count,
                message.body,
            ),
        )
        self._db.execute("DELETE FROM messages WHERE seq = ?", (message.seq,))

    def _received(self, message: _Waiting, group: str | None) -> Received:
        count = message.receive_count + 1
        first = message.first_received_at
        return Received(
            id=message.id,
            receipt=f"{message.seq}-{count}",
            body=message.body,
            group=group,
            dedup_id=message.dedup_id,
            sent_at=message.sent_at,
            first_received_at=self._now if first is None else first,
            receive_count=count,
            sequence_number=f"{message.seq:020d}",
        )

    def _send_to_the_end(self, groups: Sequence[int]) -> None:
        if groups:
            turn = _advance(self._db, len(groups))
            self._db.executemany(
                "UPDATE groups SET turn = ? WHERE id = ?", list(enumerate(groups, start=turn))
            )


# ---------------------------------------------------------------- after receiving


def _held(db: sqlite3.Connection, receipts: Sequence[str], now: int) -> list[tuple[int, int]]:
    """(seq, group) of the messages whose latest receipt this is and that are in flight at `now`."""
    held = []
    for receipt in dict.fromkeys(receipts):
        seq, _, count = receipt.partition("-")
        if seq.isdecimal() and count.isdecimal():
            held += db.execute(
                "SELECT seq, group_id FROM messages"
                " WHERE seq = ? AND receive_count = ? AND visible_at > ?",
                (int(seq), int(count), now),
            ).fetchall()
    return held


def _settle(db: sqlite3.Connection, groups: Iterable[int], now: int) -> bool:
    """Lock, open or drop each group by what is left of it; whether one opened that has messages."""
    opened = False
    for group in set(groups):
        [locked_until] = db.execute(
            "SELECT max(visible_at) FROM messages"
            " WHERE group_id = ? AND visible_at > 0 AND visible_at > ?",
            (group, now),
        ).fetchone()
        if locked_until is None:
            dropped = db.execute(
                "DELETE FROM groups WHERE id = ?1"
                " AND NOT EXISTS (SELECT 1 FROM messages WHERE group_id = ?1)",
                (group,),
            )
            if dropped.rowcount:
                continue
            opened = True
        db.execute("UPDATE groups SET locked_until = ? WHERE id = ?", (locked_until or 0, group))
    return opened
