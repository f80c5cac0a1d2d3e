"""The job of each minute in which open calls go on to whoever is due is put together here."""

from collections.abc import Callable

from surgeline.adapters.codec import encode_delivery
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.call_out import CallOut
from surgeline.application.on_call.keep_served import KeepServed
from surgeline.application.on_call.weekly_tests import OpenTestPages
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.ids_key import ids_key

Told = Callable[..., None]


def calls_job(
    backend: Backend, shelf: ConfigurationShelf, deliveries: str, *, info: Told, alarm: Told
) -> Callable[[Configuration], None]:
    """Return the job. `deliveries` is the queue over which people are called."""
    queue, secrets = backend.queue(deliveries), backend.secrets()

    def send(delivery: Delivery) -> None:
        queue.send([Outgoing(encode_delivery(delivery), delivery.group, delivery.dedup_id)])

    books = call_books(backend.ledger(), encode, decode)
    keep_served = KeepServed(shelf, books, backend.clock)
    open_tests = OpenTestPages(shelf, books, backend.clock)
    call_out = CallOut(
        shelf=shelf,
        books=books,
        send=send,
        key=lambda: ids_key(secrets),
        clock=backend.clock,
    )

    def go_on(configuration: Configuration) -> None:
        del configuration
        if opened := open_tests():
            info("test_pages", opened=opened)
        found = call_out()
        if found.asked:
            info("called", people=found.asked)
        for call_id in found.exhausted:
            alarm("nobody_comes", call_id=call_id)
        if kept := keep_served():
            info("kept_served", parts=kept)

    return go_on
