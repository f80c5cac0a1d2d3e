"""The use cases that hear pools are made here over a home, for every function that hears any."""

from collections.abc import Callable, Mapping
from typing import Protocol

from surgeline.adapters.codec import encode_delivery, encode_event
from surgeline.application.answers.notices.notice_book import ReadNotice
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.desks.hear_desk import SETTLE_SECONDS, HearDesk
from surgeline.application.desks.late_file import late_file, no_file
from surgeline.application.desks.tell_desk import TellDesk
from surgeline.application.pools.hear_pool import HearPool, Pages
from surgeline.application.ports.queues import Outgoing
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import Event
from surgeline.domain.ids import pool_event_id
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.ids_key import ids_key


class HearsDesks(Protocol):
    """The settings of a function that hears desks."""

    @property
    def events_queue(self) -> str:
        """Return the name of the queue of threads' events."""

    @property
    def deliveries_queue(self) -> str:
        """Return the name of the queue of deliveries."""

    @property
    def timers_queue(self) -> str:
        """Return the name of the queue that delays."""


class NoPages:
    """Stands for open pages in a function that never hears of typing."""

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Reach no page."""
        del thread_id, message
        return 0


def hearing(
    backend: Backend,
    shelf: ConfigurationShelf,
    emit: Callable[[Event], None],
    pages: Pages | None = None,
) -> HearPool:
    """Return the use case that hears pools, whose events go to `emit`.

    Without `pages` it pushes to those that are open now.
    """
    secrets = backend.secrets()
    return HearPool(
        store=backend.store(),
        offers=backend.offers(),
        board=backend.pool_board(),
        waitlist=backend.waitlist(),
        sockets=backend.sockets() if pages is None else pages,
        emit=emit,
        event_id=lambda pool_id, own_id: pool_event_id(ids_key(secrets), pool_id, own_id),
        knows=lambda pool_id: shelf.pool(pool_id) is not None,
        read_notice=ReadNotice(backend.notebook(), backend.clock),
        clock=backend.clock,
    )


def desk_hearing(
    backend: Backend,
    shelf: ConfigurationShelf,
    settings: HearsDesks,
    pages: Pages | None = None,
) -> HearDesk:
    """Return the use case that hears people in tools of their own.

    Where pages are open, the person who takes an offer also gets the customer's file.
    """
    events = ThreadEvents(backend.queue(settings.events_queue), encode_event)
    timers = backend.queue(settings.timers_queue)

    def emit_later(event: Event) -> None:
        """Send an event to its thread once replies before it have had time to come."""
        timers.send([Outgoing(encode_event(event), delay_seconds=SETTLE_SECONDS)])

    return HearDesk(
        links=backend.desk_links(),
        offers=backend.offers(),
        hear=hearing(backend, shelf, events.emit, pages),
        hear_end=hearing(backend, shelf, emit_later, pages),
        tell=TellDesk(backend.queue(settings.deliveries_queue), encode_delivery, backend.clock),
        clock=backend.clock,
        file=late_file(backend.store(), backend.ledger(), backend.clock)
        if pages is None
        else no_file,
    )
