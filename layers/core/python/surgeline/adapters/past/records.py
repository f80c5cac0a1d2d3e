"""Objects of JSON become conversations here: our own lines, and the exports of helpdesks.

An object is read by what it has, so a file of mixed objects is read too. The shapes are those of
Zendesk's ticket export, Chatwoot's conversations API and Intercom's conversations.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from surgeline.adapters.channels.email.hypertext import text_of
from surgeline.adapters.past.conversation import By
from surgeline.adapters.past.gathering import Draft, Gathering

Record = Mapping[str, Any]

_TEAM: Final = frozenset(
    ("agent", "team", "support", "staff", "admin", "operator", "assistant", "bot", "us", "outgoing")
)
_CUSTOMERS: Final = frozenset(
    ("customer", "client", "contact", "requester", "visitor", "end-user", "user", "incoming")
)
_SENDER: Final = ("sender", "from", "email", "customer", "phone")
_INCOMING, _OUTGOING = 0, 1
_KNOWN: Final = (
    '{"id", "sender", "text", "at"}, {"id", "sender", "messages": [{"by", "text", "at"}]}'
)


class Records:
    """Reads objects into a gathering. `people` are the users that an export names, by their ids."""

    def __init__(self, found: Gathering, people: Mapping[str, Record] | None = None) -> None:
        self._found = found
        self._people = people or {}
        self.formats: dict[str, None] = {}

    def add(self, line: int, record: object) -> None:
        """Add one object. What can't be read is reported with its line."""
        if not isinstance(record, Mapping):
            self._found.report(line, "", "no_object", known=_KNOWN)
            return
        name, read = _reader_of(record)
        if read is None:
            there = ", ".join(map(str, list(record)[:12])) or "none"
            self._found.report(line, "", "unknown_fields", there=there, known=_KNOWN)
            return
        self.formats[name] = None
        key = str(record.get("id") or "") or f"line {line}"
        draft = self._found.draft(key, line)
        draft.subject = draft.subject or _text(record.get("subject")) or _text(record.get("title"))
        draft.status = _text(record.get("status")) or _text(record.get("state")) or draft.status
        draft.language = _text(record.get("language")) or draft.language
        read(self, draft, line, record)

    def say(self, draft: Draft, line: int, by: By, text: object, at: object) -> None:
        """Add a message to a conversation. One whose time can't be read is left out."""
        moment, is_read = self._found.moment(line, "at", at)
        if is_read:
            draft.add(by, _text(text), moment)

    def person(self, value: object) -> Record:
        """Return a person that an object holds, or names by an id."""
        if isinstance(value, Mapping):
            return value
        return self._people.get(str(value), {})

    def report(self, line: int, named: str, code: str, **values: str | int) -> None:
        """Note what is wrong in an object."""
        self._found.report(line, named, code, **values)


def _reader_of(record: Record) -> tuple[str, Callable[[Records, Draft, int, Record], None] | None]:
    if "conversation_parts" in record:
        return "Intercom", _intercom
    messages = record.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    if isinstance(first, Mapping) and "message_type" in first:
        return "Chatwoot", _chatwoot
    if "requester" in record or "requester_id" in record or "comments" in record:
        return "Zendesk", _zendesk
    if isinstance(messages, list) or "text" in record:
        return "JSON lines", _own
    return "", None


def _own(reader: Records, draft: Draft, line: int, record: Record) -> None:
    draft.sender = draft.sender or next(
        (found for name in _SENDER if (found := _address(record.get(name)))), ""
    )
    draft.name = _text(record.get("name")) or draft.name
    listed = record.get("messages")
    messages = listed if isinstance(listed, list) else [record]
    for each in messages:
        if not isinstance(each, Mapping):
            reader.report(line, "messages", "no_message", known='{"by", "text", "at"}')
            continue
        writer = each.get("from")
        named = each.get("by", each.get("author", writer if side_of(writer) else "customer"))
        by = side_of(named)
        if by is None:
            reader.report(line, "by", "side", name=str(named)[:40])
            continue
        reader.say(draft, line, by, each.get("text"), each.get("at", each.get("created_at")))


def _zendesk(reader: Records, draft: Draft, line: int, record: Record) -> None:
    requester = reader.person(record.get("requester", record.get("requester_id")))
    draft.sender = draft.sender or _address(requester)
    draft.name = _text(requester.get("name")) or draft.name
    asks = str(requester.get("id", record.get("requester_id", "")))
    comments = record.get("comments")
    if not isinstance(comments, list) or not comments:
        reader.say(draft, line, "customer", record.get("description"), record.get("created_at"))
        return
    for each in comments:
        if not isinstance(each, Mapping) or each.get("public") is False:
            continue
        author = reader.person(each.get("author", each.get("author_id")))
        wrote = str(author.get("id", each.get("author_id", "")))
        by: By = "customer" if wrote == asks or author.get("role") == "end-user" else "team"
        plain = each.get("plain_body") or each.get("body")
        reader.say(draft, line, by, plain or _html(each.get("html_body")), each.get("created_at"))


def _chatwoot(reader: Records, draft: Draft, line: int, record: Record) -> None:
    meta = record.get("meta")
    sender = reader.person(meta.get("sender") if isinstance(meta, Mapping) else None)
    draft.sender = draft.sender or _address(sender)
    draft.name = _text(sender.get("name")) or draft.name
    for each in _objects(record.get("messages")):
        kind = each.get("message_type")
        if each.get("private") or kind not in (_INCOMING, _OUTGOING, "incoming", "outgoing"):
            continue
        by: By = "customer" if kind in (_INCOMING, "incoming") else "team"
        reader.say(draft, line, by, each.get("content"), each.get("created_at"))


def _intercom(reader: Records, draft: Draft, line: int, record: Record) -> None:
    source = record.get("source")
    first = source if isinstance(source, Mapping) else {}
    writer = reader.person(first.get("author"))
    draft.subject = draft.subject or _html(first.get("subject"))
    parts = record.get("conversation_parts")
    inner = parts.get("conversation_parts") if isinstance(parts, Mapping) else parts
    for each in ({**first, "created_at": record.get("created_at")}, *_objects(inner)):
        author = reader.person(each.get("author", writer))
        by: By = "team" if author.get("type") in ("admin", "bot", "team") else "customer"
        if by == "customer":
            draft.sender = draft.sender or _address(author)
            draft.name = draft.name or _text(author.get("name"))
        if each.get("part_type") != "note" and each.get("body"):
            reader.say(draft, line, by, _html(each.get("body")), each.get("created_at"))


def side_of(value: object) -> By | None:
    """Return who a name of a side means, or None for another name."""
    role = value.get("type", value.get("role")) if isinstance(value, Mapping) else value
    named = str(role).strip().lower()
    if named in _CUSTOMERS:
        return "customer"
    return "team" if named in _TEAM else None


def _address(value: object) -> str:
    """Return the address of a person, as they are written to."""
    if not isinstance(value, Mapping):
        return _text(value)
    names = ("email", "phone_number", "phone", "identifier", "external_id")
    return next((found for name in names if (found := _text(value.get(name)))), "")


def _objects(value: object) -> Iterator[Record]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, Mapping):
            yield each


def _text(value: object) -> str:
    """Return a text or a number as a text, and nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _html(value: object) -> str:
    return text_of(_text(value))
