"""`decide`: what an event does to a thread. The only place where a conversation's rules live.

Pure: time, answers, pools and texts are facts. Whatever is refused here (a stale epoch, an offer
that is over) is recorded with its reason and changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from surgeline.domain.effects import (
    Choice,
    CloseOffer,
    Effect,
    NotifyPool,
    OfferToPool,
    PoolEventType,
    SendText,
    Speaker,
    StartTimer,
)
from surgeline.domain.events import (
    AgentWrote,
    CustomerLeft,
    CustomerWrote,
    Event,
    OfferAccepted,
    OfferDeclined,
    PoolResolved,
    PoolReturned,
    PoolUnreachable,
    TimerFired,
    TimerKind,
)
from surgeline.domain.facts import Answer, Facts, Pool
from surgeline.domain.ids import conversation_id, derived_id
from surgeline.domain.texts import fill
from surgeline.domain.thread import (
    BOT,
    WAITING,
    Conversation,
    Handoff,
    HandoffReason,
    HandoffState,
    OpenOffer,
    Owner,
    Thread,
)

REJECTED_LIMIT = 10
"""How many rejected answers a conversation keeps: the newest, so that its state stays small."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the writer decided as it did, for people; never customer text."""

    decision: str
    why: str = ""
    article_id: str | None = None
    confidence: float | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The thread after the event, and what is to be done."""

    thread: Thread
    seq: int
    effects: tuple[Effect, ...]
    explanation: Explanation


def decide(thread: Thread, event: Event, facts: Facts) -> Decision:
    """Apply one event. The same three arguments always give the same decision."""
    turn = _Turn(thread, event, facts)
    explanation = _RULES[event.type](turn, event)
    return Decision(turn.after(), turn.event_seq, tuple(turn.effects), explanation)


def bot_would_speak(thread: Thread | None) -> bool:
    """Whether a customer's next message is the bot's to answer (so that an answer is needed)."""
    conversation = thread.conversation if thread else None
    return conversation is None or not conversation.is_open or conversation.owner == BOT


class _Turn:
    """One application of `decide`: the state being rewritten and the effects so far."""

    def __init__(self, thread: Thread, event: Event, facts: Facts) -> None:
        self.event = event
        self.facts = facts
        self.thread = thread
        self.effects: list[Effect] = []
        self.seq = self.event_seq = thread.seq + 1

    def after(self) -> Thread:
        return replace(self.thread, seq=self.seq)

    @property
    def conversation(self) -> Conversation:
        assert self.thread.conversation is not None
        return self.thread.conversation

    @property
    def handoff(self) -> Handoff:
        assert self.conversation.handoff is not None
        return self.conversation.handoff

    def new_id(self, prefix: str, name: str) -> str:
        return derived_id(prefix, self.event.id, f"{name}{len(self.effects)}")

    def change(self, **fields: object) -> None:
        self.thread = replace(self.thread, conversation=replace(self.conversation, **fields))  # type: ignore[arg-type] # names are checked by every caller's test

    def change_handoff(self, **fields: object) -> None:
        self.change(handoff=replace(self.handoff, **fields))  # type: ignore[arg-type] # as above

    def give_to(self, owner: Owner) -> None:
        """Change the owner; the epoch rises with every change and only then."""
        if owner != self.conversation.owner:
            self.change(owner=owner, epoch=self.conversation.epoch + 1)

    def say(
        self,
        speaker: Speaker,
        text: str,
        *,
        article_id: str | None = None,
        choices: tuple[Choice, ...] = (),
        pool_id: str | None = None,
        agent: str | None = None,
    ) -> None:
        self.seq += 1
        reply_to = self.event.id if isinstance(self.event, CustomerWrote) else None
        self.effects.append(
            SendText(
                id=self.new_id("r", "text"),
                conversation_id=self.conversation.id,
                seq=self.seq,
                epoch=self.conversation.epoch,
                speaker=speaker,
                text=text,
                owner=self.conversation.owner.kind,
                closed=not self.conversation.is_open,
                in_reply_to=reply_to,
                article_id=article_id,
                choices=choices,
                pool_id=pool_id,
                agent=agent,
            )
        )

    def notice(self, key: str, **values: str | None) -> None:
        """A system text, by its key."""
        self.say("system", fill(self.facts.texts.get(key, key), values))

    def tell_pool(
        self,
        pool_id: str,
        what: PoolEventType,
        *,
        offer_id: str | None = None,
        epoch: int | None = None,
        data: dict[str, str | int | None] | None = None,
    ) -> None:
        seq = 0
        if self.conversation.handoff:
            seq = self.handoff.pool_seq + 1
            self.change_handoff(pool_seq=seq)
        self.effects.append(
            NotifyPool(
                id=self.new_id("n", what),
                conversation_id=self.conversation.id,
                pool_id=pool_id,
                event=what,
                epoch=self.conversation.epoch if epoch is None else epoch,
                seq=seq,
                offer_id=offer_id,
                data=data or {},
            )
        )

    def start_timer(self, kind: TimerKind, subject: str, due_at: int) -> None:
        self.effects.append(
            StartTimer(
                id=self.new_id("k", kind),
                kind=kind,
                conversation_id=self.conversation.id,
                subject=subject,
                epoch=self.conversation.epoch,
                due_at=due_at,
            )
        )


# ---------------------------------------------------------------- the customer


def _customer_wrote(turn: _Turn, event: CustomerWrote) -> Explanation:
    answer = turn.facts.answer
    before = turn.thread.conversation
    language = (answer.language if answer else None) or event.language or turn.thread.language
    turn.thread = replace(turn.thread, language=language, sender=event.sender)
    if before and not before.is_open and answer and answer.small_talk:
        return _small_talk(turn, answer)
    returning = _open_conversation(turn, before)
    turn.change(last_customer_at=event.at)
    if returning:
        return _hand_off(turn, "customer_returned", prefer=turn.conversation.last_pool)
    owner = turn.conversation.owner
    if owner.kind == "pool":
        return _forward(turn, event)
    if owner.kind == "waiting":
        return Explanation("keep", "kept for the pool that takes the conversation")
    return _bot_turn(turn, event, answer or Answer("abstain", "no answer was looked up"))


def _open_conversation(turn: _Turn, before: Conversation | None) -> bool:
    """Make sure that a conversation is open; True if a person's was opened again."""
    now, rules = turn.facts.now, turn.facts.rules
    if before is None:
        _new_conversation(turn, number=1, epoch=1)
        return False
    if before.is_open:
        idle = now - before.last_customer_at > rules.conversation_seconds * 1000
        if idle and before.owner == BOT:
            _new_conversation(turn, number=before.number + 1, epoch=before.epoch + 1)
        return False
    assert before.closed_at is not None
    if before.last_pool and now - before.closed_at <= rules.reopen_seconds * 1000:
        turn.change(closed_at=None, resolution=None, epoch=before.epoch + 1, handoff=None)
        return True
    _new_conversation(turn, number=before.number + 1, epoch=before.epoch + 1)
    return False


def _new_conversation(turn: _Turn, *, number: int, epoch: int) -> None:
    turn.thread = replace(
        turn.thread,
        conversation=Conversation(
            id=conversation_id(turn.thread.id, number),
            number=number,
            opened_at=turn.facts.now,
            epoch=epoch,
        ),
    )


def _bot_turn(turn: _Turn, event: CustomerWrote, answer: Answer) -> Explanation:
    if event.attachments and not event.text.strip():
        return _hand_off(turn, "attachment")
    if answer.decision == "small_talk":
        return _small_talk(turn, answer)
    if answer.decision == "answer" and answer.text is not None:
        turn.change(last_answer=answer.article_id, choices=())
        turn.say("bot", answer.text, article_id=answer.article_id)
        return _explain(answer)
    if answer.decision == "suggest" and answer.candidates:
        return _suggest(turn, answer)
    if answer.decision == "rejected":
        _remember_rejected(turn)
        return _hand_off(turn, "answer_rejected")
    reason: HandoffReason = "customer_asked" if answer.decision == "person" else "no_answer"
    return _hand_off(turn, answer.handoff_reason or reason, answer=answer)


def _remember_rejected(turn: _Turn) -> None:
    last = turn.conversation.last_answer
    if last:
        others = (each for each in turn.conversation.rejected if each != last)
        turn.change(rejected=(*others, last)[-REJECTED_LIMIT:], last_answer=None)


def _small_talk(turn: _Turn, answer: Answer) -> Explanation:
    key = {"thanks": "thanks", "greeting": "greeting"}.get(answer.small_talk or "", "unreadable")
    turn.say("bot", turn.facts.texts.get(key, key))
    return Explanation("small_talk", answer.why)


def _suggest(turn: _Turn, answer: Answer) -> Explanation:
    choices = tuple(Choice(article, title) for article, title in answer.candidates[:3])
    person = Choice(None, turn.facts.texts.get("suggest_person", "suggest_person"))
    turn.change(choices=tuple(choice.article_id for choice in choices if choice.article_id))
    intro = turn.facts.texts.get("suggest_intro", "suggest_intro")
    turn.say("bot", intro, choices=(*choices, person))
    return _explain(answer)


def _explain(answer: Answer) -> Explanation:
    return Explanation(
        answer.decision,
        answer.why,
        answer.article_id,
        answer.confidence,
        tuple(article for article, _ in answer.candidates),
    )


def _forward(turn: _Turn, event: CustomerWrote) -> Explanation:
    pool_id = turn.conversation.owner.pool_id
    assert pool_id is not None
    _tell_message(turn, pool_id, event.id, turn.event_seq, event.at)
    turn.change_handoff(told_seq=turn.event_seq)
    return Explanation("forward", f"{pool_id} owns the conversation")


def _tell_message(turn: _Turn, pool_id: str, message_id: str, seq: int, at: int) -> None:
    data: dict[str, str | int | None] = {"message_id": message_id, "seq": seq, "at": at}
    turn.tell_pool(pool_id, "conversation.message", data=data)


def _customer_left(turn: _Turn, event: CustomerLeft) -> Explanation:
    del event
    conversation = turn.thread.conversation
    if conversation is None or not conversation.is_open:
        return Explanation("ignore", "no conversation is open")
    if conversation.owner.kind == "waiting":
        _withdraw(turn, turn.handoff.offers, "customer_left")
        turn.change_handoff(state="withdrawn", offers=())
    elif conversation.owner.pool_id:
        turn.tell_pool(conversation.owner.pool_id, "conversation.abandoned")
        turn.change_handoff(state="abandoned")
    _close(turn)
    turn.change(last_pool=None)
    turn.notice("left")
    return Explanation("close", "the customer left")


def _close(turn: _Turn) -> None:
    owner = turn.conversation.owner
    turn.give_to(BOT)
    turn.change(closed_at=turn.facts.now, last_pool=owner.pool_id, choices=())


# ---------------------------------------------------------------- asking for a person


def _hand_off(
    turn: _Turn, reason: HandoffReason, *, answer: Answer | None = None, prefer: str | None = None
) -> Explanation:
    handoff = Handoff(state="requested", reason=reason, requested_at=turn.facts.now)
    turn.change(handoff=handoff, choices=())
    candidates = tuple(article for article, _ in answer.candidates) if answer else ()
    pool = _next_pool(turn, prefer)
    if pool is None:
        turn.change_handoff(state="failed")
        turn.notice("nobody_free")
        why = "no pool could take it"
    else:
        turn.give_to(WAITING)
        notice = "handing_over_no_answer" if reason == "no_answer" else "handing_over"
        turn.notice("reopened" if reason == "customer_returned" else notice)
        _offer(turn, pool, candidates)
        why = answer.why if answer else reason.replace("_", " ")
    confidence = answer.confidence if answer else None
    return Explanation(f"handoff: {reason}", why, None, confidence, candidates)


def _next_pool(turn: _Turn, prefer: str | None = None) -> Pool | None:
    free = [pool for pool in turn.facts.pools if pool.id not in turn.handoff.tried]
    return next((pool for pool in free if pool.id == prefer), free[0] if free else None)


def _offer(turn: _Turn, pool: Pool, candidates: tuple[str, ...] = ()) -> None:
    """Propose the conversation; what the customer wrote up to here goes along with the offer."""
    offer_id = turn.new_id("o", "offer")
    expires_at = turn.facts.now + pool.ring_seconds * 1000
    turn.effects.append(
        OfferToPool(
            id=turn.new_id("n", "offered"),
            offer_id=offer_id,
            conversation_id=turn.conversation.id,
            pool_id=pool.id,
            epoch=turn.conversation.epoch + 1,
            expires_at=expires_at,
            reason=turn.handoff.reason,
            language=turn.thread.language,
            told_seq=turn.event_seq,
            candidates=candidates,
            rejected=turn.conversation.rejected,
        )
    )
    offers = (*turn.handoff.offers, OpenOffer(offer_id, pool.id, expires_at))
    turn.change_handoff(state="offered", offers=offers, told_seq=turn.event_seq)
    turn.start_timer("offer_deadline", offer_id, expires_at)


def _withdraw(turn: _Turn, offers: Iterable[OpenOffer], reason: str) -> None:
    for offer in offers:
        turn.effects.append(CloseOffer(turn.new_id("w", "close"), offer.offer_id, "withdrawn"))
        turn.tell_pool(
            offer.pool_id,
            "handoff.withdrawn",
            offer_id=offer.offer_id,
            epoch=turn.conversation.epoch + 1,
            data={"reason": reason},
        )


def _open_offer(turn: _Turn, conversation: str, offer_id: str) -> OpenOffer | None:
    """The offer of that id if it is still open in the conversation that is waiting."""
    current = turn.thread.conversation
    if current is None or current.id != conversation or current.handoff is None:
        return None
    return next((o for o in current.handoff.offers if o.offer_id == offer_id), None)


def _offer_accepted(turn: _Turn, event: OfferAccepted) -> Explanation:
    offer = _open_offer(turn, event.conversation_id, event.offer_id)
    if offer:
        return _accept(turn, offer, event.agent)
    current = turn.thread.conversation
    if current and current.owner == Owner("pool", event.pool_id) and current.epoch == event.epoch:
        return Explanation("ignore", "accepted before")
    if current:
        _tell_stale_pool(turn, event)
    return Explanation("refuse", "the offer was over when the acceptance came")


def _tell_stale_pool(turn: _Turn, event: OfferAccepted) -> None:
    turn.effects.append(
        NotifyPool(
            id=turn.new_id("n", "taken_back"),
            conversation_id=event.conversation_id,
            pool_id=event.pool_id,
            event="conversation.taken_back",
            epoch=event.epoch,
            seq=1,
            offer_id=event.offer_id,
            data={"reason": "offer_over"},
        )
    )


def _accept(turn: _Turn, offer: OpenOffer, agent: str | None) -> Explanation:
    others = tuple(o for o in turn.handoff.offers if o.offer_id != offer.offer_id)
    _withdraw(turn, others, "taken")
    turn.give_to(Owner("pool", offer.pool_id))
    turn.change_handoff(state="active", offers=(), pool_seq=0, agent_spoke=False)
    turn.notice("person_joined", name=agent)
    for line in turn.facts.untold:
        _tell_message(turn, offer.pool_id, line.message_id, line.seq, line.at)
        turn.change_handoff(told_seq=line.seq)
    silence = turn.facts.rules.agent_silence_seconds * 1000
    turn.start_timer("agent_silence", turn.conversation.id, turn.facts.now + silence)
    return Explanation("accept", f"{offer.pool_id} accepted in time")


def _offer_declined(turn: _Turn, event: OfferDeclined) -> Explanation:
    offer = _open_offer(turn, event.conversation_id, event.offer_id)
    if offer is None:
        return Explanation("ignore", "the offer was over")
    return _try_next(turn, offer, "declined", event.reason)


def _try_next(turn: _Turn, offer: OpenOffer, state: HandoffState, why: str) -> Explanation:
    """An offer came to nothing: the next pool's turn, once no other offer is out."""
    left = tuple(o for o in turn.handoff.offers if o.offer_id != offer.offer_id)
    turn.change_handoff(state=state, offers=left, tried=(*turn.handoff.tried, offer.pool_id))
    if not left:
        _offer_or_give_up(turn)
    return Explanation(f"offer {state.replace('_', ' ')}", f"{offer.pool_id}: {why}")


def _offer_or_give_up(turn: _Turn) -> None:
    pool = _next_pool(turn)
    if pool:
        _offer(turn, pool)
        return
    turn.give_to(BOT)
    turn.change_handoff(state="failed")
    turn.notice("nobody_free")


# ---------------------------------------------------------------- the pool that owns it


def _owned(turn: _Turn, event: AgentWrote | PoolResolved | PoolReturned | PoolUnreachable) -> bool:
    """Whether the event comes from the owner of the open conversation, under its epoch."""
    current = turn.thread.conversation
    return (
        current is not None
        and current.is_open
        and current.id == event.conversation_id
        and current.owner == Owner("pool", event.pool_id)
        and current.epoch == event.epoch
    )


_STALE = Explanation("refuse", "the pool does not own the conversation under that epoch")


def _agent_wrote(turn: _Turn, event: AgentWrote) -> Explanation:
    if not _owned(turn, event):
        return _STALE
    turn.change_handoff(agent_spoke=True)
    turn.say("person", event.text, pool_id=event.pool_id, agent=event.agent)
    return Explanation("send", f"{event.pool_id} owns the conversation")


def _pool_resolved(turn: _Turn, event: PoolResolved) -> Explanation:
    if not _owned(turn, event):
        return _STALE
    turn.change_handoff(state="resolved")
    _close(turn)
    turn.change(resolution="assumed")
    turn.notice("resolved")
    return Explanation("close", f"{event.pool_id} resolved it: {event.outcome}")


def _pool_returned(turn: _Turn, event: PoolReturned) -> Explanation:
    if not _owned(turn, event):
        return _STALE
    turn.change_handoff(state="returned")
    turn.give_to(BOT)
    turn.notice("returned")
    return Explanation("return", f"{event.pool_id} gave it back")


def _pool_unreachable(turn: _Turn, event: PoolUnreachable) -> Explanation:
    if not _owned(turn, event):
        return _STALE
    return _take_back(turn, event.pool_id, "unreachable")


def _take_back(turn: _Turn, pool_id: str, reason: str) -> Explanation:
    """A pool that can't be reached or says nothing loses the conversation; the next one's turn."""
    turn.tell_pool(pool_id, "conversation.taken_back", data={"reason": reason})
    turn.change_handoff(tried=(*turn.handoff.tried, pool_id), agent_spoke=False)
    turn.give_to(WAITING)
    pool = _next_pool(turn)
    if pool:
        turn.notice("taken_back")
    _offer_or_give_up(turn)
    return Explanation("take back", f"{pool_id}: {reason}")


# ---------------------------------------------------------------- time


def _timer_fired(turn: _Turn, event: TimerFired) -> Explanation:
    if event.kind == "offer_deadline":
        return _offer_deadline(turn, event)
    current = turn.thread.conversation
    if current is None or current.id != event.conversation_id or current.epoch != event.epoch:
        return Explanation("ignore", "the timer is stale")
    if current.owner.pool_id is None or turn.handoff.agent_spoke:
        return Explanation("ignore", "a person has spoken")
    return _take_back(turn, current.owner.pool_id, "silent")


def _offer_deadline(turn: _Turn, event: TimerFired) -> Explanation:
    offer = _open_offer(turn, event.conversation_id, event.subject)
    if offer is None:
        return Explanation("ignore", "the timer is stale")
    if turn.facts.offer_status == "accepted":
        return _accept(turn, offer, None)
    turn.tell_pool(
        offer.pool_id,
        "handoff.withdrawn",
        offer_id=offer.offer_id,
        epoch=turn.conversation.epoch + 1,
        data={"reason": "timed_out"},
    )
    return _try_next(turn, offer, "timed_out", "no acceptance by the deadline")


_RULES: dict[str, Callable[..., Explanation]] = {
    "customer_wrote": _customer_wrote,
    "customer_left": _customer_left,
    "offer_accepted": _offer_accepted,
    "offer_declined": _offer_declined,
    "agent_wrote": _agent_wrote,
    "pool_resolved": _pool_resolved,
    "pool_returned": _pool_returned,
    "pool_unreachable": _pool_unreachable,
    "timer_fired": _timer_fired,
}
