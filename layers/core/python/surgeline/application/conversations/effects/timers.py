"""Timers are carried out here. A timer is an event that its thread's writer gets at a set time."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import StartTimer
from surgeline.domain.events import TimerFired
from surgeline.domain.thread import Thread


class TimerCarrier(Carrier):
    """Carries out StartTimer."""

    def __init__(self, means: Means, post: Post) -> None:
        del means
        self._post = post

    def start(self, thread: Thread, record: Record, effect: StartTimer) -> None:
        """Hand in the event of the timer, to be sent when the timer is due."""
        del record
        fired = TimerFired(
            id=effect.id,
            thread_id=thread.id,
            at=effect.due_at,
            kind=effect.kind,
            conversation_id=effect.conversation_id,
            subject=effect.subject,
            epoch=effect.epoch,
            due_at=effect.due_at,
        )
        self._post.wake(fired, effect.due_at)

    CARRIES: ClassVar[Mapping[type, Carry]] = {StartTimer: start}
