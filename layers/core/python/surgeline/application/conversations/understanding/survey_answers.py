"""How a customer is asked whether a conversation helped is told here, and which text answers it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from surgeline.application.configuration import Configuration
from surgeline.application.conversations.understanding.wishes import reply_seconds
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import SurveyAnswer, SurveyRules
from surgeline.domain.survey.ask import LABELS
from surgeline.domain.thread import Thread
from surgeline.knowledge.text.survey_answers import survey_answer

FREE: Final = frozenset({"web", "telegram", "messenger", "instagram", "whatsapp", "slack"})
"""The kinds of channels on which a text after a silence costs nothing, and is read at once."""


def survey_rules(
    configuration: Configuration, thread: Thread, language: str | None
) -> SurveyRules | None:
    """Return how a customer of the thread is asked, or None where nobody is.

    Nobody is asked after a silence that is longer than the channel lets us write.
    """
    settings, channel_id = configuration.survey, thread.channel_id
    rules = settings.rules(channel_id, language)
    if rules is None:
        return None
    kinds = {each.id: each.kind for each in configuration.channels}
    named = settings.quiet_channels
    asks = channel_id in named if named else kinds.get(channel_id) in FREE
    seconds, most = settings.quiet_minutes * 60, reply_seconds(configuration, channel_id)
    fits = asks and (most is None or seconds < most)
    return replace(rules, quiet_seconds=seconds if fits else 0)


def survey_answer_of(thread: Thread, event: Event, texts: Mapping[str, str]) -> SurveyAnswer | None:
    """Return the meaning of a text as an answer, if the customer was asked whether it helped."""
    if thread.survey is None or not isinstance(event, CustomerWrote):
        return None
    return survey_answer(event.text, [texts.get(each, each) for each in LABELS])
