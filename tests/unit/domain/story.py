"""A thread played event by event through `decide`, with the facts an honest application gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from surgeline.domain.company.stages import SILENT, WaitingSettings
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.decide import Decision, decide
from surgeline.domain.effects import Effect, NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.events import (
    AgentTyped,
    AgentWrote,
    CustomerLeft,
    CustomerWrote,
    Event,
    OfferAccepted,
    OfferDeclined,
    PoolNoted,
    PoolPromised,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
    PoolUnreachable,
    SeatFreed,
    TimerFired,
    TimerKind,
)
from surgeline.domain.facts import Facts, Rules, UntoldMessage
from surgeline.domain.limits import UNTOLD_LIMIT
from surgeline.domain.on_call.emergency import Heard
from surgeline.domain.pools import Pool
from surgeline.domain.reading import Reading, Rejected, SmallTalk
from surgeline.domain.routing import Policy
from surgeline.domain.thread import Conversation, Handoff, LetDown, OpenOffer, Owner, Thread
from surgeline.domain.wishes import Wish

from tests.unit.domain.story_texts import ABSTAIN, ANSWER, PERSON, TEXTS

E = TypeVar("E", bound=Effect)

START = 1_700_000_000_000
THREAD_ID = "t" + "abcdefghijklmnopqrstuvwxyz"
RULES = Rules(reopen_seconds=1_800, conversation_seconds=86_400, agent_silence_seconds=900)
NORTH, SOUTH = Pool("north", 20), Pool("south", 45)

THANKS = SmallTalk(why="thanks", language="en", courtesy="thanks")
REJECTED = Rejected(why="not the answer", language="en")


@dataclass
class Story:
    """A thread, a clock, and everything that was decided so far.

    `untold` is worked out from the log as the application does it.
    """

    pools: tuple[Pool, ...] = (NORTH, SOUTH)
    rules: Rules = RULES
    now: int = START
    thread: Thread = field(default_factory=lambda: Thread(THREAD_ID, "web", "visitor-1"))
    log: list[tuple[Event, Facts, Decision]] = field(default_factory=list)
    offer_status: str | None = None
    events: int = 0
    policy: Policy = field(default_factory=Policy)
    backlog: int = 0
    thanks: bool = False
    incidents: tuple[Incident, ...] = ()
    waiting: WaitingSettings = SILENT
    words_said: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    wish: Wish | None = None
    windows: tuple[tuple[int, int], ...] = ()
    reply_until: int | None = None
    writes_until: int | None = None
    holds_later: bool = True
    stops_notices: bool = False
    elsewhere: tuple[tuple[str, ...], LetDown | None] = (), None
    danger: Heard | None = None

    # ------------------------------------------------------------ what stands

    @property
    def conversation(self) -> Conversation:
        """The current conversation."""
        assert self.thread.conversation is not None
        return self.thread.conversation

    @property
    def handoff(self) -> Handoff:
        """The current handoff."""
        assert self.conversation.handoff is not None
        return self.conversation.handoff

    @property
    def offer(self) -> OpenOffer:
        """The only open offer."""
        (offer,) = self.handoff.offers
        return offer

    @property
    def owner(self) -> Owner:
        """Who may speak."""
        return self.conversation.owner

    @property
    def epoch(self) -> int:
        """The current epoch."""
        return self.conversation.epoch

    @property
    def last(self) -> Decision:
        """What was decided last."""
        return self.log[-1][2]

    @property
    def texts(self) -> list[str]:
        """What the last event had said to the customer."""
        return [effect.text for effect in self.of(SendText)]

    def of(self, kind: type[E]) -> list[E]:
        """Return the last event's effects of one kind."""
        return [effect for effect in self.last.effects if isinstance(effect, kind)]

    def all_of(self, kind: type[E]) -> list[E]:
        """All effects of one kind, in order."""
        return [each for _, _, done in self.log for each in done.effects if isinstance(each, kind)]

    def told(self) -> list[tuple[str, str]]:
        """Return what the last event had told to pools: (pool, event)."""
        return [(effect.pool_id, effect.event) for effect in self.of(NotifyPool)]

    def words(self, told: Sequence[NotifyPool]) -> list[str]:
        """Return the customer's messages that these tell of."""
        texts = {event.id: event.text for event, _, _ in self.log if event.type == "customer_wrote"}
        return [texts[str(each.data["message_id"])] for each in told]

    # ------------------------------------------------------------ what happens

    def play(self, event: Event, answer: Reading | None = None) -> Decision:
        """Decide one event and keep the result."""
        facts = Facts(
            now=self.now,
            rules=self.rules,
            reading=answer,
            pools=self.pools,
            offer_status=self.offer_status,
            held=self.held(),
            untold=self.untold(),
            texts={**TEXTS, **self.words_said},
            waiting=self.waiting,
            policy=self.policy,
            backlog=self.backlog,
            thanks=self.thanks,
            incidents=self.incidents,
            ways=self.ways,
            wish=self.wish,
            windows=self.windows,
            reply_until=self.reply_until,
            writes_until=self.writes_until,
            holds_later=self.holds_later,
            stops_notices=self.stops_notices,
            proven=self.elsewhere[0],
            let_down=self.elsewhere[1],
            emergency=self.danger,
        )
        decision = decide(self.thread, event, facts)
        self.log.append((event, facts, decision))
        self.thread = decision.thread
        return decision

    def held(self) -> tuple[AgentWrote | PoolResolved | PoolReturned | PoolTransferred, ...]:
        """Return the owner's events that came too early, from the log."""
        conversation = self.thread.conversation
        held = conversation.handoff.held if conversation and conversation.handoff else ()
        ids = {each.event_id for each in held}
        kinds = AgentWrote | PoolResolved | PoolReturned | PoolTransferred
        return tuple(e for e, _, _ in self.log if e.id in ids and isinstance(e, kinds))

    def untold(self) -> tuple[UntoldMessage, ...]:
        """Return the oldest messages that the customer wrote after `told_seq`."""
        conversation = self.thread.conversation
        if conversation is None or conversation.handoff is None:
            return ()
        told = conversation.handoff.told_seq
        messages = (
            UntoldMessage(event.id, decision.seq, event.at)
            for event, _, decision in self.log
            if isinstance(event, CustomerWrote) and decision.seq > told
        )
        return tuple(islice(messages, UNTOLD_LIMIT))

    def wait(self, seconds: float) -> "Story":
        """Let time pass."""
        self.now += int(seconds * 1000)
        return self

    def next_id(self) -> str:
        """Return the id of the next event."""
        self.events += 1
        return f"e{self.events:026d}"

    def customer(
        self,
        text: str = "where is my parcel?",
        answer: Reading | None = ABSTAIN,
        *,
        language: str | None = None,
        attachments: int = 0,
        customer: Mapping[str, str | int | float | bool] | None = None,
    ) -> Decision:
        """Play a customer's message, where `answer` is the knowledge base's verdict on it."""
        event = CustomerWrote(
            id=self.next_id(),
            thread_id=self.thread.id,
            channel_id=self.thread.channel_id,
            sender="visitor-1",
            at=self.now,
            text=text,
            language=language,
            attachments=attachments,
            customer=customer,
        )
        return self.play(event, answer)

    def leave(self, *, blocked: bool = False) -> Decision:
        """Play the customer's leaving."""
        left = self.next_id(), self.thread.id, "web", self.now
        return self.play(CustomerLeft(*left, blocked=blocked))

    def accept(self, offer: OpenOffer | None = None, agent: str | None = None) -> Decision:
        """Play a pool's acceptance of the open offer unless another is named."""
        taken = offer or self.offer
        return self.play(
            OfferAccepted(
                id=self.next_id(),
                thread_id=self.thread.id,
                at=self.now,
                conversation_id=self.conversation.id,
                offer_id=taken.offer_id,
                pool_id=taken.pool_id,
                epoch=self.offered(taken.offer_id).epoch,
                agent=agent,
            )
        )

    def offered(self, offer_id: str) -> OfferToPool:
        """Return the effect that an offer came from."""
        return next(each for each in self.all_of(OfferToPool) if each.offer_id == offer_id)

    def decline(
        self, offer: OpenOffer | None = None, reason: str = "busy", **marks: bool
    ) -> Decision:
        """Play a pool's no to the open offer or to another, with marks such as `no_room`."""
        refused = offer or self.offer
        return self.play(
            OfferDeclined(
                id=self.next_id(),
                thread_id=self.thread.id,
                at=self.now,
                conversation_id=self.conversation.id,
                offer_id=refused.offer_id,
                pool_id=refused.pool_id,
                reason=reason,
                **marks,
            )
        )

    def freed(self, pool_id: str = "north", **changes: str | int) -> Decision:
        """Play a freed seat of a pool whose line this thread is first in."""
        known = self.thread.conversation
        handoff = known and known.handoff
        return self.play(
            SeatFreed(
                **{  # type: ignore[arg-type] # a builder
                    "id": self.next_id(),
                    "thread_id": self.thread.id,
                    "at": self.now,
                    "conversation_id": known.id if known else f"{self.thread.id}-1",
                    "pool_id": pool_id,
                    "priority": handoff.priority if handoff else 0,
                    "since": handoff.since if handoff else self.now,
                }
                | changes  # type: ignore[operator] # as above
            )
        )

    def agent(self, text: str = "Hello, I am here.", **changes: str | int | None) -> Decision:
        """Play a message of the owner's agent, where `changes` make another pool or epoch of it."""
        return self.play(
            AgentWrote(**{"agent": "Kim", **self._owned(changes)}, text=text)  # type: ignore[arg-type] # a builder
        )

    def resolve(self, outcome: str = "solved", **changes: str | int) -> Decision:
        """Play the owner's resolution, with `changes` as in `agent`."""
        return self.play(PoolResolved(**self._owned(changes), outcome=outcome))  # type: ignore[arg-type] # a builder

    def transfer(self, to: str | None = None, reason: str = "", **changes: str | int) -> Decision:
        """Play the owner's transfer, with `changes` as in `agent`."""
        return self.play(PoolTransferred(**self._owned(changes), to=to, reason=reason))  # type: ignore[arg-type] # a builder

    def note(self, **changes: str | int) -> Decision:
        """Play the owner's note, with `changes` as in `agent`."""
        return self.play(PoolNoted(**self._owned(changes), text="a note"))  # type: ignore[arg-type] # a builder

    def promise(self, seconds: float = 7_200, text: str = "", **changes: str | int) -> Decision:
        """Play that the owner looks into it for so long, with `changes` as in `agent`."""
        until = self.now + int(seconds * 1000)
        return self.play(PoolPromised(**self._owned(changes), until=until, text=text))  # type: ignore[arg-type] # a builder

    def typing(self, **changes: str | int) -> Decision:
        """Play the owner's agent typing, with `changes` as in `agent`."""
        return self.play(AgentTyped(**self._owned(changes)))  # type: ignore[arg-type] # a builder

    def give_back(self, **changes: str | int) -> Decision:
        """Play the owner's return, with `changes` as in `agent`."""
        return self.play(PoolReturned(**self._owned(changes), reason="not ours"))  # type: ignore[arg-type] # a builder

    def unreachable(self, **changes: str | int) -> Decision:
        """Play that the owner cannot be reached, with `changes` as in `agent`."""
        return self.play(PoolUnreachable(**self._owned(changes), reason="timeout"))  # type: ignore[arg-type] # a builder

    def _owned(self, changes: Mapping[str, str | int | None]) -> dict[str, str | int | None]:
        known = self.thread.conversation
        return {
            "id": self.next_id(),
            "thread_id": self.thread.id,
            "at": self.now,
            "conversation_id": known.id if known else f"{self.thread.id}-1",
            "pool_id": (known.owner.pool_id if known else None) or NORTH.id,
            "epoch": known.epoch if known else 1,
        } | dict(changes)

    def timer(
        self, kind: TimerKind, subject: str, epoch: int, due_at: int | None = None
    ) -> Decision:
        """Play a timer that comes due."""
        return self.play(
            TimerFired(
                id=self.next_id(),
                thread_id=self.thread.id,
                at=self.now,
                kind=kind,
                conversation_id=self.conversation.id,
                subject=subject,
                epoch=epoch,
                due_at=self.now if due_at is None else due_at,
            )
        )

    def fire(self, timer: StartTimer) -> Decision:
        """Play that a started timer comes due."""
        self.now = max(self.now, timer.due_at)
        return self.timer(timer.kind, timer.subject, timer.epoch, timer.due_at)

    def deadline(self) -> Decision:
        """Play that the open offer's deadline passes."""
        wanted = self.offer.offer_id
        return self.fire(next(t for t in self.all_of(StartTimer) if t.subject == wanted))

    def silence(self) -> Decision:
        """Play that the last agent-silence timer comes due."""
        return self.fire([t for t in self.all_of(StartTimer) if t.kind == "agent_silence"][-1])


def with_bot() -> Story:
    """Return a story where the bot has answered once."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    return story


def waiting(pools: Sequence[Pool] = (NORTH, SOUTH)) -> Story:
    """Return a story where the customer asked for a person and the first pool has an offer."""
    story = Story(pools=tuple(pools))
    story.customer("a person please", PERSON)
    return story


def with_pool(pools: Sequence[Pool] = (NORTH, SOUTH)) -> Story:
    """Return a story where the first pool has accepted."""
    story = waiting(pools)
    story.wait(5).accept(agent="Kim")
    return story


def closed() -> Story:
    """Return a story where a person of the first pool has resolved the conversation."""
    story = with_pool()
    story.agent()
    story.wait(60).resolve()
    return story


def closed_by_leaving() -> Story:
    """Return a story where the customer ended a conversation that only the bot was in."""
    story = with_bot()
    story.leave()
    return story
