"""What holds after every event of a thread, whatever the events and the facts were."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from surgeline.domain.decide import Decision
from surgeline.domain.effects import (
    CloseOffer,
    Effect,
    FreeSeat,
    JoinWaitlist,
    LeaveWaitlist,
    NotifyPool,
    OfferToPool,
    RaiseAlarm,
    SendText,
    StartTimer,
)
from surgeline.domain.events import (
    AgentWrote,
    CustomerWrote,
    Event,
    OfferAccepted,
    PoolPromised,
    TimerFired,
)
from surgeline.domain.thread import BOT, Conversation, Handoff, Owner, Thread

from tests.unit.domain.laws_of_desks import an_empty_desk_is_waited_for
from tests.unit.domain.laws_of_promises import a_promise_ends_by_name, is_missed, is_promise

THANKS = "ok thanks"
"""What a customer says in these tests where nothing is asked."""


@dataclass
class Ledger:
    """The laws that need more than one event to be broken: ids, numbering, what pools were told."""

    ids: set[str] = field(default_factory=set)
    offered: dict[str, OfferToPool] = field(default_factory=dict)
    customer_seqs: dict[str, list[int]] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    written: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)
    told: dict[tuple[str, str, int], list[NotifyPool]] = field(default_factory=dict)

    def add(self, before: Thread, event: Event, decision: Decision) -> None:
        """Hold one decision to every law."""
        for law in LAWS:
            law(before, event, decision)
        self._ids_are_unique(decision)
        self._note(event, decision)
        self._words_are_the_agents(event, decision)
        self._pools_are_told_in_order(before, decision)
        self._an_owner_knows_everything(decision.thread)
        self._open_offers_were_made(decision.thread)

    def _ids_are_unique(self, decision: Decision) -> None:
        for effect in decision.effects:
            for each in _ids_of(effect):
                assert each not in self.ids, f"{each} was used before"
                self.ids.add(each)

    def _note(self, event: Event, decision: Decision) -> None:
        conversation = decision.thread.conversation
        if isinstance(event, CustomerWrote):
            assert conversation is not None
            self.customer_seqs.setdefault(conversation.id, []).append(decision.seq)
            self.messages[event.id] = decision.seq
        for effect in decision.effects:
            if isinstance(effect, OfferToPool):
                self.offered[effect.offer_id] = effect

    def _words_are_the_agents(self, event: Event, decision: Decision) -> None:
        """I5: a person's words were written by that pool under that epoch, and are said once."""
        if isinstance(event, AgentWrote | PoolPromised):
            self.written[event.conversation_id, event.pool_id, event.epoch, event.text] += 1
        for text in decision.effects:
            if isinstance(text, SendText) and text.speaker == "person":
                key = (text.conversation_id, str(text.pool_id), text.epoch, text.text)
                assert self.written[key] > 0, "nobody wrote that, or it was said before"
                self.written[key] -= 1

    def _pools_are_told_in_order(self, before: Thread, decision: Decision) -> None:
        """One ownership's events count 1, 2, 3; a message goes once, after its predecessors."""
        owners = {_ownership(before.conversation), _ownership(decision.thread.conversation)}
        for effect in decision.effects:
            if not isinstance(effect, NotifyPool):
                continue
            key = (effect.conversation_id, effect.pool_id, effect.epoch)
            if effect.event == "conversation.message":
                assert key in owners, "a message went to a pool that does not own it"
            if key not in owners:
                continue
            so_far = self.told.setdefault(key, [])
            assert effect.seq == len(so_far) + 1, "a gap in what the pool is told"
            so_far.append(effect)
        for told in self.told.values():
            messages = [n.data for n in told if n.event == "conversation.message"]
            seqs = [self.messages[str(data["message_id"])] for data in messages]
            assert seqs == [data["seq"] for data in messages], "a message under another's place"
            assert seqs == sorted(set(seqs)), "a message was told twice or out of order"

    def _an_owner_knows_everything(self, thread: Thread) -> None:
        conversation = thread.conversation
        if conversation and conversation.handoff and conversation.owner.kind == "pool":
            last = max(self.customer_seqs.get(conversation.id, [0]))
            told = conversation.handoff.behind or conversation.handoff.told_seq >= last
            assert told, "the owner was not told everything"

    def _open_offers_were_made(self, thread: Thread) -> None:
        conversation = thread.conversation
        if conversation is None or conversation.handoff is None:
            return
        for offer in conversation.handoff.offers:
            made = self.offered[offer.offer_id]
            assert made.conversation_id == conversation.id
            assert (made.pool_id, made.expires_at) == (offer.pool_id, offer.expires_at)
            assert made.epoch == conversation.epoch + 1, "accepting would give another epoch"


def _ids_of(effect: Effect) -> list[str]:
    return [effect.id, effect.offer_id] if isinstance(effect, OfferToPool) else [effect.id]


def _ownership(conversation: Conversation | None) -> tuple[str, str, int] | None:
    if conversation is None or conversation.owner.pool_id is None:
        return None
    return conversation.id, conversation.owner.pool_id, conversation.epoch


# ---------------------------------------------------------------- one event


def epoch_rises_with_the_owner_and_only_then(
    before: Thread, event: Event, decision: Decision
) -> None:
    """I4: a new owner, a new or opened conversation raises the epoch; nothing else does."""
    del event
    old, new = before.conversation, decision.thread.conversation
    if old is None:
        assert new is None or new.epoch >= 1
        return
    assert new is not None, "a conversation was lost"
    assert new.epoch >= old.epoch, "the epoch fell"
    opened = new.id != old.id or (new.is_open and not old.is_open)
    assert (new.epoch > old.epoch) == (opened or new.owner != old.owner)


def numbers_have_no_gaps(before: Thread, event: Event, decision: Decision) -> None:
    """I3: the event has the next number, each text the one after; the thread keeps the last."""
    del event
    texts = [each.seq for each in decision.effects if isinstance(each, SendText)]
    assert decision.seq == before.seq + 1
    assert texts == list(range(decision.seq + 1, decision.seq + 1 + len(texts)))
    assert decision.thread.seq == decision.seq + len(texts)


def only_the_owner_speaks(before: Thread, event: Event, decision: Decision) -> None:
    """I5: a person's words come from the owner; the bot is silent while anybody else owns it."""
    old, new = before.conversation, decision.thread.conversation
    for text in decision.effects:
        if not isinstance(text, SendText):
            continue
        assert new is not None
        stands = (new.id, new.epoch, new.owner.kind, not new.is_open)
        said = (text.conversation_id, text.epoch, text.owner, text.closed)
        if text.speaker == "person":
            # It may have been held until now; it stands as things stood when it was said.
            assert old is not None
            assert old.is_open
            assert old.owner == Owner("pool", text.pool_id)
            assert said == (old.id, old.epoch, "pool", False)
            continue
        assert said == stands
        if text.speaker == "bot":
            assert new.owner == BOT
            assert old is None or old.owner == BOT
        else:
            kept = old is not None and old.epoch == new.epoch and old.owner.kind == "pool"
            assert not kept or is_promise(event), "a notice while a person has the conversation"


def waiting_means_an_offer_or_a_place_in_the_line(
    before: Thread, event: Event, decision: Decision
) -> None:
    """I7: who waits has an offer out, or a time to be looked at; what is closed is the bot's."""
    del before, event
    conversation = decision.thread.conversation
    if conversation is None:
        return
    offers = conversation.handoff.offers if conversation.handoff else ()
    waits = conversation.owner.kind == "waiting"
    looked_at = bool(conversation.handoff and conversation.handoff.look_at)
    assert waits or not offers
    assert looked_at <= (waits or conversation.is_kept), "looked at without a request"
    assert not waits or bool(offers) != looked_at, "who waits has an offer out, or is looked at"
    assert (conversation.owner.pool_id is not None) == (conversation.owner.kind == "pool")
    if not conversation.is_open:
        assert conversation.owner == BOT


def who_is_looked_at_has_a_timer(before: Thread, event: Event, decision: Decision) -> None:
    """I7 I13: whoever waits without an offer has a timer for the next look, and only one counts."""
    del event
    old, new = _handoff_of(before), _handoff_of(decision.thread)
    if new and new.look_at and (old is None or new.look_at != old.look_at):
        timers = [
            each.due_at
            for each in decision.effects
            if isinstance(each, StartTimer) and each.kind in ("seat_wait", "kept_look")
        ]
        assert timers == [new.look_at]


def a_kept_request_ends_only_by_name(before: Thread, event: Event, decision: Decision) -> None:
    """I7: a kept request is the bot's, has a look to come, and goes on until a stated end."""
    old, new = before.conversation, decision.thread.conversation
    if new is not None and new.is_kept:
        handoff = new.handoff
        assert handoff is not None
        assert new.owner == BOT
        assert 0 < handoff.look_at <= handoff.kept_until
    if old is None or not old.is_open or old.handoff is None or not old.handoff.kept_until:
        return
    if old.owner.kind == "pool":
        return
    assert new is not None
    handoff = new.handoff
    if handoff is not None and handoff.kept_until:
        assert new.id == old.id, "another conversation took the place of a kept request"
        assert handoff.since == old.handoff.since, "a kept request lost its age"
        moved = handoff.kept_until != old.handoff.kept_until
        asked = isinstance(event, CustomerWrote) or is_missed(decision)
        assert not moved or asked, "its end moved"
        return
    is_over = not new.is_open
    alarms = [each for each in decision.effects if isinstance(each, RaiseAlarm)]
    assert is_over or (handoff is not None and handoff.state in ("withdrawn", "expired"))
    assert bool(alarms) == (handoff is not None and handoff.state == "expired")


def a_kept_request_says_so_once(before: Thread, event: Event, decision: Decision) -> None:
    """A request that becomes a kept one, or ends without a person, is told to the customer."""
    old, new = _handoff_of(before), _handoff_of(decision.thread)
    said = any(isinstance(each, SendText) for each in decision.effects)
    if new and new.state == "kept" and not (old and old.kept_until):
        assert said, "nobody was told that the request is kept"
    if new and new.state == "expired" and not (old and old.state == "expired"):
        assert said, "nobody was told that the request has ended"
    if new and old and (old.state, new.state) == ("kept", "kept"):
        fresh = [each for each in new.told if each not in old.told]
        known = {e.text for e in old.told for f in fresh[:1] if e.at > f.at - 3_600_000}
        is_news = fresh and not any(each.text in known for each in fresh)
        assert said <= (isinstance(event, CustomerWrote) or is_missed(decision) or bool(is_news))


def a_place_in_the_line_is_kept_and_given_up(
    before: Thread, event: Event, decision: Decision
) -> None:
    """Every change of the line that a thread stands in is carried out by name."""
    del event
    old, new = _handoff_of(before), _handoff_of(decision.thread)
    was, now = (each.waitlist if each else () for each in (old, new))
    joins = [each for each in decision.effects if isinstance(each, JoinWaitlist)]
    joined = [each.pools for each in joins if not each.renews]
    assert all(each.pools == was == now for each in joins if each.renews)
    left = [each for each in decision.effects if isinstance(each, LeaveWaitlist)]
    taken = [now] if now else []
    assert joined == taken if now != was else joined in ([], taken if left else [])
    if was and now != was:
        assert left, "a place was kept by nobody"
    if now:
        assert new is not None
        assert new.look_at, "in the line without a time to be looked at"


def seats_are_given_back(before: Thread, event: Event, decision: Decision) -> None:
    """Check that a seat of an ended offer or ownership is given back once."""
    del event
    freed = [each.offer_id for each in decision.effects if isinstance(each, FreeSeat)]
    assert len(set(freed)) == len(freed)
    gone = _seats(before) - _seats(decision.thread)
    no_room = decision.explanation.decision == "offer withdrawn"
    assert no_room or gone == set(freed) & _seats(before)
    assert not set(freed) & _seats(decision.thread), "a seat that is in use was given back"


def offers_have_deadlines(before: Thread, event: Event, decision: Decision) -> None:
    """I9: every offer comes with the timer that ends it, and stays open or is ended by name."""
    timers = {
        (each.subject, each.due_at)
        for each in decision.effects
        if isinstance(each, StartTimer) and each.kind == "offer_deadline"
    }
    offers = [each for each in decision.effects if isinstance(each, OfferToPool)]
    assert {(each.offer_id, each.expires_at) for each in offers} == timers
    gone = _open_offers(before) - _open_offers(decision.thread)
    closed = {each.offer_id for each in decision.effects if isinstance(each, CloseOffer)}
    ended = closed | {str(getattr(event, name, "")) for name in ("offer_id", "subject")}
    assert gone <= ended, "an offer disappeared"


def events_change_their_own_conversation(before: Thread, event: Event, decision: Decision) -> None:
    """I4: what names another conversation than the current one changes nothing of this one."""
    named, current = getattr(event, "conversation_id", None), before.conversation
    if named is not None and current is not None and named != current.id:
        assert decision.thread.conversation == current


def only_an_open_offer_makes_an_owner(before: Thread, event: Event, decision: Decision) -> None:
    """I4: a pool becomes the owner by its own open offer of this conversation, and only so."""
    new = _ownership(decision.thread.conversation)
    if new is None or new == _ownership(before.conversation):
        return
    assert isinstance(event, OfferAccepted | TimerFired)
    offer_id = event.offer_id if isinstance(event, OfferAccepted) else event.subject
    assert offer_id in _open_offers(before), "an offer that was over was accepted"
    assert event.conversation_id == new[0]


def an_owner_is_watched(before: Thread, event: Event, decision: Decision) -> None:
    """I7: an owner that owes a word has one timer, under its epoch; a new owner owes the first."""
    del event
    old, new = before.conversation, decision.thread.conversation
    watch = [
        (each.epoch, each.due_at)
        for each in decision.effects
        if isinstance(each, StartTimer) and each.kind == "agent_silence"
    ]
    if new is None or new.handoff is None or _ownership(new) is None:
        assert watch == []
        return
    kept = _ownership(new) == _ownership(old)
    assert kept or new.handoff.quiet_since, "a new owner owes nothing"
    assert new.handoff.watch_at or not new.handoff.quiet_since, "nobody watches"
    was = old.handoff.watch_at if kept and old and old.handoff else 0
    moved = new.handoff.watch_at not in (0, was)
    assert watch == ([(new.epoch, new.handoff.watch_at)] if moved else [])


def a_customer_waits_for_the_owner_or_thanks_it(
    before: Thread, event: Event, decision: Decision
) -> None:
    """I7: a message to the owning pool leaves it owing a word, unless it only says thanks."""
    old, new = _ownership(before.conversation), _handoff_of(decision.thread)
    if isinstance(event, CustomerWrote) and old and new and event.text != THANKS:
        assert new.quiet_since


def a_customer_is_never_left_without_a_word(
    before: Thread, event: Event, decision: Decision
) -> None:
    """I7: a message is answered, or told to its owner, or kept until the owner can be told."""
    if not isinstance(event, CustomerWrote):
        return
    said = any(isinstance(each, SendText) for each in decision.effects)
    told = any(isinstance(each, NotifyPool) for each in decision.effects)
    waits = before.conversation is not None and before.conversation.owner.kind == "waiting"
    handoff = _handoff_of(decision.thread)
    assert said or told or waits or (handoff and handoff.behind)


def _handoff_of(thread: Thread) -> Handoff | None:
    return thread.conversation.handoff if thread.conversation else None


def _seats(thread: Thread) -> set[str]:
    handoff = _handoff_of(thread)
    if handoff is None:
        return set()
    held = {handoff.seat} if handoff.seat else set()
    return held | {each.offer_id for each in handoff.offers if each.seated}


def _open_offers(thread: Thread) -> set[str]:
    handoff = thread.conversation.handoff if thread.conversation else None
    return {each.offer_id for each in handoff.offers} if handoff else set()


LAWS: tuple[Callable[[Thread, Event, Decision], None], ...] = (
    epoch_rises_with_the_owner_and_only_then,
    numbers_have_no_gaps,
    only_the_owner_speaks,
    waiting_means_an_offer_or_a_place_in_the_line,
    who_is_looked_at_has_a_timer,
    a_kept_request_ends_only_by_name,
    a_kept_request_says_so_once,
    a_promise_ends_by_name,
    a_place_in_the_line_is_kept_and_given_up,
    an_empty_desk_is_waited_for,
    seats_are_given_back,
    offers_have_deadlines,
    events_change_their_own_conversation,
    only_an_open_offer_makes_an_owner,
    an_owner_is_watched,
    a_customer_waits_for_the_owner_or_thanks_it,
    a_customer_is_never_left_without_a_word,
)
