"""The first message of a conversation in Slack is made here, with the buttons below it."""

from collections.abc import Mapping, Sequence
from typing import Final

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


def first_message(text: str, buttons: Sequence[str]) -> SlackMessage:
    """Return the first message of a thread. Without buttons nothing is left to do in it."""
    words = {"type": "plain_text", "text": text, "emoji": False}
    blocks: list[dict[str, object]] = [{"type": "section", "text": words}]
    if buttons:
        elements = [_button(each) for each in buttons]
        blocks.append({"type": "actions", "elements": elements})
    return {"text": escaped(text), "blocks": blocks}


def _button(name: str) -> dict[str, object]:
    label = {"type": "plain_text", "text": _LABELS[name], "emoji": False}
    return {"type": "button", "action_id": name, "text": label, "value": name}
