"""Every parser that faces the network, as a function of bytes.

A target may refuse (an error of the family `Rejected`); anything else that it raises is a crash.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from surgeline.adapters.channels.email.read import read_mail
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.adapters.channels.email.write import write
from surgeline.adapters.channels.line.judge import judge
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.hooks import HOOKS, Call, Hook
from surgeline.adapters.outbound.guard import check_url
from surgeline.adapters.pool_protocol import parse_pool_event
from surgeline.adapters.pools.webhook import _offer_answer
from surgeline.adapters.signing.standard_webhooks import decode_secrets, new_secret, sign, verify
from surgeline.application.conversations.visitor_tokens import read_token
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.queues import OpenGate, Outgoing
from surgeline.application.ports.targets import Refused
from surgeline.errors import Rejected
from surgeline.knowledge.articles.jsonl import KnowledgeRefused, parse_jsonl
from surgeline.knowledge.text.reading import detect_language, match_form, small_talk, wants_person
from surgeline.runtime import settings
from surgeline.runtime.strict_json import load_object, loads

from functions.channel_webhook import handler as channel_webhook
from infra import topology
from local.home.lambda_events import HttpRequest, http_event
from local.home.routes import Routes

NOW = 1_772_366_400_000
SECRET = new_secret(b"s" * 32)
KEYS = decode_secrets(SECRET)
MAILBOX = Mailbox("support@shop.example", "mx.shop.example")
CONVERSATION = f"t{'a' * 26}-1"
ROUTES = Routes(topology.FUNCTIONS)


class Memory:
    """A backend of nothing but what the intake asks for."""

    def __init__(self) -> None:
        self.clock = self

    def now(self) -> int:
        return NOW

    def queue(self, _name: str) -> "Memory":
        return self

    def secrets(self) -> "Memory":
        return self

    def intake_gate(self, _queue_name: str) -> OpenGate:
        return OpenGate()

    def get(self, name: str) -> str:
        return "aWRz" * 10 if name == "ids" else SECRET

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Check that nothing that SQS would refuse gets here."""
        for message in messages:
            assert message.body.isascii()
            assert message.body.isprintable()
            json.loads(message.body)


INTAKE = channel_webhook.build(
    Memory(),  # type: ignore[arg-type] # what the intake uses of a backend
    settings.ChannelWebhook(events_queue="events", secrets="secrets", log_level="CRITICAL"),
)


def mail(raw: bytes) -> None:
    """Read a mail, and write the answer to it."""
    found = read_mail(raw, MAILBOX)
    text = {"text": found.text, "choices": [{"label": found.why or "a"}]}
    payload = {"sender": found.sender or "kim@x.example", "message": text}
    answer = Delivery(
        id="r1",
        thread_id=CONVERSATION[:-2],
        conversation_id=CONVERSATION,
        target="channel",
        target_id="mail",
        event="message.created",
        epoch=1,
        at=NOW,
        payload=payload,
    )
    content = write(answer, MAILBOX, found.answer).content
    assert content.count(b"\r\n") == content.count(b"\n")
    assert all(len(line) < 1_000 for line in content.split(b"\r\n"))


def strict_json(raw: bytes) -> None:
    value = loads(raw)
    json.dumps(value).encode("ascii")
    json.dumps(value, ensure_ascii=False).encode()


def pool_event(raw: bytes) -> None:
    parse_pool_event(load_object(raw))


def configuration(raw: bytes) -> None:
    ConfigurationFormat().parse(load_object(raw), allow_loopback=False)


def articles(raw: bytes) -> None:
    parse_jsonl(raw, "articles.jsonl")


def signature(raw: bytes) -> None:
    """Verify the three headers, split out of the bytes."""
    parts = raw.decode("utf-8", "surrogateescape").split("\n", 2)
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    verify(KEYS, dict(zip(names, parts, strict=False)), raw, now_seconds=NOW // 1000)


def signed_intake(raw: bytes) -> None:
    """Send any body with a right signature, which is taken or refused and never a 5xx."""
    headers = sign(KEYS, webhook_id="m", timestamp=NOW // 1000, body=raw)
    _intake(raw, [*headers.items(), ("content-type", "application/json")])


def unsigned_intake(raw: bytes) -> None:
    """Send any body and headers without a signature, which are never taken."""
    head, _, body = raw.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    headers = [(name.lower(), value) for name, _, value in (line.partition(":") for line in lines)]
    assert _intake(body, headers) != 202


def _intake(body: bytes, headers: list[tuple[str, str]]) -> int:
    request = HttpRequest(
        method="POST",
        raw_path="/v1/channels/c/messages",
        raw_query="",
        headers=headers,
        body=body,
        source_ip="127.0.0.1",
        protocol="HTTP/1.1",
        at=NOW,
    )
    event = http_event(request, "POST /v1/channels/{channel_id}/messages", {"channel_id": "c"})
    answer: dict[str, Any] = INTAKE(event, None)
    assert answer["statusCode"] < 500, answer["statusCode"]
    return int(answer["statusCode"])


def provider_webhook(raw: bytes) -> None:
    """Read any signed request of each provider, as JSON and as a form.

    It gives events that can be queued, and an answer.
    """
    for hook in HOOKED:
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            call = Call({"content-type": kind}, raw, query="", now=NOW)
            try:
                said = hook.parse(call, load_object)
            except Rejected:
                continue
            for each in hook.read("c", said):
                json.dumps(asdict(each)).encode("ascii")
            hook.answer(said).text.encode()


def provider_signature(raw: bytes) -> None:
    """Verify any headers over any body for each provider."""
    presented, _, body = raw.partition(b"\n")
    value = presented.decode("utf-8", "surrogateescape")
    call = Call(dict.fromkeys(PROOFS, value), body, query=value, now=NOW)
    for hook in HOOKED:
        try:
            hook.verify([KEYS_OF_ANY], call)
        except Rejected:
            continue
        raise AssertionError("a stranger's request is taken for the provider's")


def line_answer(raw: bytes) -> None:
    """Judge any refusal of LINE, whose outcome is short and has no line break."""
    result = judge(Reply(400, raw, None, 0))
    assert isinstance(result, Refused)
    assert len(result.outcome) < 400
    assert result.outcome.isprintable()


def route(raw: bytes) -> None:
    ROUTES.match("GET", raw.decode("latin-1"))
    ROUTES.match("POST", "/v1/channels/" + raw.decode("utf-8", "replace"))


def visitor_token(raw: bytes) -> None:
    read_token(b"k" * 32, raw.decode("utf-8", "surrogateescape"), now=NOW)


def url(raw: bytes) -> None:
    check_url(raw.decode("utf-8", "surrogateescape"), allow_loopback=False)


def offer_answer(raw: bytes) -> None:
    """Read what a pool's endpoint answers an offer with."""
    _offer_answer(raw, 200, 0)


def text(raw: bytes) -> None:
    words = raw.decode("utf-8", "replace")[:10_000]
    detect_language(words)
    match_form(words)
    small_talk(words)
    wants_person(words)


_MESSAGE = json.dumps({"sender": "c1", "text": "어디에 있나요? \ud83d", "attachments": 1}).encode()
_POOL = json.dumps(
    {
        "type": "handoff.accepted",
        "data": {"conversation_id": CONVERSATION, "offer_id": "o1", "agent": {"name": "Agent 7"}},
    }
).encode()
_POOL_MESSAGE = json.dumps(
    {
        "type": "typing",
        "data": {"conversation_id": CONVERSATION, "epoch": 1, "agent": {"name": "A"}},
    }
).encode()
_ARTICLE = json.dumps(
    {"id": "a", "title": "A", "language": "en", "questions": ["Why?"], "answer": "So."}
).encode()
_CONFIGURATION = json.dumps(
    {
        "channels": [{"id": "c", "kind": "signed", "reply_url": "https://a.example/"}],
        "pools": [],
        "rules": {},
    }
).encode()
_HEAD = b"webhook-id:m\nwebhook-timestamp:1772366400\nwebhook-signature:v1,AAAA\n\n{}"

EVENTS = tuple(each.read_bytes() for each in sorted(Path("tests/events/channels").rglob("*.json")))
HOOKED: tuple[Hook, ...] = tuple(import_module(each).HOOK for each in HOOKS.values())
PROOFS = (
    "x-line-signature",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-hub-signature-256",
    "x-telegram-bot-api-secret-token",
    "x-twilio-signature",
    "x-skill-secret",
)
NAMES_OF_KEYS = (
    "channel_secret", "signing_secret", "app_secret", "secret_token", "auth_token", "skill_secret",
    "hook_url",
)  # fmt: skip
KEYS_OF_ANY = dict.fromkeys(NAMES_OF_KEYS, "a secret that no fuzzer guesses")

_MAIL = (
    b"From: Kim <kim@x.example>\r\nSubject: =?euc-kr?B?udk=?=\r\nContent-Type: multipart/mixed; "
    b"boundary=b\r\n\r\n--b\r\n\r\nHello\r\n> quoted\r\n--b\r\nContent-Type: text/html\r\n\r\nx"
)
_BOUNCE = (
    b"From: MAILER-DAEMON@x\r\nContent-Type: multipart/report; report-type=delivery-status; "
    b"boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n--b--"
)


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "strict_json": (strict_json, (_MESSAGE, b'[1e9,-0.5,{"a":"\\ud800"}]')),
    "signed_intake": (signed_intake, (_MESSAGE,)),
    "unsigned_intake": (unsigned_intake, (_HEAD,)),
    "provider_webhook": (provider_webhook, EVENTS),
    "provider_signature": (provider_signature, (b"AAAA\n{}", b"1772366400\n{}")),
    "mail": (mail, (_MAIL, _BOUNCE)),
    "line_answer": (line_answer, (b'{"message":"no","details":[{"property":"a[0].b"}]}',)),
    "signature": (signature, (b"m\n1772366400\nv1,AAAA v1a,BBBB",)),
    "pool_event": (pool_event, (_POOL, _POOL_MESSAGE)),
    "configuration": (configuration, (_CONFIGURATION,)),
    "articles": (articles, (_ARTICLE, _ARTICLE + b"\n{}")),
    "route": (route, (b"/v1/web/a%2Fb/messages",)),
    "visitor_token": (visitor_token, (b"v1.abc.def",)),
    "url": (url, (b"https://user@[::1]:443/a?b#c", "https://ex\u00e4mple.com".encode())),
    "offer_answer": (offer_answer, (b'{"accepted":true,"agent":{"name":"Agent 7"}}', b"[" * 9_000)),
    "text": (text, ("I want to talk to a person 상담원 je voudrais".encode(),)),
}


def attack(name: str, raw: bytes) -> bool:
    """Give the bytes to the target; whether it took them. Raises what is a crash."""
    try:
        TARGETS[name][0](raw)
    except KnowledgeRefused:
        return False
    except Rejected as refusal:
        if refusal.status >= 500:
            raise AssertionError("a refusal of the caller with a 5xx") from refusal
        return False
    return True
