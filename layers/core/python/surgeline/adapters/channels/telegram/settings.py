"""The settings of a Telegram channel, and what BotFather shows of it, are here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

KIND_NAME = "telegram"
API_BASE = "https://api.telegram.org"
_NAME = re.compile(r"@?[A-Za-z0-9_]{4,32}")
_PLACE = re.compile(r"-?[0-9]{1,20}|@[A-Za-z0-9_]{4,32}")


@dataclass(frozen=True, slots=True)
class TelegramChannel:
    """The settings of a Telegram channel. `api_base` is the server that takes what is sent.

    `tells_app_language`: a message tells the language of the app, whatever the customer writes.
    """

    tells_app_language: ClassVar[bool] = True

    api_base: str = API_BASE


FIELDS = {
    "bot_token": "Telegram, the chat with @BotFather, /mybots, the bot, 'API Token'",
    "secret_token": (
        "a word of your own: 1 to 256 letters, digits, _ and - (such as of `openssl rand -hex 32`)"
    ),
    "groups": "your wish: the bot's name (such as shop_bot), if it answers mentions in groups",
}
OPTIONAL = frozenset({"groups"})


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together."""
    if not _NAME.fullmatch(fields.get("groups", "@a_bot")):
        yield "fields.groups: give the bot's name, such as shop_bot, or leave it out"


def wrong_place(name: str) -> str:
    """Return what is wrong with a chat that a person names, or nothing."""
    if _PLACE.fullmatch(name):
        return ""
    return "give the chat's number, such as -1001234567890, or a public name such as @shop_team"


STEPS = (
    "Run `surgeline channel check {channel_id}`. It enters {hook_url} at Telegram.",
    "Telegram, the chat with @BotFather, /setjoingroups, the bot: press 'Disable'.",
)
EVENTS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for."""
