"""Every port of the application, by ability, and the refusals they speak in.

One contract suite (tests/contract) holds each implementation to what is written here.
Implementations: `surgeline.adapters.aws` and the embedded home in `local`.
Times are UTC epoch milliseconds, durations are seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Effect, OfferEnd
from surgeline.domain.events import Event
from surgeline.domain.facts import Answer
from surgeline.domain.thread import Thread
from surgeline.errors import Conflict, Rejected, Unavailable

# ---------------------------------------------------------------- refusals


class Stale(Conflict):
    """The thread moved on since it was loaded; load and decide again."""


class AlreadyDone(Conflict):
    """This event was committed before; load shows its record."""


class TooLarge(Rejected):
    """The item is over the store's or the queue's limit (400 kB a record, 256 kB a message)."""

    status = 413
    code = "too_large"


class Throttled(Unavailable):
    """The service asks for less; nothing was kept."""


class OfferClosed(Conflict):
    """The offer can't be accepted: `status` says how it ended, or `expired`, or `taken`."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the offer is {status}")
        self.status = status


class Absent(Rejected):
    """No such item."""

    status = 404
    code = "not_found"


# ---------------------------------------------------------------- the conversation store


@dataclass(frozen=True, slots=True)
class Record:
    """One event that a thread took in, with its effects: the log, the dedupe record, the outbox.

    `seq` is the event's own number; the texts among the effects carry the numbers after it.
    """

    seq: int
    event: Event
    effects: tuple[Effect, ...]
    explanation: Explanation
    conversation_id: str | None
    at: int
    schema: int = 1

    @property
    def last_seq(self) -> int:
        """The highest sequence number that this record uses."""
        return max([self.seq, *(e.seq for e in self.effects if e.type == "send_text")])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store knows: the thread (None for a new one), and the event's record if done."""

    thread: Thread | None
    done: Record | None


class ConversationStore(Protocol):
    """Threads and their logs. A commit is all or nothing, whatever crashes."""

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """Read strongly; repairs a commit that was cut in the middle. Raises Throttled."""

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """Keep the record and the thread's new state if the thread is still at `expected_seq`.

        Dedupe by (thread, event id) outlives any queue: at least 8 days.
        Raises Stale, AlreadyDone (which wins over Stale), TooLarge, Throttled: nothing is kept.
        """

    def thread(self, thread_id: str) -> Thread | None:
        """The thread's state, read strongly."""

    def records(
        self, thread_id: str, *, after_seq: int = 0, limit: int = 100, newest_first: bool = False
    ) -> list[Record]:
        """Records whose event's seq is above `after_seq`, oldest first unless told otherwise."""


# ---------------------------------------------------------------- offers

OfferStatus = Literal["open", "accepted", "declined", "timed_out", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Offer:
    """The record that a pool's acceptance is decided on, by one conditional write."""

    offer_id: str
    conversation_id: str
    pool_id: str
    epoch: int
    expires_at: int
    status: OfferStatus = "open"
    agent: str | None = None
    schema: int = 1


class Offers(Protocol):
    """Offer records; every change is one conditional write."""

    def create(self, offer: Offer) -> None:
        """Keep a new offer; a repeat with the same id is harmless and changes nothing."""

    def accept(self, offer_id: str, *, pool_id: str, now: int, agent: str | None = None) -> Offer:
        """Accept it if it is open, this pool's, and `now < expires_at`.

        Of a conversation's offers under one epoch only the first is accepted, however many are out.
        Accepting again by the same pool answers the same accepted offer.
        Raises Absent (unknown, or another pool's) and OfferClosed(status), which is `taken` where
        another pool was quicker.
        """

    def close(self, offer_id: str, status: OfferEnd) -> Offer:
        """End an open offer; one that has ended stays as it is. Answers the offer as it is now.

        Raises Absent.
        """

    def read(self, offer_id: str) -> Offer | None:
        """The offer as it is."""


# ---------------------------------------------------------------- seats and who waits for them


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation's place in the line: the higher priority first, then the older."""

    thread_id: str
    conversation_id: str
    priority: int
    since: int
    pools: tuple[str, ...]

    @property
    def place(self) -> tuple[int, int, str]:
        """What the line is ordered by."""
        return (-self.priority, self.since, self.conversation_id)


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """What a pool has at this moment; `disabled` says why it is asked nothing, None if it is."""

    taken: int = 0
    used_today: int = 0
    disabled: str | None = None


class PoolBoard(Protocol):
    """What is known of pools at this moment: seats, the line of those that wait, who is disabled.

    Seats are claimed by conditional writes: never more than the limits, whoever claims at once.
    """

    def claim(
        self,
        offer_id: str,
        pool_id: str,
        *,
        day: str,
        limit: int | None,
        daily_limit: int | None,
    ) -> bool:
        """Take a seat for an offer if fewer than `limit` are taken, `daily_limit` on that day.

        Whether the offer has a seat now; a repeat takes no second one, and an offer whose seat was
        released gets none any more.
        """

    def release(self, offer_id: str, pool_id: str, *, used: bool) -> bool:
        """Give an offer's seat back, once; whether that freed one.

        Only a seat that was `used` stays counted for its day. Releasing what was never claimed
        makes a later claim fail.
        """

    def loads(self, pool_ids: Sequence[str], *, day: str) -> Mapping[str, PoolLoad]:
        """How each of these pools stands; one that nothing is known of has nothing."""

    def disable(self, pool_id: str, reason: str) -> None:
        """Ask the pool nothing any more, until it is enabled."""

    def enable(self, pool_id: str) -> None:
        """Ask the pool again."""

    def join(self, waiting: Waiting) -> None:
        """Keep the conversation's place; a repeat with the same place replaces it."""

    def leave(self, waiting: Waiting) -> None:
        """Give the place up (its pools don't matter); harmless where there is none."""

    def line(self, *, limit: int = 100) -> list[Waiting]:
        """Who waits, the first first."""


# ---------------------------------------------------------------- deliveries and their outcomes

Channel = Literal["channel", "pool"]
DeliveryEnd = Literal["delivered", "failed", "expired"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbound send. `payload` is the JSON object of the webhook's `data`, complete.

    `event` is its dotted type; `epoch` fences it; `expires_at` ends its retries; `speaker` is bot,
    system or the pool whose words go to a customer.
    """

    id: str
    thread_id: str
    conversation_id: str
    target: Channel
    target_id: str
    event: str
    epoch: int
    at: int
    payload: Mapping[str, object]
    expires_at: int | None = None
    seq: int | None = None
    offer_id: str | None = None
    speaker: str | None = None
    schema: int = 1

    @property
    def group(self) -> str:
        """The FIFO group: one order per thread and target."""
        return f"{self.thread_id}.{self.target}.{self.target_id}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery: when, how it went, how long it took. Never any text."""

    delivery_id: str
    thread_id: str
    target: str
    number: int
    at: int
    outcome: str
    status: int | None = None
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: at most 64 KiB of body, and what it asked for."""

    status: int
    body: bytes
    retry_after_seconds: int | None
    milliseconds: int


class SendFailed(Unavailable):
    """No answer was had: timeout, connect, tls, blocked, too_large, protocol, no_secret."""

    def __init__(self, reason: str, milliseconds: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.milliseconds = milliseconds


class Webhooks(Protocol):
    """Signed posts to channels' and pools' endpoints, guarded against internal addresses."""

    def post(
        self, url: str, *, secret: str, webhook_id: str, body: bytes, timeout_seconds: float
    ) -> Reply:
        """Sign with the named secret and send once; no redirects. Raises SendFailed."""


class DeliveryLog(Protocol):
    """The last attempt of each delivery, and how it ended."""

    def note(self, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Keep an attempt; `end` closes the delivery. The last writer wins; repeats do no harm.

        Only what was delivered stays so: a worker that was overtaken, and fails, changes nothing.
        """

    def attempts(self, thread_id: str, delivery_id: str) -> int:
        """How many attempts of this delivery were noted."""

    def of_thread(self, thread_id: str) -> list[tuple[Attempt, DeliveryEnd | None]]:
        """The last attempt of each of a thread's deliveries, oldest first."""


# ---------------------------------------------------------------- queues


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


# ---------------------------------------------------------------- blobs, secrets, pushes


class Blobs(Protocol):
    """Named bytes: artifacts, their pointers, sources."""

    def get(self, key: str) -> bytes:
        """The bytes. Raises Absent, Unavailable."""

    def put(self, key: str, body: bytes) -> None:
        """Write or replace, at once and whole."""

    def keys(self, prefix: str) -> list[str]:
        """The keys below a prefix, sorted."""


class Secrets(Protocol):
    """Secrets by name, read on first use, cached for about five minutes, stale on failure."""

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none. Raises Unavailable when that is unknown."""

    def put(self, name: str, value: str) -> None:
        """Set it (admin only)."""


class Sockets(Protocol):
    """Open web sockets of chat pages. Losing one costs nothing: the page polls as well."""

    def join(self, thread_id: str, connection_id: str, *, expires_at: int) -> None:
        """Remember that this connection shows this thread."""

    def leave(self, connection_id: str) -> None:
        """Forget a connection."""

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send a small JSON object to every connection of the thread; how many were reached."""


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> int:
        """UTC epoch milliseconds."""


# ---------------------------------------------------------------- answering


class Answerer(Protocol):
    """Answers from a published knowledge base; pure once its artifact is loaded."""

    def answer(
        self,
        knowledge_base: str,
        text: str,
        *,
        language: str | None,
        rejected: tuple[str, ...],
        choices: tuple[str, ...],
    ) -> Answer:
        """Never raises for any text; a missing or corrupt artifact abstains and is reported.

        `rejected` articles are never offered again; `choices` are those that the customer was
        offered last, in order, for a pick by number or words. `language` is the thread's so far.
        """
