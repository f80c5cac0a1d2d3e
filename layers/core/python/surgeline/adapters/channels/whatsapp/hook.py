"""WhatsApp's webhooks are read here. Meta's proof of them is in `meta.proof`.

See docs/channels/whatsapp.md. A request may tell of several numbers. Only the channel's own counts.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from surgeline.adapters.channels.in_words import bracketed, named, point
from surgeline.adapters.channels.meta.codes import scope_of
from surgeline.adapters.channels.meta.proof import handshake, verify
from surgeline.adapters.channels.readings import (
    MAX_TEXT,
    MAX_WORDS,
    Part,
    id_of,
    media_of,
    part,
    text_of,
)
from surgeline.adapters.hooks import Heard, Hook, Ignored, Said
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Deleted, Inbound, Moved, Spoke, Undelivered
from surgeline.domain.plain_text import says_something

MEDIA = {"image": "image", "video": "video", "audio": "audio", "document": "file"}
"""Our word for each kind of file."""
FAILED = "failed"
MOVED = ("user_changed_number", "user_changed_user_id")
"""The system messages that tell of a customer's new id. One with numbers alone moves nobody."""
MAX_TAG = 512
TAG_MARK = ":"
"""The mark in our tag between the name of a text and its customer."""


def part_for(keys: Sequence[Fields], said: Said) -> Said:
    """Return the request with the changes of the channel's own number only."""
    numbers = {each.get("phone_number_id") for each in keys}
    entries = [
        {**entry, "changes": [each for each in _objects(entry, "changes") if _is_of(numbers, each)]}
        for entry in _objects(said, "entry")
    ]
    return {**said, "entry": entries}


def _is_of(numbers: set[str | None], change: Part) -> bool:
    number = part(part(change, "value"), "metadata").get("phone_number_id")
    return number is None or (isinstance(number, str) and number in numbers)


def read(channel_id: str, said: Said) -> list[Heard]:
    """Return every event of a request: messages before statuses, whatever a status looks like."""
    heard: list[Heard] = []
    for entry in _objects(said, "entry"):
        for change in _objects(entry, "changes"):
            heard += _changed(channel_id, change)
    return heard


def _changed(channel_id: str, change: Part) -> list[Heard]:
    value = part(change, "value")
    known = _contacts_of(value)
    if change.get("field") == "smb_message_echoes":
        return [_echo(channel_id, each, known) for each in _items(value, "message_echoes")]
    if change.get("field") == "standby":
        return [Ignored("standby")]  # Meta's own agent answers, until it hands over
    if change.get("field") == "user_preferences":
        return [Ignored("preference") for _ in _items(value, "user_preferences")]
    heard = [
        found
        for each in _items(value, "messages")
        for found in _moved(channel_id, each, known) or [_message(channel_id, each, known)]
    ]
    heard += [_status(channel_id, each) for each in _items(value, "statuses")]
    return heard or [Ignored("other event")]


def _message(channel_id: str, message: Part, known: Mapping[str, Part]) -> Heard:
    """Read a message under its own id, and its sender under the id that stays."""
    sender, contact = _customer(message, known, "from_user_id", "from")
    message_id = id_of(message.get("id"))
    if "group_id" in message:
        return Ignored("group")
    if not sender or not message_id:
        return Ignored("malformed" if message.get("type") else "no sender")
    kind = message.get("type")
    if isinstance(kind, str) and kind in _IGNORED:
        return Ignored(kind)
    read_kind = _READERS.get(kind, _unknown) if isinstance(kind, str) else _unknown
    found = read_kind(Inbound(channel_id, sender, f"message/{message_id}", ""), message)
    if isinstance(found, Inbound):
        told = named(part(contact, "profile").get("name"))
        if not found.attachments and not says_something(found.text):
            return Ignored("without words")
        return replace(found, customer=told)
    return found


def _moved(channel_id: str, message: Part, known: Mapping[str, Part]) -> list[Heard]:
    """Read that a customer has another business-scoped id now. The threads of both are told.

    A number moves no thread, old or new: one day it is somebody else's.
    """
    system, event_id = part(message, "system"), id_of(message.get("id"))
    if message.get("type") != "system" or system.get("type") not in MOVED or not event_id:
        return []
    _, was = _customer(message, known, "from_user_id", "from")
    _, becomes = _customer(system, known, "user_id", "wa_id")
    olds = (system.get("previous_user_id"), was.get("user_id"), message.get("from_user_id"))
    news = (system.get("user_id"), becomes.get("user_id"))
    new = next((found for each in news if (found := id_of(each))), None)
    old = next((found for each in olds if (found := id_of(each)) and found != new), None)
    if not old or not new:
        return []
    return [
        Moved(channel_id, new, f"moved/{event_id}", before=old),
        Moved(channel_id, old, f"moved/{event_id}", after=new),
    ]


def _customer(message: Part, known: Mapping[str, Part], *names: str) -> tuple[str | None, Part]:
    """Return the customer's id and contact. The business-scoped id stays, so it is preferred.

    Where a message has only the number, the contact of that number may have the other id.
    """
    given = [each for each in (id_of(message.get(name)) for name in names) if each]
    contact = next((known[each] for each in given if each in known), {})
    return next(iter([*_scoped(contact), *given]), None), contact


def _scoped(contact: Part) -> list[str]:
    user_id = id_of(contact.get("user_id"))
    return [user_id] if user_id else []


def _text(found: Inbound, message: Part) -> Heard:
    return replace(found, text=text_of(part(message, "text").get("body"), MAX_TEXT))


def _media(found: Inbound, message: Part) -> Heard:
    kind = str(message["type"])
    file = part(message, kind)
    return replace(
        found,
        text=text_of(file.get("caption"), MAX_TEXT),
        attachments=1,
        media=media_of(MEDIA[kind], file.get("id"), file.get("filename")),
    )


def _sticker(found: Inbound, message: Part) -> Heard:
    del message
    return replace(found, text="[sticker]")


def _place(found: Inbound, message: Part) -> Heard:
    place = part(message, "location")
    names = [text_of(place.get(name), MAX_WORDS) for name in ("name", "address")]
    return replace(found, text=bracketed("place", [*names, *point(place)]))


def _contacts(found: Inbound, message: Part) -> Heard:
    told = []
    for each in _objects(message, "contacts"):
        told.append(text_of(part(each, "name").get("formatted_name"), MAX_WORDS))
        told += [text_of(phone.get("phone"), MAX_WORDS) for phone in _objects(each, "phones")]
    return replace(found, text=bracketed("contact", told))


def _picked(found: Inbound, message: Part) -> Heard:
    """Read a picked button or row as its words, which its id has where they were cut."""
    picked = part(message, "interactive")
    reply = part(picked, "button_reply") or part(picked, "list_reply")
    title, known = text_of(reply.get("title"), MAX_WORDS), text_of(reply.get("id"), MAX_WORDS)
    if not title:
        return replace(found, text="[form]" if "nfm_reply" in picked else known)
    return replace(found, text=known if title.endswith("…") and known else title)


def _button(found: Inbound, message: Part) -> Heard:
    button = part(message, "button")
    text = text_of(button.get("text"), MAX_WORDS) or text_of(button.get("payload"), MAX_WORDS)
    return replace(found, text=text)


def _edit(found: Inbound, message: Part) -> Heard:
    """Read an edit as a message of its own, which is heeded only if it says something else."""
    edit = part(message, "edit")
    original, inner = id_of(edit.get("original_message_id")), part(edit, "message")
    kind = inner.get("type")
    if not original or kind not in ("text", *MEDIA):
        return Ignored("edit")
    edited = f"message/{original}"
    changed = (_text if kind == "text" else _media)(replace(found, edits=edited), inner)
    assert isinstance(changed, Inbound)
    digest = hashlib.sha256(changed.text.encode(errors="replace")).hexdigest()[:16]
    return replace(changed, event_id=f"{edited}/edit/{digest}", attachments=0, media=())


def _revoked(found: Inbound, message: Part) -> Heard:
    """Read that the customer took a message back, for everyone."""
    original = id_of(part(message, "revoke").get("original_message_id"))
    if not original:
        return Ignored("malformed")
    return Deleted(found.channel_id, found.sender, f"delete/{original}", f"message/{original}")


def _unknown(found: Inbound, message: Part) -> Heard:
    del message
    return replace(found, text="[message]")


_IGNORED = ("reaction", "system", "request_welcome")
_READERS: Mapping[str, Callable[[Inbound, Part], Heard]] = {
    "text": _text,
    **dict.fromkeys(MEDIA, _media),
    "sticker": _sticker,
    "location": _place,
    "contacts": _contacts,
    "interactive": _picked,
    "button": _button,
    "edit": _edit,
    "revoke": _revoked,
}


def _echo(channel_id: str, message: Part, known: Mapping[str, Part]) -> Heard:
    """Read that a person answered the customer in the WhatsApp Business app."""
    customer, _ = _customer(message, known, "to_user_id", "to")
    message_id, kind = id_of(message.get("id")), message.get("type")
    if not customer or not message_id:
        return Ignored("malformed")
    if kind in ("reaction", "revoke"):
        return Ignored("echo")
    text = text_of(part(message, "text").get("body"), MAX_TEXT)
    said = text if says_something(text) else bracketed(text_of(kind, MAX_WORDS) or "message", [])
    return Spoke(channel_id, customer, f"echo/{message_id}", said)


def _status(channel_id: str, status: Part) -> Heard:
    """Read that WhatsApp could not deliver a text which it took. Other statuses are receipts.

    Our tag tells which text it was, and to whom it went. Several parts of a text fail as one.
    """
    if status.get("status") != FAILED:
        return Ignored("receipt")
    codes = [each.get("code") for each in _objects(status, "errors")]
    code = next((each for each in codes if isinstance(each, int)), None)
    tag = id_of(status.get("biz_opaque_callback_data"), MAX_TAG) or ""
    text_id, _, sender = tag.partition(TAG_MARK)
    if not text_id or not sender:
        return Ignored(f"failed {code if code is not None else 'unknown'}")
    reason = f"{scope_of(code) or 'message'}: code {code}"
    return Undelivered(channel_id, sender, f"failed/{text_id}", text_id, reason)


def _contacts_of(value: Part) -> Mapping[str, Part]:
    """Return the contacts of a change, by each id that a customer has."""
    return {
        known: each
        for each in _objects(value, "contacts")
        for known in (id_of(each.get("wa_id")), id_of(each.get("user_id")))
        if known
    }


def _items(value: Part, name: str) -> list[Part]:
    """Return the items of a list. One that is no object is an empty one."""
    listed = value.get(name)
    return [each if isinstance(each, Mapping) else {} for each in _list(listed)]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(of: Part, name: str) -> list[Part]:
    return [each for each in _list(of.get(name)) if isinstance(each, Mapping)]


HOOK = Hook(verify, read, part_for=part_for, handshake=handshake)
