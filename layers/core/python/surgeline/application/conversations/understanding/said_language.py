"""The language of words that tell none is chosen here: what the channel says, or the words before.

A signed channel and the chat page know the language that a customer chose. A messenger knows only
how an app is set, and people write otherwise than that.
"""

from surgeline.application.configuration import ChannelSettings
from surgeline.domain.events import CustomerWrote
from surgeline.domain.thread import Thread


def tells_app_language(channel: ChannelSettings | None) -> bool:
    """Return whether the channel's messages tell the language of an app, and not of a customer."""
    settings = channel.settings if channel else None
    return getattr(settings, "tells_app_language", False) is True


def said_language(
    channel: ChannelSettings | None, thread: Thread, event: CustomerWrote
) -> str | None:
    """Return the language of a message whose words tell none, or None if nothing tells one."""
    if tells_app_language(channel):
        return thread.language or event.language
    return event.language or thread.language
