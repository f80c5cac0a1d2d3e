"""Articles are read from JSONL, and written to it, here; other formats are read elsewhere."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from surgeline.knowledge.articles.article import (
    MAX_ANSWER_CHARS,
    MAX_FILE_BYTES,
    MAX_LINE_BYTES,
    MAX_PROBLEMS,
    Article,
    KnowledgeRefused,
    Place,
    Problem,
    Read,
)
from surgeline.knowledge.articles.media import as_objects
from surgeline.knowledge.articles.reading import DuplicateKey, Reading, unique_keys
from surgeline.knowledge.text.languages import LANGUAGES

__all__ = [
    "MAX_ANSWER_CHARS",
    "MAX_FILE_BYTES",
    "MAX_PROBLEMS",
    "Article",
    "KnowledgeRefused",
    "Problem",
    "Read",
    "as_fields",
    "objects_in",
    "page_of",
    "parse_jsonl",
    "read_jsonl",
    "to_jsonl",
]

_PAGE_CHARS: Final = 300_000
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def parse_jsonl(
    raw: bytes, file: str, *, languages: Collection[str] | None = LANGUAGES
) -> tuple[Article, ...]:
    """Return the articles of a JSONL file; see `read_jsonl`."""
    return read_jsonl(raw, file, languages=languages).articles


def read_jsonl(raw: bytes, file: str, *, languages: Collection[str] | None = LANGUAGES) -> Read:
    """Read a JSONL file, or raise `KnowledgeRefused` with up to 100 problems.

    A line is an article, or an entry with `variants`. Each language of such an entry becomes an
    article `ID.LANGUAGE`. A UTF-8 byte-order mark is accepted, because spreadsheet programs write
    one. Any other encoding than UTF-8 is refused. `languages=None` accepts every tag that looks
    like BCP 47.
    """
    reading = Reading(languages)
    for place, fields in objects_in(reading, raw, file):
        reading.add(place, fields)
    return reading.read(Place(file, 1))


def objects_in(
    reading: Reading, raw: bytes, file: str
) -> Iterator[tuple[Place, dict[str, object]]]:
    """Yield the object of each line, and report the lines that hold none."""
    if len(raw) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        message = f"the file has {len(raw):,} bytes; at most {limit} MB are accepted"
        reading.report(Place(file, 1), "", message)
        return
    for number, line in enumerate(raw.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        place = Place(file, number)
        fields = _object_of(reading, place, line) if line.strip() else None
        if fields is not None:
            yield place, fields
        if reading.is_full:
            return


def to_jsonl(articles: Sequence[Article]) -> bytes:
    """Return the canonical file of articles, in which equal articles give equal bytes."""
    return "".join(
        json.dumps(as_fields(article), ensure_ascii=False) + "\n" for article in articles
    ).encode()


def as_fields(article: Article) -> dict[str, object]:
    """Return an article as the JSON object of its line. It has only the marks that it uses."""
    marks: dict[str, object] = {}
    if article.tags:
        marks["tags"] = list(article.tags)
    if article.crisis_answer:
        marks["crisis_answer"] = article.crisis_answer
    if article.state:
        marks["state"] = article.state
    if article.media:
        marks["media"] = as_objects(article.media)
    if article.note:
        marks["note"] = article.note
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "questions": list(article.questions),
        "answer": article.answer,
        **marks,
    }


def page_of(articles: Sequence[Article], after: int) -> Sequence[Article]:
    """Return the articles from a position on that fit on a page, at least one if there is any."""
    ends, characters = after, 0
    while ends < len(articles) and characters < _PAGE_CHARS:
        article = articles[ends]
        characters += len(article.answer) + sum(map(len, article.questions))
        ends += 1
    return articles[after:ends]


def _object_of(reading: Reading, place: Place, line: bytes) -> dict[str, object] | None:
    if len(line) > MAX_LINE_BYTES:
        reading.report(place, "", f"the line has {len(line):,} bytes; at most 1 MB is accepted")
        return None
    try:
        parsed = json.loads(line.decode("utf-8", "strict"), object_pairs_hook=unique_keys)
    except UnicodeDecodeError as error:
        reading.report(place, "", f"byte {error.start + 1} is not UTF-8; save the file as UTF-8")
    except DuplicateKey as error:
        reading.report(place, str(error), "the field is given twice; give it once")
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or large"
        reading.report(place, "", f"not JSON ({reason}); expected one JSON object a line")
    else:
        if isinstance(parsed, dict):
            return parsed
        kind = type(parsed).__name__
        reading.report(place, "", f"a JSON {kind}; expected one JSON object a line")
    return None
