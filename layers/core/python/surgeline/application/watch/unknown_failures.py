"""A late failure of a text that stands in no thread's log is told and noted here.

Calls to people on call and messages to subscribers are such texts, and so is a customer's text that
many others have followed.
"""

from collections.abc import Callable, Iterator
from typing import Final

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import (
    AFTER_ALL,
    SUBSCRIPTION,
    Attempt,
    Delivery,
    DeliveryLog,
    DeliveryQuery,
    LoggedDelivery,
)
from surgeline.domain.erasure import came_too_late
from surgeline.domain.events import Event, TextUndelivered

LOOKED_BACK_MS: Final = 2 * 3_600_000
"""Deliveries of this time are looked through. The log has no other way from a text's id."""


class UnknownFailures:
    """The use case. `alarm(message, **fields)` gets no text and no address."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        log: DeliveryLog,
        configuration: ConfigurationShelf,
        alarm: Callable[..., None],
    ) -> None:
        self._store = store
        self._log = log
        self._configuration = configuration
        self._alarm = alarm

    def __call__(self, event: Event) -> None:
        """Tell of a late failure that left no record, once where its delivery can be found.

        A text that was erased is no failure, and any other event is nothing here.
        """
        if not isinstance(event, TextUndelivered) or not event.text_id:
            return
        thread = self._store.thread(event.thread_id)
        if thread and came_too_late(thread, event):
            return
        found = self._delivery(event)
        outcome = f"{AFTER_ALL}: {event.reason}"
        if found and any(each.outcome == outcome for each in found.attempts):
            return
        self._alarm(
            "late_failure_unknown",
            channel_id=event.channel_id,
            endpoint=found.place.target if found else "",
            reason=event.reason,
            text_id=event.text_id,
        )
        if found:
            last = Attempt(found.attempts[-1].number, event.at, outcome)
            self._log.record_attempt(_as_sent(found), last, found.end)

    def _delivery(self, event: TextUndelivered) -> LoggedDelivery | None:
        """Return the text's delivery, by its channel or by a subscription to that channel."""
        since, until = event.at - LOOKED_BACK_MS, event.at + 1
        for target in self._targets(event.channel_id):
            query = DeliveryQuery(
                target=target, since=since, until=until, delivery_id=event.text_id, limit=1
            )
            if found := self._log.list(query):
                return found[0]
        return None

    def _targets(self, channel_id: str) -> Iterator[str]:
        for each in self._configuration.current().subscriptions:
            if each.channel == channel_id:
                yield f"{SUBSCRIPTION}:{each.id}"
        if channel_id:
            yield f"channel:{channel_id}"


def _as_sent(logged: LoggedDelivery) -> Delivery:
    """Return what the log needs of a delivery to keep another attempt of it."""
    target, _, target_id = logged.place.target.partition(":")
    return Delivery(
        id=logged.place.id,
        thread_id=logged.thread_id,
        conversation_id=logged.conversation_id,
        target=target,
        target_id=target_id,
        event=logged.event,
        epoch=0,
        at=logged.place.at,
        payload={},
    )
