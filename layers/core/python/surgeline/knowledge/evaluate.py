"""Measuring an index lives here: on questions whose right article is known, and for its author."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.articles import Article
from surgeline.knowledge.evidence import CHOICES
from surgeline.knowledge.index import Index
from surgeline.knowledge.policy import ENOUGH_PHRASINGS
from surgeline.knowledge.pool import Pool, collect

PROMISES: Final = (0.90, 0.95, 0.97, 0.99)
_MAX_SENTENCES: Final = 3

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the id of its right article, None where the knowledge base has no answer."""

    text: str
    article: str | None


def evaluate(
    index: Index, queries: Iterable[Query], *, promise: float | None = None
) -> Iterator[Row]:
    """Yield for each query, in order, what `surgeline kb eval` writes a line of."""
    for query in queries:
        decision = index.decide(query.text, promise=promise)
        yield {
            "text": query.text,
            "decision": decision.kind,
            "article": decision.article_id,
            "confidence": round(decision.confidence, 6),
            "ranking": [candidate.article_id for candidate in decision.ranking],
        }


def summarise(rows: Sequence[Row], queries: Sequence[Query]) -> dict[str, Any]:
    """Return what the decisions were worth; a share is None where nothing was asked of it.

    Shares are of the questions with an answer, but for `unanswerable_*` (of those without) and
    `realised_precision` (right answers of all answers given).
    """
    known = [pair for pair in zip(rows, queries, strict=True) if pair[1].article is not None]
    unknown = [row for row, query in zip(rows, queries, strict=True) if query.article is None]
    answered = sum(row["decision"] == "answer" for row in rows)
    right = sum(_answered_rightly(row, query) for row, query in known)
    offered = sum(
        row["decision"] == "suggest" and query.article in row["ranking"][:CHOICES]
        for row, query in known
    )
    return {
        "questions": len(rows),
        "in_scope": len(known),
        "unanswerable": len(unknown),
        "accuracy": _share(sum(_ranked_first(row, query) for row, query in known), len(known)),
        "realised_precision": _share(right, answered),
        "answered": _share(answered, len(rows)),
        "coverage": _share(right, len(known)),
        "suggested": _share(sum(row["decision"] == "suggest" for row, _ in known), len(known)),
        "self_served": _share(right + offered, len(known)),
        "unanswerable_answered": _share(
            sum(row["decision"] == "answer" for row in unknown), len(unknown)
        ),
        "unanswerable_bothered": _share(
            sum(row["decision"] == "suggest" for row in unknown), len(unknown)
        ),
    }


def report(articles: Sequence[Article], index: Index) -> dict[str, Any]:
    """Return what an author should know before publishing, from left-out phrasings alone."""
    entries: list[dict[str, Any]] = []
    for pool in index.pools:
        entries.extend(_article_reports(articles, index, pool))
    order = {article.id: place for place, article in enumerate(articles)}
    entries.sort(key=lambda entry: order[entry["id"]])
    return {
        "articles": entries,
        "phrasings": sum(entry["phrasings"] for entry in entries),
        "tier": index.tier,
        "promise": index.promise,
        "expected": [_expected(index, promise) for promise in PROMISES],
        "duplicates": _duplicates(articles),
    }


def _answered_rightly(row: Row, query: Query) -> bool:
    return bool(row["decision"] == "answer" and row["article"] == query.article)


def _ranked_first(row: Row, query: Query) -> bool:
    return bool(row["ranking"][:1] == [query.article])


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _expected(index: Index, promise: float) -> dict[str, float]:
    """Return the shares of answerable questions expected to be answered and offered a choice."""
    total = answered = suggested = 0.0
    for pool in index.pools:
        kinds = pool.rehearsed_kinds(promise)
        tried = _tried(pool)
        total += int(tried.sum())
        answered += int((kinds[tried] == "answer").sum())
        suggested += int((kinds[tried] == "suggest").sum())
    whole = max(total, 1.0)
    return {
        "promise": promise,
        "answered": round(answered / whole, 4),
        "suggested": round(suggested / whole, 4),
    }


def _tried(pool: Pool) -> NDArray[np.bool_]:
    """Mark the trials that left out one phrasing of an article that has others."""
    places = np.arange(len(pool.heads[-1].trials.best))
    return (places < len(pool.owners)) & ~pool.heads[-1].trials.alone


def _article_reports(
    articles: Sequence[Article], index: Index, pool: Pool
) -> Iterator[dict[str, Any]]:
    kinds = pool.rehearsed_kinds(index.promise)
    tried = _tried(pool)
    texts = collect(articles, pool.members).texts
    for owner, member in enumerate(pool.members.tolist()):
        article = articles[member]
        mine = np.flatnonzero(tried[: len(pool.owners)] & (pool.owners == owner))
        phrasings = int(pool.phrasings_of[owner])
        yield {
            "id": article.id,
            "title": article.title,
            "language": article.language,
            "phrasings": phrasings,
            "missing_phrasings": max(0, ENOUGH_PHRASINGS - phrasings),
            "expected_answered": _share(int((kinds[mine] == "answer").sum()), len(mine)),
            "expected_suggested": _share(int((kinds[mine] == "suggest").sum()), len(mine)),
            "confused_with": _confusions(articles, pool, mine.tolist(), texts, owner),
        }


def _confusions(
    articles: Sequence[Article], pool: Pool, mine: list[int], texts: Sequence[str], owner: int
) -> list[dict[str, Any]]:
    sentences: dict[int, list[str]] = {}
    for trial in mine:
        best = int(pool.heads[-1].trials.best[trial])
        if best != owner:
            sentences.setdefault(best, []).append(texts[trial])
    ordered = sorted(sentences.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [
        {
            "id": articles[int(pool.members[other])].id,
            "times": len(confused),
            "sentences": confused[:_MAX_SENTENCES],
        }
        for other, confused in ordered
    ]


def _duplicates(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Return the phrasings that stand in more than one article of a language."""
    by_form: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for language in sorted({article.language for article in articles}):
        members = np.array([i for i, entry in enumerate(articles) if entry.language == language])
        phrasings = collect(articles, members)
        for form, text, owner in zip(
            phrasings.forms, phrasings.texts, phrasings.owners.tolist(), strict=True
        ):
            entry = (articles[int(members[owner])].id, text)
            by_form.setdefault((language, form), []).append(entry)
    return [
        {"text": found[0][1], "articles": [article_id for article_id, _ in found]}
        for found in by_form.values()
        if len(found) > 1
    ]
