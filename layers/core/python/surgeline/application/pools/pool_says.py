"""The things that a pool can say live here, for a webhook, a console and a desk alike."""

from dataclasses import dataclass
from typing import Literal

from surgeline.domain.events import SuggestedArticle, UsedSuggestion
from surgeline.domain.sent_files.attached import Attached


@dataclass(frozen=True, slots=True)
class Accepts:
    """The pool takes the offered conversation. `agent` is the name of the person."""

    conversation_id: str
    offer_id: str
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Declines:
    """The pool does not take the offered conversation."""

    conversation_id: str
    offer_id: str
    reason: str = "declined"


@dataclass(frozen=True, slots=True)
class Writes:
    """A person of the pool writes to the customer. `media` goes with the text.

    `corrects`: the text takes the place of earlier words, which the customer has.
    """

    conversation_id: str
    epoch: int
    text: str
    agent: str | None = None
    seq: int | None = None
    media: tuple[Attached, ...] = ()
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Types:
    """A person of the pool is typing."""

    conversation_id: str
    epoch: int
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Sees:
    """A person of the pool has seen what the customer wrote up to `at` (UTC epoch ms), or now."""

    conversation_id: str
    epoch: int
    agent: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Resolves:
    """The pool closes the conversation.

    `resolution_code`, `value` and `suggestions` are its own, for reports.
    """

    conversation_id: str
    epoch: int
    outcome: str
    summary: str = ""
    article: SuggestedArticle | None = None
    seq: int | None = None
    resolution_code: str | None = None
    value: float | None = None
    value_kind: Literal["made", "saved"] = "made"
    suggestions: tuple[UsedSuggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Returns:
    """The pool gives the conversation back to the bot."""

    conversation_id: str
    epoch: int
    reason: str = ""
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Transfers:
    """The pool passes the conversation on, to the named pool or to the next one that can."""

    conversation_id: str
    epoch: int
    to: str | None = None
    reason: str = ""
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """The pool keeps a note with the conversation. The customer never sees it."""

    conversation_id: str
    epoch: int
    text: str


@dataclass(frozen=True, slots=True)
class Promises:
    """The pool looks into the case, and promises word by `until` (UTC epoch ms)."""

    conversation_id: str
    epoch: int
    until: int
    text: str = ""
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """The pool says how many of its people are there, and for how long that holds."""

    seats: int
    valid_seconds: int = 300


@dataclass(frozen=True, slots=True)
class ReadsNotice:
    """The pool's people have read a notice of changed articles."""

    notice_id: str


PoolSays = (
    Accepts
    | Declines
    | Writes
    | Types
    | Sees
    | Resolves
    | Returns
    | Transfers
    | Notes
    | Promises
    | Reports
    | ReadsNotice
)
