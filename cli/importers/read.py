"""A knowledge base of any format is read here, by one reader for every command."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

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

from cli.importers import markdown
from cli.importers.encoding import Text, Undecodable, decode
from cli.importers.qnabot import read_qnabot
from cli.importers.spreadsheet import read_spreadsheet

JSONL: Final = (".jsonl", ".ndjson")
SPREADSHEET: Final = (".csv", ".tsv", ".txt")
_ACCEPTED: Final = ".jsonl, .csv, .tsv, .md, a folder of .md, or QnABot's .json"
_TEXTS: Final = (*SPREADSHEET, *markdown.SUFFIXES, ".json")
_MAX_FILES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """A knowledge base as it was read.

    `raw` is its canonical file, or the file itself if that is JSONL. `encoding` is the encoding
    that a text file was in.
    """

    articles: tuple[Article, ...]
    warnings: tuple[Problem, ...]
    raw: bytes
    format: str
    encoding: str


def read(
    path: Path, *, language: str | None = None, languages: Collection[str] | None = LANGUAGES
) -> Source:
    """Read a file or folder. Raises KnowledgeRefused, OSError.

    `language` is the language of articles that name none.
    """
    if path.is_dir():
        return _read_folder(path, language, languages)
    raw = _bytes_of(path)
    suffix = path.suffix.lower()
    if _is_jsonl(raw, suffix):
        found = read_jsonl(raw, str(path), languages=languages)
        return Source(found.articles, found.warnings, raw, "JSONL", "UTF-8")
    text = _text_of(path, raw)
    if suffix not in _TEXTS:
        refuse(path, f"unknown format {path.suffix or path.name!r}; accepted are {_ACCEPTED}")
    reading = Reading(languages)
    if suffix == ".json":
        name = "QnABot"
        read_qnabot(reading, text.characters, str(path), language=language)
    elif suffix in markdown.SUFFIXES:
        name = "Markdown"
        base = PurePath(path.name)
        markdown.read_markdown(reading, text.characters, str(path), base, language=language)
    else:
        name = "CSV"
        read_spreadsheet(reading, text.characters, str(path), language=language)
    return _source(reading, path, name, text.encoding)


def _is_jsonl(raw: bytes, suffix: str) -> bool:
    """Return whether a file is JSONL by its name, or by its first character."""
    looks = raw.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    return suffix in JSONL or (looks and suffix not in {*markdown.SUFFIXES, ".json"})


def refuse(path: Path, message: str) -> None:
    """Refuse a whole file. Raises KnowledgeRefused."""
    raise KnowledgeRefused([Problem(str(path), 1, "", message)])


def _read_folder(folder: Path, language: str | None, languages: Collection[str] | None) -> Source:
    files = markdown.files_of(folder)
    if not files:
        refuse(folder, "no .md file in this folder; expected one an article")
    if len(files) > _MAX_FILES:
        refuse(folder, f"{len(files):,} files; at most {_MAX_FILES:,} are accepted")
    reading = Reading(languages)
    encodings: set[str] = set()
    for path in files:
        try:
            text = _text_of(path, _bytes_of(path))
        except KnowledgeRefused as refused:
            reading.problems.extend(refused.problems)
            continue
        encodings.add(text.encoding)
        name = path.relative_to(folder)
        markdown.read_markdown(reading, text.characters, str(path), name, language=language)
        if reading.is_full:
            break
    return _source(reading, folder, "Markdown", ", ".join(sorted(encodings)))


def _source(reading: Reading, path: Path, name: str, encoding: str) -> Source:
    found = reading.read(Place(str(path), 1))
    return Source(found.articles, found.warnings, to_jsonl(found.articles), name, encoding)


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
