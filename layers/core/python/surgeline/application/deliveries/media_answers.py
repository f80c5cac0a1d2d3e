"""A thread is told here what became of a file, so that transcripts can say it."""

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Fetched
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import derived_id
from surgeline.domain.sent_files.events import MediaFetched

WANTED = "media.wanted"
"""The event of a delivery that fetches a file. Its payload has the file and the message."""

UNWANTED = "media.unwanted"
"""The event of a delivery that deletes the files of a message, behind those that fetch them."""


def is_unwanted(store: ConversationStore, delivery: Delivery) -> bool:
    """Return whether a delivery would fetch a file whose message the customer took back."""
    if delivery.event != WANTED:
        return False
    record = store.load(delivery.thread_id, str(delivery.payload["message_id"])).done
    said = record.event if record else None
    return not (isinstance(said, CustomerWrote) and said.media)


class MediaAnswers:
    """Tells threads of fetched files, and of those that could not be."""

    def __init__(self, events: ThreadEvents, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    def kept(self, delivery: Delivery, fetched: Fetched) -> None:
        """Tell that a file is kept."""
        self._tell(delivery, "kept", media_type=fetched.media_type, size=fetched.size)

    def failed(self, delivery: Delivery, reason: str) -> None:
        """Tell that no later try is made, if the delivery was to fetch a file."""
        if delivery.event == WANTED:
            self._tell(delivery, "failed", failure=reason)

    def _tell(
        self,
        delivery: Delivery,
        end: str,
        *,
        media_type: str = "",
        size: int = 0,
        failure: str = "",
    ) -> None:
        self._events.emit(
            MediaFetched(
                id=derived_id("e", delivery.id, end),
                thread_id=delivery.thread_id,
                at=self._clock.now(),
                channel_id=delivery.target_id,
                conversation_id=delivery.conversation_id,
                message_id=str(delivery.payload["message_id"]),
                media_id=delivery.id,
                media_type=media_type,
                size=size,
                failure=failure,
            )
        )
