"""The daily report counts the conversations that were opened on one day.

The fold looks at each case once, so that a busy day needs little memory.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from surgeline.reports.case import Case
from surgeline.reports.days import Day

INTERVAL_MINUTES: Final = 30
PROMPT_MS: Final = 10_000
"""The first reply should come within this time in 99 of 100 conversations."""
COUNTED: Final = ("arrivals", "answered_by_bot", "handed_off")
"""The counts that are also told by interval."""
COUNTS: Final = (
    "arrivals",
    "answered_by_bot",
    "answered_then_handed_off",
    "handed_off",
    "abandoned",
    "confirmed",
    "assumed",
    "unresolved",
    "open",
    "erased",
    "taken_back",
)
"""The counts of a day. Confirmed, assumed, unresolved, open and erased add up to the arrivals."""


def daily(day: Day, cases: Iterable[Case], *, at: int, quiet: int) -> dict[str, object]:
    """Return the report of a day, as it stands `at` a moment.

    `cases` are those that were opened on the day. A conversation with the bot stopped once its
    customer was silent for `quiet` milliseconds.
    """
    counts: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    intervals: Counter[tuple[int, str]] = Counter()
    first_replies: list[int] = []
    waits: list[int] = []
    for case in cases:
        found = _counts(case, at, quiet)
        counts.update(found)
        channels[case.channel_id] += 1
        interval = (case.opened_at - day.start) // (INTERVAL_MINUTES * 60_000)
        intervals.update((interval, name) for name in found if name in COUNTED)
        if case.account is not None:
            first_replies += _between(case.opened_at, case.account.first_reply_at)
            waits += _between(case.account.asked_at, case.account.joined_at)
    return {
        "day": day.date.isoformat(),
        "time_zone": day.zone.key,
        "from": day.told(day.start),
        "to": day.told(day.end),
        "as_of": day.told(at),
        **{name: counts[name] for name in COUNTS},
        "first_reply_ms": _percentiles(first_replies, (50, 95, 99)),
        "first_reply_over_10_s": sum(each > PROMPT_MS for each in first_replies),
        "wait_seconds": {
            name: value if name == "count" or value is None else value / 1000
            for name, value in _percentiles(waits, (50, 95)).items()
        },
        "channels": dict(sorted(channels.items())),
        "interval_minutes": INTERVAL_MINUTES,
        "intervals": [
            {"from": day.told(start)} | {name: intervals[number, name] for name in COUNTED}
            for number, start in enumerate(day.intervals(INTERVAL_MINUTES))
        ],
    }


def _counts(case: Case, at: int, quiet: int) -> list[str]:
    """Return the counts that a case belongs to."""
    account = case.account
    is_over = case.is_over(at, quiet)
    belongs = {
        "arrivals": True,
        "answered_by_bot": case.is_answered and not case.is_handed_off,
        "answered_then_handed_off": case.is_answered and case.is_handed_off,
        "handed_off": case.is_handed_off,
        "abandoned": _was_abandoned(case) and is_over,
        case.verdict(at, quiet): True,
        "taken_back": account is not None and account.reopened > 0,
    }
    return [name for name, does in belongs.items() if does]


def _was_abandoned(case: Case) -> bool:
    """Return whether a person was asked for, and neither wrote nor ended the conversation."""
    account = case.account
    asked = account is not None and account.handoffs > 0 and account.first_person_at is None
    return asked and case.ended_by != "pool"


def _between(begin: int | None, end: int | None) -> Iterable[int]:
    """Return the time between two moments, if both are known. A clock may have jumped back."""
    return () if begin is None or end is None else (max(0, end - begin),)


def _percentiles(values: Sequence[int], ranks: Sequence[int]) -> Mapping[str, int | None]:
    """Return each percentile by its nearest rank, which is one of the values."""
    ordered = sorted(values)
    found: dict[str, int | None] = {"count": len(ordered)}
    for rank in ranks:
        found[f"p{rank}"] = ordered[-(-rank * len(ordered) // 100) - 1] if ordered else None
    return found
