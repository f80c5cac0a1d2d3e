"""The webhooks of Meta's pages are read here: Messenger's and Instagram's have one form.

See docs/channels/messenger.md and docs/channels/instagram.md.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial

from surgeline.adapters.channels.in_words import bracketed, number_of
from surgeline.adapters.channels.meta.proof import handshake, verify
from surgeline.adapters.channels.readings import (
    MAX_TEXT,
    MAX_WORDS,
    Part,
    id_of,
    media_of,
    part,
    parts,
    text_of,
)
from surgeline.adapters.hooks import Heard, Hook, Ignored, Said
from surgeline.application.conversations.intake import WORDLESS, Deleted, Inbound, Spoke
from surgeline.domain.plain_text import says_something

MEDIA = ("image", "video", "audio", "file")
OURS = "surgeline:"
"""The beginning of the tag on our messages, which comes back in their echoes."""
STARTS = ("get started", "get_started", "start")
"""What the button says by which a customer opens the chat."""
_QUIET = ("reaction", "delivery", "read", "optin", "referral", "account_linking")


def hook_of(about: str) -> Hook:
    """Return the hook of a kind whose requests are about that object."""
    return Hook(verify, partial(read, about), handshake=handshake)


def read(about: str, channel_id: str, said: Said) -> list[Heard]:
    """Return every event of a request. Chats that another app owns stand under `standby`."""
    if said and said.get("object") != about:
        return [Ignored("other object")]
    heard: list[Heard] = []
    for entry in parts(said, "entry"):
        listed = entry.get("messaging")
        page = id_of(entry.get("id"))
        events = listed if isinstance(listed, list) else []
        heard += [_event(channel_id, page, each) for each in events]
        heard += [Ignored("standby") for _ in parts(entry, "standby")]
        heard += [Ignored("other event") for _ in parts(entry, "changes")]
    return heard


def _event(channel_id: str, page: str | None, event: object) -> Heard:
    if not isinstance(event, Mapping):
        return Ignored("malformed")
    reader = next((_READERS[name] for name in _READERS if name in event), None)
    if reader is None:
        return Ignored(next((name for name in _QUIET if name in event), "other event"))
    sender = id_of(part(event, "sender").get("id"))
    if not sender:
        return Ignored("no sender")
    is_ours = sender == page or part(event, "message").get("is_echo") is True
    return _echo(channel_id, event) if is_ours else reader(channel_id, sender, event)


def _echo(channel_id: str, event: Part) -> Heard:
    """Read a message of the page itself: one of ours, or of a person in Meta's own inbox."""
    message, customer = part(event, "message"), id_of(part(event, "recipient").get("id"))
    message_id, tag = id_of(message.get("mid")), message.get("metadata")
    if isinstance(tag, str) and tag.startswith(OURS):
        return Ignored("echo")
    if not customer or not message_id or message.get("is_deleted") is True:
        return Ignored("other echo")
    text = text_of(message.get("text"), MAX_TEXT)
    said = text if says_something(text) else WORDLESS
    return Spoke(channel_id, customer, f"echo/{message_id}", said)


def _message(channel_id: str, sender: str, event: Part) -> Heard:
    """Read a message under its own id, which two events about it share."""
    message = part(event, "message")
    message_id = id_of(message.get("mid"))
    if not message_id:
        return Ignored("malformed")
    if message.get("is_deleted") is True:
        return Deleted(channel_id, sender, f"delete/{message_id}", f"message/{message_id}")
    text, attachments = _said(message)
    if not attachments and not says_something(text):
        return Ignored("without words")
    return Inbound(
        channel_id,
        sender,
        f"message/{message_id}",
        text,
        attachments=attachments,
        media=_media(message),
    )


def _media(message: Part) -> tuple[dict[str, str], ...]:
    return tuple(
        found
        for each in parts(message, "attachments")
        if (kind := _kind(each)) in MEDIA
        for found in media_of(kind, part(each, "payload").get("url"), each.get("title"))
    )


def _said(message: Part) -> tuple[str, int]:
    """Return a message's words and how many attachments it has."""
    kinds = [_kind(each) for each in parts(message, "attachments")]
    media = sum(kind in MEDIA for kind in kinds)
    if "text" in message:
        return _picked(message), media
    told = [
        _told(each, kind)
        for each, kind in zip(parts(message, "attachments"), kinds, strict=True)
        if kind not in MEDIA
    ]
    return " ".join(told) or ("" if media else "[message]"), media


def _kind(attachment: Part) -> str:
    kind = text_of(attachment.get("type"), MAX_WORDS)
    if kind == "like_heart" or "sticker_id" in part(attachment, "payload"):
        return "sticker"
    return kind


def _told(attachment: Part, kind: str) -> str:
    if kind == "sticker":
        return "[sticker]"
    if kind == "location":
        place = part(part(attachment, "payload"), "coordinates")
        point = [str(each) for each in (place.get("lat"), place.get("long")) if _is_number(each)]
        return bracketed("place", [text_of(attachment.get("title"), MAX_WORDS), *point])
    return "[story mention]" if kind == "story_mention" else "[message]"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _picked(message: Part) -> str:
    """Return a text. That of a pressed quick reply may be cut, and its payload has all."""
    text = text_of(message.get("text"), MAX_TEXT)
    payload = text_of(part(message, "quick_reply").get("payload"))
    return payload if text.endswith("…") and payload else text


def _postback(channel_id: str, sender: str, event: Part) -> Heard:
    """Read a pressed button of the page's own menu as its words."""
    postback = part(event, "postback")
    title, payload = (text_of(postback.get(name), MAX_WORDS) for name in ("title", "payload"))
    if title.lower() in STARTS or payload.lower() in STARTS:
        return Ignored("start")
    event_id = id_of(postback.get("mid")) or number_of(event.get("timestamp"))
    text = title or payload
    if not event_id or not says_something(text):
        return Ignored("without words")
    return Inbound(channel_id, sender, f"postback/{event_id}", text)


def _edit(channel_id: str, sender: str, event: Part) -> Heard:
    """Read an edit as a message of its own, which is heeded only if it says something else."""
    edit = part(event, "message_edit")
    original, text = id_of(edit.get("mid")), text_of(edit.get("text"), MAX_TEXT)
    if not original or not says_something(text):
        return Ignored("without words")
    edited = f"message/{original}"
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
    return Inbound(channel_id, sender, f"{edited}/edit/{digest}", text, edits=edited)


_READERS: Mapping[str, Callable[[str, str, Part], Heard]] = {
    "message": _message,
    "postback": _postback,
    "message_edit": _edit,
}
