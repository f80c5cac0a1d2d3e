"""Numbers are read here: those of flags, and those of a CSV file of intervals.

Every refusal of a file names the file, the line and the column.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, isnan
from pathlib import Path

import click

from cli.console import WrongUse, plain

MOST_ROWS = 1_000_000
MOST_CONTACTS = 100_000_000.0


class Within(click.FloatRange):
    """A number within bounds. click's own range lets through what is no number (nan)."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; see click.ParamType."""
        found = float(super().convert(value, param, ctx))
        if isnan(found):
            self.fail(f"{value} is no number.", param, ctx)
        return found


def rows_of(file: Path, needed: Sequence[str] = ()) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with its line, by the names of the header. Raises WrongUse."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongUse(f"{file} is no UTF-8 text; save it as CSV in UTF-8.") from error
    lines = text.splitlines()
    if not lines:
        named = f": {', '.join(needed)}" if needed else ""
        raise WrongUse(f"{file} is empty; its first line names the columns{named}.")
    between = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=between)
    names = [name.strip().lower() for name in next(reader)]
    for name in needed:
        if names.count(name) != 1:
            said = plain(", ".join(names))
            raise WrongUse(f"{file}, line 1: one column is {name!r}; the columns are {said}.")
    for cells in reader:
        line = reader.line_num
        if line > MOST_ROWS:
            raise WrongUse(f"{file} has more than {MOST_ROWS:,} lines.")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise WrongUse(f"{file}, line {line}: {len(cells)} cells for {len(names)} columns.")
        yield line, dict(zip(names, (cell.strip() for cell in cells), strict=True))


def number_of(file: Path, line: int, column: str, text: str) -> float:
    """Return a number of contacts. Raises WrongUse."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and 0 <= number <= MOST_CONTACTS):
        raise WrongUse(
            f"{file}, line {line}, {column}: {plain(text)!r} is no number of contacts;"
            f" it is a number from 0 to {MOST_CONTACTS:,.0f}."
        )
    return number


def whole_number_of(file: Path, line: int, column: str, text: str) -> int:
    """Return a number of contacts, rounded to a whole one. Raises WrongUse."""
    return round(number_of(file, line, column, text))
