"""The jobs of each minute that bring timers back and wake those who wait are put together here."""

from collections.abc import Callable, Sequence

from surgeline.adapters.codec import encode_event
from surgeline.application.configuration import Configuration
from surgeline.application.long_timers import MoveTimers
from surgeline.application.pools.wake_lines import WakeLines
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import Event
from surgeline.runtime.bootstrap import Backend

Told = Callable[..., None]


def timers_job(backend: Backend, timers_queue: str, info: Told) -> Callable[[Configuration], None]:
    """Return the job that moves timers which are due soon from their books into the queue."""
    move = MoveTimers(backend.ledger(), backend.queue(timers_queue).send, backend.clock)

    def go_on(configuration: Configuration) -> None:
        if moved := move(configuration):
            info("timers_moved", count=moved)

    return go_on


def lines_job(backend: Backend, events_queue: str, info: Told) -> Callable[[Configuration], None]:
    """Return the job that wakes the first in each line where seats are free."""
    queue = backend.queue(events_queue)
    events = ThreadEvents(queue, encode_event)

    def send(found: Sequence[Event]) -> None:
        queue.send([events.message(each) for each in found])

    wake = WakeLines(backend.pool_board(), backend.waitlist(), send, backend.clock)

    def go_on(configuration: Configuration) -> None:
        if woken := wake(configuration):
            info("woken", conversations=woken)

    return go_on
