"""The job of each minute in which the surge controller takes a look is put together here."""

from collections.abc import Callable
from functools import partial

from surgeline.adapters.codec import encode_delivery
from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_words
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.on_call.call_books import call_books
from surgeline.application.on_call.lead_calls import call_name
from surgeline.application.on_call.led_rotas import LedRotas
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.application.surge.observe import Observe
from surgeline.application.surge.run_controller import RunController
from surgeline.application.surge.surge_books import surge_books
from surgeline.runtime.bootstrap import Backend


def surge_job(
    backend: Backend, shelf: ConfigurationShelf, deliveries: str, info: Callable[..., None]
) -> Callable[[Configuration], None]:
    """Return the job. `deliveries` is the queue over which pools are asked."""
    queue = backend.queue(deliveries)
    books = surge_books(backend.ledger(), encode, decode)

    def send(delivery: Delivery) -> None:
        queue.send([Outgoing(encode_delivery(delivery), delivery.group, delivery.dedup_id)])

    control = RunController(
        shelf=shelf,
        books=books,
        observe=Observe(
            board=backend.pool_board(),
            waitlist=backend.waitlist(),
            log=backend.delivery_log(),
            desk=backend.desk(),
            store=backend.store(),
            outcomes=backend.outcomes(),
            forecasts=books.forecasts,
            absences=books.absences,
            callers=LedRotas(
                call_books(backend.ledger(), encode, decode),
                partial(call_name, backend.randomness),
            ),
        ),
        board=backend.pool_board(),
        send=send,
        clock=backend.clock,
        words=lead_words,
    )

    def look(configuration: Configuration) -> None:
        del configuration  # the controller reads it again, for the newest word of a lead
        found = control()
        if found is not None and found.did != "nothing":
            info("controlled", did=found.did, bound=found.bound, acts=len(found.acts))

    return look
