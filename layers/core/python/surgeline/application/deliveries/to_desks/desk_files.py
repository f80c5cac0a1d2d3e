"""Files that people add in a tool of their own are fetched behind their words, and sent on.

Each is a delivery from the tool, with a delivery's retries and log. The thread's writer judges it
as the words of the pool, and the person is told of a file that does not go.
"""

from collections.abc import Callable
from pathlib import PurePosixPath

from surgeline.application.deliveries.to_desks.telling import telling
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import DESK_FILE, Delivery
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.ports.targets import Fetched
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import AgentWrote
from surgeline.domain.ids import derived_id, thread_of
from surgeline.domain.sent_files.attached import Attached, AttachedKind

DESK_FILE_WANTED = "desk.file_wanted"
"""The event of a delivery that fetches a person's file. Its payload has the file and the place."""
_KINDS: dict[str, AttachedKind] = {"image": "image", "video": "video", "audio": "audio"}


def wanted_file(
    link: DeskLink, own_id: str, *, ref: str, name: str, agent: str | None, now: int
) -> Delivery:
    """Return the delivery that fetches a file. Its id is that of the kept file."""
    return Delivery(
        id=derived_id("f", f"{link.pool_id}/{link.ref}/{own_id}", "desk file"),
        thread_id=thread_of(link.conversation_id),
        conversation_id=link.conversation_id,
        target=DESK_FILE,
        target_id=link.pool_id,
        event=DESK_FILE_WANTED,
        epoch=link.epoch,
        at=now,
        payload={
            "media": {"ref": ref, "name": name},
            "ref": link.ref,
            "own_id": own_id,
            "agent": agent,
        },
        offer_id=link.offer_id,
    )


class DeskFiles:
    """Sends files on once they are kept, and tells their people of those that are not."""

    def __init__(
        self, events: ThreadEvents, timers: Queue, encode: Callable[[Delivery], str], clock: Clock
    ) -> None:
        self._events = events
        self._timers = timers
        self._encode = encode
        self._clock = clock

    def kept(self, delivery: Delivery, fetched: Fetched) -> None:
        """Say a file to the customer in the person's name."""
        agent, name = delivery.payload["agent"], _name_of(delivery)
        kind = _KINDS.get(fetched.media_type.partition("/")[0], "file")
        self._events.emit(
            AgentWrote(
                id=derived_id("e", delivery.id, "kept"),
                thread_id=delivery.thread_id,
                at=self._clock.now(),
                conversation_id=delivery.conversation_id,
                pool_id=delivery.target_id,
                epoch=delivery.epoch,
                text=name or kind,
                agent=str(agent) if agent else None,
                media=(
                    Attached(kind, file=delivery.id, title=name, media_type=fetched.media_type),
                ),
            )
        )

    def failed(self, delivery: Delivery, reason: str) -> None:
        """Tell the place of a file that no later try fetches, if the delivery is of one."""
        if delivery.event != DESK_FILE_WANTED:
            return
        payload = delivery.payload
        link = DeskLink(
            pool_id=delivery.target_id,
            ref=str(payload["ref"]),
            conversation_id=delivery.conversation_id,
            offer_id=delivery.offer_id or "",
            epoch=delivery.epoch,
            at=delivery.at,
        )
        told = telling(
            link,
            str(payload["own_id"]),
            "file",
            self._clock.now(),
            about=_name_of(delivery),
            reason=reason,
        )
        self._timers.send([Outgoing(self._encode(told), delay_seconds=0)])


def _name_of(delivery: Delivery) -> str:
    media = delivery.payload["media"]
    assert isinstance(media, dict)
    return PurePosixPath(str(media["name"])).name
