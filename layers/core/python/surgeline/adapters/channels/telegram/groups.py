"""Messages of groups that mention the bot are heard here, where the channel says so.

The group is the customer then: its thread is one, and replies go to the group.
"""

from collections.abc import Sequence

from surgeline.adapters.channels.readings import Part, part, text_of
from surgeline.adapters.hooks import Said
from surgeline.adapters.signing.field_sets import Fields

FIELD = "groups"
_NAMES = ("message", "edited_message")
_GROUPS = ("group", "supergroup")


def part_for(keys: Sequence[Fields], said: Said) -> Said:
    """Return the update with a mention in a group, or a reply to the bot, as a private message."""
    name = keys[0].get(FIELD, "") if keys else ""
    kind = next((each for each in _NAMES if each in said), "")
    message = part(said, kind)
    if not name or part(message, "chat").get("type") not in _GROUPS:
        return said
    text, bot = text_of(message.get("text")), keys[0].get("bot_token", "").partition(":")[0]
    place = text.lower().find(name.lower())
    if place < 0 and not _answers(message, bot):
        return said
    kept = f"{text[:place]}{text[place + len(name) :]}".strip() if place >= 0 else text
    chat = {**part(message, "chat"), "type": "private"}
    return {**said, kind: {**message, "chat": chat, **({"text": kept} if text else {})}}


def _answers(message: Part, bot: str) -> bool:
    """Return whether a message is a reply to one of the bot's."""
    author = part(part(message, "reply_to_message"), "from")
    return str(author.get("id")) == bot
