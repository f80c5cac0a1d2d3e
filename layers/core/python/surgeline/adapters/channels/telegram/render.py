"""A reply becomes Telegram's calls here, within Telegram's limits.

See docs/channels/telegram.md. Texts go out without any markup, so nothing in them can break it.
"""

from collections.abc import Mapping
from urllib.parse import quote

from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.posting import ProviderCall
from surgeline.adapters.channels.telegram.settings import TelegramChannel
from surgeline.adapters.channels.text import shortened, split
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

MOST_UNITS = 4_096
BUTTONS = 20
LABEL = 64


def calls(delivery: Delivery, settings: TelegramChannel, fields: Fields) -> list[ProviderCall]:
    """Return the calls that say a delivery, the first of which stops a pressed button's spinning.

    Choices are buttons below the last part. They are also numbered in the text, because a copied
    or forwarded message has no buttons.
    """
    del settings
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    labels, chat = labels_of(message), str(delivery.payload["sender"])
    parts = split(numbered_text(message), MOST_UNITS)
    bodies: list[dict[str, object]] = [
        {
            "chat_id": int(chat) if chat.lstrip("-").isdecimal() else chat,
            "text": each,
            "link_preview_options": {"is_disabled": True},
        }
        for each in parts
    ]
    if labels and bodies:
        bodies[-1]["reply_markup"] = {"inline_keyboard": _keyboard(labels)}
    said = [ProviderCall(method_path(fields, "sendMessage"), body) for body in bodies]
    if delivery.reply_token:
        body = {"callback_query_id": delivery.reply_token}
        said.insert(
            0, ProviderCall(method_path(fields, "answerCallbackQuery"), body, is_aside=True)
        )
    return said


def method_path(fields: Fields, method: str) -> str:
    """Return the path of one of Telegram's methods, which has the bot's token in it."""
    return f"/bot{quote(fields.get('bot_token', ''), safe=':')}/{method}"


def _keyboard(labels: list[str]) -> list[list[dict[str, str]]]:
    """Return a button a row. Its data is its number, because data has 64 bytes at most."""
    return [
        [{"text": shortened(label, LABEL), "callback_data": str(number)}]
        for number, label in enumerate(labels[:BUTTONS], 1)
    ]
