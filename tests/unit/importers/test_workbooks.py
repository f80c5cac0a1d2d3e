"""Workbooks are read sheet by sheet; hostile ones are refused with what to do."""

import contextlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surgeline.knowledge.articles.jsonl import KnowledgeRefused

from cli.importers import workbook
from cli.importers.read import Source, read

HEAD = ("Question", "Answer")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faq.xlsx"


def written(file: Path, sheets: Mapping[str, list[tuple[object, ...]]]) -> Path:
    """Write a workbook of these sheets and rows; a text that begins with = is a formula."""
    book = xlsxwriter.Workbook(str(file))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return file


def source_of(file: Path, language: str | None = None) -> Source:
    return read(file, lenient=True, language=language)


def refused(file: Path) -> str:
    with pytest.raises(KnowledgeRefused) as found:
        source_of(file, "en")
    (problem,) = found.value.problems
    assert problem.file == str(file)
    return problem.message


def changed(file: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"
ROWS: list[tuple[object, ...]] = [HEAD, ("When are you open?", "At nine.")]


def test_sheets_are_read_in_the_language_that_they_are_named_for(file: Path) -> None:
    """Every sheet with such columns is read; others are named, and empty ones passed over."""
    sheets = {
        "English": [("Our FAQ",), HEAD, ("Open?", "At 9."), ("Cost?", 5), ("Late?", 2.5)],
        "FR": [("Question", "Réponse"), ("Ouvert ?", "À 9 h.\nEt à 10 h.")],
        "Notes": [("todo",), ("ask Ann",)],
        "Empty": [],
    }
    source = source_of(written(file, sheets))
    assert [(each.language, each.answer) for each in source.articles] == [
        ("en", "At 9."),
        ("en", "5"),
        ("en", "2.5"),
        ("fr", "À 9 h.\nEt à 10 h."),
    ]
    (warning,) = source.warnings
    assert "the sheet 'Notes' names no columns" in warning.message
    assert (source.format, source.encoding) == ("XLSX", "sheet English, sheet FR")


def test_a_problem_names_the_sheet_its_row_and_column(file: Path) -> None:
    """A bad row is told as a spreadsheet program counts, and the others are read."""
    source = source_of(written(file, {"FAQ": [HEAD, (), ("Lost?", ""), *ROWS[1:]]}), "en")
    assert len(source.articles) == 1
    (problem,) = source.left_out
    assert (problem.line, problem.field) == (3, "column 2 ('Answer')")
    assert problem.message == "empty; expected a text (sheet 'FAQ')"


def test_a_formula_is_no_text(file: Path) -> None:
    """A formula is left out and told, whatever value it had last."""
    source = source_of(written(file, {"FAQ": [*ROWS, ("Cost?", '=HYPERLINK("x")')]}), "en")
    (problem,) = source.left_out
    assert (problem.line, problem.field) == (3, "column 2 ('Answer')")
    assert "a formula; save its value instead" in problem.message


def test_a_workbook_without_such_columns_names_those_it_has(file: Path) -> None:
    """Columns that are not understood are named, with the option that names them."""
    with pytest.raises(KnowledgeRefused) as found:
        source_of(written(file, {"FAQ": [("Frage", "Antwort"), ("a", "b")]}))
    told = str(found.value)
    assert "'Frage', 'Antwort'" in told
    assert "--columns question=NAME" in told
    assert "sheet 'FAQ'" in told


def test_a_zip_bomb_is_refused_whatever_size_it_claims(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that unpacks over the limit is refused before it is read."""
    written(file, {"FAQ": ROWS})
    changed(file, "xl/sharedStrings.xml", lambda old: old + b" " * 101 * 1024 * 1024)
    assert file.stat().st_size < 200_000
    assert "over 100 MB" in refused(file)
    written(file, {"FAQ": ROWS})
    monkeypatch.setattr(workbook, "MAX_PARTS", 3)
    assert "over 3 parts" in refused(file)


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(file: Path, doctype: bytes, encoding: str) -> None:
    """A part with a document type is refused in any encoding, before anything is resolved."""
    written(file, {"FAQ": ROWS})
    before = b'<?xml version="1.0" encoding="' + encoding.encode() + b'"?>' + doctype
    changed(file, SHEET, lambda old: (before + old.split(b"?>", 1)[1]).decode().encode(encoding))
    assert f"{SHEET} has a document type or entities" in refused(file)


def test_a_table_of_a_billion_cells_is_refused(file: Path) -> None:
    """Two cells in far corners claim a table that nobody fills."""
    written(file, {"FAQ": ROWS})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    changed(file, SHEET, lambda old: old.replace(b"</sheetData>", far))
    assert "over 2,000,000 cells" in refused(file)


def test_a_workbook_nested_too_deeply_is_refused(file: Path) -> None:
    """Nesting that no spreadsheet program writes is refused as damage."""
    written(file, {"FAQ": ROWS})
    changed(file, SHEET, lambda old: old.replace(b"<sheetData>", b"<a>" * 100_000 + b"<sheetData>"))
    assert "damaged" in refused(file)


@pytest.mark.parametrize(
    "raw", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"question,answer\n"]
)
def test_what_is_no_workbook_is_refused_with_what_to_do(file: Path, raw: bytes) -> None:
    """Other bytes under that name are refused, with the way to save the sheet."""
    file.write_bytes(raw)
    assert "save it as .xlsx or CSV" in refused(file)


def test_an_archive_of_something_else_is_refused(file: Path) -> None:
    """A ZIP archive without the parts of a workbook is none."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    file.write_bytes(packed.getvalue())
    assert "no workbook" in refused(file)


DAMAGE = st.tuples(
    st.sampled_from([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]),
    st.floats(0, 1),
    st.binary(max_size=6) | st.sampled_from([b'r="ZZ', b"<f>", b"&x;", b't="s"', b"99999"]),
    st.integers(0, 40),
)
ALLOWED = [HealthCheck.function_scoped_fixture]


@settings(max_examples=60, suppress_health_check=ALLOWED)
@given(DAMAGE)
def test_a_damaged_part_is_read_or_refused(
    file: Path, damage: tuple[str, float, bytes, int]
) -> None:
    """Bytes changed anywhere in a part raise nothing but a refusal."""
    part, at, put, drop = damage
    written(file, {"FAQ": ROWS})

    def damaged(old: bytes) -> bytes:
        place = int(at * len(old))
        return old[:place] + put + old[place + drop :]

    changed(file, part, damaged)
    with contextlib.suppress(KnowledgeRefused):
        source_of(file, "en")
