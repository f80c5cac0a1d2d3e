"""Outbound sends: the delivery, its attempts, the endpoint's answer, and their log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from surgeline.errors import Unavailable

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
