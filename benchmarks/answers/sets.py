"""Question sets are read from a folder here, and harder sets are made of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.articles.jsonl import Article, parse_jsonl

# Sets of close siblings are also asked with every third article left out.
SIBLINGS = ("banking77",)
EVERY = 3


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A knowledge base, and questions with their known article (None: no article answers)."""

    name: str
    articles: tuple[Article, ...]
    queries: tuple[Query, ...]


def read_sets(folder: Path, only: tuple[str, ...] = ()) -> Iterator[QuestionSet]:
    """Yield the sets of a folder in the order of their names, with the sets derived from them.

    Each set has `kb.jsonl` and `queries.jsonl`. A folder with questions only is asked of every
    knowledge base of its language. The first two letters of a folder's name are the language.
    """
    loose: list[tuple[str, tuple[Query, ...]]] = []
    whole: list[QuestionSet] = []
    for path in sorted(folder.iterdir()):
        if not (path / "queries.jsonl").exists():
            continue
        queries = _queries(path / "queries.jsonl")
        if (path / "kb.jsonl").exists():
            raw = (path / "kb.jsonl").read_bytes()
            articles = parse_jsonl(raw, str(path / "kb.jsonl"), languages=None)
            whole.append(QuestionSet(path.name, articles, queries))
        else:
            loose.append((path.name, queries))
    for found in [*whole, *_derived(whole, loose)]:
        if not only or any(found.name.startswith(start) for start in only):
            yield found


def _derived(
    whole: list[QuestionSet], loose: list[tuple[str, tuple[Query, ...]]]
) -> Iterator[QuestionSet]:
    for found in whole:
        if found.name.startswith(SIBLINGS):
            yield without_every_third(found)
        for name, queries in loose:
            if found.articles[0].language == name[:2]:
                yield QuestionSet(f"{found.name}/{name}", found.articles, queries)


def without_every_third(found: QuestionSet) -> QuestionSet:
    """Leave every third article (sorted by id) out, and ask its questions all the same."""
    out = set(sorted(article.id for article in found.articles)[EVERY - 1 :: EVERY])
    return QuestionSet(
        f"{found.name}/third_left_out",
        tuple(article for article in found.articles if article.id not in out),
        tuple(
            Query(query.text, None if query.article in out else query.article)
            for query in found.queries
        ),
    )


def _queries(path: Path) -> tuple[Query, ...]:
    lines = path.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(Query(row["text"], row["article"]) for row in rows)
