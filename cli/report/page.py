"""The daily report is made here into one HTML page, which needs no network and no script."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from cli.report.finding import COUNTS, finding, rows_of, seconds
from cli.report.plot import bars_of, drawn

TEMPLATE = Path(__file__).with_suffix(".html")
INTERVAL_NAMES = {
    "arrivals": "opened",
    "answered_by_bot": "answered by bot",
    "handed_off": "a person asked for",
}


def page(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of one day's report, or of the reports of several days."""
    first, last = reports[0], reports[-1]
    is_one = len(reports) == 1
    title = first["day"] if is_one else f"{first['day']} to {last['day']}"
    said = finding(reports)
    unit = f"{first['interval_minutes']} minutes" if is_one else "day"
    plot = drawn(bars_of(reports), f"Conversations opened by {unit}. {said} The tables follow.")
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=f"Conversations of {escape(title)}",
        finding=escape(said),
        about=escape(f"Days of {first['time_zone']}, as things stood at {last['as_of']}."),
        heading=f"Opened by {unit}",
        plot=plot,
        tables=_of_one(first) if is_one else _of_several(reports),
    )


def _of_one(report: Mapping[str, Any]) -> str:
    numbers = _table("The day in numbers", ("Number", "Value"), rows_of(report))
    channels = _table(
        "By channel",
        ("Channel", "Opened"),
        ((name, f"{count:,}") for name, count in report["channels"].items()),
    )
    intervals = _table(
        f"By {report['interval_minutes']} minutes",
        ("From", *INTERVAL_NAMES.values()),
        (
            (each["from"][11:16], *(f"{each[name]:,}" for name in INTERVAL_NAMES))
            for each in report["intervals"]
        ),
    )
    return f"{numbers}\n{channels}\n{intervals}"


def _of_several(reports: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            each["day"],
            *(f"{each[name]:,}" for name in COUNTS),
            seconds(each["first_reply_ms"]["p95"], 1000),
            seconds(each["wait_seconds"]["p95"], 1),
        )
        for each in reports
    ]
    names = ("Day", *COUNTS.values(), "first reply, p95", "wait, p95")
    return _table("By day", names, rows)


def _table(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )
