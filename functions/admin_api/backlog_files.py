"""A file of an older queue is read here, as a person sends it from the lead's page."""

import base64
import binascii
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surgeline.adapters.past.conversation import Past, PastConversation
from surgeline.adapters.past.read import PastRefused, read_content
from surgeline.adapters.past.waiting import meant
from surgeline.application.backlog.bring_in import BroughtTicket, TicketMessage
from surgeline.errors import BadRequest
from surgeline.runtime.http import Request
from surgeline.runtime.strict_json import load_object, text_field

MOST_BYTES: Final = 5_000_000
MOST_OURS: Final = 100
MOST_COLUMNS: Final = 20
MOST_PROBLEMS: Final = 50
MOST_LANGUAGE: Final = 16


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent and read. `tickets` wait for a word of the team, the oldest first."""

    body: Mapping[str, Any]
    past: Past
    tickets: Sequence[PastConversation]
    left_out: Mapping[str, int]

    def told(self) -> dict[str, object]:
        """Return what was found in the file. Problems name its lines."""
        return {
            "format": self.past.format,
            "tickets": len(self.tickets),
            "left_out": dict(self.left_out),
            "problems": [
                {"line": each.line, "field": each.field, "message": each.message}
                for each in self.past.problems[:MOST_PROBLEMS]
            ],
        }


def sent_file(request: Request) -> SentFile:
    """Return the file of a request. Raises BadRequest."""
    body = load_object(request.body, max_bytes=MOST_BYTES, max_items=1_000)
    name = text_field(body, "name", max_chars=200)
    try:
        content = base64.b64decode(str(body.get("content", "")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("give the file's bytes in base64", field="content") from error
    if not content:
        raise BadRequest("the file is empty", field="content")
    try:
        past = read_content(name, content, ours=_ours(body), columns=_columns(body))
    except PastRefused as error:
        raise BadRequest(str(error), field="content") from error
    left_out = Counter(past.left_out)
    tickets = meant(past.conversations, left_out, whole=body.get("whole") is True)
    return SentFile(body, past, tickets, left_out)


def brought(each: PastConversation) -> BroughtTicket:
    """Return a ticket of a file as it is brought in."""
    return BroughtTicket(
        key=each.key,
        sender=each.sender,
        said=[TicketMessage(said.by, said.text, said.at) for said in each.said],
        subject=each.subject,
        name=each.name,
        language=(each.language or "")[:MOST_LANGUAGE] or None,
        message_id=each.message_id[:300],
        references=tuple(one[:300] for one in each.references),
    )


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
