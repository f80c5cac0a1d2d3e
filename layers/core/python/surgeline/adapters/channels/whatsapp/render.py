"""A reply becomes WhatsApp's messages here, within WhatsApp's limits.

See docs/channels/whatsapp.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.meta.graph import VERSION, bearer
from surgeline.adapters.channels.posting import ProviderCall, Refusal
from surgeline.adapters.channels.readings import part
from surgeline.adapters.channels.text import shortened, split
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

MOST, MOST_WITH_BUTTONS = 4_096, 1_024
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, ROW, ROW_MORE, ROW_ID = 10, 24, 72, 200
CHOOSE = "☰"
"""The label of the button that opens a list: a sign, because the customer's language is unknown."""
_NUMBER = re.compile(r"\+?[0-9]{5,20}")
_SPACES = re.compile(r"\s+")


def calls(delivery: Delivery, settings: WhatsAppChannel, fields: Fields) -> list[ProviderCall]:
    """Return the calls that say a delivery.

    Up to three choices are buttons, and up to ten are a list. They are also numbered in the text.
    """
    del settings
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    labels, text = labels_of(message), numbered_text(message)
    parts = split(text, MOST)
    bodies: list[dict[str, object]] = [_text(each) for each in parts[:-1]]
    if labels and parts and len(labels) <= ROWS:
        *before, last = split(parts[-1], MOST_WITH_BUTTONS)
        bodies += [_text(each) for each in before]
        bodies.append({"type": "interactive", "interactive": _interactive(last, labels)})
    else:
        bodies += [_text(each) for each in parts[-1:]]
    return [_call(delivery, fields, each) for each in bodies]


def in_a_template(refusal: Refusal) -> ProviderCall | None:
    """Return the call that says a part in the template, once the window is closed."""
    settings, body = refusal.settings, refusal.call.body
    if not settings.template or not refusal.refused.outcome.startswith("window"):
        return None
    text = part(body, "text").get("body") or part(part(body, "interactive"), "body").get("text")
    line = shortened(_SPACES.sub(" ", str(text)), MOST_WITH_BUTTONS)
    template = {
        "name": settings.template,
        "language": {"code": settings.template_language},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": line}]}],
    }
    kept = {name: each for name, each in body.items() if name not in ("text", "interactive")}
    return replace(refusal.call, body={**kept, "type": "template", "template": template})


def messages_path(fields: Fields) -> str:
    """Return the path that takes the messages of the channel's number."""
    return f"/{VERSION}/{fields.get('phone_number_id', '')}/messages"


def _call(delivery: Delivery, fields: Fields, body: Mapping[str, object]) -> ProviderCall:
    whole = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(str(delivery.payload["sender"])),
        **body,
        "biz_opaque_callback_data": delivery.id,
    }
    return ProviderCall(messages_path(fields), whole, bearer(fields))


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
