"""This script plays a small day and prints its report, so that processes can be compared.

The day is early, because each minute since midnight is played.
"""

import json
import sys
from typing import Any

from local.rehearsal.day import day_of
from local.rehearsal.rehearsal import rehearse
from local.rehearsal.report import Report

DESK = {
    "id": "desk",
    "handle_seconds": [240, 300],
    "cost_per_hour": 20,
    "shifts": [{"from": "02:00", "to": "04:00", "agents": 2}],
}
VENDOR = {
    "id": "vendor",
    "kind": "outsourced",
    "cost_per_conversation": 4,
    "shifts": [{"from": "02:00", "to": "04:00", "agents": 2}],
}


def document(**changes: Any) -> dict[str, Any]:
    """Return a day of thirty customers within half an hour, with some of its parts replaced."""
    return {
        "title": "A small day",
        "arrivals": [{"from": "02:00", "to": "02:30", "contacts": 30}],
        "customers": {"questions": 2, "asks_for_person": 0.5, "turns": 2},
        "pools": [DESK, VENDOR],
        "routing": {"steps": [{"pools": ["desk"], "seconds": 20}, {}]},
    } | changes


def played(seed: int = 1, **changes: Any) -> Report:
    """Play a small day."""
    return rehearse(day_of(document(**changes), "here"), seed)


if __name__ == "__main__":
    found = played(int(sys.argv[1])).as_json()
    del found["wall_seconds"]
    sys.stdout.write(json.dumps(found))
