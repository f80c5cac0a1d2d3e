"""Customers who asked about a topic are told here of an incident on it, each once.

A customer who wants no such news says so, and is never told unasked again.
"""

from collections.abc import Mapping

from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Conversation
from surgeline.domain.turn import Explanation, Rule, Turn

BETWEEN = "\n\n"
MARGIN_MS = 60_000
"""So long before a channel's time to write ends nothing is begun, because a send takes a while."""
SHUT = "the channel lets nobody write to the customer now"
"""The reason for which nothing is said unasked, once the channel's time to write is over."""


def incident_began(turn: Turn, event: IncidentBegan) -> Explanation:
    """Say the incident's text, unless the customer knows it or must not be written to now."""
    running = (each for each in turn.facts.incidents if each.id == event.incident_id)
    incident, current = next(running, None), turn.current
    if incident is None:
        return Explanation("ignore", "the incident does not run on this channel")
    if current is None or current.id != event.conversation_id:
        return Explanation("ignore", "another conversation has begun")
    if why := _why_silent(turn, current, incident.id):
        return Explanation("ignore", why)
    turn.account(lambda account: account.told_first_of(incident.id))
    turn.change_header(noticed_at=turn.facts.now)
    texts = turn.facts.texts
    hint = texts.get("notices_hint", "notices_hint")
    turn.say("system", BETWEEN.join((incident.text(turn.header.language), hint)))
    return Explanation("tell incident", f"the customer asked before {incident.id} began")


def hear_stop(turn: Turn) -> Explanation | None:
    """Take the wish for no such news, or return None for any other message."""
    current = turn.current
    if not turn.facts.stops_notices or current is None:
        return None
    turn.change_header(notices_off=True)
    if current.is_open and current.owner.kind == "pool":
        return None
    turn.notice("notices_stopped")
    return Explanation("no notices", "the customer wants no news unasked")


def _why_silent(turn: Turn, current: Conversation, incident_id: str) -> str:
    """Return why the customer is not told, or an empty text."""
    account = current.account
    if turn.header.notices_off:
        return "the customer wants no news unasked"
    if not current.is_open or account is None:
        return "the conversation is over"
    if incident_id in account.incidents:
        return "the customer was told before"
    if current.owner.kind == "pool" or current.answered_at:
        return "a person has the conversation"
    return SHUT if is_shut(turn.facts) else ""


def is_shut(facts: Facts) -> bool:
    """Return whether the channel's time to write to the customer is over, or nearly so."""
    return facts.reply_until is not None and facts.now > facts.reply_until - MARGIN_MS


RULES: Mapping[type, Rule] = {IncidentBegan: incident_began}
