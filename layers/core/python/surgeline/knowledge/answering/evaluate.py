"""This module measures an index on questions whose right article is known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.matching.evidence import CHOICES

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the id of its right article, None where the knowledge base has no answer."""

    text: str
    article: str | None


def evaluate(
    index: Index, queries: Iterable[Query], *, promise: float | None = None
) -> Iterator[Row]:
    """Yield one row for each query, in order; `surgeline kb eval` writes a row as a line."""
    for query in queries:
        verdict = index.judge(query.text, promise=promise)
        yield {
            "text": query.text,
            "decision": verdict.kind,
            "article": verdict.article_id,
            "confidence": round(verdict.confidence, 6),
            "ranking": [candidate.article_id for candidate in verdict.ranking],
        }


def summarise(rows: Sequence[Row], queries: Sequence[Query]) -> dict[str, Any]:
    """Return the measures of the verdicts; a share is None where no question counts for it.

    Shares are of the questions with an answer, with two exceptions. `unanswerable_*` are shares of
    the questions without an answer. `realised_precision` is the share of all answers given that are
    right.
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


def _answered_rightly(row: Row, query: Query) -> bool:
    return bool(row["decision"] == "answer" and row["article"] == query.article)


def _ranked_first(row: Row, query: Query) -> bool:
    return bool(row["ranking"][:1] == [query.article])


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
