"""Events of pools and of their tools are taken in here: verified, and then passed on."""

from surgeline.adapters.codec import encode_event
from surgeline.adapters.pool_protocol import parse_transcript_request, pool_says
from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.application.configuration import PoolSettings
from surgeline.application.deliveries.context_package import read_transcript
from surgeline.application.media.links import links_with
from surgeline.application.staff.one_context import read_context
from surgeline.application.thread_events import ThreadEvents
from surgeline.errors import Unauthorized
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.hearing import desk_hearing, hearing
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import PoolCallback
from surgeline.runtime.strict_json import load_object

from functions.pool_callback.desks import DeskRoutes


def build(backend: Backend, settings: PoolCallback) -> Handler:
    """Return the handler over a backend."""
    info, alarm = log_of("pool_callback", settings.log_level)
    events = ThreadEvents(backend.queue(settings.events_queue), encode_event)
    store, ledger = backend.store(), backend.ledger()
    secrets, clock, shelf = backend.secrets(), backend.clock, shelf_of(backend, alarm)

    hear = hearing(backend, shelf, events.emit)

    def verified(request: Request) -> tuple[PoolSettings, str]:
        """Return the pool that signed the request, and the webhook id that the pool gave.

        A pool that was removed from the configuration is unknown, even with a valid signature.
        """
        json_only(request)
        pool_id = request.path["pool_id"]
        pool = shelf.pool(pool_id)
        keys = endpoint_keys(secrets, f"pools/{pool_id}") if pool else ()
        webhook_id = verify(keys, request.headers, request.body, now_seconds=clock.now() // 1000)
        if pool is None:
            raise Unauthorized(reason="pool")
        return pool, webhook_id

    def receive(request: Request) -> Response:
        """Take in an event: POST /v1/pools/{pool_id}/events."""
        pool, webhook_id = verified(request)
        said = pool_says(load_object(request.body))
        info("received", pool_id=pool.id, event=type(said).__name__)
        heard = hear(pool, webhook_id, said)
        return Response(200 if heard.decided else 202, heard.answer)

    def transcript(request: Request) -> Response:
        """Return a longer transcript than an offer has: POST /v1/pools/{pool_id}/transcripts."""
        pool, _ = verified(request)
        asked = parse_transcript_request(load_object(request.body))
        page = read_transcript(
            store,
            asked.conversation_id,
            pool.id,
            after_seq=asked.after_seq,
            level=pool.redaction,
            link=links_with(lambda: ids_key(secrets)),
            now=clock.now(),
        )
        return Response(200, page)

    def context(request: Request) -> Response:
        """Return all that is known of the customer: POST /v1/pools/{pool_id}/contexts."""
        pool, _ = verified(request)
        asked = parse_transcript_request(load_object(request.body))
        known = read_context(
            store,
            ledger,
            asked.conversation_id,
            pool.id,
            level=pool.redaction,
            now=clock.now(),
        )
        return Response(200, known)

    desks = DeskRoutes(backend, shelf, desk_hearing(backend, shelf, settings), info)
    routes = {
        "POST /v1/pools/{pool_id}/events": receive,
        "POST /v1/pools/{pool_id}/transcripts": transcript,
        "POST /v1/pools/{pool_id}/contexts": context,
        "POST /v1/desks/{kind}/{pool_id}": desks.receive,
    }
    return http(routes, log=info, clock=clock)


handler = entry(PoolCallback, build)
