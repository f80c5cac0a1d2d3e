"""A reading is changed here by the states of its articles, before any rule sees it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from surgeline.domain.reading import Abstained, Answered, Offered, Reading, Rejected, Weighed
from surgeline.knowledge.articles.states import AUTOMATED, FOR_PEOPLE, KEEPS

States = Mapping[str, str]
"""The states that differ from `automated`, by article."""


def by_state(reading: Reading, states: States) -> Reading:
    """Return the reading as the states of its articles allow it.

    Only an automated article answers a customer or is offered to one. The likeliest article
    decides: if it may not, a person answers, and is shown those articles that are for people.
    """
    if not states:
        return reading
    if isinstance(reading, Answered):
        return _answered(reading, states)
    if isinstance(reading, Offered):
        return _offered(reading, states)
    if isinstance(reading, Rejected):
        return replace(reading, candidates=_for_customers(reading.candidates, states))
    if isinstance(reading, Abstained):
        return replace(reading, candidates=_for_people(reading.candidates, states))
    return reading


def _answered(reading: Answered, states: States) -> Reading:
    """Let a person answer where any of the articles that would answer may not."""
    kept = [each for each in reading.articles if each in states]
    if not kept:
        return replace(
            reading,
            candidates=_for_customers(reading.candidates, states),
            alternatives=_ids(reading.alternatives, states),
        )
    titles = dict(reading.candidates)
    first = {each: titles.get(each, each) for each in reading.articles}
    why = f"{kept[0]!r} would be the answer, but it {KEEPS[states[kept[0]]]}"
    decided = reading.articles == (kept[0],) and states[kept[0]] == "shadow"
    return _to_person(
        replace(reading, candidates=tuple((first | titles).items())),
        states,
        why,
        shadow=kept[0] if decided else None,
    )


def _offered(reading: Offered, states: States) -> Reading:
    first = reading.candidates[0][0] if reading.candidates else ""
    state = states.get(first, AUTOMATED)
    if state != AUTOMATED:
        why = f"{first!r} would be the first choice, but it {KEEPS[state]}"
        return _to_person(reading, states, why)
    return replace(
        reading,
        candidates=_for_customers(reading.candidates, states),
        alternatives=_ids(reading.alternatives, states),
    )


def _to_person(
    reading: Weighed, states: States, why: str, *, shadow: str | None = None
) -> Abstained:
    return Abstained(
        why=why,
        language=reading.language,
        confidence=reading.confidence,
        candidates=_for_people(reading.candidates, states),
        basis=reading.basis,
        rejects_last=reading.rejects_last,
        shadow=shadow,
    )


def _for_customers(
    candidates: Iterable[tuple[str, str]], states: States
) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in candidates if each[0] not in states)


def _for_people(
    candidates: Iterable[tuple[str, str]], states: States
) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in candidates if states.get(each[0], AUTOMATED) in FOR_PEOPLE)


def _ids(articles: Iterable[str], states: States) -> tuple[str, ...]:
    return tuple(each for each in articles if each not in states)
