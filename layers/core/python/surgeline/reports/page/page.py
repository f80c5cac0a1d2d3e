"""A report's page is put together here: the sentence, the plot, and the numbers as tables."""

from surgeline.reports.page.frame import framed, heading, table_of
from surgeline.reports.page.plot import drawn
from surgeline.reports.registry import report_named
from surgeline.reports.report import Found


def page(found: Found) -> str:
    """Return the page of a report that was read. Raises KeyError for an unknown report."""
    report = report_named(found["report"])
    shown = report.show(found)
    first, last = found["from"], found["to"]
    days = first if first == last else f"{first} to {last}"
    said = found["finding"]
    plot = drawn(shown.plot, f"{shown.plot.title}. {said} The tables follow.")
    tables = (table_of(each.caption, each.columns, each.rows) for each in shown.tables)
    return framed(
        title=f"{report.title}: {days}",
        finding=said,
        about=f"Days of {found['zone']}, as things stood on {_minute(found['as_of'])}.",
        parts=(heading(shown.plot.title), plot, *tables),
    )


def _minute(told: str) -> str:
    """Return a moment of the report's zone as people read it: 2026-03-01 12:00."""
    return told[:16].replace("T", " ")
