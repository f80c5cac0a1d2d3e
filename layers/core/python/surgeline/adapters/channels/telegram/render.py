"""A reply becomes Telegram's calls here, within Telegram's limits.

See docs/channels/telegram.md. Texts go out without any markup, so nothing in them can break it.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from surgeline.adapters.channels.attached import Shown, attached_to, in_words, native
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.posting import ProviderCall, Refusal
from surgeline.adapters.channels.telegram.settings import TelegramChannel
from surgeline.adapters.channels.text import shortened, split
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

MOST_UNITS = 4_096
BUTTONS = 20
LABEL = 64
CAPTION = 1_024
_METHODS = {
    "image": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "audio": ("sendAudio", "audio"),
    "file": ("sendDocument", "document"),
}


def calls(delivery: Delivery, settings: TelegramChannel, fields: Fields) -> list[ProviderCall]:
    """Return the calls that say a delivery, the first of which stops a pressed button's spinning.

    Choices are buttons below the last part. They are also numbered in the text, because a copied
    or forwarded message has no buttons.
    """
    del settings
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    labels, chat = labels_of(message), str(delivery.payload["sender"])
    attached = attached_to(message, fields)
    shown, links = native(attached, _METHODS), native(attached, ("link",))
    parts = split(numbered_text(message, in_words(attached, [*shown, *links])), MOST_UNITS)
    chat_id: int | str = int(chat) if chat.lstrip("-").isdecimal() else chat
    bodies = [_text(chat_id, each) for each in parts]
    if (labels or links) and bodies:
        keyboard = [*_pages(links), *_keyboard(labels)]
        bodies[-1]["reply_markup"] = {"inline_keyboard": keyboard}
    said = [_file(chat_id, fields, each) for each in shown]
    said += [ProviderCall(method_path(fields, "sendMessage"), body) for body in bodies]
    if delivery.reply_token:
        body = {"callback_query_id": delivery.reply_token}
        said.insert(
            0, ProviderCall(method_path(fields, "answerCallbackQuery"), body, is_aside=True)
        )
    return said


def at_new_address(refusal: Refusal) -> ProviderCall | None:
    """Return the call that says the same in a group's new chat, where Telegram names one.

    A group gets another number when it becomes a supergroup.
    """
    parameters = refusal.answer.get("parameters")
    chat = parameters.get("migrate_to_chat_id") if isinstance(parameters, Mapping) else None
    if not isinstance(chat, int) or isinstance(chat, bool):
        return None
    return replace(refusal.call, body={**refusal.call.body, "chat_id": chat})


def method_path(fields: Fields, method: str) -> str:
    """Return the path of one of Telegram's methods, which has the bot's token in it."""
    return f"/bot{quote(fields.get('bot_token', ''), safe=':')}/{method}"


def _text(chat_id: int | str, text: str) -> dict[str, object]:
    return {"chat_id": chat_id, "text": text, "link_preview_options": {"is_disabled": True}}


def _file(chat_id: int | str, fields: Fields, shown: Shown) -> ProviderCall:
    """Return the call for a file, which Telegram fetches from its address."""
    method, name = _METHODS[shown.kind]
    body = {"chat_id": chat_id, name: shown.url, "caption": shortened(shown.caption, CAPTION)}
    words = ProviderCall(method_path(fields, "sendMessage"), _text(chat_id, shown.words))
    return ProviderCall(method_path(fields, method), body, in_words=words)


def _pages(links: list[Shown]) -> list[list[dict[str, str]]]:
    """Return a button a row that opens a page."""
    return [[{"text": shortened(each.caption, LABEL), "url": each.url}] for each in links]


def _keyboard(labels: list[str]) -> list[list[dict[str, str]]]:
    """Return a button a row. Its data is its number, because data has 64 bytes at most."""
    return [
        [{"text": shortened(label, LABEL), "callback_data": str(number)}]
        for number, label in enumerate(labels[:BUTTONS], 1)
    ]
