"""A message to a customer becomes LINE's message objects here, within LINE's limits."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

from surgeline.adapters.channels.attached import Shown, in_words, is_picture
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.text import shortened, split

MOST_UNITS = 5_000
MESSAGES_A_CALL = 5
QUICK_REPLIES = 13
LABEL = 20
PRESSED = 300
"""The most characters that a pressed quick reply can write."""
_UUID = (0, 8, 12, 16, 20, 32)
"""The places where a UUID's parts begin, in its hexadecimal digits."""

LineMessage = dict[str, object]


def render(
    message: Mapping[str, object],
    attached: Sequence[Shown] = (),
    *,
    pictures: bool = True,
    quick: bool = True,
) -> list[list[LineMessage]]:
    """Return the calls that say the message, each with at most five of LINE's messages.

    Pictures come first. A video needs a preview and a file has no form of its own, so these and
    links stand in words, and with `pictures` False all do.

    Choices are quick replies on the last one. They are also numbered in the text, because quick
    replies are not shown on every device and go with the next message. With `quick` False they are
    numbered only.
    """
    shown = [each for each in attached if pictures and is_picture(each) and each.url]
    labels, text = labels_of(message), numbered_text(message, in_words(attached, shown))
    said = [_picture(each) for each in shown]
    said += [{"type": "text", "text": each} for each in split(text, MOST_UNITS)]
    if labels and said and quick:
        said[-1]["quickReply"] = {"items": [_quick_reply(each) for each in labels[:QUICK_REPLIES]]}
    return [said[start : start + MESSAGES_A_CALL] for start in range(0, len(said), MESSAGES_A_CALL)]


def retry_key(delivery_id: str, call: int) -> str:
    """Return the key by which LINE knows a repeat of one call of a delivery, for 24 hours."""
    digest = hashlib.sha256(f"{delivery_id}:{call}".encode()).hexdigest()
    return "-".join(digest[start:end] for start, end in pairwise(_UUID))


def _picture(shown: Shown) -> LineMessage:
    """Return a picture, which LINE shows from its address."""
    return {"type": "image", "originalContentUrl": shown.url, "previewImageUrl": shown.url}


def _quick_reply(label: str) -> LineMessage:
    """Return a button that writes the whole label for the customer."""
    action = {
        "type": "message",
        "label": shortened(label, LABEL, len),
        "text": shortened(label, PRESSED, len),
    }
    return {"type": "action", "action": action}
