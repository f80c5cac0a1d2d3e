"""The tables of a queue's file live here, with the rules by which its groups take turns.

A standard queue has a group for each message, so that one set of rules serves both kinds of queue.
A group is open or locked. Open groups are served in turn. A group is locked while one of its
messages is in flight. In a standard queue a group is also locked while its message is delayed.

Every function works inside the write transaction of its caller.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from surgeline.application.ports.queues import Outgoing

DEDUPLICATION_SECONDS: Final = 300

# A receive that finds only dead letters stops after this many, so that the receive holds the file's
# lock for milliseconds. `next_visible_at` then tells the lane that there are more messages.
_DEATHS_PER_RECEIVE: Final = 100
_WAKES_PER_RECEIVE: Final = 100
_FORGOTTEN_PER_SEND: Final = 20

# `sequence` gives the messages' numbers and the groups' turns. A group that was served goes to the
# end of the line, as if its next message had just come. The body stands last in its row, because
# SQLite reads a row from the front.
SCHEMA: Final = """
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


class Waiting(NamedTuple):
    """A message as a receive finds it."""

    seq: int
    id: str
    dedup_id: str | None
    sent_at: int
    first_received_at: int | None
    receive_count: int
    body: str


# ---------------------------------------------------------------- sending


def is_new(db: sqlite3.Connection, message: Outgoing, now: int, scope: str = "queue") -> bool:
    """Record the dedup id. Return False if its group had it within the window."""
    name = f"{scope} {message.group} {message.dedup_id}"
    key = hashlib.blake2b(name.encode(), digest_size=16).digest()
    noted = db.execute(
        "INSERT INTO seen VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE until <= ?",
        (key, now + DEDUPLICATION_SECONDS * 1000, now),
    )
    return noted.rowcount > 0


def forget(db: sqlite3.Connection, now: int, *, sent: int) -> None:
    """Drop some dedup ids that are out of the window.

    Each call drops more ids than came in, but never so many that others wait long.
    """
    db.execute(
        "DELETE FROM seen WHERE key IN"
        " (SELECT key FROM seen WHERE until <= ? ORDER BY until LIMIT ?)",
        (now, _FORGOTTEN_PER_SEND + 2 * sent),
    )


def append(
    db: sqlite3.Connection, messages: Sequence[Outgoing], now: int, new_id: Callable[[], str]
) -> None:
    """Put new messages at the ends of their groups."""
    if not messages:
        return
    first = _advance(db, len(messages))
    rows = []
    for seq, message in enumerate(messages, start=first):
        visible_at = now + message.delay_seconds * 1000 if message.delay_seconds else 0
        group = _group(db, message.group, seq, visible_at)
        rows.append(
            (seq, new_id(), group, message.dedup_id, now, None, 0, visible_at, message.body)
        )
    db.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def bury(
    db: sqlite3.Connection, messages: Sequence[Outgoing], now: int, new_id: Callable[[], str]
) -> None:
    """Put new messages among the dead letters."""
    first = _advance(db, len(messages))
    db.executemany(
        "INSERT INTO dead VALUES (?, ?, ?, ?, 0, ?)",
        [
            (seq, new_id(), message.group, now, message.body)
            for seq, message in enumerate(messages, start=first)
        ],
    )


def _group(db: sqlite3.Connection, name: str | None, seq: int, locked_until: int) -> int:
    """Return the id of the group. A new group takes its turn after all others."""
    added = db.execute(
        "INSERT INTO groups VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        (seq, name, seq, locked_until),
    )
    if added.rowcount:
        return seq
    [(found,)] = db.execute("SELECT id FROM groups WHERE name = ?", (name,)).fetchall()
    return int(found)


def _advance(db: sqlite3.Connection, count: int) -> int:
    """Take `count` numbers from the sequence, and return the first of them."""
    advanced = db.execute("UPDATE sequence SET value = value + ? RETURNING value", (count,))
    [(last,)] = advanced.fetchall()
    return int(last) - count + 1


# ---------------------------------------------------------------- receiving


def take(
    db: sqlite3.Connection, room: int, *, now: int, visible_at: int, max_receive_count: int
) -> list[tuple[Waiting, str | None]]:
    """Put messages in flight, and return each with the name of its group.

    Each message is returned as it was before this receive.
    """
    return _Receive(db, now, visible_at, max_receive_count).take(room)


class _Receive:
    """A receive, which takes open groups in turn."""

    def __init__(
        self, db: sqlite3.Connection, now: int, visible_at: int, max_receive_count: int
    ) -> None:
        self._db = db
        self._now = now
        self._visible_at = visible_at
        self._max_receive_count = max_receive_count
        self._taken: list[tuple[Waiting, str | None]] = []
        self._deaths = 0

    def take(self, room: int) -> list[tuple[Waiting, str | None]]:
        self._wake()
        served: list[int] = []
        while (left := room - len(self._taken)) > 0 and self._deaths < _DEATHS_PER_RECEIVE:
            groups = self._db.execute(
                "SELECT id, name FROM groups WHERE locked_until = 0 ORDER BY turn LIMIT ?", (left,)
            ).fetchall()
            if not groups:
                break
            before, began = len(served), len(self._taken)
            for group, name in groups:
                if len(self._taken) < room and self._serve(group, name, room - len(self._taken)):
                    served.append(group)
            self._lock(served[before:], self._taken[began:])  # so that no round finds them again
        self._send_to_the_end(served)
        return self._taken

    def _wake(self) -> None:
        """Open groups whose last message in flight timed out.

        One call opens more groups than one receive can take.
        """
        self._db.execute(
            "UPDATE groups SET locked_until = 0 WHERE id IN (SELECT id FROM groups"
            " WHERE locked_until > 0 AND locked_until <= ? ORDER BY locked_until LIMIT ?)",
            (self._now, _WAKES_PER_RECEIVE),
        )

    def _serve(self, group: int, name: str | None, room: int) -> bool:
        """Take the group's first messages, which `_lock` puts in flight.

        Return False if the group had only dead messages left.
        """
        live = self._live(group, name, room)
        if not live:
            self._db.execute("DELETE FROM groups WHERE id = ?", (group,))
            return False
        self._taken.extend((message, name) for message in live)
        return True

    def _lock(self, served: Sequence[int], taken: Sequence[tuple[Waiting, str | None]]) -> None:
        """Put the messages of a round in flight, and lock their groups."""
        self._db.executemany(
            "UPDATE groups SET locked_until = ? WHERE id = ?",
            [(self._visible_at, group) for group in served],
        )
        self._db.executemany(
            "UPDATE messages SET receive_count = receive_count + 1, visible_at = ?,"
            " first_received_at = coalesce(first_received_at, ?) WHERE seq = ?",
            [(self._visible_at, self._now, message.seq) for message, _ in taken],
        )

    def _live(self, group: int, name: str | None, room: int) -> list[Waiting]:
        """Return the first messages that may still be received.

        Bury the dead messages before them.
        """
        live: list[Waiting] = []
        after = 0
        while (left := room - len(live)) > 0:
            page = [
                Waiting(*row)
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

    def _bury(self, message: Waiting, group: str | None) -> None:
        self._deaths += 1
        self._db.execute(
            "INSERT INTO dead VALUES (?, ?, ?, ?, ?, ?)",
            (message.seq, message.id, group, message.sent_at, message.receive_count, message.body),
        )
        self._db.execute("DELETE FROM messages WHERE seq = ?", (message.seq,))

    def _send_to_the_end(self, groups: Sequence[int]) -> None:
        if groups:
            turn = _advance(self._db, len(groups))
            self._db.executemany(
                "UPDATE groups SET turn = ? WHERE id = ?", list(enumerate(groups, start=turn))
            )


# ---------------------------------------------------------------- after receiving


def held(db: sqlite3.Connection, receipts: Sequence[str], now: int) -> list[tuple[int, int]]:
    """Return (seq, group) of each message in flight at `now` whose latest receipt is given."""
    latest: set[tuple[int, int]] = set()
    for receipt in receipts:
        seq, _, count = receipt.partition("-")
        if seq.isdecimal() and count.isdecimal():
            latest.add((int(seq), int(count)))
    found = db.execute(
        "SELECT seq, group_id, receive_count FROM messages"
        " WHERE seq IN (SELECT value FROM json_each(?)) AND visible_at > ?",
        (json.dumps([seq for seq, _ in latest]), now),
    )
    return [(seq, group) for seq, group, count in found.fetchall() if (seq, count) in latest]


def update_locks(db: sqlite3.Connection, groups: Iterable[int], now: int) -> bool:
    """Lock, open or drop each group, depending on the messages that are left in the group.

    Return whether a group was opened that has messages.
    """
    ids = json.dumps(list(set(groups)))
    db.execute(
        "DELETE FROM groups WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM messages WHERE group_id = groups.id)",
        (ids,),
    )
    left = db.execute(
        "SELECT (SELECT max(visible_at) FROM messages"
        "  WHERE group_id = groups.id AND visible_at > 0 AND visible_at > ?), id"
        " FROM groups WHERE id IN (SELECT value FROM json_each(?))",
        (now, ids),
    ).fetchall()
    db.executemany(
        "UPDATE groups SET locked_until = ? WHERE id = ?",
        [(until or 0, id_) for until, id_ in left],
    )
    return any(until is None for until, _ in left)
