"""A message to a customer becomes Slack's messages here, within Slack's limits."""

import json
from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.attached import Shown, in_words, native
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.slack.words import escaped
from surgeline.adapters.channels.text import shortened, split, utf16

MOST_UNITS = 4_000
SECTION = 3_000
BUTTONS = 25
LABEL = 75
TITLE, ALT = 2_000, 2_000
PRESSED = 300
"""The most characters that a pressed button says."""
ALL_BLOCKS = 13_000
"""The most characters of all blocks. Slack refuses a few more, which is not documented."""
EVENT_TYPE = "surgeline_delivery"

SlackMessage = dict[str, object]


def render(
    message: Mapping[str, object], delivery_id: str, attached: Sequence[Shown] = ()
) -> list[SlackMessage]:
    """Return the messages that say it, without their place.

    Choices are buttons below the last one. They are also numbered in the text, which notices and
    old devices show. Each message carries the delivery's id, so that it is found again. Pictures
    are blocks of their own before the text.
    """
    shown = native(attached, ("image",))
    labels, text = labels_of(message), numbered_text(message, in_words(attached, shown))
    said = [_picture(each) for each in shown]
    said += [_plain(each) for each in split(text, SECTION if labels else MOST_UNITS, _size)]
    if labels and said:
        said[-1]["blocks"] = _blocks(split(text, SECTION, _size)[-1], labels[:BUTTONS])
    for number, each in enumerate(said):
        payload = {"id": delivery_id, "part": number}
        each["metadata"] = {"event_type": EVENT_TYPE, "event_payload": payload}
    return said


def _picture(shown: Shown) -> SlackMessage:
    """Return a picture. Its words stand in notices, and alone where Slack can't fetch it."""
    title = {"type": "plain_text", "text": shortened(shown.title, TITLE), "emoji": False}
    block = {
        "type": "image",
        "image_url": shown.url,
        "alt_text": shortened(shown.alt or shown.caption or shown.kind, ALT),
        **({"title": title} if shown.title else {}),
    }
    return {**_plain(shown.words), "blocks": [block]}


def without_blocks(message: SlackMessage) -> SlackMessage:
    """Return a message with its words alone."""
    return {name: value for name, value in message.items() if name != "blocks"}


def is_a_picture(message: SlackMessage) -> bool:
    """Return whether a message is a picture."""
    blocks = message.get("blocks")
    return isinstance(blocks, list) and blocks[0].get("type") == "image"


def _size(text: str) -> int:
    return utf16(escaped(text))


def _plain(text: str) -> SlackMessage:
    return {"text": escaped(text), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def _blocks(text: str, labels: Sequence[str]) -> list[dict[str, object]]:
    words = {"type": "plain_text", "text": text, "emoji": False}
    buttons = [
        {
            "type": "button",
            "action_id": f"choice-{number}",
            "text": {"type": "plain_text", "text": shortened(label, LABEL), "emoji": False},
            "value": shortened(label, PRESSED, len),
        }
        for number, label in enumerate(labels, 1)
    ]
    while len(text) + len(json.dumps(buttons, ensure_ascii=False)) > ALL_BLOCKS:
        buttons.pop()
    return [{"type": "section", "text": words}, {"type": "actions", "elements": buttons}]
