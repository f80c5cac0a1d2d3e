"""A table of messages or tickets is read here. Rows of one id are one conversation."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from surgeline.adapters.past.conversation import By
from surgeline.adapters.past.gathering import Gathering

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "sender": ("sender", "from", "email", "e-mail", "requester email", "customer", "customer email",
               "phone", "address", "requester"),
    "text": ("text", "message", "body", "description", "content", "question", "comment"),
    "at": ("at", "date", "created", "created at", "time", "received", "timestamp", "requested"),
    "id": ("id", "ticket", "ticket id", "number", "case", "case number", "conversation"),
    "subject": ("subject", "title", "topic"),
    "by": ("by", "author", "direction", "role", "written by"),
    "name": ("name", "customer name", "requester name"),
    "language": ("language", "locale", "lang"),
    "status": ("status", "state"),
}  # fmt: skip
"""The columns that are read, by the names that exports give them."""
_NEEDED: Final = ("sender", "text")
_TEAM: Final = frozenset(("team", "agent", "support", "staff", "outgoing", "out", "us", "operator"))
_MOST_CELL: Final = 1_000_000


def read_table(found: Gathering, text: str, named: Mapping[str, str]) -> bool:
    """Gather the rows of a table. `named` gives columns other names. Return whether it has any.

    A row that can't be read is reported with its line, and the others are read all the same.
    """
    csv.field_size_limit(_MOST_CELL)
    rows = _rows(found, text)
    header = next(rows, None)
    if header is None:
        found.report(1, "", "empty_file")
        return False
    columns = _columns(found, header[1], named)
    if columns is None:
        return False
    for line, cells in rows:
        _add(found, line, columns, cells, len(header[1]))
    return True


def _rows(found: Gathering, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that says something, with the line where it begins."""
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=between)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found.report(line, "", "row", why=str(error))
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _columns(
    found: Gathering, header: Sequence[str], named: Mapping[str, str]
) -> dict[str, int] | None:
    """Return the place of each column that is read, or None without the needed ones."""
    places = {name.strip().lower().replace("_", " "): at for at, name in enumerate(header)}
    columns: dict[str, int] = {}
    for column, usual in NAMES.items():
        wanted = (named[column],) if column in named else usual
        known = (places[each] for each in (w.lower().replace("_", " ") for w in wanted)
                 if each in places)  # fmt: skip
        place = next(known, None)
        if place is not None:
            columns[column] = place
        elif column in named:
            found.report(1, column, "no_column", name=named[column])
            return None
    for column in _NEEDED:
        if column not in columns:
            there = ", ".join(each.strip() for each in header[:20])
            found.report(1, column, "missing_column", there=there, column=column)
            return None
    return columns


def _add(
    found: Gathering, line: int, columns: Mapping[str, int], cells: Sequence[str], width: int
) -> None:
    if len(cells) != width:
        found.report(line, "", "cells", cells=len(cells), width=width)
        return
    row = {column: cells[at].strip() for column, at in columns.items()}
    for column in _NEEDED:
        if not row[column]:
            found.report(line, column, "empty_cell")
            return
    at, is_read = found.moment(line, "at", row.get("at"))
    if not is_read:
        return
    draft = found.draft(row.get("id") or f"line {line}", line)
    by: By = "team" if row.get("by", "").lower() in _TEAM else "customer"
    if by == "customer" or not draft.sender:
        draft.sender = draft.sender or row["sender"]
    for column in ("subject", "name", "language", "status"):
        if row.get(column):
            setattr(draft, column, row[column])
    draft.add(by, row["text"], at)
