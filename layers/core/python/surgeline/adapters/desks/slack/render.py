"""The first message of a conversation in Slack is made here, with the buttons below it."""

from collections.abc import Mapping, Sequence
from typing import Final

from surgeline.adapters.channels.readings import id_of, parts
from surgeline.adapters.channels.slack.render import SlackMessage
from surgeline.adapters.channels.slack.words import escaped

OFFERED: Final = ("accept", "decline")
TAKEN: Final = ("resolve", "return")
_LABELS: Mapping[str, str] = {
    "accept": "Accept",
    "decline": "Decline",
    "resolve": "Resolve",
    "return": "Give back to the assistant",
}


def first_message(text: str, buttons: Sequence[str], offer_id: str) -> SlackMessage:
    """Return the first message of a thread. Without buttons nothing is left to do in it.

    The buttons name the offer, so that the thread is known also before Slack's answer is.
    """
    words = {"type": "plain_text", "text": text, "emoji": False}
    blocks: list[dict[str, object]] = [{"type": "section", "text": words}]
    if buttons:
        elements = [_button(each, offer_id) for each in buttons]
        blocks.append({"type": "actions", "elements": elements})
    return {"text": escaped(text), "blocks": blocks}


def _button(name: str, offer_id: str) -> dict[str, object]:
    label = {"type": "plain_text", "text": _LABELS[name], "emoji": False}
    return {"type": "button", "action_id": name, "text": label, "value": offer_id or name}


def named_offer(message: Mapping[str, object]) -> str:
    """Return the offer that the buttons of a message name, or nothing."""
    for block in parts(message, "blocks"):
        for element in parts(block, "elements"):
            if offer_id := offer_in(element):
                return offer_id
    return ""


def offer_in(button: Mapping[str, object]) -> str:
    """Return the offer that a button names, or nothing. Those of earlier releases name none."""
    value = id_of(button.get("value"))
    return value if value and button.get("action_id") in _LABELS and value not in _LABELS else ""
