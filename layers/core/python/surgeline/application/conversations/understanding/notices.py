"""Facts on news that a customer did not ask for: until when it may be sent, and who wants none."""

from dataclasses import replace

from surgeline.application.configuration import Configuration
from surgeline.application.conversations.understanding.wishes import reply_seconds
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Thread
from surgeline.knowledge.text.reading import match_form


def with_notices(facts: Facts, thread: Thread, event: Event, configuration: Configuration) -> Facts:
    """Return the facts for an incident that is told unasked, or for an answer to one."""
    if isinstance(event, CustomerWrote) and thread.noticed_at and not thread.notices_off:
        words = match_form(facts.texts.get("notices_stop", ""))
        return replace(facts, stops_notices=bool(words) and match_form(event.text) == words)
    if not isinstance(event, IncidentBegan) or thread.conversation is None:
        return facts
    seconds = reply_seconds(configuration, thread.channel_id)
    if seconds is None:
        return facts
    return replace(facts, reply_until=thread.conversation.last_customer_at + seconds * 1000)
