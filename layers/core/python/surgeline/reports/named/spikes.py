"""The report on spikes says on which topics unusually many customers asked at once."""

from collections.abc import Iterable
from typing import Any

from surgeline.domain.spikes.baseline import LEAST_DAYS
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, number, percent, when


def spikes(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the spikes that began in the span. They were noticed while the days went on."""
    del cases
    found = [each for each in ground.spikes if span.start <= each.began_at < span.end]
    return {"spikes": [shown(each, span) for each in found], "days_known": ground.days_known}


def shown(spike: Spike, span: Span) -> dict[str, Any]:
    """Return a spike by the clock of the place."""
    return {
        "topic": spike.topic,
        "began_at": span.local_time(spike.began_at),
        "ended_at": None if spike.ended_at is None else span.local_time(spike.ended_at),
        "customers": spike.customers,
        "expected": round(spike.expected, 1),
        "peak": spike.peak,
        "share": round(spike.share, 3),
    }


def finding(found: Found, words: Words) -> str:
    """Return the greatest spike, or why none could be noticed."""
    when_ = when(words, found)
    if not found["spikes"]:
        known = found["days_known"]
        if known < LEAST_DAYS:
            return words("spikes_too_early", when=when_, least=LEAST_DAYS, count=known)
        return words("spikes_none", when=when_)
    first = max(found["spikes"], key=lambda each: each["customers"])
    greatest = words(
        "spikes_greatest",
        topic=first["topic"],
        customers=first["customers"],
        usual=number(words, first["expected"]),
    )
    return f"{words('spikes_said', when=when_, count=len(found['spikes']))} {greatest}"


def show(found: Found, words: Words) -> Shown:
    """Return the spikes as a plot and a table."""
    each = found["spikes"]
    rows = [
        (
            one["topic"],
            _short(one["began_at"], words),
            _short(one["ended_at"], words),
            words.number(one["customers"]),
            number(words, one["expected"], 1),
            percent(words, one["share"]),
        )
        for one in each
    ]
    heads = columns(words, "topic", "began", "ended_at", "customers", "usual", "greatest_share")
    usual = Series(words("spikes_usual"), [one["expected"] for one in each])
    beyond = [max(0.0, one["customers"] - one["expected"]) for one in each]
    labels = [f"{one['topic']} {_short(one['began_at'], words)}" for one in each]
    series = (usual, Series(words("spikes_beyond"), beyond))
    plot = Plot(words("spikes_plot"), labels, series, is_ranked=True)
    return Shown(plot, (Table(words("spikes_table"), heads, rows),))


def _short(moment: str | None, words: Words) -> str:
    return words("spikes_goes_on") if moment is None else moment[:16].replace("T", " ")


REPORT = Report(
    "topics that unusually many customers asked about at once",
    count=spikes,
    finding=finding,
    show=show,
)
