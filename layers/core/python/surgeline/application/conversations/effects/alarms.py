"""Alarms that a decision raises are handed to the company's log here, which people watch."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import RaiseAlarm
from surgeline.domain.thread import Thread


class AlarmCarrier(Carrier):
    """Carries out RaiseAlarm. A repeat raises the alarm again, because a lost one is worse."""

    def __init__(self, means: Means, post: Post) -> None:
        del post
        self._alarm = means.alarm

    def ring(self, thread: Thread, record: Record, effect: RaiseAlarm) -> None:
        """Raise the alarm, with the conversation that it is about."""
        del thread, record
        self._alarm(effect.what, conversation_id=effect.conversation_id)

    CARRIES: ClassVar[Mapping[type, Carry]] = {RaiseAlarm: ring}
