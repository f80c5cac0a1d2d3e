"""The intake of signed channels verifies, checks, queues and acknowledges.

It imports almost nothing.
"""

from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.application.conversations.intake import Inbound, Intake
from surgeline.runtime.attributes import attributes_field
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.message_fields import MAX_SENDER, attachments_of, language_of, words_of
from surgeline.runtime.sender_cap import SenderCap
from surgeline.runtime.settings import ChannelWebhook
from surgeline.runtime.strict_json import load_object, text_field
from surgeline.runtime.tally import Tally


def build(backend: Backend, settings: ChannelWebhook) -> Handler:
    """Return the handler over a backend.

    The handler logs once a second how many messages it took in. The writer of each thread logs a
    line for every message.
    """
    info, _ = log_of("channel_webhook", settings.log_level)
    secrets, clock, tally = backend.secrets(), backend.clock, Tally(backend.clock)
    intake = Intake(
        backend.queue(settings.events_queue),
        clock,
        SenderCap(),
        backend.intake_gate(settings.events_queue),
        lambda: ids_key(secrets),
    )

    def receive(request: Request) -> Response:
        json_only(request)
        channel_id = request.path["channel_id"]
        keys = endpoint_keys(secrets, f"channels/{channel_id}")
        event_id = verify(keys, request.headers, request.body, now_seconds=clock.now() // 1000)
        [accepted] = intake.receive([_message(channel_id, event_id, request.body)])
        ids = {"thread_id": accepted.thread_id, "message_id": accepted.message_id}
        if count := tally.count():
            info("accepted", **ids, count=count)
        return Response(202, ids)

    return http({"POST /v1/channels/{channel_id}/messages": receive}, log=info, clock=clock)


def _message(channel_id: str, event_id: str, raw: bytes) -> Inbound:
    body = load_object(raw)
    attachments = attachments_of(body)
    return Inbound(
        channel_id,
        sender=text_field(body, "sender", max_chars=MAX_SENDER),
        event_id=event_id,
        text=words_of(body, attachments=attachments),
        language=language_of(body),
        attachments=attachments,
        customer=attributes_field(body, "customer"),
    )


handler = entry(ChannelWebhook, build)
