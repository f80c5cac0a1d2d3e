"""Slack's requests are verified and read here: events, pressed buttons, and the URL's challenge.

See docs/channels/slack.md. Direct messages are heard, and in channels only mentions of the app.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import parse_qs

from surgeline.adapters.channels.readings import (
    MAX_WORDS,
    Part,
    id_of,
    media_of,
    part,
    parts,
    text_of,
)
from surgeline.adapters.channels.slack.place import is_direct, is_time, sender_of
from surgeline.adapters.channels.slack.words import plain
from surgeline.adapters.hooks import Answer, Call, Heard, Hook, Ignored, Load, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Deleted, Inbound
from surgeline.domain.plain_text import plain_text, says_something
from surgeline.errors import Unauthorized

WINDOW_SECONDS = 300
"""A request that was signed longer ago is no fresh one, and neither is one of the future."""
MAX_CHALLENGE = 1_000
MAX_FILES = 100
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")
"""The subtypes of what a person wrote."""
SLACKBOT = "USLACKBOT"
_SECONDS = re.compile(r"[0-9]{1,12}")
_FORM = "application/x-www-form-urlencoded"
_MALFORMED = Ignored("malformed")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a fresh body that one of the signing secrets signed. Raises Unauthorized."""
    stamp = call.headers.get("x-slack-request-timestamp", "")
    if not _SECONDS.fullmatch(stamp):
        raise Unauthorized(reason="missing")
    if abs(call.now // 1000 - int(stamp)) > WINDOW_SECONDS:
        raise Unauthorized(reason="time")
    presented = call.headers.get("x-slack-signature")
    require_proof(keys, "signing_secret", presented, partial(_sign, stamp, call.body))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return Slack's signature of a body that is sent at `stamp` (epoch seconds)."""
    return _sign(stamp, body, secret.encode()).decode()


def _sign(stamp: str, body: bytes, secret: bytes) -> bytes:
    signed = b"v0:" + stamp.encode() + b":" + body
    return b"v0=" + hmac.digest(secret, signed, hashlib.sha256).hex().encode()


def parse(call: Call, load: Load) -> Said:
    """Return an event, or the payload of a form. A form without one, a command's, gives nothing."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return load(call.body)
    payload = parse_qs(call.body.decode("latin-1")).get("payload")
    return load(payload[0].encode()) if payload else {}


def read(channel_id: str, said: Said) -> list[Heard]:
    """Return the one event of a request."""
    kind = said.get("type")
    if kind == "url_verification":
        return []
    if kind == "block_actions":
        return [_pressed(channel_id, said)]
    if kind != "event_callback":
        return [Ignored("rate limited" if kind == "app_rate_limited" else "other request")]
    event = part(said, "event")
    kind = event.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    return [reader(channel_id, said, event) if reader else Ignored("other event")]


def answer(said: Said) -> Answer:
    """Return the challenge of a URL that is set up, nothing for a button, and else an object."""
    challenge = said.get("challenge")
    if said.get("type") == "url_verification" and isinstance(challenge, str):
        return Answer(plain_text(challenge[:MAX_CHALLENGE]), "text/plain; charset=utf-8")
    return Answer("", "text/plain") if said.get("type") == "block_actions" else Answer()


def _message(channel_id: str, said: Said, event: Part) -> Heard:
    """Read a direct message, and its edit. Messages of channels are heard as mentions."""
    if not is_direct(event.get("channel")):
        return Ignored("group")
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _edited(channel_id, said, event)
    if subtype == "message_deleted":
        return _deleted(channel_id, said, event)
    if subtype not in WRITTEN and subtype != "bot_message":
        return Ignored("other event")
    return _written(channel_id, said, event, event.get("thread_ts"))


def _mention(channel_id: str, said: Said, event: Part) -> Heard:
    """Read a message that mentions the app. In a channel its thread is the conversation."""
    root = None if is_direct(event.get("channel")) else event.get("ts")
    return _written(channel_id, said, event, event.get("thread_ts") or root)


def _written(channel_id: str, said: Said, event: Part, thread: object) -> Heard:
    """Read a message under its own time, which every event about it shares."""
    if stranger := stranger_of(said, event):
        return Ignored(stranger)
    sender = sender_of(said.get("team_id"), event.get("channel"), thread)
    time = event.get("ts")
    if sender is None or not is_time(time):
        return _MALFORMED
    files = min(len(parts(event, "files")), MAX_FILES)
    text = words_of(said, event)
    if not files and not says_something(text):
        return Ignored("without words")
    return Inbound(
        channel_id, sender, f"message/{time}", text, attachments=files, media=_media(event)
    )


def _media(event: Part) -> tuple[dict[str, str], ...]:
    """Return the files of a message, each with the text that its sender wrote for it, if any."""
    return tuple(
        found
        for each in parts(event, "files")[:MAX_FILES]
        for found in media_of(
            _kind_of(each.get("mimetype")),
            each.get("url_private"),
            each.get("alt_txt") or each.get("name"),
        )
    )


def _kind_of(media_type: object) -> str:
    kind = media_type.partition("/")[0] if isinstance(media_type, str) else ""
    return kind if kind in ("image", "video", "audio") else "file"


def _edited(channel_id: str, said: Said, event: Part) -> Heard:
    """Read an edit as a new message if its words changed. Previews of links change none."""
    message, before = part(event, "message"), part(event, "previous_message")
    if stranger := stranger_of(said, message):
        return Ignored(stranger)
    text, time = words_of(said, message), message.get("ts")
    if text == words_of(said, before):
        return Ignored("unchanged")
    thread = message.get("thread_ts")
    sender = sender_of(
        said.get("team_id"), event.get("channel"), None if thread == time else thread
    )
    edited = part(message, "edited").get("ts") or event.get("ts")
    if sender is None or not is_time(time) or not is_time(edited):
        return _MALFORMED
    if not says_something(text):
        return Ignored("without words")
    return Inbound(channel_id, sender, f"edit/{time}/{edited}", text, edits=f"message/{time}")


def _deleted(channel_id: str, said: Said, event: Part) -> Heard:
    """Read that the customer deleted a message. One of ours or of another app is no such.

    Slack may leave the message out. Nothing is deleted then that is not the customer's.
    """
    before, time = part(event, "previous_message"), event.get("deleted_ts")
    if before and (stranger := stranger_of(said, before)):
        return Ignored(stranger)
    thread = before.get("thread_ts")
    sender = sender_of(
        said.get("team_id"), event.get("channel"), None if thread == time else thread
    )
    if sender is None or not is_time(time):
        return _MALFORMED
    return Deleted(channel_id, sender, f"delete/{time}", f"message/{time}")


def _pressed(channel_id: str, said: Said) -> Heard:
    """Read the value of a pressed button, or of a picked option, as the customer's words."""
    channel, message = part(said, "channel").get("id"), part(said, "message")
    time = message.get("ts")
    root = None if is_direct(channel) else time
    thread = message.get("thread_ts") or root
    sender = sender_of(
        part(said, "team").get("id"),
        channel,
        None if thread == time and is_direct(channel) else thread,
    )
    action = next(iter(parts(said, "actions")), {})
    pressed = id_of(action.get("action_ts"))
    if sender is None or not is_time(time) or pressed is None:
        return _MALFORMED
    picked = action.get("value") or part(action, "selected_option").get("value")
    text = text_of(picked or part(action, "text").get("text"), MAX_WORDS)
    if not says_something(text):
        return Ignored("without words")
    return Inbound(channel_id, sender, f"press/{time}/{pressed}", text)


def stranger_of(said: Said, event: Part) -> str | None:
    """Return why a message is no customer's, or None. Apps and bots write messages too."""
    ours = said.get("api_app_id")
    if event.get("bot_id") or event.get("app_id") or event.get("subtype") == "bot_message":
        return "echo" if ours and event.get("app_id") == ours else "bot"
    if not id_of(event.get("user")) or event.get("user") == SLACKBOT:
        return "no sender"
    return None


def words_of(said: Said, event: Part) -> str:
    """Return a message's words without the mention of the app itself."""
    bots = [each for each in parts(said, "authorizations") if each.get("is_bot") is True]
    ours = [str(each.get("user_id")) for each in bots]
    text = plain(text_of(event.get("text")), without=ours)
    if says_something(text) or not event.get("attachments"):
        return text
    return "[message]"  # somebody else's message, which the customer shared


_READERS: Mapping[str, Callable[[str, Said, Part], Heard]] = {
    "message": _message,
    "app_mention": _mention,
}
HOOK = Hook(verify, read, parse, answer)
