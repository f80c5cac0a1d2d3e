"""`python -m benchmarks records` times a list of conversations and the report of a busy day.

It fills an embedded home with records as the worker writes them. Each measure is a process of its
own, so that the memory is that of the list or of the report alone. It writes no file.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from surgeline.adapters.system_texts import lead_words
from surgeline.application.configuration import Configuration
from surgeline.application.conversations.list_conversations import Wanted, list_conversations
from surgeline.application.reports.read_report import read_report
from surgeline.domain.account import Account, Asked, Stay
from surgeline.domain.outcome import Kept, Opened, Outcome
from surgeline.reports.days import Span, date_at, day_of

from local.home.backend import EmbeddedBackend, open_home
from local.virtual.clock import VirtualClock
from local.virtual.home import NOON

DAY_MS = 86_400_000
DAYS = 30
AT_ONCE = 10_000
PAGE = 50
LIST_MS, REPORT_SECONDS, REPORT_MIB = 100, 10, 300
"""What is promised: a page, a report of a day, and the memory of the process that makes it."""
ZONE = ZoneInfo("UTC")
TIMES = 11
PROMISED = ("newest", "of a pool")
"""The lists that fill a page. Those that fit few look at as many conversations as a page may."""


def main() -> int:
    """Fill a home and measure both. Return 1 if a promise is not kept."""
    parser = argparse.ArgumentParser("benchmarks records", description=__doc__)
    parser.add_argument("--listed", type=int, default=1_000_000, help="conversations of 30 days")
    parser.add_argument("--day", type=int, default=100_000, help="conversations of the busy day")
    parser.add_argument("--measure", choices=("list", "report"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps({"list": _list, "report": _report}[asked.measure](asked.folder)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), asked.listed, asked.day)
        page = _measured("list", folder)
        report = _measured("report", folder)
    print(f"{asked.listed:,} conversations of 30 days, and {asked.day:,} of one day")
    for name, each in page["ms"].items():
        promise = f"promised {LIST_MS}" if name in PROMISED else "looks at the most it may"
        print(f"  a page of {PAGE}, {name:16} {each:8.1f} ms   ({promise})")
    print(f"  report daily               {report['seconds']:8.2f} s    (promised {REPORT_SECONDS})")
    print(f"  of which the processor     {report['busy']:8.2f} s    (what a quiet machine takes)")
    print(f"  its process                {report['mib']:8.0f} MiB  (promised {REPORT_MIB})")
    kept = max(page["ms"][name] for name in PROMISED) <= LIST_MS
    return int(not (kept and report["seconds"] <= REPORT_SECONDS and report["mib"] <= REPORT_MIB))


def _measured(what: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.records", "--measure", what, "--folder", folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _home(folder: Path) -> EmbeddedBackend:
    return open_home(folder, clock=VirtualClock(NOON + DAYS * DAY_MS))


def _fill(folder: Path, listed: int, day: int) -> None:
    """Write so many conversations over the days, and the busy day's after them."""
    backend = _home(folder)
    outcomes = backend.outcomes()
    kept: list[Kept] = []
    for number in range(listed + day):
        if number < listed:
            at = NOON + number * (DAYS - 2) * DAY_MS // listed
        else:
            at = NOON - NOON % DAY_MS + DAYS * DAY_MS + (number - listed) * DAY_MS // 2 // day
        kept += _conversation(number, at)
        if len(kept) >= AT_ONCE:
            outcomes.add(*kept)
            kept = []
    outcomes.add(*kept)
    backend.close()


def _conversation(number: int, at: int) -> tuple[Kept, Kept]:
    """Return the records of an ended conversation. One in four went to a pool."""
    about: dict[str, Any] = {
        "conversation_id": f"t{number:026d}-1",
        "channel_id": ("shop", "web")[number % 2],
        "language": ("en", "ko", "fr")[number % 3],
        "opened_at": at,
    }
    article = f"article-{number % 97}"
    account = Account(first_reply_at=at + 300 + number % 900, answered=(article,))
    if number % 4 == 0:
        pool = f"pool-{number % 8}"
        account = Account(
            first_reply_at=at + 400,
            asked_at=at + 60_000,
            joined_at=at + 60_000 + number % 300_000,
            first_person_at=at + 90_000,
            offered=(article,),
            handoffs=1,
            pools=(pool,),
            stays=(Stay(pool, at + 60_000, "Kim", at + 600_000, "pool"),),
            asked=(Asked(pool, 1, 0, 0),),
        )
    end = Outcome(
        **about,
        at=at + 600_000,
        ended_by="pool" if account.pools else "superseded",
        resolution="assumed" if account.pools else None,
        last_customer_at=at + 500_000,
        rejected=(article,) if number % 50 == 1 else (),
        account=account,
    )
    return Opened(**about, at=at), end


def _list(folder: Path) -> dict[str, Any]:
    """Return the milliseconds of a page of the newest, of a filter that fits few, and of none."""
    backend = _home(folder)
    until = NOON + DAYS * DAY_MS + 1
    wanted = {
        "newest": {},
        "of a pool": {"pool": "pool-4"},
        "rare": {"pool": "pool-4", "article": "article-5", "language": "fr"},
        "fits none": {"pool": "pool-of-nobody"},
    }
    found = {}
    for name, asked in wanted.items():
        query = Wanted(since=until - DAYS * DAY_MS, until=until, limit=PAGE, **asked)
        found[name] = median(_timed(backend, query) for _ in range(TIMES))
    backend.close()
    return {"ms": found}


def _timed(backend: EmbeddedBackend, wanted: Wanted) -> float:
    began = time.perf_counter()
    list_conversations(backend.store(), backend.outcomes(), wanted)
    return (time.perf_counter() - began) * 1000


def _report(folder: Path) -> dict[str, Any]:
    """Return the seconds that the report of the busy day takes, and the memory of the process."""
    backend = _home(folder)
    now = NOON + DAYS * DAY_MS + 3_600_000
    began, worked = time.perf_counter(), time.process_time()
    found = read_report(
        "daily",
        Span((day_of(date_at(now, ZONE), ZONE),)),
        configuration=Configuration(),
        store=backend.store(),
        outcomes=backend.outcomes(),
        at=now,
        words=lead_words("en"),
    )
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    backend.close()
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "busy": busy, "mib": mib, "arrivals": found["arrivals"]}


if __name__ == "__main__":
    sys.exit(main())
