"""The bot's turn is here: its answer to a customer's message, by the way the message was read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from surgeline.domain.account import Account
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile
from surgeline.domain.customers.known import PendingAnswer, known_of
from surgeline.domain.customers.values import values_of
from surgeline.domain.effects import Choice
from surgeline.domain.events import CustomerWrote, TimerFired
from surgeline.domain.handing_over import customer_known, hand_off
from surgeline.domain.look_ups.asking import ANSWER_MILLISECONDS, link_thread, look_up
from surgeline.domain.reading import (
    Abstained,
    Answered,
    Offered,
    Reading,
    Rejected,
    SmallTalk,
    WantsPerson,
    Weighed,
)
from surgeline.domain.survey.after_quiet import expect_quiet
from surgeline.domain.survey.ask import ask_whether_it_helped
from surgeline.domain.texts import fill, fill_plain, named_values
from surgeline.domain.thread import HandoffReason
from surgeline.domain.turn import STALE_TIMER, Explanation, ReadingRule, Rule, Turn

REJECTED_LIMIT = 10
"""How many rejected answers a conversation takes. From then on a person is asked, not the bot."""
BETWEEN = "\n\n"
"""This stands between the texts of one message."""
CHOICES = 3
"""How many articles are offered at once, besides a person."""


def answer_message(turn: Turn, event: CustomerWrote) -> Explanation:
    """Apply the rule of the reading. A message that nobody can read goes to a person."""
    if event.attachments and not event.text.strip():
        return hand_off(turn, "attachment")
    reading = turn.facts.reading or Abstained(why="no answer was looked up")
    return turn.tables.readings[type(reading)](turn, event, reading)


def small_talk(turn: Turn, event: CustomerWrote, reading: SmallTalk) -> Explanation:
    """Answer a courtesy, or say that the message could not be read. An addition is only kept."""
    if reading.courtesy == "addition":
        kept = Explanation("keep", reading.why)
        return hand_off(turn, "attachment") if event.attachments else kept
    turn.say("bot", turn.facts.texts.get(reading.courtesy, reading.courtesy))
    current = turn.current
    if reading.courtesy == "thanks" and current and current.is_open and current.last_answer:
        ask_whether_it_helped(turn)
    return Explanation("small_talk", reading.why)


def answer_found(turn: Turn, event: CustomerWrote, reading: Answered) -> Explanation:
    """Answer with an article, and with the others that answer parts of the message."""
    _note_rejection(turn, reading)
    if _had_enough(turn) or reading.article_id in turn.conversation.rejected:
        return _give_up(turn, reading)
    known = event.customer or turn.facts.customer
    also = tuple(each for each in reading.also if each[0] not in turn.conversation.rejected)
    others = tuple(article for article, _ in also)
    texts = (reading.text, *(told for _, told in also))
    text = BETWEEN.join(fill_plain(each, known) for each in texts)
    again = turn.conversation.last_answer == reading.article_id and not others
    turn.change(
        last_answer=reading.article_id,
        also_answered=others,
        choices=(),
        alternatives=reading.alternatives,
    )
    shown = [each for article, each in reading.media if article in (reading.article_id, *others)]
    media = tuple(chain.from_iterable(shown))
    answer = PendingAnswer(reading.article_id, text, turn.facts.now, event.id, media)
    if again or not named_values(text) or not _awaits_values(turn, answer):
        data = turn.facts.customer_data
        _say_answer(turn, answer, data.file if data else None, again=again)
    expect_quiet(turn)
    left = _left(turn, reading.candidates)
    return _explained(reading, "answer", left, reading.article_id)


def _offered(turn: Turn, event: CustomerWrote, reading: Offered) -> Explanation:
    del event
    _note_rejection(turn, reading)
    if _had_enough(turn):
        return _give_up(turn, reading)
    left = replace(reading, candidates=_left(turn, reading.candidates))
    if not left.candidates:
        return hand_off(turn, _reason(left), reading=left)
    _offer_choices(turn, left.candidates, "answer_rejected" if left.rejects_last else "")
    turn.change(alternatives=left.alternatives)
    return _explained(left, "suggest", left.candidates)


def _abstained(turn: Turn, event: CustomerWrote, reading: Abstained) -> Explanation:
    del event
    _note_rejection(turn, reading)
    if reading.shadow is not None:
        shadow = reading.shadow
        turn.account(lambda account: account.would_say(shadow))
    if _had_enough(turn):
        return _give_up(turn, reading)
    left = replace(reading, candidates=_left(turn, reading.candidates))
    _tell_general(turn)
    return hand_off(turn, reading.reason or _reason(reading), reading=left)


def _rejected(turn: Turn, event: CustomerWrote, reading: Rejected) -> Explanation:
    del event
    _remember_rejected(turn)
    if _had_enough(turn):
        return _give_up(turn, reading)
    left = _left(turn, reading.candidates)
    if not left:
        return hand_off(turn, "answer_rejected", reading=reading)
    _offer_choices(turn, left, "answer_rejected")
    return _explained(Weighed(why=reading.why), "suggest", left)


def _wants_person(turn: Turn, event: CustomerWrote, reading: WantsPerson) -> Explanation:
    del event
    return hand_off(turn, "customer_asked", reading=reading)


# ---------------------------------------------------------------- values of the customer's file


def _awaits_values(turn: Turn, answer: PendingAnswer) -> bool:
    """Look the customer up for an answer that names values. Return whether the answer waits."""
    data, due_at = turn.facts.customer_data, turn.facts.now + ANSWER_MILLISECONDS
    if data is None or data.file is not None or not look_up(turn, data, "answer", due_at):
        return False
    turn.change(pending=replace(answer, due_at=due_at))
    turn.start_timer("look_up_due", answer.article_id, due_at)
    return True


def settle_answer(turn: Turn, file: CustomerFile | None = None) -> bool:
    """Say the answer that waits for values, with its fallbacks where a value is not known.

    Return whether an answer waited.
    """
    current = turn.current
    if current is None or current.pending is None:
        return False
    pending = current.pending
    turn.change(pending=None)
    if current.is_open and current.owner.kind == "bot":
        _say_answer(turn, pending, file)
    return True


def customer_looked_up(turn: Turn, event: CustomerLookedUp) -> Explanation:
    """Keep what the company's system told, and say the answer that waits for it."""
    current = turn.current
    if current is None or current.id != event.conversation_id:
        return Explanation("ignore", "the conversation is over")
    data, now = turn.facts.customer_data, turn.facts.now
    system = data.system if data else ""
    turn.change(known=known_of(event.found, at=now, seq=turn.event_seq, system=system))
    settle_answer(turn, event.found.file)
    link_thread(turn)
    customer_known(turn)
    return Explanation("keep", f"the customer's data: {event.found.why or event.found.answer}")


def look_up_due(turn: Turn, event: TimerFired) -> Explanation:
    """Say an answer with its fallbacks, because the look-up told nothing in time."""
    current = turn.current
    if current is None or current.id != event.conversation_id:
        return STALE_TIMER
    if current.pending is None or current.pending.due_at != event.due_at:
        return STALE_TIMER
    settle_answer(turn)
    return Explanation("go on", "the customer's data did not come in time")


RULES: Mapping[type, Rule] = {CustomerLookedUp: customer_looked_up}
TIMERS: Mapping[str, Rule] = {"look_up_due": look_up_due}
READINGS: Mapping[type, ReadingRule] = {
    Abstained: _abstained,
    Answered: answer_found,
    Offered: _offered,
    Rejected: _rejected,
    SmallTalk: small_talk,
    WantsPerson: _wants_person,
}


# ---------------------------------------------------------------- rejected answers


def _note_rejection(turn: Turn, reading: Weighed) -> None:
    if reading.rejects_last:
        _remember_rejected(turn)


def _remember_rejected(turn: Turn) -> None:
    """Remember the answers that stood to be rejected, so that they are never given again."""
    turn.account(Account.rejected)
    standing = turn.conversation.standing
    others = (each for each in turn.conversation.rejected if each not in standing)
    turn.change(
        rejected=(*others, *standing)[-REJECTED_LIMIT:],
        last_answer=None,
        also_answered=(),
        choices=(),
        alternatives=(),
    )


def _had_enough(turn: Turn) -> bool:
    return len(turn.conversation.rejected) >= REJECTED_LIMIT


def _give_up(turn: Turn, reading: Reading) -> Explanation:
    """Ask for a person, because the bot has no other answer or was rejected too often."""
    why = "what was found was rejected before, or too much was"
    given_up = Abstained(why=why, language=reading.language)
    return hand_off(turn, "answer_rejected", reading=given_up)


def _left(turn: Turn, candidates: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the candidates that were not rejected."""
    return tuple(each for each in candidates if each[0] not in turn.conversation.rejected)


def _reason(reading: Weighed) -> HandoffReason:
    return "answer_rejected" if reading.rejects_last else "no_answer"


# ---------------------------------------------------------------- saying the answer


def _say_answer(
    turn: Turn, answer: PendingAnswer, file: CustomerFile | None, *, again: bool = False
) -> None:
    """Say an article's answer with the values of the customer's file, as far as they are known."""
    whole = fill(answer.text, values_of(file, turn.facts.texts))
    also = turn.conversation.also_answered
    said = _with_incidents(turn, whole, [answer.article_id, *also], again=again)
    turn.say(
        "bot",
        said,
        article_id=answer.article_id,
        also=also,
        reply_to=answer.reply_to,
        media=answer.media if said.endswith(whole) else (),  # an incident may stand in its place
    )


def _offer_choices(turn: Turn, candidates: tuple[tuple[str, str], ...], intro_key: str) -> None:
    choices = tuple(Choice(article, title) for article, title in candidates[:CHOICES])
    texts, intro_key = turn.facts.texts, intro_key or "suggest_intro"
    person = Choice(None, texts.get("suggest_person", "suggest_person"))
    turn.change(
        choices=tuple(choice.article_id for choice in choices if choice.article_id),
        last_answer=None,
        also_answered=(),
        alternatives=(),
    )
    articles = [choice.article_id for choice in choices if choice.article_id]
    intro = _with_incidents(turn, texts.get(intro_key, intro_key), articles)
    turn.say("bot", intro, choices=(*choices, person))


def _explained(
    reading: Weighed,
    decision: str,
    candidates: Iterable[tuple[str, str]],
    article_id: str | None = None,
) -> Explanation:
    return Explanation(
        decision,
        reading.why,
        article_id,
        reading.confidence,
        tuple([article for article, _ in candidates]),
        basis=reading.basis,
    )


# ---------------------------------------------------------------- what is wrong now


def _with_incidents(turn: Turn, text: str, articles: Sequence[str], *, again: bool = False) -> str:
    """Return the bot's text with the incidents on these articles before it.

    The preamble of a crisis stands before the first answer of a conversation.
    `again`: the customer asks about the article that was the last answer. Then the incident on it
    is the whole answer, because the article did not settle the question.
    """
    about = [each for each in turn.facts.incidents if each.concerns(articles)]
    fresh = [each for each in about if each.id not in _told(turn)]
    narrow = [each for each in about if not each.is_general]
    language = turn.header.language
    if again and narrow:
        _note(turn, narrow)
        return BETWEEN.join(each.text(language) for each in narrow)
    _note(turn, fresh)
    return BETWEEN.join([*_preamble(turn), *(each.text(language) for each in fresh), text])


def _tell_general(turn: Turn) -> None:
    """Say the general incidents that the customer has not been told of in this conversation."""
    told = _told(turn)
    general = [each for each in turn.facts.incidents if each.is_general and each.id not in told]
    if general:
        _note(turn, general)
        turn.say("bot", BETWEEN.join(each.text(turn.header.language) for each in general))


def _preamble(turn: Turn) -> list[str]:
    account, preamble = turn.conversation.account, turn.facts.preamble
    is_first = account is None or account.first_reply_at is None
    return [preamble] if preamble and is_first else []


def _told(turn: Turn) -> tuple[str, ...]:
    account = turn.conversation.account
    return account.incidents if account else ()


def _note(turn: Turn, incidents: Iterable[Incident]) -> None:
    ids = tuple(each.id for each in incidents)
    if ids:
        turn.account(lambda account: account.told_of(ids))
