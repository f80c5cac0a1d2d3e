"""The ports of outbound sends live here: the delivery, its attempts, its answer and its log."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from surgeline.errors import Unavailable
from surgeline.records import quick

TargetKind = str
"""`channel`, `pool`, or the name of another way out, which `adapters.configuration.kinds` lists."""
SUBSCRIPTION: Final = "subscription"
"""The target of what subscribers to alerts and reports are sent. It belongs to no thread."""
CUSTOMERS: Final = "customers"
"""The target of what the company's own system is asked and told about customers."""
MEDIA: Final = "media"
"""The target of files that are fetched from a channel's provider. Its id is the channel."""
DESK_FILE: Final = "desk_file"
"""The target of files that are fetched from the tool in which a pool works. Its id is the pool."""
ARTICLES: Final = "articles"
"""The group, in place of a thread, of what pools are told of changed articles."""
PROFILE: Final = "profile"
"""The target of questions to a channel's provider for a profile. Its id is the channel."""
DeliveryEnd = Literal["delivered", "failed", "expired"]

AFTER_ALL: Final = "undelivered after all"
"""So begins the outcome of a delivery that its provider took first, and could not deliver later."""
ATTEMPTS_KEPT = 30
"""The most attempts kept of one delivery. The longest schedule has 17, the rest are redrives."""


@dataclass(frozen=True, slots=True)
class LoneRetry:
    """Set on a delivery that has left its FIFO group and is retried alone.

    It holds the attempts so far and the time of the next.
    """

    tries: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Tried:
    """How far an earlier try of a delivery came.

    `done` parts arrived. `lost`: the part after them may have, because its answer was lost.
    `unknown`: an earlier process had the delivery and told nothing. It sent all, some or none.
    """

    done: int = 0
    lost: bool = False
    unknown: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbound send. `payload` is the whole JSON object of the webhook's `data`.

    `target` and `target_id` name its endpoint, and `event` its dotted type. A later epoch than
    `epoch` may forbid the send, and `expires_at` ends its retries. `speaker` is `bot`, `system` or
    the pool whose words go to a customer. `later` is set once the delivery has left its group.
    `reply_token` is the permission to answer the message that came at `received_at`. `tried` is set
    for the time of a send, from the log.
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
    reply_token: str | None = None
    received_at: int | None = None
    tried: Tried | None = None

    @property
    def place(self) -> "DeliveryPlace":
        """Return where the log keeps the delivery."""
        return DeliveryPlace(f"{self.target}:{self.target_id}", self.at, self.id)

    @property
    def group(self) -> str:
        """Return the FIFO group: one order per thread and target. A lone retry has its own."""
        alone = f".{self.id}" if self.later else ""
        return f"{self.thread_id}{alone}.{self.target}.{self.target_id}"

    @property
    def dedup_id(self) -> str:
        """Return the id by which a queue knows a repeat. Each lone retry is another message."""
        return f"{self.id}.{self.later.tries}" if self.later else self.id


@dataclass(frozen=True, slots=True)
class DeliveryPlace:
    """The place of a delivery in the log: its endpoint (`pool:north`), its time and its id."""

    target: str
    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery, with its time, outcome and duration. It never holds any text.

    `number` counts from 1, and anew from a redrive or a replay.
    """

    number: int
    at: int
    outcome: str
    status: int | None = None
    milliseconds: int = 0

    @property
    def tried(self) -> Tried:
        """Return how far the try came, which its outcome ends with (see `outcome_of`)."""
        found = _HOW_FAR.search(self.outcome)
        assert found is not None, "an end without either is found too"
        return Tried(int(found["done"] or 0), found["lost"] is not None)


_PERHAPS = ", perhaps shown"
_HOW_FAR = re.compile(rf"(?:, after (?P<done>[0-9]{{1,3}}) parts?)?(?P<lost>{_PERHAPS})?$")


def outcome_of(reason: str, tried: Tried) -> str:
    """Return the outcome of a try that failed: why, and how far it came.

    It stands in the text, because the releases before read the log too.
    """
    parts = f", after {tried.done} part{'s' if tried.done > 1 else ''}" if tried.done else ""
    return f"{reason}{parts}{_PERHAPS if tried.lost else ''}"


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """The log's entry of a delivery: its newest attempts, oldest first, and its end.

    `end` is None while the delivery is still tried.
    """

    place: DeliveryPlace
    thread_id: str
    conversation_id: str
    event: str
    end: DeliveryEnd | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An endpoint's answer, with at most 64 KiB of body and the wait that it asked for."""

    status: int
    body: bytes
    retry_after_seconds: int | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Download:
    """A provider's answer with a file. `whole`: nothing was cut off. `location`: where it went."""

    status: int
    body: bytes
    milliseconds: int
    whole: bool = True
    location: str | None = None
    retry_after_seconds: int | None = None


class SendFailed(Unavailable):
    """Raised without an answer: timeout, connect, tls, blocked, too_large, protocol, no_secret.

    `sent` says that the endpoint may have got the request.
    """

    def __init__(self, reason: str, milliseconds: int = 0, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.milliseconds = milliseconds
        self.sent = sent

    @property
    def attempted(self) -> bool:
        """Return whether the endpoint was called at all."""
        return self.reason not in _NOT_CALLED


_NOT_CALLED = ("blocked", "too_large", "no_secret")


class Webhooks(Protocol):
    """Signed posts to channels' and pools' endpoints, guarded against internal addresses."""

    def post(
        self, url: str, *, secret: str, webhook_id: str, body: bytes, timeout_seconds: float
    ) -> Reply:
        """Sign with the named secret and send once, without redirects. Raises SendFailed."""


class Posts(Protocol):
    """Posts to providers of channels, guarded as webhooks are. The headers prove who we are."""

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_seconds: float
    ) -> Reply:
        """Send once, without redirects. Raises SendFailed."""

    def put(
        self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_seconds: float
    ) -> Reply:
        """Change what is at a URL, once, without redirects. Raises SendFailed."""

    def get(self, url: str, headers: Mapping[str, str], *, timeout_seconds: float) -> Reply:
        """Ask once for what is at a URL, without redirects. Raises SendFailed."""

    def download(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        most_bytes: int,
        timeout_seconds: float,
        public_only: bool = False,
    ) -> Download:
        """Ask once for a file, without redirects, and read so many bytes. Raises SendFailed.

        `public_only` refuses this machine's own addresses, also where other calls may reach them.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuery:
    """The deliveries of one endpoint (`pool:north`) that were decided from `since` before `until`.

    `end` is how they ended. `retrying` names those without an end, and None names all.
    """

    target: str
    since: int
    until: int
    end: DeliveryEnd | Literal["retrying"] | None = None
    delivery_id: str | None = None
    limit: int = 100


class DeliveryLog(Protocol):
    """Keeps the newest `ATTEMPTS_KEPT` attempts of each delivery, by its endpoint and time."""

    def record_attempt(self, delivery: Delivery, attempt: Attempt, end: DeliveryEnd | None) -> None:
        """Keep an attempt. `end` closes the delivery. The last writer wins, and repeats do no harm.

        A delivery that succeeded once stays delivered. A later failure, of a replay or of a worker
        that was overtaken, only adds its attempt.
        """

    def last(self, place: DeliveryPlace) -> Attempt | None:
        """Return the last recorded attempt, or None without one."""

    def find(self, places: Sequence[DeliveryPlace]) -> list[LoggedDelivery]:
        """Return the deliveries at these places that were tried, in the given order."""

    def list(self, query: DeliveryQuery) -> list[LoggedDelivery]:
        """Return the deliveries that the query asks for, the newest first."""
