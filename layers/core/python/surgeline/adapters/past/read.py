"""A file of past conversations in any known form is read here, by one reader for every command."""

import json
import re
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final

from surgeline.adapters.past.conversation import Past
from surgeline.adapters.past.encoding import Undecodable, decode
from surgeline.adapters.past.gathering import Gathering
from surgeline.adapters.past.lists import entries
from surgeline.adapters.past.mailbox import is_mailbox, read_mailbox
from surgeline.adapters.past.records import Record, Records
from surgeline.adapters.past.table import read_table
from surgeline.knowledge.articles.article import Problem
from surgeline.knowledge.articles.reading import DuplicateKey, unique_keys

MOST_BYTES: Final = 500_000_000
MOST_TEXT_BYTES: Final = 200_000_000
ACCEPTED: Final = "a mailbox (.mbox), .csv, .tsv, .jsonl, or .json as a helpdesk exports it"
_LISTS: Final = ("tickets", "conversations", "payload", "data", "results")
_TABLES: Final = (".csv", ".tsv", ".txt")


class PastRefused(Exception):
    """A file of which nothing can be read. The message says where and why."""


def read_past(
    path: Path, *, ours: Collection[str] = (), columns: Mapping[str, str] | None = None
) -> Past:
    """Return the conversations of a file, and what was left out of it and why.

    `ours` are the addresses of the team in a mailbox. `columns` gives a table's columns other
    names. Raises PastRefused for a file that is none of the accepted forms.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _read(str(path), file, size, ours, columns or {})
    except OSError as error:
        raise PastRefused(f"{path}: it can't be read ({error.strerror})") from error


def read_content(
    name: str,
    content: bytes,
    *,
    ours: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
) -> Past:
    """Return the same of the bytes of a file with that name. Raises PastRefused."""
    return _read(name, BytesIO(content), len(content), ours, columns or {})


def _read(
    name: str, file: BinaryIO, size: int, ours: Collection[str], columns: Mapping[str, str]
) -> Past:
    beginning = file.read(64)
    file.seek(0)
    limit = MOST_BYTES if is_mailbox(beginning) else MOST_TEXT_BYTES
    if size > limit:
        raise PastRefused(f"{name}: {size:,} bytes; at most {limit // 1_000_000} MB are read")
    found = Gathering(name)
    if is_mailbox(beginning):
        read_mailbox(found, file, [each.lower() for each in ours])
        return found.past("mailbox")
    return _read_text(found, file.read(), columns)


def _read_text(found: Gathering, raw: bytes, columns: Mapping[str, str]) -> Past:
    try:
        text = decode(raw).characters
    except Undecodable as error:
        raise PastRefused(f"{found.file}: {error}; expected {ACCEPTED}") from error
    start = text.lstrip()[:1]
    suffix = PurePath(found.file).suffix.lower()
    if suffix in _TABLES or (start and start not in "{["):
        if not read_table(found, text, columns):
            raise PastRefused("\n".join(map(str, found.problems)))
        return found.past("table")
    reader = _read_document(found, text) or _read_lines(found, text)
    return found.past(", ".join(reader.formats) or "JSON lines")


def _read_document(found: Gathering, text: str) -> Records | None:
    """Read a JSON document that holds a list of objects. Return None for any other text."""
    try:
        whole: Any = json.loads(text, object_pairs_hook=unique_keys)
    except DuplicateKey as error:
        raise PastRefused(
            f"{found.file}: the field {error} is given twice; give it once"
        ) from error
    except (ValueError, RecursionError):
        return None
    start, people = _list_in(text, whole)
    if start is None:
        return None
    reader = Records(found, people)
    for line, entry in entries(text, start):
        reader.add(line, entry)
    return reader


def _list_in(text: str, whole: object) -> tuple[int | None, dict[str, Record]]:
    """Return where the list of conversations begins, and the people that stand beside it."""
    if isinstance(whole, list):
        return text.index("[") + 1, {}
    if not isinstance(whole, dict):
        return None, {}
    users = whole.get("users")
    people: dict[str, Record] = {
        str(each.get("id")): each
        for each in (users if isinstance(users, list) else ())
        if isinstance(each, dict)
    }
    below = whole.get("data")
    inside = {**below, **whole} if isinstance(below, dict) else whole  # as Chatwoot lists them
    for name in _LISTS:
        begins = re.search(rf'"{name}"\s*:\s*\[', text)
        if isinstance(inside.get(name), list) and begins:
            return begins.end(), people
    return None, people


def _read_lines(found: Gathering, text: str) -> Records:
    """Read an object on each line. A line that is none is reported."""
    reader = Records(found)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or large"
            found.report(number, "", "no_json", why=why)
            continue
        reader.add(number, record)
    return reader


def first_problems(problems: Collection[Problem], most: int = 20) -> list[str]:
    """Return the first problems as lines, and how many more there are."""
    lines = [str(each) for each in list(problems)[:most]]
    more = len(problems) - len(lines)
    return [*lines, f"… and {more:,} more"] if more > 0 else lines
