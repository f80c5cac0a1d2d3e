"""The words of a backlog are looked up here, when a person wants them read or answered."""

from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.brought.events import BacklogActed
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.media.deleted import DELETED
from surgeline.domain.thread import Thread


def words_meant(store: ConversationStore, thread: Thread, event: Event) -> CustomerWrote | None:
    """Return the customer's last message of a backlog, if the event asks what it means.

    For any other event nothing is read.
    """
    if not isinstance(event, BacklogActed) or event.act not in ("read", "answer"):
        return None
    backlog = thread.conversation.backlog if thread.conversation else None
    if backlog is None or not backlog.last_id:
        return None
    done = store.load(thread.id, backlog.last_id).done
    said = done.event if done else None
    return said if isinstance(said, CustomerWrote) and said.text != DELETED else None
