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
    state = states.get(reading.article_id, AUTOMATED)
    if state != AUTOMATED:
        known = dict(reading.candidates)
        first = {reading.article_id: known.get(reading.article_id, reading.article_id)}
        return _to_person(
            replace(reading, candidates=tuple((first | known).items())),
            states,
            f"{reading.article_id!r} would be the answer, but it {KEEPS[state]}",
            shadow=reading.article_id if state == "shadow" else None,
        )
    return replace(
        reading,
        candidates=_for_customers(reading.candidates, states),
        alternatives=_ids(reading.alternatives, states),
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
