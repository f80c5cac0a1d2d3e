"""Past conversations of other systems are read here: the first question, and a person's answer.

A file is a mailbox, a table, or JSON: a conversation a line, or a list of them. Exports of Zendesk
(tickets with their comments), Intercom (conversations with their parts) and Chatwoot (conversations
with their messages) are known by their fields. Any other system's conversations can be written as
`{"messages": [{"from": "customer" or "agent", "text"}]}`.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from surgeline.adapters.past.conversation import By
from surgeline.adapters.past.mailbox import is_mailbox
from surgeline.adapters.past.read import PastRefused, read_past
from surgeline.adapters.past.records import side_of
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.knowledge.text.message import own_words

from cli.console import Failed
from cli.importers.plain_text import plain_text
from cli.kb.files import read_bytes, say

Said = tuple[bool, str]
"""A mark that the customer said it, and the text."""
LISTS: Final = ("conversations", "tickets", "payload", "data", "results")
ACCEPTED: Final = (
    "expected a conversation of Zendesk, Intercom or Chatwoot, or "
    '{"messages": [{"from": "customer" or "agent", "text"}]}'
)
MACHINES: Final = ("bot", "assistant")
TABLES: Final = (".csv", ".tsv")
MOST_NAMED: Final = 10
_INCOMING, _OUTGOING = 0, 1
MOST_CHARS: Final = 2_000


def history_of(file: Path, ours: Collection[str] = ()) -> list[AskedQuestion]:
    """Return the question of each conversation, with a person's answer. Raises Failed.

    `ours` are the addresses of the team in a mailbox, or domains as `@shop.example`.
    """
    if _is_read_elsewhere(file):
        return _gathered(file, ours)
    found: list[AskedQuestion] = []
    for number, conversation in _conversations(file):
        said = list(_said_in(conversation)) if isinstance(conversation, dict) else None
        if said is None:
            raise Failed(f"{file}:{number}: no object; {ACCEPTED}")
        question = next((text for by_customer, text in said if by_customer), None)
        if question is not None:
            reply = next((text for by_customer, text in said if not by_customer), None)
            key, names = f"{file.name}:{number}", _names_in(conversation)
            found.append(AskedQuestion(key, question, None, reply, names=names))
    if not found:
        raise Failed(f"{file}: no conversation has a question; {ACCEPTED}")
    return found


def _is_read_elsewhere(file: Path) -> bool:
    """Return whether a file is a mailbox or a table."""
    with file.open("rb") as opened:
        return file.suffix.lower() in TABLES or is_mailbox(opened.read(8))


def _gathered(file: Path, ours: Collection[str]) -> list[AskedQuestion]:
    """Return the questions of a mailbox or a table. What can't be read is named and left out."""
    try:
        past = read_past(file, ours=ours)
    except PastRefused as error:
        raise Failed(str(error)) from error
    for problem in past.problems[:MOST_NAMED]:
        say(str(problem))
    found = []
    for each in past.conversations:
        first: dict[By, str] = {one.by: one.text for one in reversed(each.said)}
        asked, reply = own_words(first["customer"]), first.get("team")
        if asked.strip():
            short = reply and _short(reply)
            found.append(AskedQuestion(each.key, _short(asked), None, short, names=(each.name,)))
    if not found:
        raise Failed(f"{file}: no conversation has a question; {ACCEPTED}")
    return found


def _short(text: str) -> str:
    return " ".join(text.split())[:MOST_CHARS]


def _conversations(file: Path) -> Iterator[tuple[int, object]]:
    """Yield each conversation with its line, or with its number in a list."""
    raw = read_bytes(file).removeprefix(b"\xef\xbb\xbf")
    try:
        whole: Any = json.loads(raw)
    except (ValueError, RecursionError):
        yield from _lines(file, raw)
        return
    people: dict[str, Mapping[str, Any]] = {}
    if isinstance(whole, dict):
        people = {str(each.get("id")): each for each in _objects(whole.get("users"))}
        inside = {**_object(whole.get("data")), **whole}  # Chatwoot's lists are below `data`
        lists = (inside[name] for name in LISTS if isinstance(inside.get(name), list))
        whole = next(lists, [whole])
    for number, each in enumerate(whole if isinstance(whole, list) else [whole], 1):
        asks = people.get(str(_object(each).get("requester_id")))
        yield number, {"requester": asks, **_object(each)} if asks else each


def _lines(file: Path, raw: bytes) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Failed(f"{file}:{number}: not JSON in UTF-8; {ACCEPTED}") from error


def _said_in(conversation: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what was said, in order, without notes and without what machines said."""
    for read in (_intercom, _zendesk, _chatwoot, _plain):
        said = [(by_customer, _clean(text)) for by_customer, text in read(conversation)]
        said = [each for each in said if each[1]]
        if said:
            yield from said
            return


def _names_in(conversation: object) -> tuple[str, ...]:
    """Return what a conversation calls its customer."""
    whole = _object(conversation)
    people = (
        whole,
        whole.get("requester"),
        _object(whole.get("source")).get("author"),
        _object(whole.get("meta")).get("sender"),
    )
    return tuple(name for each in people if (name := _text(_object(each).get("name"))))


def _intercom(conversation: Mapping[str, Any]) -> Iterator[Said]:
    source, parts = conversation.get("source"), conversation.get("conversation_parts")
    if not isinstance(source, dict) or not isinstance(parts, dict):
        return
    for part in (source | {"part_type": "comment"}, *_objects(parts.get("conversation_parts"))):
        kind = _object(part.get("author")).get("type")
        if part.get("part_type") == "comment" and kind in ("user", "lead", "contact", "admin"):
            yield kind != "admin", _text(part.get("body"))


def _zendesk(conversation: Mapping[str, Any]) -> Iterator[Said]:
    requester = conversation.get("requester_id") or _object(conversation.get("requester")).get("id")
    comments = _objects(conversation.get("comments"))
    if requester is None:
        return
    if not comments:
        yield True, _text(conversation.get("description"))
    for each in comments:
        if each.get("public", True):
            said = each.get("plain_body") or each.get("body") or each.get("html_body")
            yield each.get("author_id") == requester, _text(said)


def _chatwoot(conversation: Mapping[str, Any]) -> Iterator[Said]:
    for each in _objects(conversation.get("messages")):
        kind = each.get("message_type")
        if kind in (_INCOMING, _OUTGOING, "incoming", "outgoing") and not each.get("private"):
            yield kind in (_INCOMING, "incoming"), _text(each.get("content"))


def _plain(conversation: Mapping[str, Any]) -> Iterator[Said]:
    for each in _objects(conversation.get("messages")):
        named = each.get("from", each.get("by", each.get("author")))
        by = side_of(named)
        if by is not None and named not in MACHINES:
            yield by == "customer", _text(each.get("text"))


def _clean(text: str) -> str:
    plain = plain_text(text)
    return " ".join((text if plain is None else plain).split())[:MOST_CHARS]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
