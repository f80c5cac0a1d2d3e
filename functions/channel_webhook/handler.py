"""Intake of signed channels: verify, check, queue, acknowledge. Imports almost nothing."""

from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.application.conversations.receive_message import receive_message
from surgeline.domain.ids import thread_id
from surgeline.runtime.attributes import attributes_field
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.sender_cap import SenderCap
from surgeline.runtime.settings import ChannelWebhook
from surgeline.runtime.strict_json import int_field, load_object, text_field
from surgeline.runtime.tally import Tally

MAX_TEXT = 10_000
MAX_SENDER = 256
MAX_LANGUAGE = 35


def build(backend: Backend, settings: ChannelWebhook) -> Handler:
    """The handler over a backend.

    What was accepted is told of once a second; each message's own line is its writer's.
    """
    info, _ = log_of("channel_webhook", settings.log_level)
    events = backend.queue(settings.events_queue)
    secrets, clock, cap = backend.secrets(), backend.clock, SenderCap()
    gate, tally = backend.intake_gate(settings.events_queue), Tally(clock)

    def receive(request: Request) -> Response:
        json_only(request)
        channel_id = request.path["channel_id"]
        keys = endpoint_keys(secrets, f"channels/{channel_id}")
        event_id = verify(keys, request.headers, request.body, now_seconds=clock.now() // 1000)
        body = load_object(request.body)
        key = ids_key(secrets)
        sender = text_field(body, "sender", max_chars=MAX_SENDER)
        thread = thread_id(key, channel_id, sender)
        cap.take(thread, clock.now())
        gate.admit(thread)
        accepted = receive_message(
            events,
            clock,
            key=key,
            thread=thread,
            channel_id=channel_id,
            sender=sender,
            provider_event_id=event_id,
            text=text_field(body, "text", max_chars=MAX_TEXT, min_chars=0),
            language=text_field(body, "language", max_chars=MAX_LANGUAGE, required=False),
            attachments=int_field(body, "attachments", maximum=100, required=False) or 0,
            customer=attributes_field(body, "customer"),
        )
        ids = {"thread_id": accepted.thread_id, "message_id": accepted.message_id}
        if count := tally.count():
            info("accepted", **ids, count=count)
        return Response(202, ids)

    return http({"POST /v1/channels/{channel_id}/messages": receive}, log=info, clock=clock)


handler = entry(ChannelWebhook, build)
