"""The tickets of a file are sent here to an instance, those that wait for a word of the team."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from surgeline.adapters.past.conversation import PastConversation, Said

from cli.api import Api, path

AT_ONCE: Final = 50
_MOST_BYTES: Final = 2_000_000
_NO_NAME: Final = re.compile(r"[^a-z0-9-]+")
_MOST_NAME: Final = 40


@dataclass(slots=True)
class Brought:
    """An import: where it goes, and its counts. `left_out` counts by its code what stays out."""

    backlog: str
    channel: str
    form: str
    tickets: int = 0
    new: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def name_of(file: Path) -> str:
    """Return the name of a backlog after its file."""
    name = _NO_NAME.sub("-", file.stem.lower()).strip("-")[:_MOST_NAME].strip("-")
    return name if name and name[0].isalpha() else f"queue-{name or 'file'}".strip("-")


def bring(api: Api, brought: Brought, tickets: Sequence[PastConversation]) -> Iterator[int]:
    """Send the tickets in small lots, and yield how many were sent. Repeats are harmless."""
    place = path("admin", "backlogs", brought.backlog, "tickets")
    for lot in _lots(tickets):
        body = {
            "channel": brought.channel,
            "format": brought.form,
            "tickets": [_sent(each) for each in lot],
        }
        answer = api.post(place, body)
        brought.tickets += answer["tickets"]
        brought.new += answer["new"]
        yield brought.tickets


def _lots(tickets: Sequence[PastConversation]) -> Iterator[list[PastConversation]]:
    lot: list[PastConversation] = []
    size = 0
    for each in tickets:
        bytes_of = sum(len(said.text.encode()) for said in each.said)
        if lot and (len(lot) == AT_ONCE or size + bytes_of > _MOST_BYTES):
            yield lot
            lot, size = [], 0
        lot.append(each)
        size += bytes_of
    if lot:
        yield lot


def _sent(each: PastConversation) -> dict[str, Any]:
    return {
        "key": each.key,
        "sender": each.sender,
        "subject": each.subject,
        "name": each.name,
        "language": each.language,
        "message_id": each.message_id,
        "references": list(each.references),
        "said": [_message(said) for said in each.said],
    }


def _message(said: Said) -> dict[str, Any]:
    at = None if said.at is None else datetime.fromtimestamp(said.at / 1000, UTC).isoformat()
    return {"by": said.by, "text": said.text, "at": at}
