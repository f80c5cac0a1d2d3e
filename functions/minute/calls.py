"""The job of each minute in which open calls go on to whoever is due is put together here."""

from collections.abc import Callable

from surgeline.adapters.codec import encode_delivery
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.call_out import CallOut
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

    call_out = CallOut(
        shelf=shelf,
        books=call_books(backend.ledger(), encode, decode),
        send=send,
        key=lambda: ids_key(secrets),
        clock=backend.clock,
    )

    def go_on(configuration: Configuration) -> None:
        del configuration
        found = call_out()
        if found.asked:
            info("called", people=found.asked)
        for call_id in found.exhausted:
            alarm("nobody_comes", call_id=call_id)

    return go_on
