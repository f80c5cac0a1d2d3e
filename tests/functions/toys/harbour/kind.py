"""The kind `harbour`: its settings, its fields, its check, and how a reply is said and judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.adapters.channels.attached import attached_to, in_words, native
from surgeline.adapters.channels.calls import ACCOUNT_WAIT_SECONDS, delivered, failed, held, said
from surgeline.adapters.channels.choices import labels_of, numbered_text
from surgeline.adapters.channels.own_hook import try_hook
from surgeline.adapters.channels.posting import PostedReplies, ProviderCall, Speech
from surgeline.adapters.channels.text import shortened, split
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Checked, Finding, Provider
from surgeline.adapters.media.fetching import plainly
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import SendResult, Target

from tests.functions.toys.harbour.hook import SIGNATURE, signature

MOST, BUTTONS, LABEL = 2_000, 5, 30
DENIED, THROTTLED, SERVER_ERRORS = (401, 403), 429, 500


@dataclass(frozen=True, slots=True)
class HarbourChannel:
    """The settings of the kind. `api_base` is the server that takes what is sent."""

    api_base: str = "https://api.harbour.example"


FIELDS = {
    "secret": "Harbour, 'Settings', 'Webhooks', 'Signing secret'",
    "token": "Harbour, 'Settings', 'API', 'Token'",
}
STEPS = ("Harbour, 'Settings', 'Webhooks': enter {hook_url}",)


def calls(delivery: Delivery, settings: HarbourChannel, fields: Fields) -> list[ProviderCall]:
    """Return the calls that say a delivery. Each has a key by which Harbour knows a repeat."""
    del settings
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    attached = attached_to(message, fields)
    pictures = native(attached, ("image",))
    text = numbered_text(message, in_words(attached, pictures))
    bodies: list[dict[str, object]] = [{"text": each} for each in split(text, MOST)]
    if bodies and (labels := labels_of(message)):
        bodies[-1]["buttons"] = [shortened(each, LABEL) for each in labels[:BUTTONS]]
    said = [_call(delivery, fields, f"p{n}", {"picture": p.url}) for n, p in enumerate(pictures)]
    words = [_call(delivery, fields, f"w{n}", {"text": p.words}) for n, p in enumerate(pictures)]
    shown = [
        ProviderCall(one.path, one.body, one.headers, in_words=other)
        for one, other in zip(said, words, strict=True)
    ]
    return shown + [_call(delivery, fields, f"t{n}", each) for n, each in enumerate(bodies)]


def _call(
    delivery: Delivery, fields: Fields, number: str, body: Mapping[str, object]
) -> ProviderCall:
    proof = {"authorization": f"Bearer {fields['token']}"}
    key = {"idempotency-key": f"{delivery.id}-{number}"}
    return ProviderCall("/send", {"to": delivery.payload["sender"], **body}, {**proof, **key})


def judge(reply: Reply) -> SendResult:
    """Return the meaning of an answer. The scope of a failure stands first in its outcome."""
    status = reply.status
    if status < 300:  # what HTTP calls success
        return delivered(reply)
    named = f"status {status}"
    if status in DENIED:
        return held(reply, f"account: {named}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    if status == THROTTLED or status >= SERVER_ERRORS:
        return held(reply, f"later: {named}", wait_seconds=reply.retry_after_seconds)
    scope = "recipient" if said(reply).get("error") == "unknown_recipient" else "message"
    return failed(reply, f"{scope}: {named}")


def check(checked: Checked) -> list[Finding]:
    """Try the token with a call that sends nothing, and the hook with a signed request."""
    url = f"{checked.settings.api_base}/whoami"
    proof = {"authorization": f"Bearer {checked.fields['token']}"}
    ok = checked.posts.post(url, proof, b"{}", timeout_seconds=10).status == 200  # success
    token = Finding("token", ok=ok, said="Harbour accepts it" if ok else "copy the new one")
    body = b'{"events": []}'
    signed = {SIGNATURE: signature(body, checked.fields["secret"].encode()).decode()}
    return [token, try_hook(checked, signed, body)]


def _target(parts: TargetParts) -> Target:
    return PostedReplies(parts, Speech("harbour", "token", calls, judge))


KIND = Kind(
    HarbourChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
    fetch=plainly,
)
