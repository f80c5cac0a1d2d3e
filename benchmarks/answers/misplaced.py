"""`python -m benchmarks.answers.misplaced FOLDER` measures what misplaced phrasings do.

Of each set, 32 in 500 phrasings are moved to other articles. The table says how many of them are
among as many as 40 in 500 that the report names first, and how much is still answered.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from surgeline.knowledge.answering.author_report import report
from surgeline.knowledge.answering.evaluate import evaluate, summarise
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.remembering import Remembering

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.sets import QuestionSet, read_sets
from benchmarks.answers.weights import encoders, images

_SEED: Final = 1
_MOVED: Final = 32 / 500
_NAMED: Final = 40 / 32
# An article keeps so many phrasings at least.
_LEAST: Final = 2
# So many are found, and of the share answered rightly so much stays.
_FOUND: Final = 0.80
_KEPT: Final = 0.80


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = [Remembering(encoder) for encoder in encoders(images(arguments.weights))]
    names = {encoder.tier for encoder in at_hand}
    rows: list[dict[str, Any]] = []
    print(f"{'set':24} {'tier':9} {'found':>7} {'answered':>9} {'of clean':>9} {'right':>7}")
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        for tier in arguments.tiers:
            if "/" not in found.name and names.issuperset(TIERS[tier]):
                rows.append(row := _row(found, tier, at_hand, arguments.questions))
                print(_line(row), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-misplaced.json"
    path.write_text(json.dumps({"at": at, "sets": rows}, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.misplaced", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--questions", type=int, default=1_000, help="how many of each set")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def misplaced(
    articles: Sequence[Article], count: int, seed: int
) -> tuple[list[Article], set[tuple[str, str]]]:
    """Move phrasings to other articles. Return the articles, and each text with its new article."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    places = [
        (place, question)
        for place, article in enumerate(articles)
        if len(article.questions) > _LEAST
        for question in article.questions
    ]
    questions = [list(article.questions) for article in articles]
    moved: set[tuple[str, str]] = set()
    for place, question in chance.sample(places, count):
        target = chance.choice([other for other in range(len(articles)) if other != place])
        questions[place].remove(question)
        questions[target].append(question)
        moved.add((question, articles[target].id))
    return [
        replace(article, questions=tuple(asked))
        for article, asked in zip(articles, questions, strict=True)
    ], moved


def _row(
    found: QuestionSet, tier: str, at_hand: Sequence[Encoder], questions: int
) -> dict[str, Any]:
    phrasings = sum(len(article.questions) for article in found.articles)
    count = max(1, round(_MOVED * phrasings))
    articles, moved = misplaced(found.articles, count, _SEED)
    clean = build(found.articles, tier=tier, encoders=at_hand)
    index = build(articles, tier=tier, encoders=at_hand)
    told = report(articles, index)["misplaced"][: round(_NAMED * count)]
    before, after = _asked(clean, found, questions), _asked(index, found, questions)
    kept = after["coverage"] / before["coverage"] if before["coverage"] else None
    share = sum((each["text"], each["article"]) in moved for each in told) / count
    return {
        "set": found.name,
        "tier": tier,
        "moved": count,
        "found": round(share, 4),
        "answered": after["coverage"],
        "kept": None if kept is None else round(kept, 4),
        "precision": after["realised_precision"],
        "reached": share >= _FOUND and (kept is None or kept >= _KEPT),
    }


def _asked(index: Index, found: QuestionSet, questions: int) -> dict[str, Any]:
    queries = found.queries[:: max(1, len(found.queries) // questions)]
    return summarise(list(evaluate(index, queries)), queries)


def _line(row: dict[str, Any]) -> str:
    shown = [
        "-" if row[name] is None else f"{100 * row[name]:.1f} %"
        for name in ("found", "answered", "kept", "precision")
    ]
    marks = "" if row["reached"] else " not reached"
    return (
        f"{row['set']:24} {row['tier']:9} {shown[0]:>7} {shown[1]:>9} {shown[2]:>9} {shown[3]:>7}"
        f"{marks}"
    )


if __name__ == "__main__":
    sys.exit(main())
