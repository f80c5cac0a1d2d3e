"""The answer to the question whether a conversation helped is told from other messages here."""

from collections.abc import Mapping

from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import SurveyAnswer
from surgeline.domain.survey.ask import LABELS
from surgeline.domain.thread import Thread
from surgeline.knowledge.text.survey_answers import survey_answer


def survey_answer_of(thread: Thread, event: Event, texts: Mapping[str, str]) -> SurveyAnswer | None:
    """Return the meaning of a text as an answer, if the customer was asked whether it helped."""
    if thread.survey is None or not isinstance(event, CustomerWrote):
        return None
    return survey_answer(event.text, [texts.get(each, each) for each in LABELS])
