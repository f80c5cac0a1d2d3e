"""A customer is asked here whether a conversation helped, and the answer is kept for reports.

One question is asked, and after a "no" a second, free one. There is never a third. A customer is
asked at most once in a set time, and never again after saying so. Both hold on other channels too
that prove the same address, number or id. Nobody is asked after a wait without an answer.
"""

from dataclasses import replace

from surgeline.domain.customers.known import surveyed_key
from surgeline.domain.effects import Choice, LinkThread, RecordSurvey
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import SurveyRules
from surgeline.domain.let_down import note_rating
from surgeline.domain.outcome import Surveyed
from surgeline.domain.reading import Answered, SmallTalk, WantsPerson
from surgeline.domain.thread import BOT, Conversation, Survey
from surgeline.domain.turn import Explanation, Turn

ANSWER_MS = 86_400_000
"""A later answer is an ordinary message."""
LABELS = ("survey_yes", "survey_no", "survey_stop")
"""The texts of the choices, in their order."""
DAY_MS = 86_400_000
OFF_DAYS = 3_650
"""So long other channels find the wish not to be asked."""
HELPED = "survey: yes"
NOT_HELPED = "survey: no"
"""The decisions on a record that answers the question, which label the answer that was given."""


def ask_whether_it_helped(turn: Turn) -> bool:
    """Ask whether the conversation helped, where the company asks and the customer may be asked.

    Return whether the question went out.
    """
    rules, conversation = turn.facts.survey, turn.conversation
    account = conversation.account
    if rules is None or account is None or not may_be_asked(turn, rules):
        return False
    if account.first_person_at is None and not account.answered:
        return False
    last = account.stays[-1] if account.stays else None
    survey = Survey(
        conversation_id=conversation.id,
        opened_at=conversation.opened_at,
        asked_at=turn.facts.now,
        part=account.reopened,
        pool_id=last.pool_id if last else None,
        agent=last.agent if last else None,
        article_id=account.answered[-1] if account.answered else None,
    )
    turn.change_header(survey=survey, surveyed_at=turn.facts.now)
    _tell_others(turn, rules.again_days)
    texts = turn.facts.texts
    choices = tuple(Choice(None, texts.get(each, each)) for each in LABELS)
    turn.say(
        "system", rules.question or texts.get("survey_question", "survey_question"), choices=choices
    )
    _record(turn, survey, None)
    return True


def may_be_asked(turn: Turn, rules: SurveyRules) -> bool:
    """Return whether the set time is over on all channels, and the customer minds no question."""
    elsewhere = turn.facts.surveyed
    if turn.header.survey_off or elsewhere is None:
        return False
    last = max(turn.header.surveyed_at, elsewhere)
    return not last or turn.facts.now - last >= rules.again_days * DAY_MS


def _tell_others(turn: Turn, days: int) -> None:
    """Have the customer's other channels find this thread for so many days."""
    until = turn.facts.now + days * DAY_MS
    for key in turn.header.proven:
        turn.effects.append(LinkThread(turn.new_id("n", "surveyed"), surveyed_key(key), until))


def hear_answer(turn: Turn, event: CustomerWrote) -> Explanation | None:
    """Take a message as the answer to the open question, or return None for any other message.

    Only a courtesy leaves the first question open. Any other message ends it.
    """
    survey, answer = turn.header.survey, turn.facts.survey_answer
    if survey is None:
        return None
    if answer is None and not survey.asks_why and isinstance(turn.facts.reading, SmallTalk):
        return None
    turn.change_header(survey=None)
    if not _is_open(turn.current, survey, event):
        return None
    return _reason(turn) if survey.asks_why else _score(turn, survey)


def _is_open(current: Conversation | None, survey: Survey, event: CustomerWrote) -> bool:
    return (
        current is not None
        and current.id == survey.conversation_id
        and (not current.is_open or current.owner == BOT)
        and event.at - survey.asked_at < ANSWER_MS
    )


def _score(turn: Turn, survey: Survey) -> Explanation | None:
    """Take a "yes", a "no" or a wish not to be asked. Only a "no" asks why."""
    answer = turn.facts.survey_answer
    if answer is None:
        return None
    if answer == "stop":
        turn.change_header(survey_off=True)
        _tell_others(turn, OFF_DAYS)
        turn.notice("survey_stopped")
        return Explanation("survey", "the customer wants no such question again")
    _record(turn, survey, answer == "yes")
    if answer == "yes":
        turn.notice("survey_thanks")
        return Explanation(HELPED, "the customer said that it helped")
    turn.change_header(survey=replace(survey, asks_why=True, asked_at=turn.facts.now))
    note_rating(turn)
    turn.notice("survey_why")
    return Explanation(NOT_HELPED, "the customer said that it did not help")


def _reason(turn: Turn) -> Explanation | None:
    """Take the reason for a "no". A courtesy, a wish, or a question with an answer is none."""
    if isinstance(turn.facts.reading, Answered | SmallTalk | WantsPerson):
        return None
    turn.notice("survey_noted")
    return Explanation("survey", "the customer said why it did not help")


def _record(turn: Turn, survey: Survey, helped: bool | None) -> None:  # the record's
    surveyed = Surveyed(
        conversation_id=survey.conversation_id,
        channel_id=turn.header.channel_id,
        language=turn.header.language,
        opened_at=survey.opened_at,
        at=turn.facts.now,
        part=survey.part,
        helped=helped,
        pool_id=survey.pool_id,
        agent=survey.agent,
        article_id=survey.article_id,
        type="survey_asked" if helped is None else "survey_answered",
    )
    turn.records.append(RecordSurvey(turn.record_id(surveyed.type, survey.part), surveyed))
