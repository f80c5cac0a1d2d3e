"""The intake of channels verifies, checks, queues and acknowledges.

It imports almost nothing. The code of a provider is imported with the provider's first request.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from importlib import import_module

from surgeline.adapters.hooks import HOOKS, MOST_BYTES, MOST_ITEMS, Call, Hook, Ignored
from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.field_sets import Fields, field_sets
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.application.conversations.intake import Inbound, Intake
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import NotFound
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

HEAR = "POST /v1/hooks/{kind}/{channel_id}"


def build(
    backend: Backend, settings: ChannelWebhook, *, hooks: Mapping[str, str] = HOOKS
) -> Handler:
    """Return the handler over a backend.

    The handler logs once a second how many messages it took in. The writer of each thread logs a
    line for every message. `hooks` has the modules of the providers' hooks by their kind.
    """
    info, _ = log_of("channel_webhook", settings.log_level)
    secrets, clock, tally = backend.secrets(), backend.clock, Tally(backend.clock)
    provided = _Hooks(hooks, secrets)
    load = partial(load_object, max_bytes=MOST_BYTES, max_items=MOST_ITEMS)
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

    def greet(request: Request) -> Response:
        """Answer a provider that tries whether the hook is ours before it posts there."""
        hook, _, keys = provided.of(request)
        if hook.handshake is None:
            raise NotFound("the provider of this kind of channel only posts to its hook")
        said = hook.handshake(keys, request.query)
        return Response(200, said, {"content-type": "text/plain; charset=utf-8"})

    def hear(request: Request) -> Response:
        """Take in the events of one request of a provider, all of them in one send."""
        hook, channel_id, keys = provided.of(request)
        call = Call(request.headers, request.body, request.raw_query, clock.now())
        hook.verify(keys, call)
        said = hook.part_for(keys, hook.parse(call, load))
        heard = hook.read(channel_id, said)
        if ignored := Counter(each.kind for each in heard if isinstance(each, Ignored)):
            info("ignored", channel_id=channel_id, kinds=dict(ignored))
        for each in intake.receive([each for each in heard if not isinstance(each, Ignored)]):
            if count := tally.count():
                info("accepted", thread_id=each.thread_id, message_id=each.message_id, count=count)
        answer = hook.answer(said)
        return Response(200, answer.text, {"content-type": answer.content_type})

    routes = {
        "POST /v1/channels/{channel_id}/messages": receive,
        "GET /v1/hooks/{kind}/{channel_id}": greet,
        HEAR: hear,
    }
    return http(routes, log=info, clock=clock, larger={HEAR: MOST_BYTES})


class _Hooks:
    """Finds the provider's hook of a request, and imports its code with the first one."""

    def __init__(self, modules: Mapping[str, str], secrets: Secrets) -> None:
        self._modules = modules
        self._secrets = secrets
        self._known: dict[str, Hook] = {}

    def of(self, request: Request) -> tuple[Hook, str, tuple[Fields, ...]]:
        """Return the hook, the channel and the channel's fields. Raises NotFound."""
        kind, channel_id = request.path["kind"], request.path["channel_id"]
        if kind not in self._modules:
            raise NotFound("no kind of channel of this release has hooks under that name")
        if kind not in self._known:
            self._known[kind] = import_module(self._modules[kind]).HOOK
        return self._known[kind], channel_id, field_sets(self._secrets, channel_id, kind)


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
