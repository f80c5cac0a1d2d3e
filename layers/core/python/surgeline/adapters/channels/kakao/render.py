"""A message to a customer becomes a skill's template here, within Kakao's limits."""

from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.attached import Shown, in_words
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.text import shortened, split

VERSION = "2.0"
MOST_UNITS = 1_000
OUTPUTS = 3
QUICK_REPLIES = 10
LABEL = 14
PRESSED = 300
"""The most characters that a pressed quick reply writes."""


def render(
    message: Mapping[str, object], attached: Sequence[Shown] = (), *, pictures: bool = True
) -> dict[str, object]:
    """Return the one template that says the message.

    A text beyond three outputs ends with an ellipsis, because a callback takes one template only.
    Pictures have the outputs that the text leaves. Anything else stands in words, and with
    `pictures` False all does.
    """
    labels = labels_of(message)
    shown = [each for each in attached if pictures and each.kind == "image" and each.url]
    parts = split(numbered_text(message, in_words(attached, shown)), MOST_UNITS)
    if len(parts) + len(shown) > OUTPUTS:
        shown, parts = [], split(numbered_text(message, in_words(attached)), MOST_UNITS)
    if len(parts) > OUTPUTS:
        rest = " ".join(parts[OUTPUTS - 1 :])
        parts = [*parts[: OUTPUTS - 1], shortened(rest, MOST_UNITS)]
    outputs: list[object] = [
        {"simpleImage": {"imageUrl": each.url, "altText": shortened(each.alt, MOST_UNITS)}}
        for each in shown
    ]
    outputs += [{"simpleText": {"text": each}} for each in parts]
    template: dict[str, object] = {"outputs": outputs}
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
