"""Articles and their validation from JSONL live here; other formats and files do not."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "ko", "fr")
MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_LINE_BYTES: Final = 1024 * 1024
MAX_ANSWER_CHARS: Final = 4_000
MAX_QUESTION_CHARS: Final = 500
MAX_TITLE_CHARS: Final = 500
MAX_ID_CHARS: Final = 200
MAX_QUESTIONS: Final = 2_000
MAX_PROBLEMS: Final = 100

_SHOWN_CHARS: Final = 60
_FIELDS: Final = ("id", "title", "language", "questions", "answer")
_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
# Joiners are kept: emoji families and some scripts are spelled with them.
_JOINERS: Final = frozenset("\u200c\u200d")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Article:
    """One knowledge-base entry: example questions and the answer they share."""

    id: str
    title: str
    language: str
    questions: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a knowledge base; `line` counts from 1, `field` is "" for a whole line."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return (
            f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"
        )


class KnowledgeRefused(Exception):
    """A knowledge base that must not be published; `problems` says where and why."""

    def __init__(self, problems: Collection[Problem]) -> None:
        """Keep the problems and spell each on its own line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse_jsonl(
    raw: bytes, file: str, *, languages: Collection[str] | None = LANGUAGES
) -> tuple[Article, ...]:
    """Return the articles of a JSONL file, or raise `KnowledgeRefused` with up to 100 problems.

    A UTF-8 byte-order mark is tolerated (spreadsheet programs write one); any other encoding than
    UTF-8 is refused. `languages=None` accepts every tag that looks like BCP 47.
    """
    reading = _Reading(file, None if languages is None else tuple(languages))
    if len(raw) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        reading.report(1, "", f"the file has {len(raw):,} bytes; at most {limit} MB are accepted")
        raise KnowledgeRefused(reading.problems)
    for number, line in enumerate(raw.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if line.strip():
            reading.read_line(number, line)
        if len(reading.problems) >= MAX_PROBLEMS:
            break
    if not reading.articles and not reading.problems:
        reading.report(1, "", "the file is empty; expected one article as a JSON object a line")
    if reading.problems:
        raise KnowledgeRefused(reading.problems[:MAX_PROBLEMS])
    return tuple(reading.articles)


class _DuplicateKeyError(ValueError):
    """A JSON object names the same key twice."""


class _Reading:
    """The articles and problems found so far in one file."""

    def __init__(self, file: str, languages: tuple[str, ...] | None) -> None:
        self.file = file
        self.languages = languages
        self.articles: list[Article] = []
        self.problems: list[Problem] = []
        self.first_line_of: dict[str, int] = {}

    def report(self, line: int, field: str, message: str) -> None:
        self.problems.append(Problem(self.file, line, field, message))

    def read_line(self, number: int, line: bytes) -> None:
        fields = self._parse_object(number, line)
        if fields is None:
            return
        before = len(self.problems)
        for name in fields:
            if name not in _FIELDS:
                accepted = ", ".join(_FIELDS)
                self.report(number, _shown(name), f"unknown field; accepted are {accepted}")
        article = Article(
            id=self._text(number, fields, "id", MAX_ID_CHARS),
            title=self._text(number, fields, "title", MAX_TITLE_CHARS),
            language=self._language(number, fields),
            questions=self._questions(number, fields),
            answer=self._text(number, fields, "answer", MAX_ANSWER_CHARS),
        )
        self._check_unique(number, article.id)
        if len(self.problems) == before:
            self.articles.append(article)

    def _parse_object(self, number: int, line: bytes) -> dict[str, object] | None:
        if len(line) > MAX_LINE_BYTES:
            self.report(number, "", f"the line has {len(line):,} bytes; at most 1 MB is accepted")
            return None
        try:
            parsed = json.loads(line.decode("utf-8", "strict"), object_pairs_hook=_unique_keys)
        except UnicodeDecodeError as error:
            self.report(number, "", f"byte {error.start + 1} is not UTF-8; save the file as UTF-8")
        except _DuplicateKeyError as error:
            self.report(number, str(error), "the field is given twice; give it once")
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or large"
            self.report(number, "", f"not JSON ({reason}); expected one JSON object a line")
        else:
            if isinstance(parsed, dict):
                return parsed
            kind = type(parsed).__name__
            self.report(number, "", f"a JSON {kind}; expected one JSON object a line")
        return None

    def _text(self, number: int, fields: dict[str, object], name: str, limit: int) -> str:
        if name not in fields:
            self.report(number, name, "missing; expected a text")
            return ""
        return self._checked_text(number, name, fields[name], limit)

    def _checked_text(self, number: int, name: str, value: object, limit: int) -> str:
        if not isinstance(value, str):
            self.report(number, name, f"a {_json_kind(value)}; expected a text")
            return ""
        if not value.strip():
            self.report(number, name, "empty; expected a text")
        if len(value) > limit:
            message = f"{len(value):,} characters; at most {limit:,} are accepted"
            self.report(number, name, message)
        for position, character in _hidden_characters(value, newlines=name == "answer"):
            message = f"hidden character U+{ord(character):04X} at position {position}; remove it"
            self.report(number, name, message)
            break
        return value

    def _language(self, number: int, fields: dict[str, object]) -> str:
        language = self._text(number, fields, "language", 35)
        if not language.strip():
            return ""
        if self.languages is not None and language not in self.languages:
            accepted = ", ".join(self.languages)
            self.report(number, "language", f"unknown language {_shown(language)}; use {accepted}")
        elif not _LANGUAGE_TAG.fullmatch(language):
            message = f"{_shown(language)} is no language tag; expected one such as en or pt-BR"
            self.report(number, "language", message)
        return language

    def _questions(self, number: int, fields: dict[str, object]) -> tuple[str, ...]:
        questions = fields.get("questions")
        if not isinstance(questions, list):
            found = f"a {_json_kind(questions)}" if "questions" in fields else "missing"
            self.report(number, "questions", f"{found}; expected a list of texts")
            return ()
        if not questions:
            self.report(number, "questions", "empty; give at least one example question")
        if len(questions) > MAX_QUESTIONS:
            message = f"{len(questions):,} questions; at most {MAX_QUESTIONS:,} are accepted"
            self.report(number, "questions", message)
            return ()
        return tuple(
            self._checked_text(number, f"questions[{position}]", question, MAX_QUESTION_CHARS)
            for position, question in enumerate(questions)
        )

    def _check_unique(self, number: int, article_id: str) -> None:
        if not article_id:
            return
        first = self.first_line_of.setdefault(article_id, number)
        if first != number:
            message = f"{_shown(article_id)} is already the id of line {first}; ids must be unique"
            self.report(number, "id", message)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise _DuplicateKeyError(_shown(name))
        fields[name] = value
    return fields


def _hidden_characters(text: str, *, newlines: bool) -> Iterator[tuple[int, str]]:
    """Yield what a reader cannot see: controls, zero-width and direction marks, surrogates."""
    allowed = _JOINERS | set("\t\r\n") if newlines else _JOINERS
    for position, character in enumerate(text, start=1):
        if character in allowed or character.isprintable():
            continue
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}:
            yield position, character


def _shown(text: str) -> str:
    """Return a short, printable form of something an author wrote."""
    shortened = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
    return json.dumps(shortened, ensure_ascii=not shortened.isprintable())


def _json_kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return kinds.get(type(value), "text")
