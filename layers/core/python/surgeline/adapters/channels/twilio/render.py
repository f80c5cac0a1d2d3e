"""A message to a customer becomes Twilio's texts here, within Twilio's limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surgeline.adapters.channels.attached import Shown, in_words, native
from surgeline.adapters.channels.choices import numbered_text
from surgeline.adapters.channels.text import split
from surgeline.adapters.channels.twilio.segments import cheaper

MOST_UNITS = 1_600
WHATSAPP = "whatsapp:"
_FILES = ("image", "video", "audio", "file")


@dataclass(frozen=True, slots=True)
class Text:
    """One message to a customer. `media_url` is the address of the file that it brings.

    `words` says the same without the file.
    """

    body: str
    media_url: str = ""
    words: str = ""


def render(
    message: Mapping[str, object], sender: str, attached: Sequence[Shown] = ()
) -> list[Text]:
    """Return the messages that say it. Choices are numbers, because an SMS has no buttons.

    Files go out as such on WhatsApp. An SMS has their addresses, because MMS works in the United
    States and Canada only, and costs more.
    """
    is_whatsapp = sender.startswith(WHATSAPP)
    shown = native(attached, _FILES) if is_whatsapp else []
    text = numbered_text(message, in_words(attached, shown))
    files = [Text(each.caption[:MOST_UNITS] or each.kind, each.url, each.words) for each in shown]
    parts = split(text if is_whatsapp else cheaper(text), MOST_UNITS)
    return files + [Text(each) for each in parts]
