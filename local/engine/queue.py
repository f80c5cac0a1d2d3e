"""Queues behave as SQS does, each in a file of its own with its dead letters beside it.

This module decides which messages are accepted and which answers a consumer gets. `groups` decides
whose turn it is. Nothing waits or polls: `ring` is called when a lane may find new messages.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from surgeline.adapters.randomness import SystemRandomness
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.queues import DeadLetter, Outgoing, Swept, check, check_hold
from surgeline.application.ports.randomness import Randomness
from surgeline.records import quick

from local.engine import groups
from local.engine.database import Database
from local.engine.joint_sends import put_off


@quick
@dataclass(frozen=True, slots=True)
class Received:
    """A message in flight. `receipt` is valid until the visibility timeout or the next receive.

    `visible_at` is the end of that timeout, unless the message is held for another time.
    """

    id: str
    receipt: str
    body: str
    group: str | None
    dedup_id: str | None
    sent_at: int
    first_received_at: int
    receive_count: int
    sequence_number: str
    visible_at: int = 0


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages are visible, in flight, delayed and dead.

    A message behind one in flight counts as visible.
    """

    visible: int
    in_flight: int
    delayed: int
    dead: int


class SqliteQueue:
    """A queue: ports.Queue and the methods of its consumer.

    A FIFO queue keeps the order of each group, also after a visibility timeout. A group is locked
    while any of its messages is in flight. A dedup id is accepted once per group in five minutes,
    even after a delete.

    A receive gives as many messages of one group as possible, then messages of the next group in
    turn. So lanes work on different groups, and a long group delays no other group.
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
        alone: bool = False,
        ring: Callable[[str], None] | None = None,
        randomness: Randomness | None = None,
    ) -> None:
        self.name = name
        self.fifo = fifo
        self._visibility_seconds = visibility_seconds
        self._max_receive_count = max_receive_count
        self._clock = clock
        self._ring = ring or (lambda _name: None)
        self._randomness = randomness or SystemRandomness()
        self._database = Database(path, schema=groups.SCHEMA, durable=durable, alone=alone)

    # ------------------------------------------------------------ ports.Queue

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all in order, or none. Raises ValueError for a message that SQS would refuse."""
        for message in messages:
            check(message, fifo=self.fifo)
        if not put_off(self._send, messages):
            self._send(messages)

    def _send(self, messages: Sequence[Outgoing]) -> None:
        now = self._clock.now()
        with self._database.write() as db:
            fresh = [each for each in messages if not self.fifo or groups.is_new(db, each, now)]
            groups.append(db, fresh, now, self._new_id)
            groups.forget(db, now, sent=len(messages))
        if fresh:
            self._ring(self.name)

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible after so many seconds. Stale receipts are ignored."""
        check_hold(seconds)
        now = self._clock.now()
        with self._database.write() as db:
            held = groups.held(db, receipts, now)
            db.executemany(
                "UPDATE messages SET visible_at = ? WHERE seq = ?",
                [(now + seconds * 1000, seq) for seq, _ in held],
            )
            groups.update_locks(db, (group for _, group in held), now)
        if held:
            self._ring(self.name)

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send to the dead letters directly, as new messages that were never received.

        Each dedup id is accepted once in five minutes, as in `send`. So a worker that died after
        burying can bury again.
        """
        for message in messages:
            check(message, fifo=self.fifo)
        now = self._clock.now()
        with self._database.write() as db:
            groups.bury(
                db,
                [m for m in messages if not self.fifo or groups.is_new(db, m, now, "dead")],
                now,
                self._new_id,
            )

    # ------------------------------------------------------------ the consumer's side

    def receive(
        self,
        max_messages: int,
        *,
        now: int | None = None,
        visibility_seconds: int | None = None,
        taking: Callable[[Sequence[Received]], None] | None = None,
    ) -> list[Received]:
        """Put messages in flight and return them.

        `now` defaults to the clock's time, and `visibility_seconds` to the queue's timeout. The
        messages of a group are consecutive and in order. A message that was received too often goes
        to the dead letters instead, and its group goes on.

        `taking` receives the messages before they are in flight, so that a lane can note them
        before it can die. If the lane then dies without these messages, the receipts in its note
        are stale.
        """
        now = self._clock.now() if now is None else now
        visible = self._visibility_seconds if visibility_seconds is None else visibility_seconds
        with self._database.write() as db:
            taken = groups.take(
                db,
                max_messages,
                now=now,
                visible_at=now + visible * 1000,
                max_receive_count=self._max_receive_count,
            )
            until = now + visible * 1000
            found = [_received(message, group, now, until) for message, group in taken]
            if found and taking is not None:
                taking(found)
        return found

    def hold_untouched(self, message: Received, seconds: int) -> None:
        """Hold a message that nobody held since it was received.

        Leave any other message as it is.
        """
        seq, _, count = message.receipt.partition("-")
        untouched = self._database.fetch(
            "SELECT 1 FROM messages WHERE seq = ? AND receive_count = ? AND visible_at = ?",
            int(seq),
            int(count),
            message.visible_at,
        )
        if untouched:
            self.hold([message.receipt], seconds)

    def delete(self, receipts: Sequence[str]) -> None:
        """Delete messages for good. Stale receipts are ignored.

        As in SQS, a standard queue still deletes a message after the visibility timeout if nobody
        received the message since. A FIFO queue does not.
        """
        now = self._clock.now()
        with self._database.write() as db:
            held = groups.held(db, receipts, now if self.fifo else 0)
            db.executemany("DELETE FROM messages WHERE seq = ?", [(seq,) for seq, _ in held])
            opened = groups.update_locks(db, (group for _, group in held), now)
        if opened:
            self._ring(self.name)

    def next_visible_at(self) -> int | None:
        """Return from when on a receive finds something, if nothing else happens.

        Return None for never.
        """
        [(is_open, locked_until)] = self._database.fetch(
            "SELECT EXISTS (SELECT 1 FROM groups WHERE locked_until = 0),"
            " (SELECT min(locked_until) FROM groups WHERE locked_until > 0)"
        )
        return self._clock.now() if is_open else locked_until

    def backlog(self, limit: int) -> int:
        """Return how many messages there are without the dead letters, counted up to a limit."""
        [(count,)] = self._database.fetch(
            "SELECT count(*) FROM (SELECT 1 FROM messages LIMIT ?)", limit
        )
        return int(count)

    def due(self) -> tuple[int, int | None]:
        """Return how many messages there are, and since when one is due and untaken."""
        now = self._clock.now()
        [(count, since)] = self._database.fetch(
            "SELECT (SELECT count(*) FROM messages), (SELECT min(CASE WHEN locked_until > 0"
            "  THEN locked_until"
            "  ELSE (SELECT max(sent_at, visible_at) FROM messages WHERE group_id = groups.id"
            "   ORDER BY seq LIMIT 1) END)"
            " FROM groups WHERE locked_until <= ?)",
            now,
        )
        return int(count), since

    def depth(self) -> Depth:
        """Return the counts by reading an index of every message.

        Lanes are too busy to call this.
        """
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
        """Return the dead letters, oldest first."""
        rows = self._database.fetch(
            "SELECT id, group_name, body, sent_at, receive_count FROM dead ORDER BY seq LIMIT ?",
            limit,
        )
        return [
            DeadLetter(id_, self.name, group, body, sent_at, receive_count)
            for id_, group, body, sent_at, receive_count in rows
        ]

    def dead_count(self) -> int:
        """Return how many dead letters there are."""
        [(count,)] = self._database.fetch("SELECT count(*) FROM dead")
        return int(count)

    def forget_dead(self, *, before: int) -> int:
        """Delete the dead letters that were sent before that time. Return how many there were."""
        with self._database.write() as db:
            return db.execute("DELETE FROM dead WHERE sent_at < ?", (before,)).rowcount

    def redrive_groups(self, wanted: Callable[[str | None], bool]) -> int:
        """Send every dead letter of these groups back to the end. Return how many there were."""
        rows = self._database.fetch("SELECT id, group_name FROM dead ORDER BY seq")
        return self.redrive([id_ for id_, group in rows if wanted(group)])

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these dead letters back to the end as new messages. Return how many there were."""
        with self._database.write() as db:
            letters = []
            for id_ in ids:
                found = db.execute("SELECT group_name, body FROM dead WHERE id = ?", (id_,))
                for group, body in found.fetchall():
                    # A new dedup id keeps a redrive from being taken for a duplicate.
                    dedup_id = self._new_id() if self.fifo else None
                    letters.append(Outgoing(body, group=group, dedup_id=dedup_id))
                    db.execute("DELETE FROM dead WHERE id = ?", (id_,))
            groups.append(db, letters, self._clock.now(), self._new_id)
        if letters:
            self._ring(self.name)
        return len(letters)

    def scrub(self) -> bool:
        """Remove deleted messages from the disk.

        Return False while other processes are in the way.
        """
        return self._database.scrub()

    def close(self) -> None:
        """Close this process's connections."""
        self._database.close()

    def _new_id(self) -> str:
        """Return an id that no other message has, in the form of SQS's."""
        digits = self._randomness.token(16).hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class SqliteDeadLetters:
    """The dead letters of every queue (see ports.DeadLetters)."""

    def __init__(self, queues: Iterable[SqliteQueue]) -> None:
        self._queues = tuple(queues)

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""
        letters = [letter for queue in self._queues for letter in queue.dead_letters(limit)]
        return sorted(letters, key=lambda letter: letter.sent_at)[:limit]

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these dead letters back to the ends of their queues.

        Each queue has its own transaction.
        """
        return sum(queue.redrive(ids) for queue in self._queues)

    def count(self) -> int:
        """Return how many dead letters there are."""
        return sum(queue.dead_count() for queue in self._queues)

    def redrive_groups(self, wanted: Callable[[str | None], bool]) -> Swept:
        """Send back every dead letter of these groups. Every letter is looked at in one call."""
        return Swept(sum(queue.redrive_groups(wanted) for queue in self._queues), complete=True)


def _received(message: groups.Waiting, group: str | None, now: int, until: int) -> Received:
    count = message.receive_count + 1
    first = message.first_received_at
    return Received(
        id=message.id,
        receipt=f"{message.seq}-{count}",
        body=message.body,
        group=group,
        dedup_id=message.dedup_id,
        sent_at=message.sent_at,
        first_received_at=now if first is None else first,
        receive_count=count,
        sequence_number=f"{message.seq:020d}",
        visible_at=until,
    )
