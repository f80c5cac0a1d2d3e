"""The first words of some customers are shown beside the topics of a report, redacted.

Card numbers, mail addresses and phone numbers are taken out. Names of people may stay.
"""

from collections.abc import Mapping
from typing import Any, Final

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.thread_log import first_seq_of
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_of
from surgeline.domain.media.deleted import DELETED
from surgeline.domain.redaction import redact

MOST_TOPICS: Final = 5
LONGEST: Final = 200
LOOKED_AT: Final = 10
"""The first words stand among so many records, or the conversation shows none."""


def with_samples(found: Mapping[str, Any], store: ConversationStore) -> dict[str, Any]:
    """Return a report whose first topics have `samples`, from the conversations that they name."""
    topics = [
        {**each, "samples": _samples(each["conversations"], store)} if place < MOST_TOPICS else each
        for place, each in enumerate(found["topics"])
    ]
    return {**found, "topics": topics}


def _samples(conversations: list[str], store: ConversationStore) -> list[str]:
    """Return the first words of each conversation, each once."""
    said = (_first_words(each, store) for each in conversations)
    return list(dict.fromkeys(each for each in said if each))


def _first_words(conversation_id: str, store: ConversationStore) -> str:
    thread = store.thread(thread_of(conversation_id))
    if thread is None:
        return ""  # it was erased a moment ago
    begins = first_seq_of(store, thread, conversation_id)
    for record in store.records(thread.id, after_seq=begins - 1, limit=LOOKED_AT):
        text = record.event.text if isinstance(record.event, CustomerWrote) else ""
        if record.conversation_id == conversation_id and text not in ("", DELETED):
            words = " ".join(redact(text, "contact").split())
            return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return ""
