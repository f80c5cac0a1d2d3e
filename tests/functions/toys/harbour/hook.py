"""Harbour's webhooks are verified and read here, as pure functions.

A request is `{"events": [{"type", "id", "from", "name", ...}]}`. Its header `x-harbour-signature`
is the hex HMAC-SHA256 of the raw body, under the channel's secret.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from surgeline.adapters.channels.in_words import bracketed, named
from surgeline.adapters.channels.readings import Part, id_of, media_of, part, text_of
from surgeline.adapters.hooks import Call, Heard, Hook, Ignored, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Deleted, Inbound, Left
from surgeline.domain.plain_text import says_something

SIGNATURE = "x-harbour-signature"


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a body that one of the secrets signed. Raises Unauthorized."""
    require_proof(keys, "secret", call.headers.get(SIGNATURE), partial(signature, call.body))


def signature(body: bytes, secret: bytes) -> bytes:
    """Return Harbour's signature of a body."""
    return hmac.digest(secret, body, hashlib.sha256).hex().encode()


def read(channel_id: str, said: Said) -> list[Heard]:
    """Return every event of a request, in its order. What is unknown is ignored by name."""
    events = said.get("events")
    return [_read(channel_id, each) for each in events] if isinstance(events, list) else []


def _read(channel_id: str, event: object) -> Heard:
    if not isinstance(event, Mapping):
        return Ignored("malformed")
    sender, message_id = id_of(event.get("from")), id_of(event.get("id"))
    if not sender or not message_id:
        return Ignored("no sender")
    kind = event.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    found = Inbound(channel_id, sender, f"message/{message_id}", "")
    return reader(found, event) if reader else Ignored("other event")


def _message(found: Inbound, event: Part) -> Heard:
    """Return a message with its words, its picture and its sender's name."""
    text, picture = text_of(event.get("text")), part(event, "picture").get("url")
    if not says_something(text) and picture is None:
        text = bracketed(text_of(event.get("form")) or "message", [])
    return replace(
        found,
        text=text,
        attachments=0 if picture is None else 1,
        media=media_of("image", picture),
        customer=named(event.get("name")),
    )


def _edited(found: Inbound, event: Part) -> Heard:
    """Return an edit as a message of its own. It counts only if it says something else."""
    version = text_of(event.get("version"))
    return _message(
        replace(found, event_id=f"{found.event_id}/{version}", edits=found.event_id), event
    )


def _deleted(found: Inbound, event: Part) -> Heard:
    del event
    return Deleted(found.channel_id, found.sender, f"{found.event_id}/deleted", found.event_id)


def _left(found: Inbound, event: Part) -> Heard:
    del event
    return Left(found.channel_id, found.sender, f"{found.event_id}/left", blocked=True)


_READERS: Mapping[str, Callable[[Inbound, Part], Heard]] = {
    "message": _message,
    "edited": _edited,
    "deleted": _deleted,
    "left": _left,
}

HOOK = Hook(verify, read)
