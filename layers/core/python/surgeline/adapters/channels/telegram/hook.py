"""Telegram's updates are verified and read here.

See docs/channels/telegram.md. Only private chats are read, and mentions in groups where the
channel says so. Every other update is ignored by name.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from surgeline.adapters.channels.in_words import bracketed, language_of, named, number_of, point
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
from surgeline.adapters.channels.telegram.groups import part_for
from surgeline.adapters.hooks import Call, Heard, Hook, Ignored
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Inbound, Left
from surgeline.domain.plain_text import says_something

MEDIA = {
    "photo": "image",
    "video": "video",
    "animation": "video",
    "audio": "audio",
    "voice": "audio",
    "video_note": "video",
    "document": "file",
}
"""Our word for each kind of file. An animation also has a document, and is read as the former."""
SERVICE = (
    "pinned_message",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "write_access_allowed",
    "chat_background_set",
    "users_shared",
    "chat_shared",
    "connected_website",
    "proximity_alert_triggered",
    "boost_added",
)
"""The messages that tell of a change to the chat, and that nobody wrote."""
START = "/start"


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept an update that carries one of the secret tokens. Raises Unauthorized."""
    presented = call.headers.get("x-telegram-bot-api-secret-token")
    require_proof(keys, "secret_token", presented, bytes)


def read(channel_id: str, update: Part) -> list[Heard]:
    """Return the one event of an update, or nothing for an empty one."""
    for name, reader in _READERS.items():
        if name in update:
            return [reader(channel_id, update, part(update, name))]
    return [Ignored("other update")] if update else []


def _message(channel_id: str, update: Part, message: Part) -> Heard:
    """Read a message under its own id, which two updates about it share."""
    del update
    sender, message_id = _chat(message), number_of(message.get("message_id"))
    if ignored := _not_private(message):
        return ignored
    if not sender or not message_id:
        return Ignored("malformed")
    text, attachments = _said(message)
    if text.split(" ", 1)[0] == START and not attachments:
        return Ignored("start")
    if not attachments and not says_something(text):
        return Ignored("service" if any(name in message for name in SERVICE) else "without words")
    found = Inbound(
        channel_id,
        sender,
        f"message/{message_id}",
        text,
        attachments=attachments,
        media=_media(message),
    )
    return _from(message, found)


def _media(message: Part) -> tuple[dict[str, str], ...]:
    """Return the file of a message. Of a picture's sizes the last one is the largest."""
    name = next((each for each in MEDIA if each in message), "")
    if not name:
        return ()
    file = parts(message, name)[-1:] if name == "photo" else [part(message, name)]
    return tuple(
        found
        for each in file
        for found in media_of(MEDIA[name], each.get("file_id"), each.get("file_name"))
    )


def _edited(channel_id: str, update: Part, message: Part) -> Heard:
    """Read an edit as a message of its own, which is heeded only if it says something else."""
    heard = _message(channel_id, update, message)
    if not isinstance(heard, Inbound):
        return heard
    digest = hashlib.sha256(heard.text.encode(errors="replace")).hexdigest()[:16]
    event_id = f"{heard.event_id}/edit/{digest}"
    return replace(heard, event_id=event_id, edits=heard.event_id, media=())


def _pressed(channel_id: str, update: Part, query: Part) -> Heard:
    """Read a pressed button as its words, with the permission to stop its spinning."""
    del update
    message, query_id = part(query, "message"), id_of(query.get("id"))
    if ignored := _not_private(message):
        return ignored
    sender, data = _chat(message), query.get("data")
    text = _label(message, data) or text_of(data, MAX_WORDS)
    if not sender or not query_id:
        return Ignored("malformed")
    if not says_something(text):
        return Ignored("without words")
    return _from(
        query, Inbound(channel_id, sender, f"choice/{query_id}", text, reply_token=query_id)
    )


def _member(channel_id: str, update: Part, change: Part) -> Heard:
    """Read that the customer blocked the bot, which ends the conversation."""
    sender, update_id = _chat(change), number_of(update.get("update_id"))
    if ignored := _not_private(change):
        return ignored
    if not sender or not update_id:
        return Ignored("malformed")
    if part(change, "new_chat_member").get("status") != "kicked":
        return Ignored("joined")
    return Left(channel_id, sender, f"leave/{update_id}", blocked=True)


_READERS: Mapping[str, Callable[[str, Part, Part], Heard]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _member,
}


def _from(event: Part, found: Inbound) -> Inbound:
    """Return the message with its sender's language and name, as the profile tells them."""
    profile = part(event, "from")
    names = [text_of(profile.get(name), MAX_WORDS) for name in ("first_name", "last_name")]
    return replace(
        found,
        language=language_of(profile.get("language_code")),
        customer=named(" ".join(filter(None, names)), names[0]),
    )


def _not_private(message: Part) -> Ignored | None:
    """Return why a message is not one of a customer to the bot, or None."""
    if part(message, "chat").get("type") in ("group", "supergroup", "channel"):
        return Ignored("group")
    if part(message, "chat").get("type") != "private":
        return Ignored("no sender")
    return None


def _chat(event: Part) -> str | None:
    return number_of(part(event, "chat").get("id"))


def _said(message: Part) -> tuple[str, int]:
    """Return a message's words and how many attachments it has."""
    if any(name in message for name in MEDIA):
        return text_of(message.get("caption"), MAX_TEXT), 1
    if "text" in message:
        return _without_slash(text_of(message.get("text"), MAX_TEXT)), 0
    return _told(message), 0


def _without_slash(text: str) -> str:
    """Return a command of the bot's menu as words: `/hours` asks what `hours` asks."""
    first = text.split(None, 1)[0] if text.strip() else ""
    if not first.startswith("/") or first == START or len(first) < 3:  # noqa: PLR2004 # no command
        return text
    command = first[1:].partition("@")[0].replace("_", " ")
    return f"{command}{text[len(first) :]}"


def _told(message: Part) -> str:
    """Return a message that has no text in words, so that people see what was meant."""
    if "sticker" in message:
        return bracketed("sticker", [text_of(part(message, "sticker").get("emoji"), MAX_WORDS)])
    if "venue" in message:
        venue = part(message, "venue")
        names = [text_of(venue.get(name), MAX_WORDS) for name in ("title", "address")]
        return bracketed("place", [*names, *point(part(venue, "location"))])
    if "location" in message:
        return bracketed("place", point(part(message, "location")))
    if "contact" in message:
        contact = part(message, "contact")
        known = ("first_name", "last_name", "phone_number")
        return bracketed("contact", [text_of(contact.get(name), MAX_WORDS) for name in known])
    return "" if any(name in message for name in SERVICE) else "[message]"


def _label(message: Part, data: object) -> str:
    """Return the words on the pressed button, which stand in the message that had it."""
    rows = part(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, Mapping) and button.get("callback_data") == data:
                label = text_of(button.get("text"), MAX_WORDS)
                return "" if label.endswith("…") else label
    return ""


HOOK = Hook(verify, read, part_for=part_for)
