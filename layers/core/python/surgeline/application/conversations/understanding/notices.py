"""Facts on texts that nobody asked for: news of an incident, and the words of a closed channel."""

from collections.abc import Callable
from dataclasses import replace

from surgeline.application.configuration import Configuration
from surgeline.application.conversations.arrivals import closure_of
from surgeline.application.conversations.understanding.wishes import reply_seconds
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Thread
from surgeline.knowledge.text.reading import match_form


def with_notices(
    facts: Facts,
    thread: Thread,
    event: Event,
    configuration: Configuration,
    key: Callable[[], bytes],
) -> Facts:
    """Return the facts for an incident that is told unasked, for an answer to one, or of a closure.

    `key` signs the link from a closed channel.
    """
    if isinstance(event, CustomerWrote):
        return _of_message(facts, thread, event, configuration, key)
    if not isinstance(event, IncidentBegan) or thread.conversation is None:
        return facts
    seconds = reply_seconds(configuration, thread.channel_id)
    if seconds is None:
        return facts
    return replace(facts, reply_until=thread.conversation.last_customer_at + seconds * 1000)


def _of_message(
    facts: Facts,
    thread: Thread,
    event: CustomerWrote,
    configuration: Configuration,
    key: Callable[[], bytes],
) -> Facts:
    if thread.noticed_at and not thread.notices_off:
        words = match_form(facts.texts.get("notices_stop", ""))
        facts = replace(facts, stops_notices=bool(words) and match_form(event.text) == words)
    closures = [each.closure for each in configuration.channels if each.id == thread.channel_id]
    if closures and closures[0] is not None:
        read = facts.reading.language if facts.reading else None
        language = read or event.language or thread.language
        text = closure_of(closures[0], thread, language, key(), now=facts.now)
        facts = replace(facts, closure=text)
    return facts
