"""An erasure forgets everything said with a sender.

It is asked for here, and the writer does it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.queues import DeadLetters
from surgeline.domain.events import Event, ThreadErased
from surgeline.domain.ids import derived_id


@dataclass(frozen=True, slots=True)
class Erasure:
    """The state of an erasure. `erased_at` (epoch ms) is None until nothing is kept any more.

    `dead_letters` is how many of the thread's dead letters were sent round again, to be dropped on
    their way. `more` says that some dead letters could not be looked at yet, so that the erasure is
    not done. `known` says that something was kept of the sender.
    """

    thread_id: str
    erased_at: int | None
    dead_letters: int = 0
    more: bool = False
    known: bool = True


def erase_thread(
    store: ConversationStore,
    letters: DeadLetters,
    emit: Callable[[Event], None],
    scrub: Callable[[], bool],
    forget: Callable[[str], object],
    *,
    wanted: str,
    channel_id: str,
    now: int,
) -> Erasure:
    """Ask for the erasure of the `wanted` thread, or say that it is done. Repeating is harmless.

    Nobody can look into a queue. So the event is sent for an unknown sender as well. Its tombstone
    comes after a first message that still waits to be handled.

    `forget` deletes what is kept of a thread outside its log. `scrub` takes deleted data off the
    disk. While it returns False, the erasure is not done.
    """
    thread = store.thread(wanted)
    if thread is None or not thread.is_erased or store.records(thread.id, limit=2)[1:]:
        asked = derived_id("e", wanted, f"erase/{thread.seq if thread else 0}")
        emit(ThreadErased(asked, wanted, now, channel_id))
        return Erasure(wanted, None)
    # Only now, with the tombstone in place, will every receiver drop the letter.
    swept = letters.redrive_groups(lambda group: _is_of(group, thread.id))
    forget(thread.id)
    done = swept.complete and scrub()
    return Erasure(
        thread.id,
        thread.erased_at if done else None,
        swept.redriven,
        more=not swept.complete,
        known=thread.erased_seq > 1 or swept.redriven > 0,  # else the erasure was the first event
    )


def _is_of(group: str | None, thread: str) -> bool:
    """Return whether a group is the thread's.

    The group of events is the thread's id, and the groups of deliveries begin with that id.
    """
    return group is not None and group.partition(".")[0] == thread
