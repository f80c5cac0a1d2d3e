"""A forecast in words: its days as lines and as a page, and a back-test as lines."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from surgeline.domain.forecast.backtest import Backtest
from surgeline.reports.page.frame import framed, heading, table_of

from cli.pages.chart import Bars, Line, chart

SPECIAL = {
    "holiday": "a holiday",
    "day_after": "the day after a closed one",
    "planned": "planned",
    "closed": "closed",
}


def clock(slot: int) -> str:
    """Return a slot as a time of the day."""
    return f"{slot // 60:02}:{slot % 60:02}"


def of_days(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines that tell the forecast of days."""
    for number, document in enumerate(documents):
        if number:
            yield ""
        yield finding(document)
        if document["intervals"]:
            yield f"{'from':<24} {'contacts':>10} {'lower':>8} {'upper':>8}"
        for each in document["intervals"]:
            yield (
                f"{each['from']:<24} {each['contacts']:>10,.1f} {each['lower']:>8,}"
                f" {each['upper']:>8,}"
            )


def finding(document: Mapping[str, Any]) -> str:
    """Return the most important facts of a day in a sentence or two."""
    day = document["day"]
    if document["closed"]:
        reason = "the calendar" if document["special"] == "closed" else "the history"
        return f"On {day} it is closed, as {reason} has it."
    if not document["intervals"]:
        return f"Nothing of {day} is left to forecast."
    peak = max(document["intervals"], key=lambda each: float(each["contacts"]))
    rest = document["live_factor"]
    what = "contacts come" if rest is None else "more contacts come"
    said = (
        f"On {day} about {document['contacts']:,.0f} {what}, most of them from"
        f" {peak['from'][11:16]} on: {peak['contacts']:,.0f},"
        f" or {peak['lower']:,} to {peak['upper']:,} in four of five cases."
    )
    if document["special"]:
        said += f" It is {SPECIAL[document['special']]}, counted {document['factor']:.2f} times."
    if rest is not None:
        said += f" What came so far counts {rest:.2f} times."
    return said


def forecast_page(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return the days as a page."""
    parts: list[str] = []
    for document in documents:
        parts.append(heading(document["day"]))
        intervals = document["intervals"]
        said = finding(document)
        if not intervals:
            parts.append(f"<p>{escape(said)}</p>")
            continue
        places = [each["from"][11:16] for each in intervals]
        bars = [Bars("contacts", [each["contacts"] for each in intervals])]
        lines = [
            Line("upper end of the band", [each["upper"] for each in intervals], "dashed"),
            Line("lower end of the band", [each["lower"] for each in intervals]),
        ]
        parts.append(chart(f"{said} The table follows.", places, bars, lines))
        rows = [
            (each["from"][11:16], f"{each['contacts']:,.1f}", f"{each['lower']:,}",
             f"{each['upper']:,}")
            for each in intervals
        ]  # fmt: skip
        names = ("From", "Contacts", "Lower", "Upper")
        parts.append(table_of(f"{document['day']} in numbers", names, rows))
    first = documents[0]
    return framed(
        title="Contacts to come",
        finding=finding(first),
        about=f"Times of {first['time_zone']}, every {first['interval_minutes']} minutes."
        " Four of five counts lie in the band.",
        parts=parts,
    )


def of_backtest(found: Backtest, minutes: int) -> Iterator[str]:
    """Yield the lines that tell a back-test."""
    yield (
        f"{found.days:,} days with {found.contacts:,.0f} contacts were forecast, each from the"
        " days before it."
    )
    yield (
        f"The error is {found.wape:.1%} of the contacts by {minutes} minutes. Chance alone makes"
        f" {found.floor:.1%}: no method can do better."
    )
    if found.naive is not None:
        yield f"Taking the counts of last week errs by {found.naive:.1%}."
    yield f"By day the error is {found.wape_of_days:.1%}."
    yield f"{found.band_coverage:.1%} of the counts lie in the band; it is made for 80%."
    yield "\nThe error of the rest of the day, forecast on the day before and anew:"
    for rest in found.live:
        yield f"  from {clock(rest.slot)}  {rest.before:>6.1%}  {rest.after:>6.1%}"
