"""Outbound sends: the delivery, its attempts, the endpoint's answer, and their log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from surgeline.errors import Unavailable

TargetKind = str
"""`channel`, `pool`, or the name of another way out, which `adapters.configuration.kinds` lists."""
DeliveryEnd = Literal["delivered", "failed", "expired"]

ATTEMPTS_KEPT = 30
"""Of one delivery: the longest schedule has 17, the rest are redrives and replays."""


@dataclass(frozen=True, slots=True)
class LoneRetry:
    """Set on a delivery that has left its FIFO group and is retried alone.

    It holds the attempts so far and the time of the next.
    """

    tries: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbound send. `payload` is the JSON object of the webhook's `data`, complete.

    `event` is its dotted type; `epoch` fences it; `expires_at` ends its retries; `speaker` is bot,
    system or the pool whose words go to a customer; `later` is set where it has left its group.
    """

    id: str
    thread_id: str
    conversation_id: str
    target: TargetKind
    target_id: str
    event: str
    epoch: int
    at: int
    payload: Mapping[str, object]
    expires_at: int | None = None
    seq: int | None = None
    offer_id: str | None = None
    speaker: str | None = None
    later: LoneRetry | None = None
    schema: int = 1
    type: Literal["delivery"] = "delivery"

    @property
    def place(self) -> "DeliveryPlace":
        """Where the log keeps it."""
        return DeliveryPlace(f"{self.target}:{self.target_id}", self.at, self.id)

    @property
    def group(self) -> str:
        """The FIFO group: one order per thread and target; a later try is alone in its own."""
        alone = f".{self.id}" if self.later else ""
        return f"{self.thread_id}{alone}.{self.target}.{self.target_id}"

    @property
    def dedup_id(self) -> str:
        """What a queue knows a repeat by: each later try is another message."""
        return f"{self.id}.{self.later.tries}" if self.later else self.id


@dataclass(frozen=True, slots=True)
class DeliveryPlace:
    """Where the log keeps a delivery: its endpoint (`pool:north`), when it was decided, its id."""

    target: str
    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery: when, how it went, how long it took. Never any text.

    `number` counts from 1, and anew from a redrive or a replay.
    """

    number: int
    at: int
    outcome: str
    status: int | None = None
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """What the log knows of a delivery: its newest attempts, oldest first, and how it ended.

    `end` is None while it is still tried.
    """

    place: DeliveryPlace
    thread_id: str
    conversation_id: str
    event: str
    end: DeliveryEnd | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: at most 64 KiB of body, and what it asked for."""

    status: int
    body: bytes
    retry_after_seconds: int | None
    milliseconds: int


class SendFailed(Unavailable):
    """Raised without an answer: timeout, connect, tls, blocked, too_large, protocol, no_secret."""

    def __init__(self, reason: str, milliseconds: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.milliseconds = milliseconds

    @property
    def attempted(self) -> bool:
        """Whether the endpoint was called at all."""
        return self.reason not in _NOT_CALLED


_NOT_CALLED = ("blocked", "too_large", "no_secret")


class Webhooks(Protocol):
    """Signed posts to channels' and pools' endpoints, guarded against internal addresses."""

    def post(
        self, url: str, *, secret: str, webhook_id: str, body: bytes, timeout_seconds: float
    ) -> Reply:
        """Sign with the named secret and send once; no redirects. Raises SendFailed."""


class DeliveryLog(Protocol):
    """How each delivery went, by its endpoint and time: the newest `ATTEMPTS_KEPT` attempts."""

    def record_attempt(self, delivery: Delivery, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Keep an attempt; `end` closes the delivery. The last writer wins; repeats do no harm.

        What was delivered once stays so: a worker that was overtaken, or a replay, and fails, only
        adds its attempt.
        """

    def attempts(self, place: DeliveryPlace) -> int:
        """The number of the last attempt that was noted; 0 where there was none."""

    def find(self, places: Sequence[DeliveryPlace]) -> list[LoggedDelivery]:
        """Those of these deliveries that were tried, in the order asked for."""

    def list(
        self,
        target: str,
        *,
        since: int,
        until: int,
        end: DeliveryEnd | Literal["retrying"] | None = None,
        delivery_id: str | None = None,
        limit: int = 100,
    ) -> list[LoggedDelivery]:
        """An endpoint's deliveries decided from `since` and before `until`, the newest first.

        `retrying` are those that have no end yet.
        """
