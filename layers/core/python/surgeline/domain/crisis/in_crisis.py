"""A reading is fitted to a crisis here: which articles are used, and with which text.

An article with a crisis answer is used with that answer. Another one is used if it is marked
neutral. Every other article is suppressed while the crisis lasts. So is one whose text fails the
check of what goes out, which is stricter then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from surgeline.domain.crisis.profile import NEUTRAL, Profile
from surgeline.domain.reading import Abstained, Answered, Offered, Reading, Rejected, Weighed

Fit = Literal["variant", "neutral", "suppressed", "to_people"]
_SENT: Mapping[Fit, str] = {
    "suppressed": "the article is not used while the crisis lasts",
    "to_people": "the topic goes to people while the crisis lasts",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of an article for a crisis: its tags, and its answer for that time, if any.

    `unfit` says why the text that would go out must not, where the stricter check holds it back.
    """

    tags: tuple[str, ...] = ()
    crisis_answer: str = ""
    unfit: str = ""


def fit_of(article_id: str, marks: Marks, profile: Profile) -> Fit:
    """Return what becomes of an article while the crisis lasts."""
    if article_id in profile.to_people:
        return "to_people"
    if marks.unfit:
        return "suppressed"
    if marks.crisis_answer:
        return "variant"
    if any(each in profile.suppressed_tags for each in marks.tags):
        return "suppressed"
    return "neutral" if NEUTRAL in marks.tags else "suppressed"


def articles_of(reading: Reading | None) -> tuple[str, ...]:
    """Return the articles whose marks a reading needs in a crisis."""
    candidates = reading.candidates if isinstance(reading, Weighed | Rejected) else ()
    ids = [each for each, _ in candidates]
    if isinstance(reading, Answered):
        ids += reading.articles
    if isinstance(reading, Answered | Offered):
        ids += reading.alternatives
    return tuple(dict.fromkeys(ids))


def in_crisis(reading: Reading, profile: Profile, marks: Mapping[str, Marks]) -> Reading:
    """Return the reading as it is meant while the crisis lasts.

    `marks` has the articles of `articles_of` that the knowledge base still holds.
    """
    fits = {each: fit_of(each, marks.get(each, Marks()), profile) for each in articles_of(reading)}
    if isinstance(reading, Answered):
        return _answered(reading, marks, fits)
    if isinstance(reading, Offered):
        return _offered(reading, fits)
    if isinstance(reading, Rejected):
        return replace(reading, candidates=_used(reading.candidates, fits))
    return reading


def _answered(reading: Answered, marks: Mapping[str, Marks], fits: Mapping[str, Fit]) -> Reading:
    sent = [_SENT[fits[each]] for each in reading.articles if fits[each] in _SENT]
    if sent:
        return _to_person(reading, sent[0])

    def text_of(article: str, text: str) -> str:
        return marks[article].crisis_answer if fits[article] == "variant" else text

    return replace(
        reading,
        candidates=_used(reading.candidates, fits),
        alternatives=_used_ids(reading.alternatives, fits),
        text=text_of(reading.article_id, reading.text),
        also=tuple((article, text_of(article, text)) for article, text in reading.also),
        media=tuple(each for each in reading.media if fits[each[0]] != "variant"),
    )


def _offered(reading: Offered, fits: Mapping[str, Fit]) -> Reading:
    first = fits[reading.candidates[0][0]] if reading.candidates else "suppressed"
    used = _used(reading.candidates, fits)
    if first == "to_people" or not used:
        return _to_person(reading, _SENT[first if first in _SENT else "suppressed"])
    alternatives = _used_ids(reading.alternatives, fits)
    return replace(reading, candidates=used, alternatives=alternatives)


def _to_person(reading: Weighed, why: str) -> Abstained:
    """Return a reading that asks for a person. The candidates go along, for people to read."""
    return Abstained(
        why=why,
        language=reading.language,
        confidence=reading.confidence,
        candidates=reading.candidates,
        basis=reading.basis,
        rejects_last=reading.rejects_last,
        reason="crisis",
    )


def _used(
    candidates: Iterable[tuple[str, str]], fits: Mapping[str, Fit]
) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in candidates if fits[each[0]] not in _SENT)


def _used_ids(articles: Iterable[str], fits: Mapping[str, Fit]) -> tuple[str, ...]:
    return tuple(each for each in articles if fits[each] not in _SENT)
