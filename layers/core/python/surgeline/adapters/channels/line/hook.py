"""LINE's webhooks are verified and read here.

See docs/channels/line.md. Only chats with one person are read, and mentions in groups where the
channel says so. Every other event is ignored by name.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from surgeline.adapters.channels.line.groups import part_for
from surgeline.adapters.channels.readings import MAX_WORDS, Part, id_of, media_of, part, text_of
from surgeline.adapters.hooks import Call, Heard, Hook, Ignored
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Deleted, Inbound, Left
from surgeline.domain.plain_text import says_something

ATTACHMENTS = ("image", "video", "audio", "file")


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
    source = part(event, "source")
    if source.get("type") != "user":
        return Ignored("group" if source.get("type") in ("group", "room") else "no sender")
    sender = id_of(source.get("userId"))
    event_id = id_of(event.get("webhookEventId"))
    if not sender or not event_id:
        return Ignored("malformed")
    kind = event.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    return reader(channel_id, sender, event_id, event) if reader else Ignored("other event")


def _message(channel_id: str, sender: str, event_id: str, event: Part) -> Heard:
    """Read a message under its own id, which two events about it share."""
    del event_id
    message = part(event, "message")
    message_id = id_of(message.get("id"))
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
        media=_media(message, message_id) if attachments else (),
        reply_token=_token(event),
    )


def _token(event: Part) -> str | None:
    """Return the permission to reply. That of an event which LINE sends again may be too old.

    LINE refuses an old one in the words for a used one, so a lost reply would pass for a sent one.
    """
    again = part(event, "deliveryContext").get("isRedelivery") is True
    return None if again else id_of(event.get("replyToken"))


def _media(message: Part, message_id: str) -> tuple[dict[str, str], ...]:
    """Return the file of a message. The sender's app may keep it elsewhere, at an address."""
    provider, kind = part(message, "contentProvider"), str(message["type"])
    external = provider.get("type") == "external"
    ref = provider.get("originalContentUrl") if external else message_id
    return media_of(kind, ref, message.get("fileName"))


def _words_of(message: Part) -> str:
    kind = message.get("type")
    if kind == "text":
        return text_of(message.get("text"))
    if kind == "sticker":
        return _sticker(message)
    return _place(message) if kind == "location" else "[message]"


def _sticker(message: Part) -> str:
    """Return a sticker by its own text or its keywords, so that people see what was meant."""
    keywords = message.get("keywords")
    listed = keywords if isinstance(keywords, list) else []
    known = [each for each in listed if isinstance(each, str)]
    words = text_of(message.get("text"), MAX_WORDS) or text_of(", ".join(known), MAX_WORDS)
    return f"[sticker: {words}]" if words else "[sticker]"


def _place(message: Part) -> str:
    named = [text_of(message.get(name), MAX_WORDS) for name in ("title", "address")]
    numbers = [message.get(name) for name in ("latitude", "longitude")]
    point = [str(each) for each in numbers if isinstance(each, int | float)]
    parts = [each for each in (*named, *point) if each]
    return f"[place: {', '.join(parts)}]"


def _postback(channel_id: str, sender: str, event_id: str, event: Part) -> Heard:
    """Read the data of a pressed button as the customer's words."""
    text = text_of(part(event, "postback").get("data"), MAX_WORDS)
    if not says_something(text):
        return Ignored("without words")
    token = id_of(event.get("replyToken"))
    return Inbound(channel_id, sender, f"event/{event_id}", text, reply_token=token)


def _unfollow(channel_id: str, sender: str, event_id: str, event: Part) -> Heard:
    """Read that the customer blocked the account, which ends the conversation."""
    del event
    return Left(channel_id, sender, f"leave/{event_id}", blocked=True)


def _unsent(channel_id: str, sender: str, event_id: str, event: Part) -> Heard:
    """Read that the customer took a message back. LINE asks to show it no more."""
    del event_id
    unsent = id_of(part(event, "unsend").get("messageId"))
    if not unsent:
        return Ignored("malformed")
    return Deleted(channel_id, sender, f"delete/{unsent}", f"message/{unsent}")


def _follow(channel_id: str, sender: str, event_id: str, event: Part) -> Heard:
    """Leave the greeting to the account's own, which LINE sends by itself."""
    del channel_id, sender, event_id, event
    return Ignored("follow")


_READERS: Mapping[str, Callable[[str, str, str, Part], Heard]] = {
    "message": _message,
    "postback": _postback,
    "unsend": _unsent,
    "unfollow": _unfollow,
    "follow": _follow,
}


HOOK = Hook(verify, read, part_for=part_for)
