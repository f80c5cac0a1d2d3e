"""Articles are read here from CSV of spreadsheet programs: any separator, any column order.

A row is an article. A cell of questions holds one question on each line. The first row names the
columns.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from surgeline.knowledge.articles.article import MAX_TITLE_CHARS, Place
from surgeline.knowledge.articles.reading import Reading
from surgeline.knowledge.text.languages import LANGUAGES, languages
from surgeline.knowledge.text.marks import normalised

_FIELDS: Final = ("id", "title", "language", "questions", "answer")
_DELIMITERS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ERROR_VALUES: Final = frozenset(
    ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!")
)
_ACCEPTED: Final = "accepted are id, title, language, question (1, 2, ...), answer"
_CELL_CHARS: Final = 1_000_000
# The separator shows in a short beginning of the first row. csv itself limits a cell's length.
_HEADER_CHARS: Final = 100_000
_SHOWN_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class _Columns:
    """The column of each field: positions from 0, and the columns' names."""

    fields: dict[str, list[int]]
    called: list[str]

    def name(self, place: int) -> str:
        return f"column {place + 1} ({self.called[place]!r})"


def read_spreadsheet(reading: Reading, text: str, file: str, *, language: str | None) -> None:
    """Add the articles of a CSV; `language` is the language of rows that name none."""
    separator = _SEPARATOR_LINE.match(text)
    skipped = 1 if separator else 0
    body = text[separator.end() :] if separator else text
    delimiter = separator[1] if separator else _delimiter(body)
    rows = _rows(reading, body, file, delimiter, skipped)
    first = next(rows, None)
    if first is None:
        return
    columns = _columns(reading, *first)
    if columns is None:
        return
    for place, cells in rows:
        if reading.is_full:
            return
        _read_row(reading, columns, place, cells, language)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each field's columns, in all languages."""
    return {
        field: tuple(name for each in languages() for name in each.columns.get(field, ()))
        for field in _FIELDS
    }


@cache
def _field_names() -> Mapping[str, str]:
    return {name: field for field, names in _names().items() for name in names}


@cache
def _language_names() -> Mapping[str, str]:
    return {name: each.code for each in languages() for name in each.names}


def slug(text: str) -> str:
    """Return a readable id from a title: its letters and digits, whatever their script."""
    folded = normalised("NFKC", text).casefold()
    return re.sub(r"[^\w]+|_+", "-", folded).strip("-")[:80].strip("-")


def _rows(
    reading: Reading, text: str, file: str, delimiter: str, skipped: int
) -> Iterator[tuple[Place, list[str]]]:
    """Yield the rows that hold anything, with the line on which each begins."""
    csv.field_size_limit(_CELL_CHARS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for number, cells in enumerate(reader, start=skipped + 1):
            if any(cell.strip() for cell in cells):
                # Line breaks within cells count, because the author of the sheet counts rows.
                entry = f"row {number} of the sheet" if number != line else ""
                yield Place(file, line, entry=entry), [_clean(cell) for cell in cells]
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        message = f"the row can't be read ({error}); is a quote opened and never closed?"
        reading.report(Place(file, line), "", message)


def _clean(cell: str) -> str:
    unified = cell.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return unified.strip()


def _delimiter(text: str) -> str:
    """Return the separator under which the beginning of the first row names most columns."""
    first = text.lstrip("\r\n").split("\n", 1)[0][:_HEADER_CHARS]

    def known(delimiter: str) -> int:
        return sum(
            _field_of(cell) is not None
            for cell in next(csv.reader([first], delimiter=delimiter), [])
        )

    return max(_DELIMITERS, key=known)


def _field_of(header: str) -> str | None:
    name = normalised("NFKC", header).strip().strip('"').casefold()
    return _field_names().get(name) or _field_names().get(_unnumbered(name))


def _unnumbered(name: str) -> str:
    """Return a column's name without its number, so that "question (2)" is one of the questions."""
    return name.rstrip(" \t\r\n)").rstrip("0123456789").rstrip(" \t\r\n_.#()-")


def _columns(reading: Reading, place: Place, header: Sequence[str]) -> _Columns | None:
    columns = _Columns({}, [name[:_SHOWN_CHARS] for name in header])
    for number, name in enumerate(header):
        field = _field_of(name)
        if field:
            columns.fields.setdefault(field, []).append(number)
        elif name:
            reading.warn(place, columns.name(number), f"the column is not read; {_ACCEPTED}")
    before = len(reading.problems)
    for field in ("questions", "answer"):
        if field not in columns.fields:
            named = ", ".join(_names()[field])
            reading.report(
                place, field, f"no such column in the first row; it may be called {named}"
            )
    for field, numbers in columns.fields.items():
        if field != "questions" and len(numbers) > 1:
            message = (
                f"{field} is already column {numbers[0] + 1}; only question columns may repeat"
            )
            reading.report(place, columns.name(numbers[1]), message)
    return columns if len(reading.problems) == before else None


def _read_row(
    reading: Reading, columns: _Columns, place: Place, cells: list[str], language: str | None
) -> None:
    if any(cells[len(columns.called) :]):
        message = f"{len(cells)} cells, but the first row names {len(columns.called)} columns"
        reading.report(place, "", f"{message}; is a separator inside a text not quoted?")
        return
    cells += [""] * (len(columns.called) - len(cells))
    if not _values_are_texts(reading, columns, place, cells):
        return
    questions, names = _questions(columns, cells)
    fields: dict[str, object] = {"questions": questions, "answer": ""}
    for field, numbers in columns.fields.items():
        if field != "questions":
            fields[field] = cells[numbers[0]]
            names[field] = columns.name(numbers[0])
    spoken = str(fields.get("language") or language or "")
    if not spoken:
        accepted = ", ".join(LANGUAGES)
        message = f'no language; add a column "language" ({accepted}), or give --language'
        reading.report(place, names.get("language", "language"), message)
        return
    fields["language"] = _language_names().get(spoken.casefold(), spoken.lower())
    fields["title"] = fields.get("title") or (questions[0][:MAX_TITLE_CHARS] if questions else "")
    fields["id"] = fields.get("id") or f"{fields['language']}-{slug(str(fields['title']))}"
    reading.add(Place(place.file, place.line, names, entry=place.entry), fields)


def _values_are_texts(
    reading: Reading, columns: _Columns, place: Place, cells: Sequence[str]
) -> bool:
    """Return whether no cell is a formula, or the remains of a broken formula."""
    before = len(reading.problems)
    for numbers in columns.fields.values():
        for number in numbers:
            if cells[number] in _ERROR_VALUES:
                message = f"the spreadsheet's error {cells[number]}; expected a text"
                reading.report(place, columns.name(number), message)
            elif cells[number].startswith("="):
                reading.report(place, columns.name(number), "a formula; save its value instead")
    return len(reading.problems) == before


def _questions(columns: _Columns, cells: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the distinct phrasings of a row, and the column of each."""
    questions: dict[str, str] = {}
    for number in columns.fields["questions"]:
        for line in cells[number].split("\n"):
            if line.strip():
                questions.setdefault(line.strip(), columns.name(number))
    names = {f"questions[{place}]": name for place, name in enumerate(questions.values())}
    names["questions"] = columns.name(columns.fields["questions"][0])
    return list(questions), names
