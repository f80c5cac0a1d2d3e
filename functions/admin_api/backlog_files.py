"""A file of an older queue is read here, as a person sends it from the lead's page."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from surgeline.adapters.past.conversation import PastConversation, Said
from surgeline.adapters.past.read import PastRefused, read_content
from surgeline.adapters.past.reasons import LEFT_OUT
from surgeline.adapters.past.waiting import meant
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.http import Request
from surgeline.runtime.strict_json import int_field, load_object, text_field

MOST_BYTES: Final = 5_000_000
MOST_OURS: Final = 100
MOST_COLUMNS: Final = 20
MOST_PROBLEMS: Final = 50
MOST_LANGUAGE: Final = 16
MOST_FILED: Final = 100_000
MOST_ANSWERED: Final = 2_000_000
"""So many bytes of tickets are in one answer, or a single larger ticket."""


def tickets_in(request: Request) -> dict[str, object]:
    """Return what was found in the file of a request, and its tickets from `after` on.

    The tickets wait for a word of the team, the oldest first. They are as they are brought in.
    `next_after` is where the next ones begin, or None behind the last one. Raises BadRequest.
    """
    body = load_object(request.body, max_bytes=MOST_BYTES, max_items=1_000)
    name = text_field(body, "name", max_chars=200)
    after = int_field(body, "after", minimum=0, maximum=MOST_FILED) if "after" in body else 0
    try:
        past = read_content(name, _content(body), ours=_ours(body), columns=_columns(body))
    except PastRefused as error:
        raise BadRequest(str(error), field="content") from error
    left_out = Counter(past.left_out)
    tickets = meant(past.conversations, left_out, whole=body.get("whole") is True)
    found = _first(tickets[after:])
    ends = after + len(found) >= len(tickets)
    return {
        "format": past.format,
        "tickets": len(tickets),
        "left_out": [
            {"code": code, "count": count, "message": LEFT_OUT[code]}
            for code, count in left_out.items()
        ],
        "problems": [
            {
                "line": each.line,
                "field": each.field,
                "code": each.code,
                "values": each.values,
                "message": each.message,
            }
            for each in past.problems[:MOST_PROBLEMS]
        ],
        "found": found,
        "next_after": None if ends else after + len(found),
    }


def _content(body: Mapping[str, Any]) -> bytes:
    try:
        content = base64.b64decode(str(body.get("content", "")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("give the file's bytes in base64", field="content") from error
    if not content:
        raise BadRequest("the file is empty", field="content")
    return content


def _first(tickets: Sequence[PastConversation]) -> list[dict[str, object]]:
    """Return as many tickets as one answer takes, one at least if there are any."""
    found: list[dict[str, object]] = []
    size = 0
    for each in tickets:
        ticket = _ticket(each)
        size += len(json.dumps(ticket, ensure_ascii=False).encode("utf-8", "replace"))
        if found and size > MOST_ANSWERED:
            break
        found.append(ticket)
    return found


def _ticket(each: PastConversation) -> dict[str, object]:
    """Return a ticket of a file as the route for tickets takes it."""
    return {
        "key": each.key,
        "sender": each.sender,
        "said": [_message(said) for said in each.said],
        "subject": each.subject,
        "name": each.name,
        "language": (each.language or "")[:MOST_LANGUAGE] or None,
        "message_id": each.message_id[:300],
        "references": [one[:300] for one in each.references],
    }


def _message(said: Said) -> dict[str, object]:
    return {"by": said.by, "text": said.text, "at": None if said.at is None else rfc3339(said.at)}


def _ours(body: Mapping[str, Any]) -> list[str]:
    ours = body.get("ours", [])
    if not isinstance(ours, list) or len(ours) > MOST_OURS or not all(map(_is_short, ours)):
        raise BadRequest(f"use a list of at most {MOST_OURS} addresses", field="ours")
    return ours


def _columns(body: Mapping[str, Any]) -> dict[str, str]:
    columns = body.get("columns", {})
    is_object = isinstance(columns, dict) and len(columns) <= MOST_COLUMNS
    if not is_object or not all(map(_is_short, columns.values())):
        raise BadRequest('use an object such as {"sender": "Customer"}', field="columns")
    return dict(columns)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200  # noqa: PLR2004 # as a subject
