"""Numbers are read here: those of flags, and those of a CSV file of intervals.

Every refusal of a file names the file, the line and the column.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite, isnan
from pathlib import Path

import click

from cli.console import WrongUse, plain

LONGEST_SECONDS = 24 * 3600.0
MOST_AT_A_TIME = 10
MOST_ROWS = 1_000_000
MOST_CONTACTS = 100_000_000.0
_MOST_DIGITS = 20
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


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


class Share(click.ParamType[tuple[str, Fraction]]):
    """A share such as 0.3, or a named one such as meetings=0.1. It stays exact."""

    name = "share"

    def convert(
        self,
        value: str | tuple[str, Fraction],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, Fraction]:
        """Return the name and the share; see click.ParamType."""
        if isinstance(value, tuple):
            return value
        name, is_named, share = value.rpartition("=")
        try:  # a Decimal has any exponent at once, and a Fraction of it may take minutes
            is_short = abs(Decimal(share).adjusted()) <= _MOST_DIGITS
            found = Fraction(share) if is_short else None
        except (ValueError, ArithmeticError):
            found = None
        if found is None or (is_named and not name.strip()):
            self.fail(f"{plain(value)!r} is no share, such as 0.3 or meetings=0.1", param, ctx)
        return (name.strip() or "away", found)


class Seconds(click.ParamType[tuple[float, ...]]):
    """Handle times of an agent with one contact at a time, with two, and so on: 480,560,660."""

    name = "seconds"

    def convert(
        self,
        value: str | tuple[float, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, ...]:
        """Return the times; see click.ParamType."""
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(float(each) for each in value.split(","))
        except ValueError:
            found = ()
        if not (
            1 <= len(found) <= MOST_AT_A_TIME and all(0 < each <= LONGEST_SECONDS for each in found)
        ):
            self.fail(
                f"{plain(value)!r} is no list of 1 to {MOST_AT_A_TIME} times in seconds,"
                f" such as 480,560,660; each is above 0 and at most {LONGEST_SECONDS:,.0f}",
                param,
                ctx,
            )
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


def minute_of(clock: str) -> int | None:
    """Return the minute of the day of a time such as 09:30, or None for any other text."""
    found = _CLOCK.fullmatch(clock)
    return int(found[1]) * 60 + int(found[2]) if found else None
