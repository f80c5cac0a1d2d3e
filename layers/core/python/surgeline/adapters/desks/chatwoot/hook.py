"""The acts of a pool's people in Chatwoot are verified and read here (docs/desks/chatwoot.md)."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from surgeline.adapters.channels.readings import Part, id_of, part, parts, text_of
from surgeline.adapters.desks.hooks import DeskHook
from surgeline.adapters.desks.linked_files import linked_file
from surgeline.adapters.desks.own_notes import is_ours
from surgeline.adapters.hooks import Call, Ignored, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import (
    Act,
    Closed,
    DeskSaid,
    Noted,
    Took,
    Typed,
    Unsent,
)
from surgeline.application.desks.words import MOST_TEXT, read_words, with_files
from surgeline.domain.plain_text import says_something
from surgeline.errors import Unauthorized

WINDOW_SECONDS: Final = 300
MOST_CHARACTERS: Final = 150_000
"""Chatwoot allows no longer text."""
MOST_NAME: Final = 100
NOBODY: Final = "nobody"
OUTGOING: Final = ("outgoing", 1)
"""The type of a message from the inside, in words or in Chatwoot's own number."""
_SECONDS = re.compile(r"[0-9]{1,12}")
_MALFORMED = Ignored("malformed")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a fresh body that the webhook's secret signed. Raises Unauthorized."""
    stamp = call.headers.get("x-chatwoot-timestamp", "")
    if not _SECONDS.fullmatch(stamp):
        raise Unauthorized(reason="missing")
    if abs(call.now // 1000 - int(stamp)) > WINDOW_SECONDS:
        raise Unauthorized(reason="time")
    presented = call.headers.get("x-chatwoot-signature")
    require_proof(keys, "webhook_secret", presented, partial(_sign, stamp, call.body))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return Chatwoot's signature of a body that is sent at `stamp` (epoch seconds)."""
    return _sign(stamp, body, secret.encode()).decode()


def _sign(stamp: str, body: bytes, secret: bytes) -> bytes:
    digest = hmac.digest(secret, stamp.encode() + b"." + body, hashlib.sha256)
    return b"sha256=" + digest.hex().encode()


def read(pool: PoolSettings, said: Said) -> list[DeskSaid | Ignored]:
    """Return what a person did in the one event of a request."""
    del pool
    name = said.get("event")
    reader = _READERS.get(name) if isinstance(name, str) else None
    heard = reader(said) if reader else Ignored("other event")
    if isinstance(heard, DeskSaid):
        inbox = part(part(said, "conversation") or said, "contact_inbox")
        heard = replace(heard, offer_id=id_of(inbox.get("source_id")) or "")
    return [heard]


def _created(said: Part) -> DeskSaid | Ignored:
    """Read an agent's message. Notes are private messages."""
    person, ref, number = _person(said), _number(part(said, "conversation")), _number(said)
    if said.get("message_type") not in OUTGOING or person is None:
        return Ignored("no agent's message")
    text = text_of(said.get("content"), MOST_CHARACTERS)
    if is_ours(text):
        return Ignored("echo")
    if not ref or not number:
        return _MALFORMED
    return _said(ref, f"message/{number}", _acts(said, text), person)


def _acts(said: Part, text: str) -> tuple[Act, ...]:
    if said.get("private") is True:
        return (Noted(text.strip()[:MOST_TEXT]),) if says_something(text) else ()
    acts = read_words(text)
    if any(isinstance(each, Unsent) for each in acts):
        return acts
    return with_files(acts, _files(said))


def _files(said: Part) -> tuple[Act, ...]:
    listed = parts(said, "attachments")
    return tuple(linked_file(each.get("data_url"), each.get("file_size")) for each in listed)


def _updated_message(said: Part) -> DeskSaid | Ignored:
    """Read a deletion. Chatwoot has no edits, and tells of each receipt as a change."""
    person, ref, number = _person(said), _number(part(said, "conversation")), _number(said)
    deleted = part(said, "content_attributes").get("deleted") is True
    ours = said.get("message_type") in OUTGOING and said.get("private") is not True
    if not deleted or not ours or person is None:
        return Ignored("receipt")
    return _said(ref, f"deleted/{number}", (Unsent("taken_back"),), person) if ref else _MALFORMED


def _status(said: Part) -> DeskSaid | Ignored:
    """Read a resolved conversation. Our own closing of a copy looks the same, and is quiet."""
    if said.get("status") != "resolved":
        return Ignored("other status")
    ref, (person, name) = _number(said), _assignee(said)
    if not ref:
        return _MALFORMED
    return DeskSaid(ref, "resolved", (Closed(),), person or NOBODY, name, quiet=True)


def _updated(said: Part) -> DeskSaid | Ignored:
    """Read an assignment to a person."""
    changed = [each for each in parts(said, "changed_attributes") if "assignee_id" in each]
    person, name = _assignee(said)
    if not changed or not person:
        return Ignored("no assignment")
    if not (ref := _number(said)):
        return _MALFORMED
    return DeskSaid(ref, f"assigned/{person}", (Took(),), person, name, quiet=True)


def _typing(said: Part) -> DeskSaid | Ignored:
    person, ref = _person({"sender": said.get("user")}), _number(part(said, "conversation"))
    if person is None or said.get("is_private") is True or not ref:
        return Ignored("no agent's typing")
    return DeskSaid(ref, "typing", (Typed(),), *person, quiet=True)


def _said(
    ref: str, own_id: str, acts: tuple[Act, ...], person: tuple[str, str | None]
) -> DeskSaid | Ignored:
    if not acts:
        return Ignored("without words")
    return DeskSaid(ref, own_id, acts, *person)


def _person(said: Part) -> tuple[str, str | None] | None:
    """Return the agent who acted, or None for a contact, a bot or nobody."""
    sender = part(said, "sender")
    if sender.get("type") != "user":
        return None
    return _named(sender)


def _assignee(said: Part) -> tuple[str, str | None]:
    return _named(part(part(said, "meta"), "assignee")) or ("", None)


def _named(user: Part) -> tuple[str, str | None] | None:
    number = _number(user)
    name = text_of(user.get("available_name") or user.get("name"), MOST_NAME).strip()
    return (number, name or None) if number else None


def _number(of: Part) -> str:
    """Return the number of an object as text, or nothing for what can't be one."""
    found = of.get("id")
    valid = isinstance(found, int) and not isinstance(found, bool) and 0 < found < 10**15
    return str(found) if valid else ""


_READERS: Mapping[str, Callable[[Part], DeskSaid | Ignored]] = {
    "message_created": _created,
    "message_updated": _updated_message,
    "conversation_status_changed": _status,
    "conversation_updated": _updated,
    "conversation_typing_on": _typing,
}
HOOK = DeskHook(verify, read)
