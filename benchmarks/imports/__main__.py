"""`python -m benchmarks imports` compares every function's start with boto3's, in turns.

The result is dated. The baseline and the functions are measured in the same rounds, so that a busy
machine slows all of them. Ratios are steadier than times. With --zips the functions run from their
unpacked packages, with the bytecode in them, and nothing else can be imported.
"""

import argparse
import json
import os
import statistics
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.imports.measure import (
    BASELINE,
    functions,
    heaviest,
    milliseconds,
    queue_only,
    start_of,
)
from benchmarks.imports.unpacked import Unpacked, built_here, unpack

RESULTS = Path(__file__).parents[1] / "results"
NAMED = 4
INTAKE = "channel_webhook"


def main() -> int:
    """Measure, print the table, write the result."""
    parser = argparse.ArgumentParser("benchmarks imports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="of which the median counts")
    parser.add_argument("--zips", action="store_true", help="build the packages and run from them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = unpack(built_here(Path(folder) / "zips"), Path(folder)) if asked.zips else {}
        result = measured(asked.rounds, found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['at'][:10]}-imports{'-zips' * asked.zips}.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(table(result))
    print(f"written to {path}")
    return 0


def measured(rounds: int, unpacked: Mapping[str, Unpacked]) -> dict[str, Any]:
    """Return CPU milliseconds, ratios to the baseline, and the heaviest packages, by function.

    Without `unpacked` functions all is imported from the repository and its environment.
    """
    searched = {name: each.searched for name, each in unpacked.items()}
    bare = (Path(sysconfig.get_path("purelib")),) if unpacked else ()
    before = os.getloadavg()[0]
    baseline: list[float] = []
    alike: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in functions()}
    for _ in range(rounds + 1):
        baseline.append(milliseconds(BASELINE, searched=bare))
        alike.append(milliseconds(queue_only(INTAKE), INTAKE, searched.get(INTAKE, ())))
        for name, times in found.items():
            times.append(milliseconds(start_of(name), name, searched.get(name, ())))
    for each in (baseline, alike, *found.values()):
        del each[0]  # the first run may have compiled modules
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "rounds": rounds,
        "load_average": {"before": before, "after": os.getloadavg()[0]},
        "baseline": {"what": BASELINE, "ms": round(statistics.median(baseline), 1)},
        "intake_like_for_like": {"function": INTAKE, **_compared(alike, baseline)},
        "from": "unpacked zips" if unpacked else "the repository",
        "functions": {
            name: _compared(times, baseline)
            | {"heaviest_ms": dict(heaviest(name, most=NAMED, searched=searched.get(name, ())))}
            for name, times in found.items()
        },
    }


def _compared(times: list[float], baseline: list[float]) -> dict[str, Any]:
    """Return the median ratio of the rounds, because each round compares two neighbours in time."""
    ratios = [mine / bare for mine, bare in zip(times, baseline, strict=True)]
    return {
        "ms": round(statistics.median(times), 1),
        "ratio": round(statistics.median(ratios), 2),
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for people."""
    bare = result["baseline"]
    lines = [
        f"from {result['from']}",
        f"{'start of':22}{'CPU ms':>8}{'ratio':>7}  heaviest packages (own ms, traced)",
    ]
    lines.append(f"{'boto3 + SQS client':22}{bare['ms']:>8}{1.0:>7}")
    alike = result["intake_like_for_like"]
    lines.append(f"{'intake + SQS client':22}{alike['ms']:>8}{alike['ratio']:>7}")
    for name, each in result["functions"].items():
        heavy = ", ".join(f"{package} {ms:.0f}" for package, ms in each["heaviest_ms"].items())
        lines.append(f"{name:22}{each['ms']:>8}{each['ratio']:>7}  {heavy}")
    load = result["load_average"]
    lines.append(f"load average {load['before']:.1f} before, {load['after']:.1f} after")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
