"""Messages that no article answers are told apart here, so that reading them costs nothing."""

from collections.abc import Sequence

from surgeline.application.configuration import ChannelSettings
from surgeline.application.conversations.understanding.said_language import said_language
from surgeline.domain.events import CustomerWrote
from surgeline.domain.on_call.emergency import Emergency
from surgeline.domain.reading import Abstained
from surgeline.domain.thread import Thread
from surgeline.knowledge.text.message import own_words
from surgeline.knowledge.text.reading import detect_language, small_talk


def unread(
    channel: ChannelSettings | None,
    thread: Thread,
    event: CustomerWrote,
    emergencies: Sequence[Emergency],
) -> Abstained | None:
    """Return the reading of a message that a closed or unknown channel answers, or None.

    A courtesy is read all the same. So is what may answer a survey, and every message where topics
    may be an emergency.
    """
    if channel is None:
        return Abstained(why="the channel is not configured", language=event.language)
    if channel.closure is None or event.brought or thread.survey:
        return None
    current = thread.conversation
    if current is not None and (current.is_kept or current.answered_at):
        return None
    text = own_words(event.text)
    if small_talk(text) or any(rule.topics for rule in emergencies):
        return None
    language = detect_language(text) or said_language(channel, thread, event)
    return Abstained(why="the channel is closed", language=language)
