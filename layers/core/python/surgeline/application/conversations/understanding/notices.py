"""Facts are gathered here on texts that nobody asked for just now.

They are news of an incident, answers to an older queue, and the words of a closed channel.
"""

from collections.abc import Callable
from dataclasses import replace

from surgeline.application.configuration import Configuration
from surgeline.application.conversations.arrivals import is_shared, thread_before
from surgeline.application.conversations.understanding.said_language import (
    said_language,
    tells_app_language,
)
from surgeline.application.conversations.understanding.wishes import has_template, reply_seconds
from surgeline.domain.brought.events import BacklogActed
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.crisis.incident import in_language
from surgeline.domain.customers.identity import PAGE
from surgeline.domain.events import CustomerWrote, Event, TextUndelivered
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Conversation, Thread
from surgeline.knowledge.text.reading import match_form


def with_notices(
    facts: Facts,
    thread: Thread,
    event: Event,
    configuration: Configuration,
    key: Callable[[], bytes],
) -> Facts:
    """Return the facts for an incident that is told unasked, for an answer to one, or of a closure.

    For an older queue they say until when its customer may be written to. `key` names the thread
    that a visitor was sent on from.
    """
    if isinstance(event, CustomerWrote) and event.brought is None:
        return _of_message(facts, thread, event, configuration, key)
    if isinstance(event, TextUndelivered):
        return replace(facts, has_template=has_template(configuration, thread.channel_id))
    since = _last_words_at(thread.conversation, event)
    seconds = reply_seconds(configuration, thread.channel_id)
    if since is None or seconds is None:
        return facts
    if not isinstance(event, IncidentBegan) and has_template(configuration, thread.channel_id):
        return facts
    return replace(facts, reply_until=since + seconds * 1000)


def _last_words_at(current: Conversation | None, event: Event) -> int | None:
    """Return when the customer wrote last, where the event may have them written to unasked."""
    backlog = current.backlog if current else None
    brought = event.brought if isinstance(event, CustomerWrote) else None
    if brought is not None:
        before = backlog.since if backlog and backlog.quiet else 0
        return max(before, brought.written_at)
    if backlog is not None and isinstance(event, BacklogActed):
        return backlog.since
    if current is None or not isinstance(event, IncidentBegan):
        return None
    replied_at = current.account.first_reply_at if current.account else None
    if backlog and backlog.end != "customer" and current.last_customer_at == replied_at:
        return backlog.since  # the time of the first reply is no word of the customer
    return current.last_customer_at


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
    channel = next((e for e in configuration.channels if e.id == thread.channel_id), None)
    if channel is None:
        return facts
    has_profiles = getattr(channel.settings, "profiles", "off") == "on"
    tells = tells_app_language(channel)
    if has_profiles or tells:  # few channels do, and a copy of the facts costs
        facts = replace(facts, has_profiles=has_profiles, tells_app_language=tells)
    if channel.kind == PAGE and event.customer:
        facts = replace(facts, arrived=thread_before(key, event.customer))
    if (closure := channel.closure) is not None:
        read = facts.reading.language if facts.reading else None
        language = read or said_language(channel, thread, event)
        words = in_language(closure.texts, language)
        signed = not is_shared(channel.kind, event.sender)
        facts = replace(facts, closure=closure.sending(words, signed=signed))
    return facts
