"""The rules for crisis profiles live here. Each problem is reported with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence

from surgeline.adapters.system_texts import FALLBACK, system_texts
from surgeline.domain.company.wording import placeholder_problems, placeholders
from surgeline.domain.crisis.profile import TONE, Profile
from surgeline.domain.ids import NAME, NAME_FORM, is_name
from surgeline.knowledge.text.promises import promise_problems, tone_problems

LANGUAGE = re.compile(r"[a-z]{2,3}")
TAG = re.compile(NAME)
MOST_PROFILES = 20
MOST_CHARS = 1_000
MOST_TOPICS = 200


def profile_problems(profiles: Sequence[Profile]) -> Iterator[str]:
    """Yield the problems of a configuration's crisis profiles."""
    if len(profiles) > MOST_PROFILES:
        yield f"crisis_profiles: at most {MOST_PROFILES}"
    ids = [each.id for each in profiles]
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"crisis_profiles: the id {repeated!r} stands twice"
    for number, profile in enumerate(profiles[:MOST_PROFILES]):
        yield from one_profile_problems(f"crisis_profiles[{number}]", profile)


def one_profile_problems(place: str, profile: Profile) -> Iterator[str]:
    """Yield the problems of one profile."""
    if not is_name(profile.id):
        yield f"{place}.id: use {NAME_FORM}"
    yield from _texts(f"{place}.preamble", profile.preamble)
    yield from _texts(f"{place}.banner", profile.banner)
    for language, texts in profile.texts.items():
        yield from _texts(f"{place}.texts", {language: ""}, may_be_empty=True)
        for key, text in texts.items():
            yield from _tone(f"{place}.texts.{language}.{key}", language, key, text)
    for number, tag in enumerate(profile.suppressed_tags):
        if not TAG.fullmatch(tag):
            yield f"{place}.suppressed_tags[{number}]: use {NAME_FORM}"
    if len(profile.to_people) > MOST_TOPICS:
        yield f"{place}.to_people: at most {MOST_TOPICS} articles"


def _tone(place: str, language: str, key: str, text: str) -> Iterator[str]:
    """Yield the problems of a system text in the tone of a crisis, held against the shipped one."""
    yield from _text(place, text)
    if key not in TONE:
        yield f"{place}: use one of {', '.join(TONE)}"
        return
    shipped = system_texts().get(language, system_texts()[FALLBACK])[key]
    problems = (*placeholder_problems(text, placeholders(shipped)), *tone_problems(text))
    yield from (f"{place}: {each}" for each in problems)


def _texts(place: str, texts: Mapping[str, str], *, may_be_empty: bool = False) -> Iterator[str]:
    for language, text in texts.items():
        if not LANGUAGE.fullmatch(language):
            yield f"{place}.{language[:16]}: use a language such as en"
        if not may_be_empty:
            yield from _text(f"{place}.{language}", text)
            yield from (f"{place}.{language}: {each}" for each in promise_problems(text))


def _text(place: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield f"{place}: the text says nothing; leave it out"
    elif len(text) > MOST_CHARS:
        yield f"{place}: {len(text):,} characters; at most {MOST_CHARS:,}"
