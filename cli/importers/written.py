"""Articles are written here as tables and workbooks that an import reads back exactly as they were.

A text that a spreadsheet program or an import would change stands between <pre> and </pre>. Such
texts begin like a formula, hold HTML, or begin or end with spaces.
"""

import csv
import io
from collections.abc import Sequence
from typing import Final

from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.jsonl import to_jsonl

from cli.importers.marks import OWN, told, used
from cli.importers.plain_text import as_it_is, is_as_it_is, plain_text
from cli.importers.table import clean, is_taken_for_no_text
from cli.importers.written_pages import as_json, as_page

FORMATS: Final = ("jsonl", "csv", "tsv", "xlsx", "json", "html")
"""The formats of one file, by their endings."""

# Spreadsheet programs take a text that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@")
_SEPARATORS: Final = {"csv": ",", "tsv": "\t"}
_SHEET: Final = "Articles"
_WIDTHS: Final = (20, 30, 10)


def written(articles: Sequence[Article], form: str) -> bytes:
    """Return the articles in one of the formats."""
    if form in _SEPARATORS:
        return _csv(articles, _SEPARATORS[form])
    made = {"xlsx": _xlsx, "json": as_json, "html": as_page, "jsonl": to_jsonl}
    return made[form](articles)


def _csv(articles: Sequence[Article], separator: str) -> bytes:
    """Return a CSV that spreadsheet programs open with a double click, as UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    for row in _rows(articles):
        writer.writerow([_cell(value, formulas=_FORMULA) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(articles: Sequence[Article]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet(_SHEET)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True})
    for number, row in enumerate(_rows(articles)):
        for column, value in enumerate(row):
            if value:
                form = wrapped if number else bold
                sheet.write_string(number, column, _cell(value, formulas=("=",)), form)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(len(_WIDTHS), _columns(articles) + len(_WIDTHS), 40)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def _columns(articles: Sequence[Article]) -> int:
    return max((len(_once(article)) for article in articles), default=1)


def _rows(articles: Sequence[Article]) -> list[list[str]]:
    """Return the names of the columns, and a row for each article with every question once."""
    asked = _columns(articles)
    numbered = [f"question {number + 1}" for number in range(asked)]
    marks = used(articles)
    named = [name for name, mark in OWN.items() if mark in marks]
    rows = [["id", "title", "language", *numbered, "answer", *named]]
    for article in articles:
        questions = _once(article)
        padded = [*questions, *[""] * (asked - len(questions))]
        own = [told(article, mark) for mark in marks]
        rows.append([article.id, article.title, article.language, *padded, article.answer, *own])
    return rows


def _once(article: Article) -> list[str]:
    return list(dict.fromkeys(article.questions))


def _cell(text: str, *, formulas: tuple[str, ...]) -> str:
    """Return a text in the form in which it comes back as it is."""
    stays = (
        not text.startswith(formulas)
        and clean(text) == text
        and plain_text(text) is None
        and not is_as_it_is(text)
        and not is_taken_for_no_text(text)
        and "<" not in text
        and "_x" not in text
    )
    return text if stays or not text else as_it_is(text)
