"""An answer's surroundings are looked up here: the conversation so far, and the message before."""

from dataclasses import replace
from typing import Final

from surgeline.application.configuration import ChannelSettings
from surgeline.application.conversations.understanding.said_language import said_language
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import Exchange
from surgeline.domain.media.deleted import DELETED
from surgeline.domain.thread import Conversation, Thread
from surgeline.knowledge.text.follow_ups import leans_on_before
from surgeline.knowledge.text.message import read_message
from surgeline.knowledge.text.reading import small_talk

# A message goes on from one that is no older, among the last few records.
_GOES_ON_SECONDS: Final = 600
_LOOKED_BACK: Final = 4
_LONGEST_ADDITION: Final = 60


def exchange_at(
    store: ConversationStore, thread: Thread, event: CustomerWrote, channel: ChannelSettings
) -> Exchange:
    """Return what an answer to a message depends on, in the conversation that it is a part of."""
    conversation = thread.conversation
    current = conversation if conversation and conversation.is_open else None
    before = message_before(store, event, current)
    in_burst = thread.survey is None and _in_burst(event, current)
    language = said_language(channel, thread, event)
    exchange = exchange_of(language, current, before, in_burst=in_burst)
    return replace(exchange, drill=True) if thread.drill else exchange


def _in_burst(event: CustomerWrote, current: Conversation | None) -> bool:
    """Return whether the bot has replied to a message shortly before, and asked for no person."""
    if current is None or current.handoff or not (current.standing or current.choices):
        return False
    return event.at - current.last_customer_at <= _GOES_ON_SECONDS * 1_000


def message_before(
    store: ConversationStore, event: CustomerWrote, current: Conversation | None
) -> str:
    """Return the text of the message before, or nothing where this one stands by itself."""
    if current is None or not leans_on_before(event.text):
        return ""
    for record in store.records(event.thread_id, limit=_LOOKED_BACK, newest_first=True):
        said = record.event
        if record.conversation_id == current.id and isinstance(said, CustomerWrote):
            if event.at - said.at > _GOES_ON_SECONDS * 1_000 or said.text == DELETED:
                return ""
            if not _asks_nothing(said.text):
                return said.text
    return ""


def _asks_nothing(text: str) -> bool:
    """Return whether the question of a burst stands before this message."""
    return bool(small_talk(text)) or (
        len(text) <= _LONGEST_ADDITION and read_message(text).addition
    )


def exchange_of(
    language: str | None, current: Conversation | None, before: str, *, in_burst: bool
) -> Exchange:
    """Return what of the conversation an answer depends on, with the message before."""
    if current is None:
        return Exchange(language)
    return Exchange(
        language,
        current.rejected,
        current.choices,
        current.standing,
        current.alternatives,
        before,
        is_kept=current.is_kept,
        in_burst=in_burst,
    )
