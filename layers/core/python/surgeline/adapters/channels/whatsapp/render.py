"""A reply becomes WhatsApp's messages here, within WhatsApp's limits.

See docs/channels/whatsapp.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from surgeline.adapters.channels.attached import Shown, attached_to, in_words, is_picture, native
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.meta.graph import VERSION, bearer
from surgeline.adapters.channels.posting import ProviderCall, Refusal, Upload
from surgeline.adapters.channels.readings import part
from surgeline.adapters.channels.text import shortened, split
from surgeline.adapters.channels.whatsapp.hook import TAG_MARK
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

MOST, MOST_WITH_BUTTONS = 4_096, 1_024
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, ROW, ROW_MORE, ROW_ID = 10, 24, 72, 200
CAPTION, FILE_NAME = 1_024, 240
_TYPES = {"image": "image", "video": "video", "audio": "audio", "file": "document"}
CHOOSE = "☰"
"""The label of the button that opens a list: a sign, because the customer's language is unknown."""
_NUMBER = re.compile(r"\+?[0-9]{5,20}")
_SPACES = re.compile(r"\s+")


def calls(delivery: Delivery, settings: WhatsAppChannel, fields: Fields) -> list[ProviderCall]:
    """Return the calls that say a delivery.

    Up to three choices are buttons, and up to ten are a list. They are also numbered in the text.
    A link alone is a button. Files come first. WhatsApp fetches each from its address, and is sent
    the bytes of one that we keep. A text that came too late goes out in the template.
    """
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    labels, attached = labels_of(message), attached_to(message, fields)
    shown = [each for each in attached if _is_shown(each)]
    links = native(attached, ("link",))
    button = links if len(links) == 1 and not labels else []
    text = numbered_text(message, in_words(attached, [*shown, *button]))
    files = [_file(delivery, fields, each) for each in shown]
    said = files + [_call(delivery, fields, each) for each in _bodies(text, labels, button)]
    if message.get("again") == "template" and settings.template:
        return [_templated(each, settings) for each in said]
    return said


def _is_shown(shown: Shown) -> bool:
    """Return whether WhatsApp shows it as a file: one that it can fetch, or that we can bring."""
    known = shown.kind in _TYPES and bool(shown.url or shown.file)
    is_unread = bool(shown.file) and not shown.media_type  # its bytes will tell the type
    return known and (shown.kind != "image" or is_picture(shown) or is_unread)


def _bodies(text: str, labels: Sequence[str], button: Sequence[Shown]) -> list[dict[str, object]]:
    """Return the messages that say a text, with the choices or a link's button on the last one."""
    parts = split(text, MOST)
    bodies = [_text(each) for each in parts[:-1]]
    if not parts or not (button or 0 < len(labels) <= ROWS):
        return bodies + [_text(each) for each in parts[-1:]]
    *before, last = split(parts[-1], MOST_WITH_BUTTONS)
    form = _page(last, button[0]) if button else _interactive(last, labels)
    return [*bodies, *map(_text, before), {"type": "interactive", "interactive": form}]


def in_a_template(refusal: Refusal) -> ProviderCall | None:
    """Return the call that says a part in the template, once the window is closed."""
    settings = refusal.settings
    if not settings.template or not refusal.refused.outcome.startswith("window"):
        return None
    return _templated(refusal.call, settings)


def _templated(call: ProviderCall, settings: WhatsAppChannel) -> ProviderCall:
    body = (call.in_words or call).body
    text = part(body, "text").get("body") or part(part(body, "interactive"), "body").get("text")
    line = shortened(_SPACES.sub(" ", str(text)), MOST_WITH_BUTTONS)
    template = {
        "name": settings.template,
        "language": {"code": settings.template_language},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": line}]}],
    }
    kept = {name: each for name, each in body.items() if name not in ("text", "interactive")}
    return replace(
        call, body={**kept, "type": "template", "template": template}, in_words=None, upload=None
    )


def messages_path(fields: Fields) -> str:
    """Return the path that takes the messages of the channel's number."""
    return f"/{VERSION}/{fields.get('phone_number_id', '')}/messages"


def _call(delivery: Delivery, fields: Fields, body: Mapping[str, object]) -> ProviderCall:
    whole = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(str(delivery.payload["sender"])),
        **body,
        "biz_opaque_callback_data": f"{delivery.id}{TAG_MARK}{delivery.payload['sender']}",
    }
    return ProviderCall(messages_path(fields), whole, bearer(fields))


def _file(delivery: Delivery, fields: Fields, shown: Shown) -> ProviderCall:
    """Return the call for a file. Its words go out if WhatsApp does not take it."""
    kind = _TYPES[shown.kind]
    told: dict[str, str] = {} if shown.file else {"link": shown.url}
    if kind != "audio" and shown.caption:
        told["caption"] = shortened(shown.caption, CAPTION)
    if kind == "document":
        told["filename"] = shortened(shown.caption or "file", FILE_NAME)
    call = _call(delivery, fields, {"type": kind, kind: told})
    words = _call(delivery, fields, _text(shown.words))
    return replace(
        call, in_words=words, upload=_upload(kind, shown, fields) if shown.file else None
    )


def _upload(kind: str, shown: Shown, fields: Fields) -> Upload:
    """Return how a file that we keep is brought to WhatsApp, so that no address of it is told."""

    def with_id(body: Mapping[str, object], given: Mapping[str, object]) -> Mapping[str, object]:
        return {**body, kind: {**part(body, kind), "id": str(given.get("id"))}}

    return Upload(
        path=f"/{VERSION}/{fields.get('phone_number_id', '')}/media",
        file=shown.file,
        name=shown.caption or shown.kind,
        form={"messaging_product": "whatsapp"},
        with_id=with_id,
    )


def _page(text: str, link: Shown) -> dict[str, object]:
    """Return a text with the one button that opens a page."""
    told = {"display_text": shortened(link.caption, BUTTON), "url": link.url}
    action = {"name": "cta_url", "parameters": told}
    return {"type": "cta_url", "body": {"text": text}, "action": action}


def _address(sender: str) -> dict[str, object]:
    """Return the customer's address: a number, or else a business-scoped id."""
    return {"to": sender} if _NUMBER.fullmatch(sender) else {"recipient": sender}


def _text(text: str) -> dict[str, object]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(text: str, labels: Sequence[str]) -> dict[str, object]:
    if len(labels) <= BUTTONS:
        buttons = [
            {"type": "reply", "reply": {"id": each, "title": title}}
            for each, title in zip(_ids(labels, BUTTON_ID), _titles(labels, BUTTON), strict=True)
        ]
        return {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
    rows = [
        {"id": each, "title": title} | _more(label, title)
        for each, title, label in zip(
            _ids(labels, ROW_ID), _titles(labels, ROW), labels, strict=True
        )
    ]
    action = {"button": CHOOSE, "sections": [{"rows": rows}]}
    return {"type": "list", "body": {"text": text}, "action": action}


def _more(label: str, title: str) -> dict[str, str]:
    return {} if title == label else {"description": shortened(label, ROW_MORE)}


def _titles(labels: Sequence[str], most: int) -> list[str]:
    """Return the labels as they fit. Two that look alike are told apart by their numbers."""
    short = [shortened(each, most) for each in labels]
    return [
        shortened(f"{number}. {label}", most) if short.count(title) > 1 else title
        for number, (title, label) in enumerate(zip(short, labels, strict=True), 1)
    ]


def _ids(labels: Sequence[str], most: int) -> list[str]:
    """Return the words that a picked choice stands for. Each id is another one.

    All are numbers where a label is the number of another choice.
    """
    found = [
        label if len(label) <= most and labels.count(label) == 1 else str(number)
        for number, label in enumerate(labels, 1)
    ]
    numbers = [str(number) for number, _ in enumerate(labels, 1)]
    return found if len(set(found)) == len(found) else numbers
