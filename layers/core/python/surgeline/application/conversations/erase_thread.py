"""Having all that a sender and we said forgotten: asked here, done by the thread's writer."""

from collections.abc import Callable
from dataclasses import dataclass

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.queues import DeadLetters
from surgeline.application.ports.refusals import Absent
from surgeline.domain.events import Event, ThreadErased
from surgeline.domain.ids import derived_id, thread_id

LETTERS = 1000
"""How many dead letters are looked through."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How it stands: `erased_at` once nothing is kept any more (epoch ms), None until then.

    `dead_letters` of the thread were sent round again, to be dropped on their way.
    """

    thread_id: str
    erased_at: int | None
    dead_letters: int = 0


def erase_thread(
    store: ConversationStore,
    letters: DeadLetters,
    emit: Callable[[Event], None],
    *,
    key: bytes,
    channel_id: str,
    sender: str,
    now: int,
) -> Erasure:
    """Ask for it, or say that it is done; asking again is harmless. Raises Absent."""
    thread = store.thread(thread_id(key, channel_id, sender))
    if thread is None:
        raise Absent("nothing is kept of that sender on that channel")
    if not thread.is_erased or store.records(thread.id, limit=2)[1:]:
        asked = derived_id("e", thread.id, f"erase/{thread.seq}")
        emit(ThreadErased(asked, thread.id, now))
        return Erasure(thread.id, None)
    # Only now, with the tombstone in place, is it dropped by whoever receives it.
    left = [each.id for each in letters.list(limit=LETTERS) if _is_of(each.group, thread.id)]
    return Erasure(thread.id, thread.erased_at, letters.redrive(left) if left else 0)


def _is_of(group: str | None, thread: str) -> bool:
    """A thread's events have its id as their group, its deliveries begin with it."""
    return group is not None and group.partition(".")[0] == thread
