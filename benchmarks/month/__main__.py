"""`python -m benchmarks month FOLDER` plays a month of a company that begins without an article.

More folders and `--seeds 0 1` play one month each. FOLDER is a question set. The dated result names
the set and a seed that is not 0, never the folder.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.month.play import play
from benchmarks.month.told import as_json, goals, lines
from benchmarks.month.topics import TOPICS, company_of

RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Play each month, print it, and keep its result. Returns 1 if a goal is missed in any."""
    parser = argparse.ArgumentParser("benchmarks month", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="sets: kb.jsonl and queries.jsonl")
    parser.add_argument("--topics", type=int, default=TOPICS)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--contacts", type=int, default=200, help="a day")
    parser.add_argument("--seeds", "--seed", type=int, nargs="+", default=[0])
    parser.add_argument("--tier", default="sentence")
    parser.add_argument("--into", type=Path, default=RESULTS)
    given = parser.parse_args()
    months = [(folder, seed) for folder in given.folders for seed in given.seeds]
    reached = [_month(given, folder, seed) for folder, seed in months]
    return 0 if all(reached) else 1


def _month(given: argparse.Namespace, folder: Path, seed: int) -> bool:
    """Play one month, and return whether all goals are reached."""
    company = company_of(folder, seed, given.topics)
    played = play(company, days=given.days, contacts=given.contacts, seed=seed, tier=given.tier)
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "set": folder.name,
        "tier": given.tier,
        "topics": given.topics,
        "contacts_a_day": given.contacts,
        "seed": seed,
        **as_json(played, given.days),
    }
    table = [f"{folder.name}, seed {seed}", *lines(result)]
    result["table"] = table
    print("\n".join(table))
    given.into.mkdir(parents=True, exist_ok=True)
    path = given.into / f"{result['at'][:10]}-month-{folder.name}{f'-{seed}' if seed else ''}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return all(is_met for _, is_met, _ in goals(result))


if __name__ == "__main__":
    sys.exit(main())
