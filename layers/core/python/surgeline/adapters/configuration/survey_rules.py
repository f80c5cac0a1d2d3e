"""The rules for the question whether a conversation helped are here. Problems name their places."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from surgeline.adapters.configuration.rules import LANGUAGE
from surgeline.domain.facts import SurveySettings

LEAST_DAYS: Final = 1
MOST_DAYS: Final = 365
MOST_MINUTES: Final = 720
MOST_QUESTIONS: Final = 20
MOST_CHARACTERS: Final = 300


def survey_problems(survey: SurveySettings, channels: Collection[str]) -> Iterator[str]:
    """Yield the problems of the question, of its channels and of its words."""
    if not LEAST_DAYS <= survey.again_days <= MOST_DAYS:
        yield f"survey.again_days: {survey.again_days}; use {LEAST_DAYS} to {MOST_DAYS}"
    if not 0 <= survey.quiet_minutes <= MOST_MINUTES:
        yield (
            f"survey.quiet_minutes: {survey.quiet_minutes}; use 1 to {MOST_MINUTES}, or 0 to ask"
            " nobody who says nothing"
        )
    yield from _unknown("channels", survey.channels, channels)
    yield from _unknown("quiet_channels", survey.quiet_channels, channels)
    if len(survey.questions) > MOST_QUESTIONS:
        yield f"survey.questions: {len(survey.questions)}; at most {MOST_QUESTIONS} are accepted"
    for position, each in enumerate(survey.questions):
        place = f"survey.questions[{position}]"
        if not 1 <= len(each.text.strip()) <= MOST_CHARACTERS:
            yield f"{place}.text: use 1 to {MOST_CHARACTERS} characters"
        if each.language and not LANGUAGE.fullmatch(each.language):
            yield f"{place}.language: use a code such as en, or leave it out"
        if each.channel and each.channel not in channels:
            yield f"{place}.channel: there is no channel {each.channel[:64]!r}"


def _unknown(place: str, names: Iterable[str], channels: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in channels:
            yield f"survey.{place}: there is no channel {name[:64]!r}"
