"""The port of queues as senders see them lives here, with the intake gate and the dead letters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from surgeline.application.ports.refusals import TooLarge

BODY_BYTES: Final = 256 * 1024
LONGEST_DELAY_SECONDS: Final = 900
LONGEST_HOLD_SECONDS: Final = 43_200

_NAME = re.compile(r"[!-~]{1,128}")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send.

    FIFO queues need `group` and `dedup_id`. Only other queues take a delay.
    """

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


def check(message: Outgoing, *, fifo: bool) -> None:
    """Raise TooLarge for a message over the limit, and ValueError for a malformed one.

    The limits are SQS's. Both homes refuse the same messages.
    """
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
    if (size := body_bytes(body)) > BODY_BYTES:
        raise TooLarge(f"a message of {size} bytes is over the queue's {BODY_BYTES}")


def check_hold(seconds: int) -> None:
    """Raise ValueError for a time that no message can be held for."""
    if not 0 <= seconds <= LONGEST_HOLD_SECONDS:
        raise ValueError(f"a message can't be held for {seconds} seconds")


def body_bytes(body: str) -> int:
    """Return the size of a body as queues count it."""
    return len(body) if body.isascii() else len(body.encode())


def _check_name(name: str | None, what: str) -> None:
    if name is None or not _NAME.fullmatch(name):
        raise ValueError(f"a FIFO message needs a {what} of 1 to 128 printable ASCII characters")


class Queue(Protocol):
    """The sending side of one queue, and a consumer's calls for a message that it holds.

    Receiving and deleting belong to the home (Lambda's event source mapping, the runner's lanes).
    """

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Send all messages, in order, in as few calls as the service allows.

        Within 5 minutes a FIFO `dedup_id` of the same group is taken once. Raises TooLarge,
        Throttled, Unavailable. Then some may have been sent, and sending all again is harmless.
        """

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """Send messages that no later try can mend straight to this queue's dead letters.

        A worker buries a poison message itself. Every receive of a batch counts for the later
        messages of its group as well, and they must not share its end.
        """

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible again after so many seconds from now.

        This replaces the rest of their visibility timeout. Receipts no longer held are ignored.
        """


class IntakeGate(Protocol):
    """The gate that is asked before a message is acknowledged."""

    def admit(self, thread_id: str) -> None:
        """Raise Unavailable, with the seconds to wait, while too many messages are waiting."""


class OpenGate:
    """An IntakeGate that admits everything, for queues whose workers grow with them."""

    def admit(self, thread_id: str) -> None:
        """Admit the message always."""


class Starts(Protocol):
    """Remembers which messages were begun and did not end, also when their process dies."""

    def begun(self, message_id: str) -> int:
        """Note a start. Return how many starts in a row had no end, this one included.

        Raises Throttled.
        """

    def ended(self, message_id: str) -> None:
        """Note that the last start had an end. Raises Throttled."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The result of a sweep through the dead letters. `complete` is False if some were not seen."""

    redriven: int
    complete: bool


class DeadLetters(Protocol):
    """The dead letters of every queue, for people."""

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Return the dead letters, the oldest first."""

    def count(self) -> int:
        """Return how many dead letters there are, without touching any."""

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these back to their queues' ends (new queue ids, same bodies). Return how many."""

    def redrive_groups(self, wanted: Callable[[str | None], bool]) -> Swept:
        """Send back every letter whose group is wanted, as far as all can be looked at."""
