"""`python -m benchmarks month FOLDER` plays a month of a company that begins without an article.

FOLDER is one question set. The dated result names the set, never the folder.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.month.play import play
from benchmarks.month.told import goals, lines, told
from benchmarks.month.topics import TOPICS, company_of

RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Play, print, and keep the result. Returns 1 if a goal is missed."""
    parser = argparse.ArgumentParser("benchmarks month", description=__doc__)
    parser.add_argument("folder", type=Path, help="a set: kb.jsonl and queries.jsonl")
    parser.add_argument("--topics", type=int, default=TOPICS)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--contacts", type=int, default=200, help="a day")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tier", default="sentence")
    parser.add_argument("--into", type=Path, default=RESULTS)
    given = parser.parse_args()
    company = company_of(given.folder, given.seed, given.topics)
    played = play(
        company, days=given.days, contacts=given.contacts, seed=given.seed, tier=given.tier
    )
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "set": given.folder.name,
        "tier": given.tier,
        "topics": given.topics,
        "contacts_a_day": given.contacts,
        "seed": given.seed,
        **told(played, given.days),
    }
    table = lines(result)
    result["table"] = table
    print("\n".join(table))
    given.into.mkdir(parents=True, exist_ok=True)
    path = given.into / f"{result['at'][:10]}-month-{given.folder.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0 if all(is_met for _, is_met, _ in goals(result)) else 1


if __name__ == "__main__":
    sys.exit(main())
