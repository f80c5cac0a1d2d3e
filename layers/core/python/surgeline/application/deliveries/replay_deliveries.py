"""Deliveries are found in the log here, and sent once more under the same webhook id.

Each delivery is composed anew from the committed records, and judged again like any other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from surgeline.application.deliveries.compose_delivery import (
    DeliveryComposer,
    place_of,
    sends,
)
from surgeline.application.deliveries.retries import SETTLED_SECONDS, is_end_notice
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import (
    Delivery,
    DeliveryEnd,
    DeliveryLog,
    DeliveryPlace,
    DeliveryQuery,
    LoggedDelivery,
)
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.ports.refusals import Absent
from surgeline.application.thread_log import records_after
from surgeline.domain.ids import thread_of
from surgeline.domain.thread import Thread

State = DeliveryEnd | Literal["retrying"]
Told = Callable[[Thread, Record], Sequence[Delivery]]
"""Makes the deliveries that a record owes to subscribers."""


@dataclass(frozen=True, slots=True)
class Search:
    """Names the deliveries that match every field, decided from `since` and before `until`.

    `endpoints` says where to look without a conversation (`pool:north`). Empty `ids` match any id.
    """

    endpoints: tuple[str, ...]
    since: int
    until: int
    conversation_id: str | None = None
    ids: tuple[str, ...] = ()
    state: State | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Skipped:
    """A delivery that was not sent again, and why."""

    id: str
    why: str


def search_deliveries(
    store: ConversationStore, log: DeliveryLog, told: Told, search: Search
) -> list[LoggedDelivery]:
    """Return the deliveries found, the newest first. Raises Absent for an unknown conversation."""
    found = (
        _of_conversation(store, log, told, search, search.conversation_id)
        if search.conversation_id
        else [each for target in search.endpoints for each in _of_endpoint(log, search, target)]
    )
    found.sort(key=lambda each: (each.place.at, each.place.id), reverse=True)
    return found[: search.limit]


def _of_endpoint(log: DeliveryLog, search: Search, target: str) -> Iterator[LoggedDelivery]:
    for delivery_id in search.ids or (None,):
        yield from log.list(
            DeliveryQuery(
                target=target,
                since=search.since,
                until=search.until,
                end=search.state,
                delivery_id=delivery_id,
                limit=search.limit,
            )
        )


def places_of(thread: Thread, record: Record, told: Told) -> list[DeliveryPlace]:
    """Return where the log keeps everything that left the system for a record."""
    return [
        *(place_of(thread, record, send) for send in sends(record)),
        *(each.place for each in told(thread, record)),
    ]


def _of_conversation(
    store: ConversationStore, log: DeliveryLog, told: Told, search: Search, conversation_id: str
) -> list[LoggedDelivery]:
    thread = store.thread(thread_of(conversation_id))
    if thread is None:
        raise Absent("no such conversation")
    places = [
        place
        for record in records_after(store, thread.id)
        if record.conversation_id == conversation_id
        for place in places_of(thread, record, told)
        if place.id in (search.ids or (place.id,))
        and place.target in (search.endpoints or (place.target,))
        and search.since <= place.at < search.until
    ]
    found = log.find(places)
    return [each for each in found if search.state in (None, each.end or "retrying")]


class ReplayDeliveries:
    """The use case. It puts deliveries into the queue again, oldest first."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        composer: DeliveryComposer,
        told: Told,
        queue: Queue,
        encode: Callable[[Delivery], str],
    ) -> None:
        self._store = store
        self._composer = composer
        self._told = told
        self._queue = queue
        self._encode = encode

    def __call__(
        self, deliveries: Sequence[LoggedDelivery], *, now: int
    ) -> tuple[list[str], list[Skipped]]:
        """Return the ids that were queued, and the deliveries that were skipped.

        A delivery that is replayed again before it was tried still goes only once.
        """
        tried_at = {each.place.id: each.attempts[-1].at for each in deliveries}
        resting = [each for each in deliveries if not _is_tried(each, now)]
        ids: dict[str, set[str]] = {}
        for each in resting:
            ids.setdefault(each.thread_id, set()).add(each.place.id)
        composed = {
            delivery.id: delivery
            for thread_id, wanted in ids.items()
            for delivery in self._compose(thread_id, wanted)
        }
        went = sorted(composed.values(), key=lambda each: each.at)
        self._queue.send(
            [
                Outgoing(
                    self._encode(each),
                    group=each.group,
                    dedup_id=f"{each.id}.{tried_at[each.id]}",
                )
                for each in went
            ]
        )
        skipped = [
            Skipped(each.place.id, _reason(each, now))
            for each in deliveries
            if each.place.id not in composed
        ]
        return [each.id for each in went], skipped

    def _compose(self, thread_id: str, wanted: set[str]) -> Iterator[Delivery]:
        thread = self._store.thread(thread_id)
        if thread is None:
            return
        left = set(wanted)
        for record in records_after(self._store, thread.id):
            for send in sends(record):
                if send.id in left:
                    yield self._composer.compose(thread, record, send)
                    left.discard(send.id)
            for delivery in self._told(thread, record):
                if delivery.id in left:
                    yield delivery
                    left.discard(delivery.id)
            if not left:
                return


def _is_tried(logged: LoggedDelivery, now: int) -> bool:
    """Return whether the queue still holds the delivery. A second copy would only stand behind it.

    An end notice that waits for its next try may go at once. The waiting copy then ends.
    """
    if logged.end is not None or is_end_notice(logged.event):
        return False
    return now - logged.attempts[-1].at < SETTLED_SECONDS * 1000


def _reason(logged: LoggedDelivery, now: int) -> str:
    return "it is still being tried" if _is_tried(logged, now) else "its record is no longer kept"
