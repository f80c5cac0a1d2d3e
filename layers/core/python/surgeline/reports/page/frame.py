"""The frame of a page is filled here: title, finding in words, charts and tables."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from surgeline.reports.page.template import PAGE

_COMMAND: Final = re.compile(r"`([^`]+)`")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_NUMBER: Final = 40
"""A longer cell of a table is a sentence."""


def framed(
    *, title: str, finding: str, about: str, parts: Iterable[str], language: str = "en"
) -> str:
    """Return a page. `parts` are HTML; the other texts are plain."""
    return PAGE.substitute(
        title=escape(title),
        heading=_marked(title),
        finding=_marked(finding),
        about=_marked(about),
        body="\n".join(parts),
        language=escape(language),
    )


def heading(text: str) -> str:
    """Return a heading of a part of the page."""
    return f"<h2>{escape(text)}</h2>"


def list_of(sentences: Iterable[str]) -> str:
    """Return sentences as a list."""
    return f"<ul>{''.join(f'<li>{_marked(each)}</li>' for each in sentences)}</ul>"


def table_of(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, whose first column names each row."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(map(_cell, row[1:])) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """Return a cell of a table. A sentence goes on over lines, and a number never does."""
    said = ' class="said"' if len(text) > _LONGEST_NUMBER else ""
    return f"<td{said}>{escape(text)}</td>"


def _marked(text: str) -> str:
    """Return a text as HTML. Commands stand out, and no line ends within a date."""
    marked = _COMMAND.sub(r"<code>\1</code>", escape(text))
    return _DATE.sub(r'<span class="date">\g<0></span>', marked)
