"""`python -m benchmarks peak` holds the controller's two-hour peak against fixed shifts and faults.

It plays each seed with the production code, prints a table, and can write JSON.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.peak.measure import Played, disturbances, disturbed, fixed, led, steady
from benchmarks.peak.plans import Rules
from local.rehearsal.day import DAYS

SEEDS = (7, 8, 9)
OF_STEADY, OF_SHIFTS, POINTS, TURNS, LEAST = 0.45, 0.8, 0.08, 2, 0.8
OPENS, CLOSES = 14, 44
"""Shifts lie between 07:00 and 22:00, as the customers do."""
EIGHT = Rules(lengths=(16,), opens=OPENS, closes=CLOSES, step=1)
SHORT = Rules(lengths=(8, 16), opens=OPENS, closes=CLOSES, step=2)
NAMES = {"eight": "best shifts of eight hours", "short": "best shifts of four and eight hours"}
VENDOR = "agency"


def measured(document: dict[str, Any], seed: int, *, short: bool) -> dict[str, Any]:
    """Return the rows of one seed, and the shares of the cost. Each row is told as it comes."""
    found = led(document, seed)
    _tell(found.row)
    rows = []
    for name, day in disturbances(document, VENDOR).items():
        rows.append(disturbed(name, day, seed))
        _tell(rows[-1])
    plans = {"steady": steady(document, seed, found)}
    _tell(plans["steady"])
    for name, rules in {"eight": EIGHT, **({"short": SHORT} if short else {})}.items():
        plans[name] = fixed(document, seed, found, rules, NAMES[name])
        _tell(plans[name])
    return {
        "seed": seed,
        "asked": found.asked,
        "led": found.row.as_json(),
        "plans": {name: row.as_json() for name, row in plans.items()},
        "of": {name: round(found.row.spend_usd / row.spend_usd, 3) for name, row in plans.items()},
        "disturbed": [row.as_json() for row in rows],
    }


def problems(runs: Sequence[dict[str, Any]], cap: float) -> list[str]:
    """Return the targets that were missed."""
    missed = []
    for name in runs[0]["of"]:
        bar = OF_STEADY if name == "steady" else OF_SHIFTS
        share = mean(run["of"][name] for run in runs)
        if share > bar:
            missed.append(f"the cost is {share:.2f} of {name}, and {bar} is wanted")
    for run in runs:
        whole = run["led"]["service_level"]
        if whole < LEAST:
            missed.append(f"seed {run['seed']}: undisturbed {whole:.1%} are joined in time")
        for row in [run["led"], *run["disturbed"]]:
            missed += [
                f"seed {run['seed']}, {row['name']}: {why}" for why in _wrong(row, whole, cap)
            ]
    return missed


def _tell(row: Played) -> None:
    print(f"{row.name}: {row.service_level:.1%}, {row.spend_usd:,.0f} USD", file=sys.stderr)


def _wrong(row: dict[str, Any], whole: float, cap: float) -> list[str]:
    found = []
    if whole - row["service_level"] > POINTS:
        found.append(f"{row['service_level']:.1%} in time, {whole:.1%} undisturbed")
    if row["brought_usd"] > cap:
        found.append(f"{row['brought_usd']} USD are over the cap")
    if row["turns_an_hour"] > TURNS:
        found.append(f"{row['turns_an_hour']} turns of a pool in an hour")
    if row["losses"]:
        found.append(f"{row['losses']} losses")
    return found


def table(run: dict[str, Any]) -> str:
    """Return the rows of a seed for people."""
    lines = [f"\nSeed {run['seed']}: {run['asked']} customers asked for a person"]
    lines.append(f"  {'':<38}{'in time':>9}{'USD':>9}{'brought':>9}{'turns':>7}{'share':>8}")
    shares = dict(
        zip((row["name"] for row in run["plans"].values()), run["of"].values(), strict=True)
    )
    for row in [run["led"], *run["plans"].values(), *run["disturbed"]]:
        share = f"{shares[row['name']]:>8.2f}" if row["name"] in shares else ""
        lines.append(
            f"  {row['name']:<38}{row['service_level']:>9.1%}{row['spend_usd']:>9,.0f}"
            f"{row['brought_usd']:>9,.0f}{row['turns_an_hour']:>7}{share}"
        )
        if row["plan"]:
            lines.append(f"    {row['plan']}")
    return "\n".join(lines)


def main() -> int:
    """Measure each seed, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser("benchmarks peak", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--questions", type=int, help="of each customer; fewer are faster")
    parser.add_argument("--short", action="store_true", help="also search shifts of four hours")
    parser.add_argument("--json", type=Path, help="the file to write")
    given = parser.parse_args()
    document = json.loads((DAYS / "two-hour-peak.json").read_bytes())
    if given.questions is not None:
        document["customers"]["questions"] = given.questions
    runs = []
    for seed in given.seeds:
        runs.append(measured(document, seed, short=given.short))
        print(table(runs[-1]), flush=True)
    missed = problems(runs, document["surge"]["spend_cap_usd"])
    if given.json is not None:
        found = {"what": "peak", "runs": runs, "missed": missed}
        given.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print("\n".join(["", *(f"MISSED {each}" for each in missed)] if missed else ["", "ok"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
