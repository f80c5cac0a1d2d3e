"""A message to a customer becomes Twilio's texts here, within Twilio's limit."""

from collections.abc import Mapping

from surgeline.adapters.channels.choices import numbered_text
from surgeline.adapters.channels.text import split
from surgeline.adapters.channels.twilio.segments import cheaper

MOST_UNITS = 1_600
WHATSAPP = "whatsapp:"


def render(message: Mapping[str, object], sender: str) -> list[str]:
    """Return the texts that say the message. Choices are numbers, because an SMS has no buttons."""
    text = numbered_text(message)
    return split(text if sender.startswith(WHATSAPP) else cheaper(text), MOST_UNITS)
