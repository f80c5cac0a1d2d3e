"""The acts of a pool's people in Zendesk are verified and read here (docs/desks/zendesk.md)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from surgeline.adapters.channels.readings import Part, id_of, part, parts, text_of
from surgeline.adapters.desks.hooks import DeskHook
from surgeline.adapters.desks.own_notes import is_ours
from surgeline.adapters.desks.zendesk.api import name_of
from surgeline.adapters.hooks import Call, Ignored, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import Act, Closed, DeskSaid, Noted, Took, Unsent
from surgeline.application.desks.words import MOST_TEXT, read_words
from surgeline.domain.plain_text import says_something
from surgeline.errors import Unauthorized

WINDOW_SECONDS: Final = 900
"""Zendesk tries a webhook again for some minutes, under its first time."""
MOST_CHARACTERS: Final = 65_536
"""Zendesk allows no longer comment."""
MOST_NAME: Final = 100
NOBODY: Final = "nobody"
SOLVED: Final = ("SOLVED", "CLOSED")
PREFIX: Final = "zen:event-type:ticket."
_MALFORMED = Ignored("malformed")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a fresh body that the webhook's secret signed. Raises Unauthorized."""
    stamp = call.headers.get("x-zendesk-webhook-signature-timestamp", "")
    try:
        at = datetime.fromisoformat(stamp)
        age = call.now / 1000 - at.timestamp() if at.tzinfo else None
    except (ValueError, OverflowError):
        age = None
    if age is None or not stamp.isascii():
        raise Unauthorized(reason="missing")
    if abs(age) > WINDOW_SECONDS:
        raise Unauthorized(reason="time")
    presented = call.headers.get("x-zendesk-webhook-signature")
    require_proof(keys, "webhook_secret", presented, partial(_sign, stamp, call.body))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return Zendesk's signature of a body that is sent at `stamp` (RFC 3339)."""
    return _sign(stamp, body, secret.encode()).decode()


def _sign(stamp: str, body: bytes, secret: bytes) -> bytes:
    return base64.b64encode(hmac.digest(secret, stamp.encode() + body, hashlib.sha256))


def read(pool: PoolSettings, said: Said) -> list[DeskSaid | Ignored]:
    """Return what a person did in the one event of a request."""
    del pool
    name = said.get("type")
    reader = _READERS.get(name) if isinstance(name, str) else None
    if reader is None:
        return [Ignored("other event")]
    detail = part(said, "detail")
    ref = _number(detail.get("id"))
    heard = reader(said, ref) if ref else _MALFORMED
    if isinstance(heard, DeskSaid):
        heard = replace(heard, offer_id=id_of(detail.get("external_id")) or "")
    return [heard]


def _commented(said: Said, ref: str) -> DeskSaid | Ignored:
    """Read an agent's comment. Private ones are notes."""
    comment = part(part(said, "event"), "comment")
    author = part(comment, "author")
    person, number = _number(author.get("id")), _number(comment.get("id"))
    if author.get("is_staff") is not True:
        return Ignored("no agent's comment")
    text = text_of(comment.get("body"), MOST_CHARACTERS)
    if is_ours(text):
        return Ignored("echo")
    if not person or not number:
        return _MALFORMED
    acts = _acts(comment, text)
    if not acts:
        return Ignored("without words")
    name = text_of(author.get("name"), MOST_NAME).strip() or None
    return DeskSaid(ref, f"comment/{number}", acts, person, name)


def _acts(comment: Part, text: str) -> tuple[Act, ...]:
    if comment.get("is_public") is not True:
        return (Noted(text.strip()[:MOST_TEXT]),) if says_something(text) else ()
    files = (Unsent("file"),) if parts(comment, "attachments") else ()
    return (*read_words(text), *files)


def _status(said: Said, ref: str) -> DeskSaid | Ignored:
    """Read a solved ticket. Our own closing of a copy looks the same, and is quiet."""
    now = part(said, "event").get("current")
    if not isinstance(now, str) or now.upper() not in SOLVED:
        return Ignored("other status")
    person = _number(part(said, "detail").get("actor_id")) or NOBODY
    return DeskSaid(ref, "solved", (Closed(),), person, quiet=True)


def _assigned(said: Said, ref: str) -> DeskSaid | Ignored:
    """Read an assignment to a person."""
    person = _number(part(said, "event").get("current"))
    if not person:
        return Ignored("no assignment")
    return DeskSaid(ref, f"assigned/{person}", (Took(),), person, quiet=True)


def _number(value: object) -> str:
    """Return a number as text, as Zendesk writes them in either form, or nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    valid = isinstance(value, str) and value.isascii() and value.isdigit()
    return value if isinstance(value, str) and valid and len(value) <= 20 else ""  # noqa: PLR2004 # digits


_READERS: Mapping[str, Callable[[Said, str], DeskSaid | Ignored]] = {
    f"{PREFIX}comment_added": _commented,
    f"{PREFIX}status_changed": _status,
    f"{PREFIX}agent_assignment_changed": _assigned,
}
HOOK = DeskHook(verify, read, name_of=name_of)
