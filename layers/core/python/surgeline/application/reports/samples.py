"""The first words of some customers are shown beside the topics of a report, redacted.

Numbers, mail addresses, phone numbers and the customer's known names are taken out.
"""

from collections.abc import Mapping
from typing import Any, Final

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.thread_log import first_seq_of, names_in
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_of
from surgeline.domain.media.deleted import DELETED
from surgeline.domain.redaction import redact, without_names

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
    records = store.records(thread.id, after_seq=begins - 1, limit=LOOKED_AT)
    for record in records:
        text = record.event.text if isinstance(record.event, CustomerWrote) else ""
        if record.conversation_id == conversation_id and text not in ("", DELETED):
            clean = without_names(redact(text, "contact"), names_in(records))
            words = " ".join(clean.split())
            return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return ""
