"""The rows of a table become drafts here, whether the table is a CSV or a sheet of a workbook.

A row is an article, or one for each language whose columns it fills. A cell of questions holds one
question on each line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from surgeline.knowledge.articles.article import Place

from cli.importers.drafts import Drafts
from cli.importers.headings import ACCEPTED, Heading, Wishes, names_of
from cli.importers.marks import MARKS, read_mark
from cli.importers.plain_text import is_as_it_is

_ERROR_VALUES: Final = frozenset(
    ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!")
)
_NEEDED: Final = ("questions", "answer")
# Above the names of the columns, sheets have titles and notes.
_ROWS_ABOVE: Final = 10
_SHOWN_CHARS: Final = 60
_SHOWN_COLUMNS: Final = 20

Row = tuple[Place, list[str]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The column of each heading: positions from 0, and the columns' names."""

    of: dict[Heading, list[int]]
    called: list[str]

    def name(self, place: int) -> str:
        return f"column {place + 1} ({self.called[place]!r})"

    def languages(self) -> list[str | None]:
        """Return the languages that the columns of questions are in, None for the row's own."""
        return list(dict.fromkeys(each.language for each in self.of if each.field == "questions"))

    def places(self, field: str, language: str | None) -> list[int]:
        """Return the columns of a field in a language, or those that serve every language."""
        found = self.of.get(Heading(field, language)) or self.of.get(Heading(field))
        others = (at for each, at in self.of.items() if each.field == field)
        return found or (next(others, []) if language is None else [])


def read_table(drafts: Drafts, rows: Iterable[Row], wishes: Wishes) -> None:
    """Add the articles of a table, whose first rows name its columns."""
    remaining = iter(rows)
    first = list(islice(remaining, _ROWS_ABOVE))
    if not first:
        return
    header = next((at for at, row in enumerate(first) if _names_columns(row[1], wishes)), 0)
    if header == 0 and _is_nameless(first, wishes):
        place = first[0][0]
        drafts.reading.warn(place, "", "no names of columns; read as questions and answers")
        first = [(place, ["question", "answer"]), *first]
    columns = _columns(drafts, *first[header], wishes)
    if columns is None:
        return
    for place, cells in chain(first[header + 1 :], remaining):
        if drafts.reading.is_full:
            return
        _read_row(drafts, columns, place, cells)


def has_columns(rows: Sequence[Row], wishes: Wishes) -> bool:
    """Return whether the first rows of a table name columns of questions and answers."""
    named = any(_names_columns(cells, wishes) for _, cells in rows[:_ROWS_ABOVE])
    return named or (bool(rows) and _is_nameless(rows, wishes))


def clean(cell: str) -> str:
    """Return a cell's text with the line breaks of this system, unless it is kept as it is."""
    if is_as_it_is(cell):
        return cell
    return cell.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def is_taken_for_no_text(cell: str) -> bool:
    """Return whether a cell is a formula, or the remains of a broken one."""
    return cell in _ERROR_VALUES or cell.startswith("=")


def _is_nameless(rows: Sequence[Row], wishes: Wishes) -> bool:
    """Return whether the first row is a question and its answer, and no names of columns."""
    (_, cells) = rows[0]
    return (
        not wishes.named
        and not _names_columns(cells, wishes)
        and len(cells) == len(_NEEDED)
        and cells[0].endswith(("?", "？"))
        and bool(cells[1])
    )


def _names_columns(cells: Sequence[str], wishes: Wishes) -> bool:
    fields = {found.field for cell in cells if (found := wishes.heading_of(cell))}
    return "answer" in fields and bool(fields & {"questions", "title"})


def _columns(
    drafts: Drafts, place: Place, header: Sequence[str], wishes: Wishes
) -> _Columns | None:
    reading = drafts.reading
    columns = _Columns({}, [name[:_SHOWN_CHARS] for name in header])
    for number, name in enumerate(header):
        heading = wishes.heading_of(name)
        if heading:
            columns.of.setdefault(heading, []).append(number)
        elif name:
            reading.warn(place, columns.name(number), f"the column is not read; {ACCEPTED}")
    _title_asks(columns)
    before = len(reading.problems)
    for name in wishes.missing(header):
        reading.report(place, "", f"no column is called {name!r}{_there(columns.called)}")
    for field in _NEEDED:
        if not any(each.field == field for each in columns.of):
            reading.report(place, field, _no_column(field, columns.called))
    for heading, numbers in columns.of.items():
        if heading.field != "questions" and len(numbers) > 1:
            message = (
                f"{heading.field} is already column {numbers[0] + 1}; "
                "only question columns may repeat"
            )
            reading.report(place, columns.name(numbers[1]), message)
    return columns if len(reading.problems) == before else None


def _title_asks(columns: _Columns) -> None:
    """Take the titles for questions, in a table that has no other questions."""
    if any(each.field == "questions" for each in columns.of):
        return
    for heading in [each for each in columns.of if each.field == "title"]:
        columns.of[Heading("questions", heading.language)] = columns.of.pop(heading)


def _no_column(field: str, called: Sequence[str]) -> str:
    option = "question" if field == "questions" else field
    return (
        f"no such column{_there(called)}; it may be called {', '.join(names_of()[field][:3])} or "
        f"the like, or name it with `kb import --columns {option}=NAME`"
    )


def _there(called: Sequence[str]) -> str:
    there = ", ".join(repr(name) for name in called[:_SHOWN_COLUMNS] if name)
    return f"; the first row has {there or 'no names'}"


def _read_row(drafts: Drafts, columns: _Columns, place: Place, cells: list[str]) -> None:
    if any(cells[len(columns.called) :]):
        message = f"{len(cells)} cells, but the first row names {len(columns.called)} columns"
        drafts.reading.report(place, "", f"{message}; is a separator inside a text not quoted?")
        return
    cells = [*cells, *[""] * (len(columns.called) - len(cells))]
    if not _values_are_texts(drafts, columns, place, cells):
        return
    spoken = columns.languages()
    filled = [each for each in spoken if _is_filled(columns, cells, each)]
    for language in filled or spoken[:1]:
        _add_draft(drafts, columns, place, cells, language)


def _is_filled(columns: _Columns, cells: Sequence[str], language: str | None) -> bool:
    """Return whether a row says anything in a language; a shared column says it for none."""
    own = [columns.of.get(Heading(field, language), []) for field in _NEEDED]
    return any(cells[number] for numbers in own for number in numbers)


def _add_draft(
    drafts: Drafts, columns: _Columns, place: Place, cells: Sequence[str], language: str | None
) -> None:
    questions, names = _questions(columns, cells, language)
    fields: dict[str, object] = {"questions": questions}
    for field in ("id", "title", "language", "answer"):
        for number in columns.places(field, language)[:1]:
            fields[field] = cells[number]
            names[field] = columns.name(number)
    for mark in MARKS:
        for number in columns.of.get(Heading(mark), [])[:1]:
            if cells[number]:
                fields[mark] = read_mark(mark, cells[number])
                names[mark] = columns.name(number)
    if language:
        fields["language"] = language
    drafts.add(Place(place.file, place.line, names, entry=place.entry), fields)


def _values_are_texts(
    drafts: Drafts, columns: _Columns, place: Place, cells: Sequence[str]
) -> bool:
    """Return whether no cell is a formula, or the remains of a broken formula."""
    reading = drafts.reading
    before = len(reading.problems)
    for number in sorted({number for numbers in columns.of.values() for number in numbers}):
        if cells[number] in _ERROR_VALUES:
            message = f"the spreadsheet's error {cells[number]}; expected a text"
            reading.report(place, columns.name(number), message)
        elif cells[number].startswith("="):
            reading.report(place, columns.name(number), "a formula; save its value instead")
    return len(reading.problems) == before


def _questions(
    columns: _Columns, cells: Sequence[str], language: str | None
) -> tuple[list[str], dict[str, str]]:
    """Return the phrasings of a row, and the column of each."""
    numbers = columns.places("questions", language)
    found = [
        (line.strip(), columns.name(number))
        for number in numbers
        for line in ([cells[number]] if "<" in cells[number] else cells[number].split("\n"))
        if line.strip()
    ]
    names = {f"questions[{at}]": name for at, (_, name) in enumerate(found)}
    names["questions"] = columns.name(numbers[0])
    return [text for text, _ in found], names
