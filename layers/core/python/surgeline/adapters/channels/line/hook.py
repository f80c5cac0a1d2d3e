"""LINE's webhooks are verified and read here.

See docs/channels/line.md. Only chats with one person are read. Every other event is ignored by
name.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from surgeline.adapters.hooks import Call, Heard, Hook, Ignored
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Inbound, Left
from surgeline.domain.plain_text import plain_text, says_something

MAX_TEXT = 10_000
MAX_ID = 256
MAX_WORDS = 300
"""The most characters of a postback, a place or a sticker that are read."""
ATTACHMENTS = ("image", "video", "audio", "file")

Event = Mapping[str, object]


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a body that one of the channel secrets signed. Raises Unauthorized."""
    require_proof(
        keys, "channel_secret", call.headers.get("x-line-signature"), partial(_sign, call.body)
    )


def _sign(body: bytes, secret: bytes) -> bytes:
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256))


def read(channel_id: str, body: Mapping[str, object]) -> list[Heard]:
    """Return every event of a request. The console's test has none."""
    events = body.get("events")
    return [_read(channel_id, each) for each in events] if isinstance(events, list) else []


def _read(channel_id: str, event: object) -> Heard:
    if not isinstance(event, Mapping):
        return Ignored("malformed")
    if event.get("mode") == "standby":
        return Ignored("standby")  # another module of the account answers
    source = _part(event, "source")
    if source.get("type") != "user":
        return Ignored("group" if source.get("type") in ("group", "room") else "no sender")
    sender = _id(source.get("userId"))
    event_id = _id(event.get("webhookEventId"))
    if not sender or not event_id:
        return Ignored("malformed")
    kind = event.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    return reader(channel_id, sender, event_id, event) if reader else Ignored("other event")


def _message(channel_id: str, sender: str, event_id: str, event: Event) -> Heard:
    """Read a message under its own id, which two events about it share."""
    del event_id
    message = _part(event, "message")
    message_id = _id(message.get("id"))
    if not message_id:
        return Ignored("malformed")
    attachments = 1 if message.get("type") in ATTACHMENTS else 0
    text = "" if attachments else _words_of(message)
    if not attachments and not says_something(text):
        return Ignored("without words")
    return Inbound(
        channel_id,
        sender,
        event_id=f"message/{message_id}",
        text=text,
        attachments=attachments,
        reply_token=_id(event.get("replyToken")),
    )


def _words_of(message: Event) -> str:
    kind = message.get("type")
    if kind == "text":
        return _text(message.get("text"), MAX_TEXT)
    if kind == "sticker":
        return _sticker(message)
    return _place(message) if kind == "location" else "[message]"


def _sticker(message: Event) -> str:
    """Return a sticker by its own text or its keywords, so that people see what was meant."""
    keywords = message.get("keywords")
    listed = keywords if isinstance(keywords, list) else []
    known = [each for each in listed if isinstance(each, str)]
    words = _text(message.get("text"), MAX_WORDS) or _text(", ".join(known), MAX_WORDS)
    return f"[sticker: {words}]" if words else "[sticker]"


def _place(message: Event) -> str:
    named = [_text(message.get(name), MAX_WORDS) for name in ("title", "address")]
    numbers = [message.get(name) for name in ("latitude", "longitude")]
    point = [str(each) for each in numbers if isinstance(each, int | float)]
    parts = [each for each in (*named, *point) if each]
    return f"[place: {', '.join(parts)}]"


def _postback(channel_id: str, sender: str, event_id: str, event: Event) -> Heard:
    """Read the data of a pressed button as the customer's words."""
    text = _text(_part(event, "postback").get("data"), MAX_WORDS)
    if not says_something(text):
        return Ignored("without words")
    token = _id(event.get("replyToken"))
    return Inbound(channel_id, sender, f"event/{event_id}", text, reply_token=token)


def _unfollow(channel_id: str, sender: str, event_id: str, event: Event) -> Heard:
    """Read that the customer blocked the account, which ends the conversation."""
    del event
    return Left(channel_id, sender, f"leave/{event_id}", blocked=True)


def _follow(channel_id: str, sender: str, event_id: str, event: Event) -> Heard:
    """Leave the greeting to the account's own, which LINE sends by itself."""
    del channel_id, sender, event_id, event
    return Ignored("follow")


_READERS: Mapping[str, Callable[[str, str, str, Event], Heard]] = {
    "message": _message,
    "postback": _postback,
    "unfollow": _unfollow,
    "follow": _follow,
}


def _part(event: Event, name: str) -> Event:
    part = event.get(name)
    return part if isinstance(part, Mapping) else {}


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and 1 <= len(value) <= MAX_ID else None


def _text(value: object, longest: int) -> str:
    return plain_text(value[:longest]) if isinstance(value, str) else ""


HOOK = Hook(verify, read)
