"""The state of a thread and of its current conversation lives here. `decide` changes it.

Times are UTC epoch milliseconds. Everything here is immutable and small. A thread's whole state is
one item of about a kilobyte, whatever the length of the conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from surgeline.domain.account import Account
from surgeline.domain.brought.state import Backlog
from surgeline.domain.customers.known import Known, PendingAnswer
from surgeline.records import quick

OwnerKind = Literal["bot", "waiting", "pool"]
HandoffState = Literal[
    "requested",
    "offered",
    "accepted",
    "declined",
    "timed_out",
    "withdrawn",
    "active",
    "resolved",
    "returned",
    "abandoned",
    "failed",
    "kept",
    "expired",
]
HandoffReason = Literal[
    "customer_asked",
    "no_answer",
    "answer_rejected",
    "unsupported_language",
    "attachment",
    "customer_returned",
    "bot_failed",
    "crisis",
    "lead_asked",
    "emergency",
    "let_down",
    "escalation",
]
Resolution = Literal["confirmed", "assumed", "returned", "transferred"]
EndedBy = Literal["pool", "customer", "confirmed", "superseded", "erased", "expired"]

PRIORITIES: Mapping[HandoffReason, int] = {
    "emergency": 20,
    "let_down": 3,
    "escalation": 3,
    "customer_returned": 2,
    "answer_rejected": 1,
}
"""The priorities of the reasons whose priority is not 0."""
ESCALATION: Final = "escalation"
"""The reason by which a pool passes a conversation on to a supervisor."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The one who may speak: the bot, nobody yet (`waiting`), or one pool."""

    kind: OwnerKind
    pool_id: str | None = None

    def __str__(self) -> str:
        return f"pool:{self.pool_id}" if self.kind == "pool" else self.kind


BOT = Owner("bot")
WAITING = Owner("waiting")


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that is out. The pool may accept it until `expires_at`. `seated`: it has a seat.

    `preferred`: the pool was meant by name. It had the customer before, or somebody named it.
    """

    offer_id: str
    pool_id: str
    expires_at: int
    seated: bool = False
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A pool's event that came before its turn, with its number and the place of its record."""

    seq: int
    event_id: str
    record_seq: int


class Told(NamedTuple):
    """A waiting customer was told a stage at `at`. `text` is a checksum of the words."""

    stage: str
    at: int
    text: int = 0


@dataclass(frozen=True, slots=True)
class Callback:
    """The wish of a customer who waits: a time, or an address, or both.

    `step` is the question that is open: which way, when, or at which address. `windows` are the
    times to choose from, each from and until. The chosen one is from `at` until `until`, which are
    0 for as soon as somebody is free. `missed_at` is when nobody had come in the chosen time, or 0.
    """

    step: Literal["", "ways", "when", "address"] = ""
    by: Literal["channel", "email", "phone"] = "channel"
    address: str = ""
    windows: tuple[tuple[int, int], ...] = ()
    at: int = 0
    until: int = 0
    missed_at: int = 0

    @property
    def is_asked(self) -> bool:
        """Return whether the customer chose a time or an address."""
        return bool(self.until or self.address)


@dataclass(frozen=True, slots=True)
class Handoff:
    """One attempt to bring a person in, from the request to its end.

    `tried` are the pools that were asked or had the conversation. They are asked no more in this
    handoff. `told_seq` is the last sequence number that the owning pool has been told of. Later
    messages of the customer are owed to the pool. `pool_seq` counts the events sent to the pool,
    without gaps. `queued_at` is when a person was asked for (again). The steps of the routing count
    from there. `look_at` is when a conversation that waits for a seat is looked at next, or 0.
    `waitlist` names the pools whose seats it waits for. `candidates` are articles that may be the
    answer. `seat` is the offer under whose seat the owner has the conversation. `heard_seq` is the
    last of the owner's own numbers that took effect. `missing` are the numbers given up on, and
    `held` the events that came too early. `quiet_since` is since when the owner owes the customer
    an answer, or 0. `watch_at` is when the one timer that watches the answer fires, or 0. `agent`
    is the name that the owner gave when it accepted. `behind`: the owner has not been told of all
    messages yet. A timer goes on with them.

    A request that no pool could take is kept until `kept_until`, which is 0 for any other and once
    a person has spoken. Its steps began anew at `steps_from`, or begin anew with the next look if
    that is 0. `retry_at` is when the pools in `tried` may be asked again, and `retries` counts how
    often that was put off. `told` are the stages of waiting that the customer was told.
    `raised` is the priority that the customer's segments add. `callback` is the customer's wish for
    another time or place. `escalated`: the last pool passed it on to a supervisor. At the desks of
    `unmanned` pools nobody sat at `unmanned_at`. Whoever sits down later is asked at once.
    """

    state: HandoffState
    reason: HandoffReason
    requested_at: int
    offers: tuple[OpenOffer, ...] = ()
    tried: tuple[str, ...] = ()
    told_seq: int = 0
    pool_seq: int = 0
    agent_spoke: bool = False
    queued_at: int | None = None
    look_at: int = 0
    waitlist: tuple[str, ...] = ()
    told_to_wait: bool = False
    candidates: tuple[str, ...] = ()
    seat: str | None = None
    heard_seq: int = 0
    missing: tuple[int, ...] = ()
    held: tuple[Held, ...] = ()
    quiet_since: int = 0
    watch_at: int = 0
    agent: str | None = None
    behind: bool = False
    kept_until: int = 0
    steps_from: int = 0
    retry_at: int = 0
    retries: int = 0
    told: tuple[Told, ...] = ()
    raised: int = 0
    callback: Callback | None = None
    escalated: bool = False
    unmanned: tuple[str, ...] = ()
    unmanned_at: int = 0

    @property
    def asked_for(self) -> HandoffReason:
        """Return why pools are asked now: for the request, or because a pool escalated it."""
        return ESCALATION if self.escalated else self.reason

    @property
    def since(self) -> int:
        """Return when a person was last asked for."""
        return self.requested_at if self.queued_at is None else self.queued_at

    @property
    def stepping_since(self) -> int:
        """Return since when the steps of the routing count."""
        return self.steps_from or self.since

    @property
    def priority(self) -> int:
        """Return the priority. An escalation takes away none that the request has by itself."""
        reasons = (self.reason, self.asked_for)
        return max(PRIORITIES.get(each, 0) for each in reasons) + self.raised

    def outranked(self, reason: HandoffReason) -> bool:
        """Return whether that reason goes before the one for which pools are asked now."""
        return PRIORITIES.get(reason, 0) > PRIORITIES.get(self.asked_for, 0)


@dataclass(frozen=True, slots=True)
class Promise:
    """The time by which a person has promised the customer word.

    `pool_id` and `agent` made the promise at `made_at`. `broken_at` is when the time was over
    without a word, or 0.
    """

    until: int
    made_at: int
    pool_id: str
    agent: str | None = None
    broken_at: int = 0


@quick
@dataclass(frozen=True, slots=True)
class Conversation:
    """One issue, from its first message to its resolution.

    `epoch` is raised at every change of owner and never goes back within the thread. `choices` are
    the articles offered last. `alternatives` are the articles to offer if the last answer was
    wrong. `ended_by` says who ended the conversation. Release 0.1.0 kept no such field. `first_seq`
    is where the conversation begins in the thread's log, or 0 if that is unknown. `account` is for
    reports, and None in a conversation that release 0.1.0 opened. `answered_at` is when a person
    last answered in the provider's own app, or 0. `promise` stands until a person's next word.
    `emergency` is the rule by which people on call were called, or empty.
    `known` is what a look-up of the customer told, and `pending` an answer that waits for one.
    `also_answered` are the articles that answered in the same reply as `last_answer`. `backlog` is
    the older queue that the conversation was brought in from.
    `unheard_at` is since when a text is known to have reached nobody, or 0. `unheard` are the
    numbers of such texts. `quiet_look_at` is when the timer fires that asks a silent customer
    whether an answer helped, or 0.
    """

    id: str
    number: int
    opened_at: int
    epoch: int
    owner: Owner = BOT
    handoff: Handoff | None = None
    last_customer_at: int = 0
    last_answer: str | None = None
    rejected: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    closed_at: int | None = None
    resolution: Resolution | None = None
    last_pool: str | None = None
    ended_by: EndedBy | None = None
    first_seq: int = 0
    account: Account | None = None
    answered_at: int = 0
    promise: Promise | None = None
    emergency: str = ""
    known: Known | None = None
    pending: PendingAnswer | None = None
    also_answered: tuple[str, ...] = ()
    backlog: Backlog | None = None
    unheard_at: int = 0
    unheard: tuple[int, ...] = ()
    quiet_look_at: int = 0

    @property
    def is_quiet(self) -> bool:
        """Return whether nobody may be told anything, because nobody has spoken yet."""
        return self.backlog is not None and self.backlog.quiet

    @property
    def standing(self) -> tuple[str, ...]:
        """Return the articles that a rejection rejects: the last answers, or else all choices."""
        return (self.last_answer, *self.also_answered) if self.last_answer else self.choices

    @property
    def is_open(self) -> bool:
        """Return whether the conversation still goes on."""
        return self.closed_at is None

    @property
    def is_kept(self) -> bool:
        """Return whether a request for a person is kept, which the bot's answers don't end."""
        return self.is_open and self.handoff is not None and self.handoff.state == "kept"

    @property
    def was_left(self) -> bool:
        """Return whether the customer ended the conversation."""
        if self.ended_by is None:  # release 0.1.0 closed it, and resolved whatever a pool ended
            return not self.is_open and self.resolution is None
        return self.ended_by == "customer"


@dataclass(frozen=True, slots=True)
class Survey:
    """An open question to the customer: whether a conversation helped, or why it did not.

    `pool_id` and `agent` had the conversation last, and `article_id` answered last in it. `part` is
    the part of the conversation's opening.
    """

    conversation_id: str
    opened_at: int
    asked_at: int
    part: int = 0
    asks_why: bool = False
    pool_id: str | None = None
    agent: str | None = None
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class LetDown:
    """The last conversation did not help: the customer rated it so, or rejected its answers.

    `articles` were answered in it, or rejected. Without any it is not known what it was about.
    """

    at: int
    why: Literal["rated", "rejected"]
    articles: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Thread:
    """One customer on one channel: everything that `decide` needs to know of the past.

    `seq` numbers every event and every text of the thread, without gaps. It is also the version
    that a commit is conditional on. Everything said up to `erased_at`, in the conversations up to
    `erased_number`, was erased. So was every record below `erased_seq`. All three are 0 before an
    erasure. `paced_until` is until when the sender's share of messages is taken up.
    `told_too_fast`: a flood is on, and the sender was told. `left_seq` is where the customer last
    ended the chat. The chat page shows nothing from before. `has_former_ids`: the thread may hold
    messages under the ids of release 0.1.0. `survey` is the question that is open, and
    `surveyed_at` is when the customer was last asked, or 0. `survey_off`: the customer wants no
    such question again. `zone` is the customer's time zone, as far as the channel says it.
    `let_down` is the conversation that did not help, until a person has solved the matter. `links`
    are the keys of the customers whose other threads find this one, the newest last. `noticed_at`
    is when the customer was last told of an incident without asking, or 0. `notices_off`: the
    customer wants no such news. `sent_on_at` is when the customer was last sent on, because the
    channel is closed, or 0. `arrived` are the threads on closed channels that the customer was sent
    on from, the newest last. Each finds this thread. `customer` marks the first customer whom the
    company's site has proven here. From then on the chat page shows it to that customer alone.
    `profile_asked_at` is when the provider was last asked for the customer's profile, or 0.
    `proven` are the keys of the names that the channel proved of the customer, and that other
    channels may prove too. `helped_at` is when a person last solved their matter, or 0.
    `drill`: the channel was one of a drill when the customer first wrote. It stays so. `moved_to`
    is the thread in which the customer goes on, whom the channel names anew, as told at `moved_at`.
    """

    id: str
    channel_id: str
    sender: str
    seq: int = 0
    language: str | None = None
    conversation: Conversation | None = None
    schema: int = 1
    erased_at: int = 0
    erased_number: int = 0
    erased_seq: int = 0
    paced_until: int = 0
    told_too_fast: bool = False
    left_seq: int = 0
    has_former_ids: bool = True
    survey: Survey | None = None
    surveyed_at: int = 0
    survey_off: bool = False
    let_down: LetDown | None = None
    zone: str = ""
    links: tuple[str, ...] = ()
    noticed_at: int = 0
    notices_off: bool = False
    sent_on_at: int = 0
    arrived: tuple[str, ...] = ()
    customer: str = ""
    profile_asked_at: int = 0
    proven: tuple[str, ...] = ()
    helped_at: int = 0
    drill: bool = False
    moved_to: str = ""
    moved_at: int = 0

    @property
    def is_erased(self) -> bool:
        """Return whether nothing was said since everything was erased."""
        number = self.conversation.number if self.conversation else 0
        return self.erased_at > 0 and number <= self.erased_number
