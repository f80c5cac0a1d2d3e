"""A message to a customer becomes a skill's template here, within Kakao's limits."""

from collections.abc import Mapping

from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.text import shortened, split

VERSION = "2.0"
MOST_UNITS = 1_000
OUTPUTS = 3
QUICK_REPLIES = 10
LABEL = 14
PRESSED = 300
"""The most characters that a pressed quick reply writes."""


def render(message: Mapping[str, object]) -> dict[str, object]:
    """Return the one template that says the message.

    A text beyond three outputs ends with an ellipsis, because a callback takes one template only.
    """
    labels = labels_of(message)
    parts = split(numbered_text(message), MOST_UNITS)
    if len(parts) > OUTPUTS:
        rest = " ".join(parts[OUTPUTS - 1 :])
        parts = [*parts[: OUTPUTS - 1], shortened(rest, MOST_UNITS)]
    template: dict[str, object] = {"outputs": [{"simpleText": {"text": each}} for each in parts]}
    if labels:
        template["quickReplies"] = [_quick_reply(each) for each in labels[:QUICK_REPLIES]]
    return {"version": VERSION, "template": template}


def _quick_reply(label: str) -> dict[str, str]:
    """Return a button that writes the whole label for the customer."""
    return {
        "label": shortened(label, LABEL, len),
        "action": "message",
        "messageText": shortened(label, PRESSED, len),
    }
