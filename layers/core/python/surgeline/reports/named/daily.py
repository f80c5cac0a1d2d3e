"""The daily report counts conversations by the day on which they were opened.

The fold looks at each case once, so that a busy day needs little memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Day, Span
from surgeline.reports.numbers import between, in_seconds, percentiles
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import count, part_of, seconds, when

INTERVAL_MINUTES: Final = 30
PROMPT_MS: Final = 10_000
"""The first reply should come within this time in 99 of 100 conversations."""
COUNTED: Final = {
    "arrivals": "opened",
    "answered_by_bot": "answered by bot",
    "handed_off": "a person asked for",
}
"""The counts that are also told by interval."""
COUNTS: Final = {
    **COUNTED,
    "answered_then_handed_off": "of these answered before",
    "abandoned": "abandoned",
    "confirmed": "confirmed",
    "assumed": "assumed",
    "unresolved": "unresolved",
    "open": "going on",
    "erased": "erased",
    "taken_back": "taken back",
}
"""The counts, and their words.

Confirmed, assumed, unresolved, open and erased add up to the arrivals.
"""


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    first_replies: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def add(self, case: Case, found: list[str]) -> None:
        self.counts.update(found)
        if case.account is not None:
            self.first_replies += between(case.opened_at, case.account.first_reply_at)
            self.waits += between(case.account.asked_at, case.account.joined_at)

    def told(self) -> dict[str, Any]:
        return {
            **{name: self.counts[name] for name in COUNTS},
            "first_reply_ms": percentiles(self.first_replies, (50, 95, 99)),
            "first_reply_over_10_s": sum(each > PROMPT_MS for each in self.first_replies),
            "wait_seconds": in_seconds(percentiles(self.waits, (50, 95))),
        }


def daily(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the numbers of the days together and of each. One day also has its intervals."""
    whole, days = _Tally(), [_Tally() for _ in span.days]
    channels: Counter[str] = Counter()
    intervals: Counter[tuple[int, str]] = Counter()
    for case in cases:
        found = _counts(case, ground)
        whole.add(case, found)
        channels[case.channel_id] += 1
        if span.is_one:
            interval = (case.opened_at - span.start) // (INTERVAL_MINUTES * 60_000)
            intervals.update((interval, name) for name in found if name in COUNTED)
        else:
            days[span.number(case.opened_at)].add(case, found)
    told = {**whole.told(), "channels": dict(sorted(channels.items()))}
    if span.is_one:
        return told | {
            "interval_minutes": INTERVAL_MINUTES,
            "intervals": list(_intervals(span.days[0], intervals)),
        }
    by_day = zip(span.days, days, strict=True)
    return told | {"days": [{"day": d.date.isoformat(), **each.told()} for d, each in by_day]}


def _intervals(day: Day, counted: Counter[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    for number, start in enumerate(day.intervals(INTERVAL_MINUTES)):
        yield {"from": day.told(start)} | {name: counted[number, name] for name in COUNTED}


def _counts(case: Case, ground: Ground) -> list[str]:
    """Return the counts that a case belongs to."""
    account = case.account
    belongs = {
        "arrivals": True,
        "answered_by_bot": case.is_answered and not case.is_handed_off,
        "answered_then_handed_off": case.is_answered and case.is_handed_off,
        "handed_off": case.is_handed_off,
        "abandoned": was_abandoned(case) and case.is_over(ground.at, ground.quiet),
        case.verdict(ground.at, ground.quiet): True,
        "taken_back": account is not None and account.reopened > 0,
    }
    return [name for name, does in belongs.items() if does]


def was_abandoned(case: Case) -> bool:
    """Return whether a person was asked for, and neither wrote nor ended the conversation."""
    account = case.account
    asked = account is not None and account.handoffs > 0 and account.first_person_at is None
    return asked and case.ended_by != "pool"


# ---------------------------------------------------------------- for people


def finding(found: Found) -> str:
    """Return the most important facts in one or two sentences."""
    arrivals, handed_off = found["arrivals"], found["handed_off"]
    if not arrivals:
        return f"{when(found)}, no conversation was opened."
    said = (
        f"{when(found)}, {count(arrivals, 'conversation was', 'conversations were')} opened."
        f" The bot alone answered {part_of(found['answered_by_bot'], arrivals)}, and a"
        f" person was asked for in {part_of(handed_off, arrivals)}."
    )
    if found["abandoned"]:
        said += f" {part_of(found['abandoned'], handed_off)} of those ended before a person wrote."
    return said


def show(found: Found) -> Shown:
    """Return the arrivals by interval or day, and the same numbers as tables."""
    numbers = Table("All numbers", ("Number", "Value"), list(_rows(found)))
    channels = Table(
        "By channel",
        ("Channel", "Opened"),
        [(name, f"{each:,}") for name, each in found["channels"].items()],
    )
    if "intervals" not in found:
        days = found["days"]
        plot = _plot("Opened by day", [each["day"] for each in days], days)
        return Shown(plot, (numbers, _by_day(days), channels))
    minutes, intervals = found["interval_minutes"], found["intervals"]
    plot = _plot(
        f"Opened by {minutes} minutes", [each["from"][11:16] for each in intervals], intervals
    )
    rows = [(each["from"][11:16], *(f"{each[name]:,}" for name in COUNTED)) for each in intervals]
    by_time = Table(f"By {minutes} minutes", ("From", *COUNTED.values()), rows)
    return Shown(plot, (numbers, channels, by_time))


def _plot(title: str, labels: list[str], found: list[dict[str, Any]]) -> Plot:
    by_bot = [each["answered_by_bot"] for each in found]
    by_people = [each["handed_off"] for each in found]
    rest = [e["arrivals"] - e["answered_by_bot"] - e["handed_off"] for e in found]
    series = (
        Series("answered by the bot alone", by_bot),
        Series("a person asked for", by_people),
        Series("neither so far", rest),
    )
    return Plot(title, labels, series)


def _rows(found: Found) -> Iterator[tuple[str, str]]:
    for name, words in COUNTS.items():
        yield words, f"{found[name]:,}"
    first, wait = found["first_reply_ms"], found["wait_seconds"]
    for rank in ("p50", "p95", "p99"):
        yield f"first reply, {rank}", seconds(first[rank], 1000)
    is_met = first["p99"] is None or first["p99"] <= PROMPT_MS
    yield "first reply over 10 s", f"{found['first_reply_over_10_s']:,}"
    yield "first reply p99 within 10 s", "yes" if is_met else "no"
    for rank in ("p50", "p95"):
        yield f"wait until a pool took it, {rank}", seconds(wait[rank])


def _by_day(days: list[dict[str, Any]]) -> Table:
    rows = [
        (
            each["day"],
            *(f"{each[name]:,}" for name in COUNTS),
            seconds(each["first_reply_ms"]["p95"], 1000),
            seconds(each["wait_seconds"]["p95"]),
        )
        for each in days
    ]
    return Table("By day", ("Day", *COUNTS.values(), "first reply, p95", "wait, p95"), rows)


REPORT = Report(
    "who answered, how fast, how long people waited, how it ended",
    title="The day",
    count=daily,
    finding=finding,
    show=show,
)
