"""Effects say in the imperative what the core wants done. The application carries them out.

Every id is derived from the event's id. So a replay of the event asks for the same effects under
the same ids.
"""

from dataclasses import dataclass, field
from typing import Literal

from surgeline.domain.company.closure import Arrival
from surgeline.domain.customers.identity import Identity
from surgeline.domain.events import TimerKind
from surgeline.domain.outcome import Opened, Outcome, Surveyed
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.sent_files.events import Media
from surgeline.domain.thread import Callback, HandoffReason, OwnerKind
from surgeline.records import quick

Speaker = Literal["bot", "person", "system"]
PoolEventType = Literal[
    "handoff.offered",
    "handoff.withdrawn",
    "conversation.message",
    "conversation.taken_back",
    "conversation.abandoned",
]
Again = Literal["", "as before", "template"]
OfferEnd = Literal["accepted", "declined", "timed_out", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the offered answers. The customer picks it by its number or its words."""

    article_id: str | None
    label: str


@quick
@dataclass(frozen=True, slots=True)
class SendText:
    """Show a text to the customer. `seq` is its place in the thread, and `pool_id` its speaker.

    `owner` and `closed` are the conversation's state once this is said. `out_of_order`: an earlier
    message of the pool never came, or comes only now. `media` goes with the text. `arrival` is
    where the customer's own token goes in, on the way to the channel only. `again` says how a text
    goes out that the provider could not deliver the first time.
    """

    id: str
    conversation_id: str
    seq: int
    epoch: int
    speaker: Speaker
    text: str
    owner: OwnerKind = "bot"
    closed: bool = False
    in_reply_to: str | None = None
    article_id: str | None = None
    choices: tuple[Choice, ...] = ()
    pool_id: str | None = None
    agent: str | None = None
    type: Literal["send_text"] = "send_text"
    out_of_order: bool = False
    media: tuple[Attached, ...] = ()
    arrival: Arrival | None = None
    again: Again = ""


@dataclass(frozen=True, slots=True)
class OfferToPool:
    """Propose the conversation to one pool. `epoch` is the epoch that an acceptance would give.

    The transcript up to `told_seq` goes along with the offer. `limit` and `daily_limit` bound the
    seats of which it claims one, where they are set. `callback` is the time or the address that the
    customer chose. `charged`: what it costs is counted against the company's budget.
    """

    id: str
    offer_id: str
    conversation_id: str
    pool_id: str
    epoch: int
    expires_at: int
    reason: HandoffReason
    language: str | None
    told_seq: int
    candidates: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    type: Literal["offer_to_pool"] = "offer_to_pool"
    limit: int | None = None
    daily_limit: int | None = None
    callback: Callback | None = None
    charged: bool = False

    @property
    def seated(self) -> bool:
        """Return whether the offer needs a seat of the pool."""
        return self.limit is not None or self.daily_limit is not None or self.charged


@dataclass(frozen=True, slots=True)
class CloseOffer:
    """End an offer that nobody should accept any more."""

    id: str
    offer_id: str
    status: OfferEnd
    type: Literal["close_offer"] = "close_offer"


@dataclass(frozen=True, slots=True)
class NotifyPool:
    """Tell a pool about its conversation. `seq` has no gaps within one ownership."""

    id: str
    conversation_id: str
    pool_id: str
    event: PoolEventType
    epoch: int
    seq: int
    offer_id: str | None = None
    data: dict[str, str | int | None] = field(default_factory=dict)
    type: Literal["notify_pool"] = "notify_pool"


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the thread at `due_at`. A timer that is stale by then is recognised and ignored."""

    id: str
    kind: TimerKind
    conversation_id: str
    subject: str
    epoch: int
    due_at: int
    type: Literal["start_timer"] = "start_timer"


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """Give an offer's seat back, and wake a waiting conversation. `used`: the pool had accepted."""

    id: str
    pool_id: str
    offer_id: str
    used: bool
    type: Literal["free_seat"] = "free_seat"
    handled_seconds: int = 0


@dataclass(frozen=True, slots=True)
class JoinWaitlist:
    """Keep the conversation's place among those that wait for a seat of one of these pools.

    The place is given up after `until`, or after the routing's longest wait if that is 0. `renews`:
    the conversation had the place before, and only the end is new.
    """

    id: str
    conversation_id: str
    priority: int
    since: int
    pools: tuple[str, ...]
    type: Literal["join_line"] = "join_line"
    until: int = 0
    renews: bool = False


@dataclass(frozen=True, slots=True)
class LeaveWaitlist:
    """Give up the conversation's places in these pools' lists, because it waits there no more."""

    id: str
    conversation_id: str
    priority: int
    since: int
    type: Literal["leave_line"] = "leave_line"
    pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteWait:
    """Note for estimates that a wait for the pool ended: a person `came`, or nobody did.

    `kept` upper bounds that the customer was told held, and `missed` did not.
    """

    id: str
    pool_id: str
    waited_seconds: int
    came: bool
    kept: int = 0
    missed: int = 0
    type: Literal["note_wait"] = "note_wait"


@dataclass(frozen=True, slots=True)
class WakeWaitlist:
    """Let the first conversation that waits for the pool look, because a seat may be free."""

    id: str
    pool_id: str
    type: Literal["wake_line"] = "wake_line"


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Tell the company's lead that something happened which a person has to look after.

    `what` is the alarm's name, as "request_expired".
    """

    id: str
    conversation_id: str
    what: str
    type: Literal["raise_alarm"] = "raise_alarm"


@dataclass(frozen=True, slots=True)
class CallPeople:
    """Call people on call for the conversation, because an emergency's rule holds."""

    id: str
    conversation_id: str
    rule: str
    rota: str
    people: int
    type: Literal["call_people"] = "call_people"


Lapse = Literal["promise_broken", "callback_missed", "reply_undelivered"]
"""A promise to a customer that was not kept. It is listed until a person has made up for it."""


@dataclass(frozen=True, slots=True)
class ListLapse:
    """List the conversation among those that the lead has to look after.

    `due_at` is the time that was promised.
    """

    id: str
    conversation_id: str
    what: Lapse
    due_at: int
    pool_id: str | None = None
    type: Literal["list_lapse"] = "list_lapse"


@dataclass(frozen=True, slots=True)
class EndLapse:
    """Take the conversation off that list, because somebody has spoken or it is over."""

    id: str
    conversation_id: str
    what: Lapse
    type: Literal["end_lapse"] = "end_lapse"


@dataclass(frozen=True, slots=True)
class FetchMedia:
    """Fetch a file of a message from the channel's provider, and keep it. The id is the file's."""

    id: str
    conversation_id: str
    message_id: str
    media: Media
    type: Literal["fetch_media"] = "fetch_media"


@dataclass(frozen=True, slots=True)
class ForgetMedia:
    """Delete the files of a message that the customer took back."""

    id: str
    conversation_id: str
    message_id: str
    type: Literal["forget_media"] = "forget_media"


@dataclass(frozen=True, slots=True)
class AskProfile:
    """Ask the channel's provider for the customer's name and language."""

    id: str
    conversation_id: str
    type: Literal["ask_profile"] = "ask_profile"


@dataclass(frozen=True, slots=True)
class RecordOpened:
    """Keep for reports that a conversation began, or was taken up again."""

    id: str
    opened: Opened
    type: Literal["record_opened"] = "record_opened"


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """Keep for reports how a conversation ended."""

    id: str
    outcome: Outcome
    type: Literal["record_outcome"] = "record_outcome"


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """Keep for reports that the customer was asked whether it helped, or answered that."""

    id: str
    surveyed: Surveyed
    type: Literal["record_survey"] = "record_survey"


LookUpPurpose = Literal["handoff", "answer"]


@dataclass(frozen=True, slots=True)
class LookUpCustomer:
    """Ask the company's own system who the customer is, by the identities that are proven.

    Nobody waits for the end of a look-up for a `handoff`. An `answer` waits until `expires_at`.
    """

    id: str
    conversation_id: str
    purpose: LookUpPurpose
    identities: tuple[Identity, ...]
    expires_at: int
    type: Literal["look_up_customer"] = "look_up_customer"


@dataclass(frozen=True, slots=True)
class TellCompany:
    """Have the company's own system keep a case or a note about the customer.

    A case is about the customer's message at `about_seq` of the thread's log.
    """

    id: str
    conversation_id: str
    event: Literal["customer.case", "customer.note"]
    customer_id: str = ""
    identities: tuple[Identity, ...] = ()
    reason: str = ""
    text: str = ""
    priority: int = 0
    about_seq: int = 0
    type: Literal["tell_company"] = "tell_company"


@dataclass(frozen=True, slots=True)
class LinkThread:
    """Keep until `expires_at` that the thread is of the customer whose key this is.

    The key may be a thread on a closed channel that the customer was sent on from.
    Threads of one customer are never merged. People who have one may see how the others ended.
    """

    id: str
    customer_key: str
    expires_at: int
    type: Literal["link_thread"] = "link_thread"


Effect = (
    SendText
    | OfferToPool
    | CloseOffer
    | NotifyPool
    | StartTimer
    | FreeSeat
    | JoinWaitlist
    | LeaveWaitlist
    | NoteWait
    | WakeWaitlist
    | RaiseAlarm
    | CallPeople
    | ListLapse
    | EndLapse
    | FetchMedia
    | ForgetMedia
    | AskProfile
    | RecordOpened
    | RecordOutcome
    | RecordSurvey
    | LookUpCustomer
    | TellCompany
    | LinkThread
)
