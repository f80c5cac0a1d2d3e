"""The frame of a page is filled here: title, finding in words, charts and tables."""

from collections.abc import Iterable, Sequence
from html import escape

from surgeline.reports.page.template import PAGE


def framed(
    *, title: str, finding: str, about: str, parts: Iterable[str], language: str = "en"
) -> str:
    """Return a page. `parts` are HTML; the other texts are plain."""
    return PAGE.substitute(
        title=escape(title),
        finding=escape(finding),
        about=escape(about),
        body="\n".join(parts),
        language=escape(language),
    )


def heading(text: str) -> str:
    """Return a heading of a part of the page."""
    return f"<h2>{escape(text)}</h2>"


def list_of(sentences: Iterable[str]) -> str:
    """Return sentences as a list."""
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in sentences)}</ul>"


def table_of(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, whose first column names each row."""
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
