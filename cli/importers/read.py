"""A knowledge base of any format is read here, by one reader for every command."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from surgeline.adapters.past.encoding import Text, Undecodable, decode
from surgeline.knowledge.articles.article import (
    MAX_FILE_BYTES,
    Article,
    KnowledgeRefused,
    Place,
    Problem,
)
from surgeline.knowledge.articles.jsonl import read_jsonl, to_jsonl
from surgeline.knowledge.articles.reading import Reading
from surgeline.knowledge.text.languages import LANGUAGES

from cli.importers import markdown, web_page, workbook
from cli.importers.drafts import Drafts
from cli.importers.headings import NO_WISHES, Wishes
from cli.importers.plain_text import TooDeep
from cli.importers.qnabot import is_export, read_qnabot
from cli.importers.records import document, read_lines, read_objects
from cli.importers.spreadsheet import read_spreadsheet
from cli.importers.structured_data import questions_in

JSONL: Final = (".jsonl", ".ndjson")
SPREADSHEET: Final = (".csv", ".tsv", ".txt")
_ACCEPTED: Final = ".jsonl, .csv, .tsv, .xlsx, .json, .html, .md, a folder of .html or .md"
_IN_FOLDERS: Final = (*markdown.SUFFIXES, *web_page.SUFFIXES)
_TEXTS: Final = (*SPREADSHEET, *_IN_FOLDERS, ".json")
_MAX_FILES: Final = 10_000
_EXPECTED: Final = (
    'expected a list of objects, as [{"question": ..., "answer": ...}], or FAQPage data, or an '
    "export of QnABot"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A knowledge base as it was read.

    `raw` is its canonical file, or the file itself if that is JSONL. `encoding` is that of a text
    file, or the sheets of a workbook. `left_out` has the problems of what a lenient reading left
    out.
    """

    articles: tuple[Article, ...]
    warnings: tuple[Problem, ...]
    raw: bytes
    format: str
    encoding: str
    left_out: tuple[Problem, ...] = ()


def read(
    path: Path,
    *,
    language: str | None = None,
    languages: Collection[str] | None = LANGUAGES,
    wishes: Wishes = NO_WISHES,
    lenient: bool = False,
) -> Source:
    """Read a file or folder. Raises KnowledgeRefused, OSError.

    `language` is the language of articles that name none. `wishes` names columns of the author's
    own. A lenient reading takes JSONL with any fields, leaves out what has a problem, and says so.
    """
    drafts = Drafts(Reading(languages, lenient=lenient), language)
    if path.is_dir():
        return _read_folder(drafts, path, wishes)
    raw = _bytes_of(path)
    suffix = path.suffix.lower()
    if _is_jsonl(raw, suffix):
        if lenient or wishes.named:
            read_lines(drafts, raw, str(path), wishes)
            return _source(drafts, path, "JSONL", "UTF-8")
        found = read_jsonl(raw, str(path), languages=languages)
        return Source(found.articles, found.warnings, raw, "JSONL", "UTF-8")
    if suffix in workbook.SUFFIXES:
        return _source(drafts, path, "XLSX", _read_workbook(drafts, path, raw, wishes))
    text = _text_of(path, raw)
    if suffix == ".xml":
        refuse(path, "a sitemap is read by `kb import`, which writes a file that is read here")
    if suffix not in _TEXTS:
        refuse(path, f"unknown format {path.suffix or path.name!r}; accepted are {_ACCEPTED}")
    name = _read_text(drafts, path, text.characters, wishes)
    return _source(drafts, path, name, text.encoding)


def _read_text(drafts: Drafts, path: Path, text: str, wishes: Wishes) -> str:
    """Add the articles of a text file, and return the name of its format."""
    file, suffix = str(path), path.suffix.lower()
    if suffix == ".json":
        return _read_json(drafts, text, file, wishes)
    if suffix in markdown.SUFFIXES:
        markdown.read_markdown(drafts, text, file, PurePath(path.name), wishes)
        return "Markdown"
    if suffix in web_page.SUFFIXES:
        return web_page.read_page(drafts, text, file)
    read_spreadsheet(drafts, text, file, wishes)
    return "CSV"


def _read_workbook(drafts: Drafts, path: Path, raw: bytes, wishes: Wishes) -> str:
    try:
        return workbook.read_workbook(drafts, raw, str(path), wishes)
    except workbook.Unreadable as error:
        raise KnowledgeRefused([Problem(str(path), 1, "", str(error))]) from error


def _read_json(drafts: Drafts, text: str, file: str, wishes: Wishes) -> str:
    whole = document(drafts.reading, text, file, _EXPECTED)
    if is_export(whole):
        read_qnabot(drafts, text, file)
        return "QnABot"
    top = Place(file, 1)
    if _read_data(drafts, whole, top):
        return "FAQPage data"
    if whole is not None and not read_objects(drafts, text, top, whole, wishes):
        drafts.reading.report(top, "", _EXPECTED)
    return "JSON"


def _read_data(drafts: Drafts, whole: object, top: Place) -> bool:
    """Add the questions of FAQPage data. Return whether there is any."""
    try:
        found = questions_in(whole)
    except TooDeep as error:
        drafts.reading.report(top, "", str(error))
        return True
    for each in found:
        fields: dict[str, object] = {
            "questions": list(each.questions),
            "answer": each.answer.replace("{", "{{").replace("}", "}}"),
        }
        language = web_page.language_of(each)
        if language:
            fields["language"] = language
        drafts.add(top, fields, html=False)
    return bool(found)


def _is_jsonl(raw: bytes, suffix: str) -> bool:
    """Return whether a file is JSONL by its name, or by its first character."""
    looks = raw.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    return suffix in JSONL or (looks and suffix not in {*_IN_FOLDERS, ".json"})


def refuse(path: Path, message: str) -> None:
    """Refuse a whole file. Raises KnowledgeRefused."""
    raise KnowledgeRefused([Problem(str(path), 1, "", message)])


def _read_folder(drafts: Drafts, folder: Path, wishes: Wishes) -> Source:
    files = _files_of(folder)
    if not files:
        refuse(folder, "no .md or .html file in this folder; expected articles or pages")
    if len(files) > _MAX_FILES:
        refuse(folder, f"{len(files):,} files; at most {_MAX_FILES:,} are accepted")
    encodings: set[str] = set()
    formats: set[str] = set()
    for path in files:
        try:
            text = _text_of(path, _bytes_of(path))
        except KnowledgeRefused as refused:
            drafts.reading.problems.extend(refused.problems)
            continue
        encodings.add(text.encoding)
        if path.suffix.lower() in web_page.SUFFIXES:
            formats.add(web_page.read_page(drafts, text.characters, str(path)))
        else:
            formats.add("Markdown")
            name = path.relative_to(folder)
            markdown.read_markdown(drafts, text.characters, str(path), name, wishes)
        if drafts.reading.is_full:
            break
    return _source(drafts, folder, ", ".join(sorted(formats)), ", ".join(sorted(encodings)))


def _files_of(folder: Path) -> list[Path]:
    """Return the articles and pages below a folder in a stable order.

    Files whose names begin with . or _ are left out.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _IN_FOLDERS and path.name[0] not in "._" and path.is_file()
    )


def _source(drafts: Drafts, path: Path, name: str, encoding: str) -> Source:
    drafts.finish()
    found = drafts.reading.read(Place(str(path), 1))
    raw = to_jsonl(found.articles)
    return Source(found.articles, found.warnings, raw, name, encoding, found.left_out)


def _bytes_of(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        refuse(path, f"the file has {size:,} bytes; at most {limit} MB are accepted")
    return path.read_bytes()


def _text_of(path: Path, raw: bytes) -> Text:
    try:
        return decode(raw)
    except Undecodable as error:
        raise KnowledgeRefused([Problem(str(path), 1, "", str(error))]) from error
