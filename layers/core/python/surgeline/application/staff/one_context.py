"""Everything that people need to know of a customer is read here in one go, redacted and bounded.

It comes from what is kept already. Nobody is asked for it, so it is there at once.
"""

from collections.abc import Sequence

from surgeline.application.deliveries.context_package import (
    RECORDS,
    attributes_said,
    handovers,
    notes,
    past_conversations,
    within,
)
from surgeline.application.deliveries.known_customer import told_file
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.ledger import Ledger
from surgeline.application.ports.refusals import Absent
from surgeline.application.thread_log import links_of
from surgeline.domain.customers.known import customer_key
from surgeline.domain.effects import SendText
from surgeline.domain.ids import thread_of
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Conversation, Thread

SCHEMA = 1
CONTEXT_BYTES = 20_000
FILE_BYTES = 8_000
NOTES_BYTES = 4_000
HANDOVERS_BYTES = 2_000
MOST_THREADS = 8
MOST_ELSEWHERE = 5


def read_context(
    store: ConversationStore,
    ledger: Ledger,
    conversation_id: str,
    pool_id: str,
    *,
    level: Redaction,
    now: int,
) -> dict[str, object]:
    """Return the one context of a conversation.

    Raises Absent unless the pool owns the conversation or is offered it.
    """
    thread = store.thread(thread_of(conversation_id))
    conversation = thread.conversation if thread else None
    if thread is None or conversation is None or conversation.id != conversation_id:
        raise Absent("no such conversation")
    if not concerns(conversation, pool_id):
        raise Absent("no such conversation")
    newest = store.records(thread.id, limit=RECORDS, newest_first=True)
    mine = [each for each in newest if each.conversation_id == conversation_id]
    tried = dict.fromkeys(each for record in mine for each in _answered(record))
    said = attributes_said(newest).items()
    attributes = {k: redact(v, level) if isinstance(v, str) else v for k, v in said}
    return {
        "schema": SCHEMA,
        "conversation_id": conversation_id,
        "customer": {
            "channel_id": thread.channel_id,
            "language": thread.language,
            "attributes": attributes,
        },
        "customer_data": told_file(store, thread, level, FILE_BYTES),
        "past_conversations": past_conversations(newest, conversation_id, level),
        "elsewhere": elsewhere(store, ledger, thread, level=level, now=now),
        "tried": list(tried),
        "rejected": list(conversation.rejected),
        "handovers": within(handovers(mine, level), HANDOVERS_BYTES),
        "notes": within(notes(mine, level), NOTES_BYTES),
    }


def elsewhere(
    store: ConversationStore, ledger: Ledger, thread: Thread, *, level: Redaction, now: int
) -> list[dict[str, object]]:
    """Return how the customer's conversations in other threads ended, the newest first.

    Only threads in which a proven identity found the very same customer are looked at.
    """
    known = thread.conversation.known if thread.conversation else None
    if known is None or not known.customer_id:
        return []
    key = customer_key(known.customer_id, known.system)
    links = ledger.find(links_of(key), limit=MOST_THREADS)
    found: list[dict[str, object]] = [
        {"channel_id": other.channel_id, **end}
        for link in links
        if link.expires_at > now and link.id != thread.id
        if (other := store.thread(link.id)) is not None
        for end in past_conversations(
            store.records(other.id, limit=RECORDS, newest_first=True), "", level
        )
    ]
    return sorted(found, key=lambda each: str(each["at"]), reverse=True)[:MOST_ELSEWHERE]


def concerns(conversation: Conversation, pool_id: str) -> bool:
    """Return whether the pool owns the conversation or is offered it."""
    offers = conversation.handoff.offers if conversation.handoff else ()
    return pool_id in {conversation.owner.pool_id, *(each.pool_id for each in offers)}


def _answered(record: Record) -> Sequence[str]:
    return [
        each.article_id for each in record.effects if isinstance(each, SendText) and each.article_id
    ]
