"""Sheets of a workbook (.xlsx) are read here, after the file was found harmless.

Every part of the file is unpacked within a limit and packed again before the reader sees it. So no
size that the file claims is believed. Parts with a document type are refused, because only those
can name entities. Nothing in the file is evaluated or followed.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from surgeline.knowledge.articles.article import Place

from cli.importers.drafts import Drafts
from cli.importers.headings import Wishes, language_named
from cli.importers.table import Row, clean, has_columns, read_table

SUFFIXES: Final = (".xlsx", ".xlsm")

MAX_UNPACKED_BYTES: Final = 100 * 1024 * 1024
MAX_PARTS: Final = 2_000
MAX_CELLS: Final = 2_000_000
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,4})([0-9]{1,9})")
_READ: Final = (".xml", ".rels")
_ADVICE: Final = "open it in a spreadsheet program and save it as .xlsx or CSV"


class Unreadable(ValueError):
    """A file that is no workbook or a hostile one; the message says what to do."""


def read_workbook(drafts: Drafts, raw: bytes, file: str, wishes: Wishes) -> str:
    """Add the articles of every sheet that has columns for them, and return the sheets' names.

    A sheet named for a language is in that language. Raises Unreadable.
    """
    parts = _parts(raw)
    formulas = _formulas(parts)
    sheets = _sheets(_packed(parts), file)
    read = [name for name, rows in sheets if has_columns(rows, wishes)]
    for name, rows in sheets:
        if name in read or (not read and rows):
            told = [_with_formulas(row, formulas.get(name, frozenset())) for row in rows]
            before = drafts.language
            drafts.language = language_named(name) or before
            read_table(drafts, told, wishes)
            drafts.language = before
        elif rows:
            message = f"the sheet {name!r} names no columns of questions and answers: not read"
            drafts.reading.warn(Place(file, 1), "", message)
    return ", ".join(f"sheet {name}" for name in read) or "no sheet"


def _sheets(packed: bytes, file: str) -> list[tuple[str, list[Row]]]:
    """Return the sheets with their rows, the hidden ones without any. Raises Unreadable."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(packed))
        return [
            (each.name, _rows(book, each.name, file))
            for each in book.sheets_metadata
            if each.visible is python_calamine.SheetVisibleEnum.Visible
        ]
    except python_calamine.PasswordError as error:
        raise Unreadable("the workbook has a password; save it without one") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(f"this is no workbook that can be read; {_ADVICE}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own, of no public type
            raise
        raise Unreadable(f"this workbook is damaged; {_ADVICE}") from error


def _parts(raw: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook, each unpacked within the limit. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return dict(_unpacked(archive))
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises a dozen kinds at hostile archives
        raise Unreadable(f"this is no workbook, or a damaged one; {_ADVICE}") from error


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = MAX_UNPACKED_BYTES
    if len(archive.infolist()) > MAX_PARTS:
        raise Unreadable(f"the workbook has over {MAX_PARTS:,} parts; {_ADVICE}")
    for part in archive.infolist():
        if not part.filename.lower().endswith(_READ):
            continue
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            limit = MAX_UNPACKED_BYTES // 1024 // 1024
            raise Unreadable(f"unpacked it has over {limit} MB; split it, or save it as CSV")
        if _has_doctype(content):
            raise Unreadable(f"{part.filename} has a document type or entities; {_ADVICE}")
        yield part.filename, content


def _has_doctype(content: bytes) -> bool:
    plain = content.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _packed(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _rows(book: Any, name: str, file: str) -> list[Row]:  # noqa: ANN401 - calamine's workbook
    """Return the rows that hold anything, with the numbers that a spreadsheet program shows."""
    entry = f"sheet {name!r}"
    values = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [
        (Place(file, number, entry=entry), cells)
        for number, row in enumerate(values, start=1)
        if any(cells := [_text(value) for value in row])
    ]


def _text(value: object) -> str:
    """Return a cell as its author sees it; whole numbers have no point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def _with_formulas(row: Row, formulas: frozenset[tuple[int, int]]) -> Row:
    """Return a row in which formulas stand as formulas, instead of their last values."""
    place, cells = row
    return place, [
        "=" if (place.line, number) in formulas else cell for number, cell in enumerate(cells, 1)
    ]


def _formulas(parts: Mapping[str, bytes]) -> dict[str, frozenset[tuple[int, int]]]:
    """Return the cells with formulas, by the names of their sheets. Raises Unreadable.

    A sheet that claims more cells than anybody fills is refused, because the reader makes them all.
    """
    from lxml import etree

    try:
        found = {
            path: _formulas_in(content, path)
            for path, content in parts.items()
            if b"sheetData" in content.replace(b"\0", b"")
        }
        return {name: found.get(path, frozenset()) for name, path in _paths_of_sheets(parts)}
    except (etree.XMLSyntaxError, KeyError) as error:
        raise Unreadable(f"this is no workbook, or a damaged one; {_ADVICE}") from error


def _paths_of_sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(parts["xl/workbook.xml"], parser)
    relations = etree.fromstring(parts["xl/_rels/workbook.xml.rels"], parser)
    targets = {each.get("Id"): each.get("Target") or "" for each in relations}
    for sheet in book.iter("{*}sheet"):
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        yield sheet.get("name"), posixpath.join("/xl", targets.get(key, "")).lstrip("/")


def _formulas_in(content: bytes, path: str) -> frozenset[tuple[int, int]]:
    """Return the row and column of each formula. Raises Unreadable for too many cells."""
    from lxml import etree

    found: set[tuple[int, int]] = set()
    row = column = height = width = 0
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=("{*}row", "{*}c", "{*}f"),
        resolve_entities=False,
        no_network=True,
    )
    for event, element in events:
        kind = etree.QName(element).localname
        if event == "end":
            if kind == "row":
                element.clear()
        elif kind == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif kind == "c":
            row, column = _position(element.get("r"), row, column + 1)
            height, width = max(height, row), max(width, column)
        else:
            found.add((row, column))
        if height * width > MAX_CELLS:
            message = f"{path} has a table of over {MAX_CELLS:,} cells; save the sheet as CSV"
            raise Unreadable(message)
    return frozenset(found)


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Return the row and column of a reference such as B7, or those that follow the last cell's."""
    named = _REFERENCE.fullmatch(reference or "")
    if named is None:
        return row, column
    column = 0
    for letter in named[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(named[2]), column
