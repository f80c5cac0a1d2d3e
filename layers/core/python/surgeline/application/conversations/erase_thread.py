"""An erasure forgets everything said with a sender.

It is asked for here, and the writer does it. A book of the ledger has what was asked for, so that
each erasure is finished once a day, though nobody asks again.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from surgeline.application.books import DAY_MS, entries_of
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.application.ports.queues import DeadLetters
from surgeline.domain.events import Event, ThreadErased
from surgeline.domain.ids import derived_id

ASKED: Final = "erasures"
"""The book with the event of each thread's last erasure, which is empty once it is finished."""
ASKED_DAYS: Final = 30
MOST_AT_ONCE: Final = 100


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
    swept = letters.redrive_groups(_groups_of({thread.id}))
    forget(thread.id)
    done = swept.complete and scrub()
    return Erasure(
        thread.id,
        thread.erased_at if done else None,
        swept.redriven,
        more=not swept.complete,
        known=thread.erased_seq > 1 or swept.redriven > 0,  # else the erasure was the first event
    )


def note_asked(ledger: Ledger, event: Event, *, now: int) -> bool:
    """Note that an erasure is under way. Return whether it was not noted before."""
    found = ledger.read(ASKED, event.thread_id)
    if found and found.body == event.id:
        return False
    version = found.version + 1 if found else 1
    until = now + ASKED_DAYS * DAY_MS
    return ledger.write(Entry(ASKED, event.thread_id, event.id, version, until))


def finish_erasures(
    store: ConversationStore,
    letters: DeadLetters,
    ledger: Ledger,
    scrub: Callable[[], bool],
    forget: Callable[[str], object],
    *,
    now: int,
) -> tuple[int, int]:
    """Finish erasures that the writer has done. Return how many are finished, and how many wait.

    What a customer has said since stays, and so does what came with it.
    """
    asked = (each for each in entries_of(ledger, ASKED) if each.body and each.expires_at > now)
    open_ = list(islice(asked, MOST_AT_ONCE))
    done = [each for each in open_ if store.load(each.id, each.body).done]
    if not done:
        return 0, len(open_)
    swept = letters.redrive_groups(_groups_of({each.id for each in done}))
    is_clean = scrub() and swept.complete
    for each in done:
        if not store.records(each.id, limit=2)[1:]:
            forget(each.id)
        if is_clean:
            ledger.write(replace(each, body="", version=each.version + 1, expires_at=now))
    return (len(done), len(open_) - len(done)) if is_clean else (0, len(open_))


def _groups_of(threads: Collection[str]) -> Callable[[str | None], bool]:
    """Return whether a letter's group is of one of the threads.

    The group of events is the thread's id, and the groups of deliveries begin with that id. Only
    with the tombstone in place will every receiver drop the letter.
    """
    return lambda group: group is not None and group.partition(".")[0] in threads
