"""An erasure forgets everything said with a sender.

It is asked for here, and the writer does it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.queues import DeadLetters
from surgeline.application.ports.refusals import Absent
from surgeline.domain.events import Event, ThreadErased
from surgeline.domain.ids import derived_id, thread_id


@dataclass(frozen=True, slots=True)
class Erasure:
    """The state of an erasure. `erased_at` (epoch ms) is None until nothing is kept any more.

    `dead_letters` is how many of the thread's dead letters were sent round again, to be dropped on
    their way. `more` says that some dead letters could not be looked at yet, so that the erasure is
    not done.
    """

    thread_id: str
    erased_at: int | None
    dead_letters: int = 0
    more: bool = False


def erase_thread(
    store: ConversationStore,
    letters: DeadLetters,
    emit: Callable[[Event], None],
    scrub: Callable[[], bool],
    *,
    key: bytes,
    channel_id: str,
    sender: str,
    now: int,
) -> Erasure:
    """Ask for an erasure, or say that it is done. Asking again is harmless. Raises Absent.

    `scrub` takes deleted data off the disk. While it returns False, the erasure is not done.
    """
    wanted = thread_id(key, channel_id, sender)
    thread = store.thread(wanted)
    if thread is None and (looked := _looked_for(letters, wanted)) == "no":
        raise Absent("nothing is kept of that sender on that channel")
    if thread is None and looked == "more":
        return Erasure(wanted, None, more=True)
    if thread is None or not thread.is_erased or store.records(thread.id, limit=2)[1:]:
        asked = derived_id("e", wanted, f"erase/{thread.seq if thread else 0}")
        emit(ThreadErased(asked, wanted, now, channel_id))
        return Erasure(wanted, None)
    # Only now, with the tombstone in place, will every receiver drop the letter.
    swept = letters.redrive_groups(lambda group: _is_of(group, thread.id))
    done = swept.complete and scrub()
    return Erasure(
        thread.id, thread.erased_at if done else None, swept.redriven, more=not swept.complete
    )


def _looked_for(letters: DeadLetters, thread: str) -> Literal["yes", "no", "more"]:
    """Return whether a dead letter is the thread's. No letter is sent round again.

    A sender whose only message could not be handled has no thread, but a dead letter.
    """
    found: list[bool] = []

    def look(group: str | None) -> bool:
        found.append(_is_of(group, thread))
        return False

    swept = letters.redrive_groups(look)
    if any(found):
        return "yes"
    return "no" if swept.complete else "more"


def _is_of(group: str | None, thread: str) -> bool:
    """Return whether a group is the thread's.

    The group of events is the thread's id, and the groups of deliveries begin with that id.
    """
    return group is not None and group.partition(".")[0] == thread
