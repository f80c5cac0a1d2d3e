"""The daily report counts conversations by the day on which they were opened.

The fold looks at each case once, so that a busy day needs little memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Day, Span
from surgeline.reports.numbers import between, in_seconds, percentiles
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, part_of, seconds, when

INTERVAL_MINUTES: Final = 30
PROMPT_MS: Final = 10_000
"""The first reply should come within this time in 99 of 100 conversations."""
COUNTED: Final = ("arrivals", "answered_by_bot", "handed_off")
"""The counts that are also told by interval."""
COUNTS: Final = (
    *COUNTED, "answered_then_handed_off", "abandoned", "confirmed", "assumed", "unresolved", "open",
    "erased", "taken_back",
)  # fmt: skip
"""The counts. Confirmed, assumed, unresolved, open and erased add up to the arrivals."""
RANKS: Final = ("p50", "p95", "p99")


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    first_replies: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def add(self, case: Case, found: list[str]) -> None:
        self.counts.update(found)
        if case.account is not None:
            self.first_replies += case.first_reply_ms
            self.waits += between(case.account.asked_at, case.account.joined_at)

    def as_json(self) -> dict[str, Any]:
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
    told = {**whole.as_json(), "channels": dict(sorted(channels.items()))}
    if span.is_one:
        return told | {
            "interval_minutes": INTERVAL_MINUTES,
            "intervals": list(_intervals(span.days[0], intervals)),
        }
    by_day = zip(span.days, days, strict=True)
    return told | {"days": [{"day": d.date.isoformat(), **each.as_json()} for d, each in by_day]}


def _intervals(day: Day, counted: Counter[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    for number, start in enumerate(day.intervals(INTERVAL_MINUTES)):
        yield {"from": day.local_time(start)} | {name: counted[number, name] for name in COUNTED}


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


def finding(found: Found, words: Words) -> str:
    """Return the most important facts in one or two sentences."""
    arrivals, handed_off = found["arrivals"], found["handed_off"]
    if not arrivals:
        return words("none_opened", when=when(words, found))
    bot, people = (
        part_of(words, found["answered_by_bot"], arrivals),
        part_of(words, handed_off, arrivals),
    )
    said = [
        words("daily_opened", when=when(words, found), count=arrivals),
        words("daily_split", bot=bot, people=people),
    ]
    if found["abandoned"]:
        said.append(words("daily_abandoned", part=part_of(words, found["abandoned"], handed_off)))
    return " ".join(said)


def show(found: Found, words: Words) -> Shown:
    """Return the arrivals by interval or day, and the same numbers as tables."""
    numbers = Table(
        words("all_numbers"), columns(words, "number", "value"), list(_rows(found, words))
    )
    channels = Table(
        words("by_channel"),
        columns(words, "channel", "conversations"),
        [(name, words.number(each)) for name, each in found["channels"].items()],
    )
    if "intervals" not in found:
        days = found["days"]
        plot = _plot(words, words("daily_plot_days"), [each["day"] for each in days], days)
        return Shown(plot, (numbers, _by_day(days, words), channels))
    minutes, intervals = found["interval_minutes"], found["intervals"]
    times = [each["from"][11:16] for each in intervals]
    plot = _plot(words, words("daily_plot_minutes", minutes=minutes), times, intervals)
    rows = [
        (each["from"][11:16], *(words.number(each[name]) for name in COUNTED)) for each in intervals
    ]
    heads = (*columns(words, "from"), *(words(f"count_{name}") for name in COUNTED))
    by_time = Table(words("by_minutes", minutes=minutes), heads, rows)
    return Shown(plot, (numbers, channels, by_time))


def _plot(words: Words, title: str, labels: list[str], found: list[dict[str, Any]]) -> Plot:
    by_bot = [each["answered_by_bot"] for each in found]
    by_people = [each["handed_off"] for each in found]
    rest = [e["arrivals"] - e["answered_by_bot"] - e["handed_off"] for e in found]
    series = (
        Series(words("series_bot"), by_bot),
        Series(words("series_people"), by_people),
        Series(words("series_neither"), rest),
    )
    return Plot(title, labels, series)


def _rows(found: Found, words: Words) -> Iterator[tuple[str, str]]:
    for name in COUNTS:
        yield words(f"count_{name}"), words.number(found[name])
    first, wait = found["first_reply_ms"], found["wait_seconds"]
    for rank in RANKS:
        yield words(f"daily_first_reply_{rank}"), _of_ms(first[rank], words)
    is_met = first["p99"] is None or first["p99"] <= PROMPT_MS
    yield words("daily_late"), words.number(found["first_reply_over_10_s"])
    yield words("daily_prompt"), words("yes" if is_met else "no")
    for rank in RANKS[:2]:
        yield words(f"daily_wait_{rank}"), seconds(words, wait[rank])


def _of_ms(value: int | None, words: Words) -> str:
    return seconds(words, None if value is None else value / 1000)


def _by_day(days: list[dict[str, Any]], words: Words) -> Table:
    rows = [
        (
            each["day"],
            *(words.number(each[name]) for name in COUNTS),
            _of_ms(each["first_reply_ms"]["p95"], words),
            seconds(words, each["wait_seconds"]["p95"]),
        )
        for each in days
    ]
    heads = (
        *columns(words, "day"),
        *(words(f"count_{name}") for name in COUNTS),
        *columns(words, "first_reply_p95", "wait_p95"),
    )
    return Table(words("by_day"), heads, rows)


REPORT = Report(
    "who answered, how fast, how long people waited, how it ended",
    count=daily,
    finding=finding,
    show=show,
)
