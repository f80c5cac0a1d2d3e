"""Tables are read here from CSV of spreadsheet programs: any separator, any column order."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.reading import Reading

from cli.importers.drafts import Drafts
from cli.importers.headings import Wishes
from cli.importers.table import Row, clean, read_table

_DELIMITERS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_CELL_CHARS: Final = 1_000_000
# The separator shows in the first rows. csv itself limits a cell's length.
_HEADER_CHARS: Final = 100_000
_HEADER_LINES: Final = 10


def read_spreadsheet(drafts: Drafts, text: str, file: str, wishes: Wishes) -> None:
    """Add the articles of a CSV."""
    separator = _SEPARATOR_LINE.match(text)
    skipped = 1 if separator else 0
    body = text[separator.end() :] if separator else text
    delimiter = separator[1] if separator else _delimiter(body, wishes)
    read_table(drafts, _rows(drafts.reading, body, file, delimiter, skipped), wishes)


def _rows(reading: Reading, text: str, file: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """Yield the rows that hold anything, with the line on which each begins."""
    csv.field_size_limit(_CELL_CHARS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for number, cells in enumerate(reader, start=skipped + 1):
            if any(cell.strip() for cell in cells):
                # Line breaks within cells count, because the author of the sheet counts rows.
                entry = f"row {number} of the sheet" if number != line else ""
                yield Place(file, line, entry=entry), [clean(cell) for cell in cells]
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        message = f"the row can't be read ({error}); is a quote opened and never closed?"
        reading.report(Place(file, line), "", message)


def _delimiter(text: str, wishes: Wishes) -> str:
    """Return the separator under which one of the first rows names most columns."""
    first = text.lstrip("\r\n")[:_HEADER_CHARS].split("\n", _HEADER_LINES)[:_HEADER_LINES]

    def known(delimiter: str) -> tuple[int, int]:
        rows = [next(csv.reader([line], delimiter=delimiter), []) for line in first]
        named = [sum(wishes.heading_of(cell) is not None for cell in row) for row in rows]
        return max(named, default=0), len(rows[0]) if rows else 0

    return max(_DELIMITERS, key=known)
