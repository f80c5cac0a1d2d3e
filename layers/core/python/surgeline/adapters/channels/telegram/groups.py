"""Messages of groups that mention the bot are heard here, where the channel says so.

The group is the customer then: its thread is one, and replies go to the group.
"""

import re
from collections.abc import Sequence

from surgeline.adapters.channels.readings import Part, part, text_of
from surgeline.adapters.hooks import Said
from surgeline.adapters.signing.field_sets import Fields

FIELD = "groups"
_NAMES = ("message", "edited_message")
_PRESSED = "callback_query"
_GROUPS = ("group", "supergroup")


def part_for(keys: Sequence[Fields], said: Said) -> Said:
    """Return the update of a group that is meant for the bot as one of a private chat.

    It is a mention of the bot, a reply to the bot, or a press of one of the bot's buttons.
    """
    name = _mention(keys[0].get(FIELD, "")) if keys else ""
    if name and _PRESSED in said:
        return _pressed(said)
    kind = next((each for each in _NAMES if each in said), "")
    message = part(said, kind)
    if not name or part(message, "chat").get("type") not in _GROUPS:
        return said
    words = "text" if "text" in message else "caption"
    text, bot = text_of(message.get(words)), keys[0].get("bot_token", "").partition(":")[0]
    mention = re.search(rf"{re.escape(name)}(?!\w)", text, re.ASCII | re.IGNORECASE)
    if mention is None and not _answers(message, bot):
        return said
    kept = f"{text[: mention.start()]}{text[mention.end() :]}".strip() if mention else text
    return {**said, kind: {**_private(message), **({words: kept} if text else {})}}


def _mention(name: str) -> str:
    """Return the words by which a text mentions the bot. The field may leave the @ out."""
    return f"@{name.removeprefix('@')}" if name else ""


def _pressed(said: Said) -> Said:
    """Return a pressed button. Telegram tells a bot only of its own buttons."""
    query = part(said, _PRESSED)
    message = part(query, "message")
    if part(message, "chat").get("type") not in _GROUPS:
        return said
    return {**said, _PRESSED: {**query, "message": _private(message)}}


def _private(message: Part) -> Part:
    return {**message, "chat": {**part(message, "chat"), "type": "private"}}


def _answers(message: Part, bot: str) -> bool:
    """Return whether a message is a reply to one of the bot's."""
    author = part(part(message, "reply_to_message"), "from")
    return str(author.get("id")) == bot
