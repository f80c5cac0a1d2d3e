"""The records for reports are handed in here. They are kept before anything is sent."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import RecordOpened, RecordOutcome, RecordSurvey
from surgeline.domain.thread import Thread


class OutcomeCarrier(Carrier):
    """Carries out RecordOpened, RecordOutcome and RecordSurvey."""

    def __init__(self, means: Means, post: Post) -> None:
        self._outcomes = means.outcomes
        self._post = post

    def opened(self, thread: Thread, record: Record, effect: RecordOpened) -> None:
        """Keep the record that a conversation began."""
        del thread, record
        self._post.keep(effect.opened)

    def ended(self, thread: Thread, record: Record, effect: RecordOutcome) -> None:
        """Keep the record of a conversation's end.

        An erased one keeps only that it ended.
        """
        del thread, record
        if effect.outcome.ended_by == "erased":
            self._outcomes.erase([effect.outcome])
        else:
            self._post.keep(effect.outcome)

    def surveyed(self, thread: Thread, record: Record, effect: RecordSurvey) -> None:
        """Keep the record that the customer was asked whether it helped, or answered."""
        del thread, record
        self._post.keep(effect.surveyed)

    CARRIES: ClassVar[Mapping[type, Carry]] = {
        RecordOpened: opened,
        RecordOutcome: ended,
        RecordSurvey: surveyed,
    }
