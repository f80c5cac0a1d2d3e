"""A conversation of an older queue comes in silently here, and speaks only at a person's word.

It is part of the log like any other. Reports count it from its first word on, because before that
nobody has spent anything on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from surgeline.domain.bot import answer_found
from surgeline.domain.brought.events import BacklogActed, Brought, TeamWrote
from surgeline.domain.brought.state import Backlog, Finding
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import conversation_id
from surgeline.domain.ownership import close
from surgeline.domain.reading import Answered, Reading, SmallTalk, Weighed
from surgeline.domain.texts import fill, named_values
from surgeline.domain.thread import BOT, WAITING, Conversation, Handoff
from surgeline.domain.turn import Explanation, Rule, Turn
from surgeline.domain.untold import tell_message
from surgeline.domain.waiting.asking import find, lay_back, make_offers, withdraw
from surgeline.domain.waiting.moments import day
from surgeline.domain.waiting.notices import SHUT, is_shut

TAKEN_OUT: Final = "take out"
"""The decision on a conversation that was taken out. The application blanks its words on record."""
INTRO: Final = "backlog_answer"
"""The text before the answer, because the customer may have forgotten the question."""
SAME_DAY_MS: Final = 86_400_000
"""An answer that comes sooner needs no words about the wait."""


def bring_in(turn: Turn, event: CustomerWrote | TeamWrote, brought: Brought) -> Explanation:
    """Keep a message of the older queue. Nobody is asked, and the customer is told nothing."""
    current = turn.thread.conversation
    if current is not None and current.is_open and not current.is_quiet:
        return Explanation("keep", "the customer is in a conversation already, which goes on")
    reading = turn.facts.reading
    language = (reading.language if reading else None) or turn.thread.language
    turn.thread = replace(turn.thread, sender=event.sender, language=language)
    if current is None or not current.is_open:
        _open(turn, brought)
    elif brought.is_first:
        _change(turn, tickets=_backlog(turn).tickets + 1)
    if isinstance(event, CustomerWrote):
        _note(turn, event, brought)
    else:
        _change(turn, unanswered=0)
    if brought.is_last:
        _judge(turn)
    return Explanation("bring in", _backlog(turn).why or "a message of an older queue")


def team_wrote(turn: Turn, event: TeamWrote) -> Explanation:
    """Keep what the team wrote in the older queue."""
    return bring_in(turn, event, event.brought)


def acted(turn: Turn, event: BacklogActed) -> Explanation:
    """Do what a person wants with a silent conversation. Any other one is left alone."""
    current = turn.thread.conversation
    is_silent = current is not None and current.is_quiet and current.is_open
    if current is None or current.id != event.conversation_id or not is_silent:
        return Explanation("ignore", "it is no part of a backlog any more")
    if event.act in _BACK:
        return _BACK[event.act](turn)
    if current.owner != BOT:
        return Explanation("ignore", "a pool is asked for it, or has it")
    if event.act == "offer":
        return _offer(turn, event.pool_id)
    _judge(turn)
    found = turn.facts.reading
    backlog, asked = _backlog(turn), turn.facts.brought
    is_meant = event.act == "answer" and backlog.finding == "answer"
    if is_meant and asked is not None and isinstance(found, Answered):
        return answer_found(turn, asked, replace(found, text=_introduced(turn, found.text)))
    return Explanation("read again", backlog.why)


# ---------------------------------------------------------------- coming in


def _open(turn: Turn, brought: Brought) -> None:
    before = turn.thread.conversation
    number = before.number + 1 if before else 1
    turn.conversation = Conversation(
        id=conversation_id(turn.thread.id, number),
        number=number,
        opened_at=turn.facts.now,
        epoch=before.epoch + 1 if before else 1,
        first_seq=turn.event_seq,
        backlog=Backlog(brought.backlog, brought.written_at),
    )


def _note(turn: Turn, event: CustomerWrote, brought: Brought) -> None:
    """Note the customer's newest words, and tell them to a pool that has the conversation."""
    since = max(_backlog(turn).since, brought.written_at)
    unanswered = _backlog(turn).unanswered + 1
    _change(turn, since=since, last_id=event.id, unanswered=unanswered)
    turn.change(last_customer_at=since)
    owner = turn.conversation.owner.pool_id
    if owner is not None:
        tell_message(turn, owner, event.id, turn.event_seq, event.at)
        turn.change_handoff(told_seq=turn.event_seq)


def _judge(turn: Turn) -> None:
    """Note what the promise allows for the customer's last words, as they are read now."""
    reading, backlog = turn.facts.reading, _backlog(turn)
    finding, why = _found(turn, reading, backlog)
    near = reading.candidates if isinstance(reading, Weighed) else ()
    answered = reading.article_id if isinstance(reading, Answered) else None
    _change(
        turn,
        finding=finding,
        article_id=answered or next((article for article, _ in near), None),
        confidence=reading.confidence if isinstance(reading, Weighed) else None,
        why=why,
    )


def _why_several(backlog: Backlog) -> str:
    """Return why the last message does not stand alone, or an empty text if it does."""
    if backlog.tickets > 1:
        return "the customer has several tickets"
    if backlog.unanswered > 1:
        return "the customer wrote several messages, and the bot would answer the last"
    return ""


def _why_unsent(turn: Turn, reading: Answered) -> str:
    """Return why the bot keeps an answer that it has, or an empty text if it may go out."""
    if is_shut(turn.facts):
        return SHUT
    if any(named_values(each) for each in reading.texts):
        return "the answer names values of the customer's own data"
    return ""


def _found(turn: Turn, reading: Reading | None, backlog: Backlog) -> tuple[Finding, str]:
    if reading is None:
        return "person", "the last word is the team's, or says nothing"
    if why := _why_several(backlog):
        return "person", why
    if isinstance(reading, SmallTalk):
        return "courtesy", reading.why
    if not isinstance(reading, Answered):
        return "person", reading.why
    if why := _why_unsent(turn, reading):
        return "person", why
    return "answer", reading.why


# ---------------------------------------------------------------- going out


def _introduced(turn: Turn, text: str) -> str:
    """Return the answer after words on the day of the question, if that is long ago."""
    facts, since = turn.facts, _backlog(turn).since
    if facts.now - since < SAME_DAY_MS:
        return text
    zone = turn.thread.zone or facts.zone
    when = day(facts.texts, since, zone=zone)
    return f"{fill(facts.texts.get(INTRO, INTRO), {'day': when})}\n\n{text}"


def _offer(turn: Turn, pool_id: str) -> Explanation:
    """Ask the pool, and no other one. Without room there nothing changes."""
    article = _backlog(turn).article_id
    before = turn.conversation.handoff
    turn.change(
        handoff=Handoff(
            state="requested",
            reason="lead_asked",
            requested_at=turn.facts.now,
            candidates=(article,) if article else (),
        )
    )
    found = find(turn, pool_id)
    if [pool.id for pool, _ in found.offers] != [pool_id]:
        turn.change(handoff=before)
        return Explanation("keep", f"{pool_id} can't take it now")
    turn.give_to(WAITING)
    make_offers(turn, found)
    return Explanation("offer", f"{pool_id} is asked for a conversation of a backlog")


def _recall(turn: Turn) -> Explanation:
    """Take an open offer back, so that the conversation is silent again."""
    if turn.conversation.owner.kind == "pool":
        return Explanation("keep", "a pool has it")
    if turn.conversation.owner != WAITING:
        return Explanation("ignore", "no pool is asked for it")
    withdraw(turn, turn.handoff.offers, "reassigned")
    lay_back(turn)
    return Explanation("recall", "a person took the offer back")


def _take_out(turn: Turn) -> Explanation:
    """End a conversation of which nobody was told anything."""
    if turn.conversation.owner.kind == "pool":
        return Explanation("keep", "a pool has it")
    if turn.conversation.owner == WAITING:
        withdraw(turn, turn.handoff.offers, "reassigned")
        turn.change_handoff(state="withdrawn", offers=(), look_at=0)
    close(turn, "erased")
    turn.change(last_pool=None)
    return Explanation(TAKEN_OUT, "a person took it out of the backlog")


def _backlog(turn: Turn) -> Backlog:
    backlog = turn.conversation.backlog
    assert backlog is not None
    return backlog


def _change(turn: Turn, **fields: object) -> None:
    turn.change(backlog=replace(_backlog(turn), **fields))  # type: ignore[arg-type] # checked by every caller's test


_BACK: Final[Mapping[str, Callable[[Turn], Explanation]]] = {
    "recall": _recall,
    "withdraw": _take_out,
}
RULES: Mapping[type, Rule] = {TeamWrote: team_wrote, BacklogActed: acted}
