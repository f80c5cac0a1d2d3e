"""A reply becomes texts within Twilio's limit, and Twilio's answers have consequences."""

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.text import utf16
from surgeline.adapters.channels.twilio.api import (
    asked_for,
    form_of_template,
    form_of_text,
    is_there,
    messages_url,
)
from surgeline.adapters.channels.twilio.judge import judge
from surgeline.adapters.channels.twilio.render import render
from surgeline.adapters.channels.twilio.segments import Segments, cheaper, segments_of
from surgeline.adapters.signing.field_sets import HOOK_URL
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Delivered, Refused
from twilio.base.domain import Domain
from twilio.base.version import Version
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageList

SMS, WHATSAPP = "+15550111", "whatsapp:+15550111"
FIELDS = {"account_sid": "AC1", "auth_token": "token", "from": "+15550100"}
AT = 1_790_000_000_000
BASE = "https://api.twilio.com"


def reply(status: int, said: object = None, wait: int | None = None) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
    return Reply(status, body, wait, 7)


# ---------------------------------------------------------------- segments


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("é" * 160, "GSM-7", 1),
        ("ê" + "a" * 69, "UCS-2", 1),
        ("ê" + "a" * 70, "UCS-2", 2),
        ("가" * 134, "UCS-2", 2),
        ("가" * 135, "UCS-2", 3),
        ("📦" * 35, "UCS-2", 1),
        ("📦" * 36, "UCS-2", 2),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, encoding: str, count: int) -> None:
    """GSM-7 has 160 characters in a segment, or 153 in each of several; UCS-2 has 70, or 67."""
    assert segments_of(text) == Segments(encoding, count)


def test_one_curly_quote_costs_nothing() -> None:
    """Typographic marks are made plain where the text then fits GSM-7, and nowhere else."""
    assert cheaper("It’s here – “now”…") == 'It\'s here - "now"...'
    assert cheaper("“지금” …") == "“지금” …"


# ---------------------------------------------------------------- rendering


def test_choices_are_numbers() -> None:
    """An SMS has no buttons, so choices are numbered in the text."""
    message = {"text": "Did you mean:", "choices": [{"label": "Late parcel"}, {"label": "Person"}]}
    assert [each.body for each in render(message, SMS)] == [
        "Did you mean:\n\n1. Late parcel\n2. Person"
    ]


def test_a_late_reply_is_the_variable_of_a_template() -> None:
    """After WhatsApp's 24 hours a reply goes out in one line, as the template's variable."""
    form = parse_qs(form_of_template(FIELDS, WHATSAPP, "It is\n\nhere.", "HX1").decode())
    assert form["ContentSid"] == ["HX1"]
    assert json.loads(form["ContentVariables"][0]) == {"1": "It is here."}
    assert "Body" not in form


def test_typography_is_kept_on_whatsapp() -> None:
    """Only an SMS is made cheaper."""
    assert [each.body for each in render({"text": "It’s here"}, WHATSAPP)] == ["It’s here"]
    assert [each.body for each in render({"text": "It’s here"}, SMS)] == ["It's here"]


@given(st.text(min_size=1, max_size=5_000))
def test_every_text_fits(text: str) -> None:
    """Each part has at most 1,600 units and says something."""
    for sender in (SMS, WHATSAPP):
        assert all(0 < utf16(each.body) <= 1_600 for each in render({"text": text}, sender))


@pytest.mark.parametrize(
    ("number", "sender", "named"),
    [
        ("+15550100", SMS, {"From": ["+15550100"]}),
        ("+15550100", WHATSAPP, {"From": ["whatsapp:+15550100"]}),
        ("whatsapp:+15550100", WHATSAPP, {"From": ["whatsapp:+15550100"]}),
        ("MG1", WHATSAPP, {"MessagingServiceSid": ["MG1"]}),
    ],
)
def test_each_is_answered_on_the_way_they_asked(
    number: str, sender: str, named: dict[str, list[str]]
) -> None:
    """One number speaks by SMS and by WhatsApp, and a service chooses its own number."""
    form = parse_qs(form_of_text(FIELDS | {"from": number}, sender, "a & b").decode())
    assert form == {"To": [sender], "Body": ["a & b"], **named}


def test_the_account_stands_in_the_path_as_it_is() -> None:
    """Nothing in the account's field reaches another path."""
    url = messages_url("https://api.twilio.com", FIELDS | {"account_sid": "../x?y"})
    assert url.endswith("/Accounts/..%2Fx%3Fy/Messages.json")


# ---------------------------------------------------------------- settling


def listed(**changes: Any) -> bytes:
    message = {
        "body": "It arrives tomorrow.",
        "direction": "outbound-api",
        "date_created": "Mon, 21 Sep 2026 14:13:20 +0000",
        **changes,
    }
    return json.dumps({"messages": [5, message]}).encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (listed(), True),
        (listed(body="Another text."), False),
        (listed(direction="inbound"), False),
        (listed(date_created="Mon, 21 Sep 2026 14:11:20 +0000"), False),
        (listed(date_created=None), False),
        (b"[]", False),
        (b"no JSON", False),
        (b'{"messages": 5}', False),
    ],
)
def test_a_text_is_found_among_those_since_the_decision(body: bytes, found: bool) -> None:
    """Only our own text counts, and only if it was made after the reply was decided."""
    assert is_there(body, "It arrives tomorrow.", AT) is found
    assert parse_qs(asked_for(SMS, AT))["DateSent>"] == ["2026-09-21"]


# ---------------------------------------------------------------- judging


def test_what_twilio_took_is_delivered() -> None:
    """A created message is delivered, as far as Twilio's answer tells."""
    assert judge(reply(201, {"sid": "SM1"})) == Delivered(201, 7)


@pytest.mark.parametrize(
    ("answer", "outcome", "final"),
    [
        (reply(400, {"code": 21617}), "message: error 21617", True),
        (reply(400, {"code": 99999}), "message: error 99999", True),
        (reply(400, {"code": "x"}), "message: status 400", True),
        (reply(400, {"code": 21610}), "recipient: error 21610, unsubscribed", True),
        (reply(400, {"code": 21614}), "recipient: error 21614", True),
        (reply(400, {"code": 63016}), "window: error 63016", True),
        (reply(401, {"code": 20003}), "account: error 20003", False),
        (reply(403, b"no JSON"), "account: status 403", False),
        (reply(400, {"code": 21606}), "account: error 21606", False),
        (reply(429, {"code": 63038}), "account: error 63038", False),
        (reply(429, {"code": 20429}, 9), "later: error 20429", False),
        (reply(503), "later: status 503", False),
        (reply(302), "message: status 302", True),
    ],
)
def test_each_refusal_has_its_scope(answer: Reply, outcome: str, final: bool) -> None:
    """A refused message ends alone, and a refused account holds up the whole channel."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.final, refused.unhealthy) == (outcome, final, not final)


def test_the_wait_that_twilio_asks_for_is_kept() -> None:
    """A rate limit says when to come back, and an account is not asked again for minutes."""
    answers = (reply(429, {"code": 20429}, 9), reply(401, {"code": 20003}))
    waits = [each.wait_seconds for each in map(judge, answers) if isinstance(each, Refused)]
    assert waits == [9, 300]


@pytest.mark.parametrize(
    ("hook_url", "told"),
    [
        ("https://shop.example/v1/hooks/twilio/sms", True),
        ("http://127.0.0.1:8787/v1/hooks/twilio/sms", False),
        ("", False),
    ],
)
def test_twilio_is_asked_what_becomes_of_each_text(hook_url: str, told: bool) -> None:
    """A text and a template name the hook and the text, where Twilio can call the hook."""
    fields = {**FIELDS, "hook_url": hook_url}
    for form in (
        form_of_text(fields, SMS, "Hello", text_id="r1"),
        form_of_template(fields, WHATSAPP, "Hello", "HX1", text_id="r1"),
    ):
        asked = parse_qs(form.decode()).get("StatusCallback", [])
        assert asked == ([f"{hook_url}?text=r1"] if told else [])


# ---------------------------------------------------------------- Twilio's own SDK


class Overheard(HttpClient):
    """Twilio's SDK speaks to nobody here, and what it would send is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any], object]] = []

    def request(self, method: str, url: str, **more: Any) -> Response:  # type: ignore[override] # by name, as the SDK calls it
        told = more.get("data") or more.get("params") or {}
        self.asked.append((method, url, told, more.get("auth")))
        said = {"sid": "SM1"} if method == "POST" else {"messages": [], "page": 0}
        return Response(201 if method == "POST" else 200, json.dumps(said))


def test_twilios_own_sdk_sends_and_asks_the_same() -> None:
    """A text, a file, a template and the look for a lost text have the SDK's names and forms."""
    sdk, hook = Overheard(), "https://h.test/v1/hooks/twilio/sms"
    known = FIELDS | {HOOK_URL: hook}
    messages = MessageList(
        Version(Domain(Client("AC1", "token", http_client=sdk), BASE), "2010-04-01"), "AC1"
    )
    picture, back = "https://shop.example/a.png", f"{hook}?text=r1"
    messages.create(
        to=SMS, from_="+15550100", body="hi \u00e9", media_url=[picture], status_callback=back
    )
    messages.create(
        to=WHATSAPP,
        messaging_service_sid="MG1",
        content_sid="HX1",
        content_variables=json.dumps({"1": "x"}),
        status_callback=back,
    )
    messages.list(to=SMS, date_sent_after=date(2026, 9, 20), page_size=50, limit=50)
    service = known | {"from": "MG1"}
    ours = [
        form_of_text(known, SMS, "hi \u00e9", picture, "r1"),
        form_of_template(service, WHATSAPP, "x", "HX1", "r1"),
        asked_for(SMS, 1_789_900_000_000).encode(),
    ]
    theirs = [urlencode(told, doseq=True) for _, _, told, _ in sdk.asked]
    both = [
        (parse_qs(our.decode()), parse_qs(their)) for our, their in zip(ours, theirs, strict=True)
    ]
    for our, their in both:
        assert {k: v[0].partition("T00")[0] for k, v in their.items()} == {
            k: v[0] for k, v in our.items()
        }
    assert {url for _, url, _, _ in sdk.asked} == {messages_url(BASE, known)}
    assert {auth for *_, auth in sdk.asked} == {("AC1", "token")}
