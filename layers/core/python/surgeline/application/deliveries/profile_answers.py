"""A thread is told here what the channel's provider says of its customer."""

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import PROFILE, Delivery
from surgeline.application.ports.targets import Profiled
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.customers.events import ProfileFound
from surgeline.domain.effects import AskProfile
from surgeline.domain.ids import derived_id
from surgeline.domain.thread import Thread

ASKED = "profile.wanted"
"""The event of a delivery that asks for a profile. Its payload has the sender."""


def compose_question(thread: Thread, record: Record, effect: AskProfile) -> Delivery:
    """Return the delivery that asks the provider."""
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target=PROFILE,
        target_id=thread.channel_id,
        event=ASKED,
        epoch=0,
        at=record.at,
        payload={"sender": thread.sender},
    )


class ProfileAnswers:
    """Tells threads of profiles. One that says nothing is not told."""

    def __init__(self, events: ThreadEvents, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    def record_profile(self, delivery: Delivery, profile: Profiled) -> None:
        """Tell that the provider answered."""
        if not profile.customer and not profile.language:
            return
        self._events.emit(
            ProfileFound(
                id=derived_id("e", delivery.id, "profile"),
                thread_id=delivery.thread_id,
                channel_id=delivery.target_id,
                at=self._clock.now(),
                conversation_id=delivery.conversation_id,
                customer=profile.customer,
                language=profile.language,
            )
        )
