"""The report on spikes says on which topics unusually many customers asked at once."""

from collections.abc import Iterable
from typing import Any

from surgeline.domain.spikes.baseline import LEAST_DAYS
from surgeline.domain.spikes.detect import Spike
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import when


def spikes(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return the spikes that began in the span. They were noticed while the days went on."""
    del cases
    found = [each for each in ground.spikes if span.start <= each.began_at < span.end]
    return {"spikes": [shown(each, span) for each in found], "days_known": ground.days_known}


def shown(spike: Spike, span: Span) -> dict[str, Any]:
    """Return a spike by the clock of the place."""
    return {
        "topic": spike.topic,
        "began_at": span.told(spike.began_at),
        "ended_at": None if spike.ended_at is None else span.told(spike.ended_at),
        "customers": spike.customers,
        "expected": round(spike.expected, 1),
        "peak": spike.peak,
        "share": round(spike.share, 3),
    }


def finding(found: Found) -> str:
    """Return the greatest spike, or why none could be noticed."""
    if not found["spikes"]:
        if found["days_known"] < LEAST_DAYS:
            return (
                f"{when(found)}, no spike could be noticed: {LEAST_DAYS} days must be counted first"
                f", and {found['days_known']} were."
            )
        return f"{when(found)}, no topic was asked about unusually often."
    first = max(found["spikes"], key=lambda each: each["customers"])
    number = len(found["spikes"])
    return (
        f"{when(found)}, {number} {'spike was' if number == 1 else 'spikes were'} noticed. The "
        f"greatest was on {first['topic']}: {first['customers']:,} customers, where "
        f"{first['expected']:,.0f} are usual."
    )


def show(found: Found) -> Shown:
    """Return the spikes as a plot and a table."""
    each = found["spikes"]
    rows = [
        (
            one["topic"], _short(one["began_at"]), _short(one["ended_at"]),
            f"{one['customers']:,}", f"{one['expected']:,.1f}", f"{one['share']:.0%}",
        )
        for one in each
    ]  # fmt: skip
    columns = ("Topic", "Began", "Ended", "Customers", "Usual", "Greatest share")
    usual = Series("usual", [one["expected"] for one in each])
    more = Series("beyond", [max(0.0, one["customers"] - one["expected"]) for one in each])
    labels = [f"{one['topic']} {_short(one['began_at'])}" for one in each]
    plot = Plot("Customers in each spike", labels, (usual, more), is_ranked=True)
    return Shown(plot, (Table("Spikes", columns, rows),))


def _short(moment: str | None) -> str:
    return "goes on" if moment is None else moment[:16].replace("T", " ")


REPORT = Report(
    "topics that unusually many customers asked about at once",
    title="Spikes of topics",
    count=spikes,
    finding=finding,
    show=show,
)
