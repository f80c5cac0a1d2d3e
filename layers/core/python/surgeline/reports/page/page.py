"""A report's page is put together here: the sentence, the plot, and the numbers as tables."""

from surgeline.domain.texts import Words
from surgeline.reports.page.frame import framed, heading, list_of, table_of
from surgeline.reports.page.plot import MOST_RANKED, drawn
from surgeline.reports.registry import report_named
from surgeline.reports.report import Found, Plot, Table
from surgeline.reports.words import days_of, title_of


def page(found: Found, words: Words) -> str:
    """Return the page of a report that was read. Raises KeyError for an unknown report.

    `words` are of the language in which the report was told.
    """
    shown = report_named(found["report"]).show(found, words)
    said = found["finding"]
    label = words("page_plot", title=shown.plot.title, finding=said)
    return framed(
        title=words("subject_report", title=title_of(words, found), days=days_of(words, found)),
        finding=said,
        about=words("page_about", zone=found["zone"], moment=_minute(found["as_of"])),
        parts=(
            heading(shown.plot.title),
            drawn(shown.plot, label, words),
            *_more(shown.plot, words),
            *(_part(each) for each in shown.tables if each.rows),
        ),
        language=words.language,
    )


def _part(table: Table) -> str:
    """Return a table. One that only lists sentences under its own name is a list."""
    if tuple(table.columns) == (table.caption,):
        return heading(table.caption) + list_of(row[0] for row in table.rows)
    return table_of(table.caption, table.columns, table.rows)


def _more(plot: Plot, words: Words) -> list[str]:
    """Return the sentence that says that a plot does not show all."""
    if not plot.labels:
        return [f'<p class="soft">{words("page_empty")}</p>']
    if not plot.is_ranked or len(plot.labels) <= MOST_RANKED:
        return []
    said = words("page_more", shown=MOST_RANKED, all=len(plot.labels))
    return [f'<p class="soft">{said}</p>']


def _minute(told: str) -> str:
    """Return a moment of the report's zone as people read it: 2026-03-01 12:00."""
    return told[:16].replace("T", " ")
