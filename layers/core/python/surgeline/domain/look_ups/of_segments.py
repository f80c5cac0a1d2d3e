"""A reading is fitted to a customer's segments here. Some articles are for some customers alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from surgeline.domain.customers.segment import Segment, Traits
from surgeline.domain.reading import Abstained, Answered, Offered, Reading, Rejected, Weighed

WHY = "the article is for customers of another segment"


def for_others(
    tags: Mapping[str, Collection[str]], segments: Sequence[Segment], traits: Traits
) -> frozenset[str]:
    """Return the articles that are not for this customer, from the tags of each.

    An article with a tag that segments name is for the customers of one of those segments.
    """
    mine = [each for each in segments if not traits.missing(each)]
    return frozenset(
        article
        for article, of in tags.items()
        if any(set(of) & set(each.articles) for each in segments)
        and not any(set(of) & set(each.articles) for each in mine)
    )


def fitted(reading: Reading, hidden: Collection[str]) -> Reading:
    """Return the reading without the hidden articles.

    What is left of an answer is offered, and with nothing left a person is asked.
    """
    if not hidden:
        return reading
    if isinstance(reading, Answered):
        return _answered(reading, hidden)
    if isinstance(reading, Offered):
        left = _left(reading.candidates, hidden)
        offered = replace(reading, candidates=left, alternatives=_ids(reading.alternatives, hidden))
        return offered if left else _abstained(reading)
    if isinstance(reading, Abstained | Rejected):
        return replace(reading, candidates=_left(reading.candidates, hidden))
    return reading


def _answered(reading: Answered, hidden: Collection[str]) -> Reading:
    left = _left(reading.candidates, hidden)
    alternatives = _ids(reading.alternatives, hidden)
    if reading.article_id not in hidden:
        also = tuple(each for each in reading.also if each[0] not in hidden)
        return replace(reading, candidates=left, alternatives=alternatives, also=also)
    if not left:
        return _abstained(reading)
    return Offered(
        why=WHY,
        language=reading.language,
        confidence=reading.confidence,
        candidates=left,
        basis=reading.basis,
        rejects_last=reading.rejects_last,
        alternatives=alternatives,
    )


def _abstained(reading: Weighed) -> Abstained:
    return Abstained(
        why=WHY,
        language=reading.language,
        confidence=reading.confidence,
        basis=reading.basis,
        rejects_last=reading.rejects_last,
    )


def _left(
    candidates: Iterable[tuple[str, str]], hidden: Collection[str]
) -> tuple[tuple[str, str], ...]:
    return tuple(each for each in candidates if each[0] not in hidden)


def _ids(articles: Iterable[str], hidden: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in articles if each not in hidden)
