"""Promises to customers that were not kept are listed here, for the lead."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.application.watch.lapses import Lapsed, Lapses
from surgeline.domain.effects import EndLapse, ListLapse
from surgeline.domain.thread import Thread


class LapseCarrier(Carrier):
    """Carries out ListLapse and EndLapse. A repeat changes nothing."""

    def __init__(self, means: Means, post: Post) -> None:
        del post
        self._lapses = Lapses(means.notebook)

    def put(self, thread: Thread, record: Record, effect: ListLapse) -> None:
        """Put the conversation on the list, if the thread as it is now has that lapse.

        A repeat of an old event finds the lapse ended, and nothing would end it again.
        """
        if not _stands(thread, effect):
            return
        lapsed = Lapsed(
            effect.conversation_id, effect.what, effect.due_at, record.at, effect.pool_id
        )
        self._lapses.add(lapsed)

    def end(self, thread: Thread, record: Record, effect: EndLapse) -> None:
        """Take the conversation off the list."""
        del thread, record
        self._lapses.end(effect.conversation_id, effect.what)

    CARRIES: ClassVar[Mapping[type, Carry]] = {ListLapse: put, EndLapse: end}


def _stands(thread: Thread, effect: ListLapse) -> bool:
    """Return whether nobody has made up for the lapse yet."""
    current = thread.conversation
    if current is None or current.id != effect.conversation_id:
        return False
    if effect.what == "promise_broken":
        return bool(current.promise and current.promise.broken_at)
    if effect.what == "reply_undelivered":
        return bool(current.unheard_at)
    callback = current.handoff.callback if current.handoff else None
    return bool(callback and callback.missed_at)
