"""Queues from the sending side, the gate before them, and their dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. FIFO queues need `group` and `dedup_id`; only others take a delay."""

    body: str
    group: str | None = None
    dedup_id: str | None = None
    delay_seconds: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was received too often, as its queue's dead letters keep it."""

    id: str
    queue: str
    group: str | None
    body: str
    sent_at: int
    receive_count: int


class Queue(Protocol):
    """The sending side of one queue, and what a consumer may say of a message it holds.

    Receiving and deleting belong to the home (Lambda's event source mapping, the runner's lanes).
    """

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all, in order, in as few calls as the service allows.

        Within 5 minutes a FIFO `dedup_id` of the same group is taken once. Raises TooLarge,
        Throttled, Unavailable; then some may have been sent: sending all again is harmless.
        """

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send straight to this queue's dead letters: what no later try can mend.

        A worker buries a poison message itself, because every receive of a batch counts for the
        later messages of its group as well, and they must not share its end.
        """

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible again after so many seconds from now.

        In place of the rest of their visibility timeout; receipts no longer held are ignored.
        """


class IntakeGate(Protocol):
    """Whether one more message may be taken in; asked before anything is acknowledged."""

    def admit(self, thread_id: str) -> None:
        """Raises Unavailable, with the seconds to wait, while too much is waiting for that."""


class OpenGate:
    """An IntakeGate for queues that take whatever comes, and workers that grow with it."""

    def admit(self, thread_id: str) -> None:
        """Always."""


class DeadLetters(Protocol):
    """The dead letters of every queue, for people."""

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Oldest first."""

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these back to their queues' ends (new queue ids, same bodies); how many went."""
