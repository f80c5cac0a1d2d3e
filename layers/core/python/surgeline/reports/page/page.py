"""A report's page is put together here: the sentence, the plot, and the numbers as tables."""

from collections.abc import Sequence
from html import escape

from surgeline.reports.page.plot import drawn
from surgeline.reports.page.template import PAGE
from surgeline.reports.registry import report_named
from surgeline.reports.report import Found, Table


def page(found: Found) -> str:
    """Return the page of a report that was read. Raises KeyError for an unknown report."""
    shown = report_named(found["report"]).show(found)
    first, last = found["from"], found["to"]
    days = first if first == last else f"{first} to {last}"
    said = found["finding"]
    plot = drawn(shown.plot, f"{shown.plot.title}. {said} The tables follow.")
    return PAGE.substitute(
        title=escape(f"{found['report'].capitalize()}: {days}"),
        finding=escape(said),
        about=escape(f"Days of {found['zone']}, as things stood at {found['as_of']}."),
        heading=escape(shown.plot.title),
        plot=plot,
        tables="\n".join(map(_table, shown.tables)),
    )


def _table(table: Table) -> str:
    caption = escape(table.caption)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    return (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table>'
        f"<caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{_body(table.rows)}\n</tbody></table></div>"
    )


def _body(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
