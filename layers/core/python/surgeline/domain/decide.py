"""`decide`: what an event does to a thread. Conversations' rules begin here.

Pure: time, answers, pools and texts are facts. Whatever is refused (a stale epoch, an offer that is
over) is recorded with its reason and changes nothing. What concerns finding a person is in
`handing_over`, what a pool says in `ownership`.
"""

from collections.abc import Callable
from dataclasses import replace

from surgeline.domain.effects import Choice
from surgeline.domain.erasure import end_for_customer, erase
from surgeline.domain.events import CustomerLeft, CustomerWrote, Event, TimerFired
from surgeline.domain.facts import Answer, Facts
from surgeline.domain.handing_over import (
    hand_off,
    offer_accepted,
    offer_deadline,
    offer_declined,
    seat_freed,
    seat_wait,
    tell_message,
)
from surgeline.domain.ids import conversation_id
from surgeline.domain.ownership import (
    agent_silence,
    agent_typed,
    message_gap,
    pool_event,
    pool_noted,
    pool_unreachable,
)
from surgeline.domain.silence import owe_a_word
from surgeline.domain.texts import fill
from surgeline.domain.thread import BOT, Conversation, HandoffReason, Thread
from surgeline.domain.turn import Decision, Explanation, Turn

__all__ = ["Decision", "Explanation", "bot_would_speak", "decide"]

REJECTED_LIMIT = 10
"""How many rejected answers a conversation takes; from then on a person is asked, not the bot."""


def decide(thread: Thread, event: Event, facts: Facts) -> Decision:
    """Apply one event. The same three arguments always give the same decision."""
    turn = Turn(thread, event, facts)
    explanation = _RULES[event.type](turn, event)
    if turn.routing:
        explanation = replace(explanation, routing=tuple(turn.routing))
    return Decision(turn.after(), turn.event_seq, tuple(turn.effects), explanation)


def bot_would_speak(thread: Thread | None) -> bool:
    """Whether a customer's next message is the bot's to answer (so that an answer is needed)."""
    conversation = thread.conversation if thread else None
    return conversation is None or not conversation.is_open or conversation.owner == BOT


# ---------------------------------------------------------------- the customer


def _customer_wrote(turn: Turn, event: CustomerWrote) -> Explanation:
    answer = turn.facts.answer
    before = turn.thread.conversation
    language = (answer.language if answer else None) or event.language or turn.thread.language
    turn.thread = replace(turn.thread, language=language, sender=event.sender)
    blank = turn.thread.is_erased
    if before and not before.is_open and answer and answer.small_talk and not blank:
        return _small_talk(turn, answer)
    returning = _open_conversation(turn, before)
    turn.change(last_customer_at=event.at)
    if returning:
        return hand_off(turn, "customer_returned", prefer=turn.conversation.last_pool)
    if _was_returning(turn.conversation):
        return hand_off(turn, "customer_returned", prefer=turn.conversation.last_pool)
    owner = turn.conversation.owner
    if owner.kind == "pool":
        return _forward(turn, event)
    if owner.kind == "waiting":
        return Explanation("keep", "kept for the pool that takes the conversation")
    return _bot_turn(turn, event, answer or Answer("abstain", "no answer was looked up"))


def _open_conversation(turn: Turn, before: Conversation | None) -> bool:
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


def _was_returning(conversation: Conversation) -> bool:
    """Whether nobody was free for a customer who had come back: no bot again on that issue."""
    handoff = conversation.handoff
    return (
        conversation.owner == BOT
        and handoff is not None
        and (handoff.state, handoff.reason) == ("failed", "customer_returned")
    )


def _new_conversation(turn: Turn, *, number: int, epoch: int) -> None:
    turn.thread = replace(
        turn.thread,
        conversation=Conversation(
            id=conversation_id(turn.thread.id, number),
            number=number,
            opened_at=turn.facts.now,
            epoch=epoch,
        ),
    )


def _bot_turn(turn: Turn, event: CustomerWrote, answer: Answer) -> Explanation:
    if event.attachments and not event.text.strip():
        return hand_off(turn, "attachment")
    if answer.decision == "small_talk":
        return _small_talk(turn, answer)
    rejects = answer.rejects or answer.decision == "rejected"
    if rejects:
        _remember_rejected(turn)
    answer = _without_rejected(turn, answer)
    if answer.decision == "answer" and answer.text is not None:
        turn.change(last_answer=answer.article_id, choices=(), alternatives=answer.alternatives)
        turn.say(
            "bot",
            fill(answer.text, event.customer or turn.facts.customer),
            article_id=answer.article_id,
        )
        return _explain(answer)
    if answer.decision in ("suggest", "rejected") and answer.candidates:
        return _suggest(turn, answer, "answer_rejected" if rejects else "suggest_intro")
    if answer.decision == "person":
        return hand_off(turn, "customer_asked", answer=answer)
    reason: HandoffReason = "answer_rejected" if rejects else "no_answer"
    return hand_off(turn, answer.handoff_reason or reason, answer=answer)


def _remember_rejected(turn: Turn) -> None:
    """Whatever stood to be rejected is never said again in this conversation."""
    standing = turn.conversation.standing
    others = (each for each in turn.conversation.rejected if each not in standing)
    turn.change(
        rejected=(*others, *standing)[-REJECTED_LIMIT:],
        last_answer=None,
        choices=(),
        alternatives=(),
    )


def _without_rejected(turn: Turn, answer: Answer) -> Answer:
    """The answer with nothing in it that was rejected; after many rejections, a person's case."""
    rejected = turn.conversation.rejected
    if answer.decision == "person":
        return answer
    if answer.article_id in rejected or len(rejected) >= REJECTED_LIMIT:
        why = "what was found was rejected before, or too much was"
        return Answer("abstain", why, answer.language, handoff_reason="answer_rejected")
    left = tuple(each for each in answer.candidates if each[0] not in rejected)
    return replace(answer, candidates=left)


def _small_talk(turn: Turn, answer: Answer) -> Explanation:
    key = {"thanks": "thanks", "greeting": "greeting"}.get(answer.small_talk or "", "unreadable")
    turn.say("bot", turn.facts.texts.get(key, key))
    return Explanation("small_talk", answer.why)


def _suggest(turn: Turn, answer: Answer, intro_key: str) -> Explanation:
    choices = tuple(Choice(article, title) for article, title in answer.candidates[:3])
    person = Choice(None, turn.facts.texts.get("suggest_person", "suggest_person"))
    turn.change(
        choices=tuple(choice.article_id for choice in choices if choice.article_id),
        last_answer=None,
        alternatives=answer.alternatives,
    )
    intro = turn.facts.texts.get(intro_key, intro_key)
    turn.say("bot", intro, choices=(*choices, person))
    return replace(_explain(answer), decision="suggest")


def _explain(answer: Answer) -> Explanation:
    return Explanation(
        answer.decision,
        answer.why,
        answer.article_id,
        answer.confidence,
        tuple(article for article, _ in answer.candidates),
        basis=answer.basis,
    )


def _forward(turn: Turn, event: CustomerWrote) -> Explanation:
    pool_id = turn.conversation.owner.pool_id
    assert pool_id is not None
    tell_message(turn, pool_id, event.id, turn.event_seq, event.at)
    turn.change_handoff(told_seq=turn.event_seq)
    if not turn.facts.thanks:
        owe_a_word(turn)
    return Explanation("forward", f"{pool_id} owns the conversation")


def _customer_left(turn: Turn, event: CustomerLeft) -> Explanation:
    del event
    conversation = turn.thread.conversation
    if conversation is None or not conversation.is_open:
        return Explanation("ignore", "no conversation is open")
    end_for_customer(turn)
    turn.notice("left")
    return Explanation("close", "the customer left")


# ---------------------------------------------------------------- time


def _timer_fired(turn: Turn, event: TimerFired) -> Explanation:
    return _TIMERS[event.kind](turn, event)


_TIMERS: dict[str, Callable[[Turn, TimerFired], Explanation]] = {
    "offer_deadline": offer_deadline,
    "agent_silence": agent_silence,
    "seat_wait": seat_wait,
    "message_gap": message_gap,
}
_RULES: dict[str, Callable[..., Explanation]] = {
    "customer_wrote": _customer_wrote,
    "customer_left": _customer_left,
    "thread_erased": erase,
    "offer_accepted": offer_accepted,
    "offer_declined": offer_declined,
    "agent_wrote": pool_event,
    "pool_resolved": pool_event,
    "pool_returned": pool_event,
    "pool_transferred": pool_event,
    "pool_noted": pool_noted,
    "agent_typed": agent_typed,
    "pool_unreachable": pool_unreachable,
    "seat_freed": seat_freed,
    "timer_fired": _timer_fired,
}
