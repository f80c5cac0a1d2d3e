"""Twilio's forms are verified over URL and fields, and each is read as one event or ignored."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.twilio.hook import HOOK
from surgeline.adapters.channels.twilio.proof import form_of, sign
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Inbound, Left, Undelivered
from surgeline.errors import BadRequest, Unauthorized
from surgeline.runtime.strict_json import load_object
from twilio.request_validator import RequestValidator

URL = "https://api.example/v1/hooks/twilio/shop"
TOKEN, OLD = "tw-token-0001", "tw-token-0000"  # no secrets of anybody
KEYS = tuple({"auth_token": each, "hook_url": URL} for each in (TOKEN, OLD))
MMS = {
    "AccountSid": "AC00000000000000000000000000000001",
    "ApiVersion": "2010-04-01",
    "Body": "",
    "From": "+15550111",
    "To": "+15550100",
    "MessageSid": "MM00000000000000000000000000000001",
    "SmsSid": "MM00000000000000000000000000000001",
    "SmsStatus": "received",
    "NumMedia": "1",
    "NumSegments": "1",
    "MediaContentType0": "image/jpeg",
    "MediaUrl0": (
        "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/"
        "MM00000000000000000000000000000001/Media/ME00000000000000000000000000000001"
    ),
}
PUBLISHED = [
    (
        "12345",
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        {
            "CallSid": "CA1234567890ABCDE",
            "Caller": "+14158675309",
            "Digits": "1234",
            "From": "+14158675309",
            "To": "+18005551212",
        },
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    ),
    (TOKEN, URL, MMS, "xMULMfQckUWTpQM51BFIxgfhTGE="),
]
"""The example of Twilio's documentation, and a picture without words."""


def call(form: bytes, signature: str | None, *, query: str = "") -> Call:
    headers = {} if signature is None else {"x-twilio-signature": signature}
    return Call(headers, form, query, now=0)


def signed(fields: Any, token: str = TOKEN, url: str = URL) -> str:
    return str(RequestValidator(token).compute_signature(url, fields))


def heard(**fields: str) -> Heard:
    message = {"MessageSid": "SM1", "SmsStatus": "received", "From": "+15550111", "NumMedia": "0"}
    [found] = HOOK.read("shop", message | fields)
    return found


# ---------------------------------------------------------------- verification


@pytest.mark.parametrize(("token", "url", "fields", "signature"), PUBLISHED)
def test_a_published_signature_is_accepted(
    token: str, url: str, fields: dict[str, str], signature: str
) -> None:
    """A form that the auth token signed for the hook's URL and query is accepted."""
    hook_url, _, query = url.partition("?")
    keys = [{"auth_token": token, "hook_url": hook_url}]
    HOOK.verify(keys, call(urlencode(fields).encode(), signature, query=query))


@given(
    st.dictionaries(st.text("abcXYZ09_", min_size=1, max_size=8), st.text(max_size=20), max_size=8)
)
def test_the_providers_own_sdk_makes_the_same_signature(fields: dict[str, str]) -> None:
    """Twilio's SDK signs each form as it is verified here."""
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    form = urlencode(fields).encode()
    HOOK.verify(KEYS, call(form, signed(fields)))
    assert sign(URL, form_of(form), TOKEN.encode()).decode() == signed(fields)


@pytest.mark.parametrize(
    ("hook_url", "signed_url"),
    [
        (URL, "https://api.example:443/v1/hooks/twilio/shop"),
        ("https://api.example:443/v1/hooks/twilio/shop", URL),
        ("http://127.0.0.1:8787/v1/hooks/twilio/a", "http://127.0.0.1/v1/hooks/twilio/a"),
        ("http://[::1]:8787/a", "http://[::1]/a"),
    ],
)
def test_the_usual_port_may_be_named_or_not(hook_url: str, signed_url: str) -> None:
    """Twilio signs the URL with a port or without one."""
    keys = [{"auth_token": TOKEN, "hook_url": hook_url}]
    HOOK.verify(keys, call(urlencode(MMS).encode(), signed(MMS, url=signed_url)))


@pytest.mark.parametrize("token", [TOKEN, OLD])
def test_each_token_of_a_rotation_is_accepted(token: str) -> None:
    """The old auth token is good beside the new one until the rotation is finished."""
    HOOK.verify(KEYS, call(urlencode(MMS).encode(), signed(MMS, token)))


def json_call(body: bytes, query: str, token: str = TOKEN) -> Call:
    signature = RequestValidator(token).compute_signature(f"{URL}?{query}", {})
    headers = {"x-twilio-signature": signature, "content-type": "application/json; charset=utf-8"}
    return Call(headers, body, query, now=0)


def test_a_body_of_json_is_covered_by_its_hash() -> None:
    """Twilio signs the URL of such a request, whose query has the hash of the body."""
    body = b'{"property": "value", "boolean": true}'
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    HOOK.verify(KEYS, json_call(body, query))
    assert RequestValidator(TOKEN).validate(
        f"{URL}?{query}", body.decode(), json_call(body, query).headers["x-twilio-signature"]
    )
    for wrong in (
        json_call(body + b" ", query),
        json_call(body, "bodySHA256="),
        json_call(body, ""),
        json_call(body, query, "another"),
    ):
        with pytest.raises(Unauthorized):
            HOOK.verify(KEYS, wrong)


def test_a_field_that_comes_twice_is_signed_once_for_each_value() -> None:
    """Values of one name are signed in order, and equal ones once."""
    form = b"a=2&a=1&a=2"
    HOOK.verify(KEYS, call(form, sign(URL, {"a": [b"1", b"2"]}, TOKEN.encode()).decode()))


@pytest.mark.parametrize(
    ("form", "signature", "query"),
    [
        (urlencode(MMS).encode(), None, ""),
        (urlencode(MMS).encode(), "", ""),
        (urlencode(MMS).encode(), "\ud800", ""),
        (urlencode(MMS).encode(), signed(MMS, "another"), ""),
        (urlencode(MMS | {"Body": "x"}).encode(), signed(MMS), ""),
        (urlencode(MMS).encode(), signed(MMS), "x=1"),
        (urlencode(MMS).encode(), signed(MMS, url=URL.replace("https", "http")), ""),
        (urlencode(MMS).encode(), signed(MMS, url=URL.replace("shop", "other")), ""),
        (b"&".join(b"a=%d" % each for each in range(600)), signed({}), ""),
    ],
)
def test_i11_any_other_request_is_refused(form: bytes, signature: str | None, query: str) -> None:
    """A missing or foreign proof, and a proof for another URL, query or form, are refused."""
    with pytest.raises(Unauthorized):
        HOOK.verify(KEYS, call(form, signature, query=query))


@pytest.mark.parametrize("token", ["", DECOY.decode()], ids=["empty", "decoy"])
@pytest.mark.parametrize("keys", [(), ({},), ({"auth_token": "", "hook_url": URL},)])
def test_i11_a_channel_without_a_token_takes_nothing(
    keys: tuple[dict[str, str], ...], token: str
) -> None:
    """Neither an empty token nor the public one that stands in for it opens a channel."""
    for url in (URL, ""):
        proof = sign(url, form_of(urlencode(MMS).encode()), token.encode()).decode()
        with pytest.raises(Unauthorized):
            HOOK.verify(keys, call(urlencode(MMS).encode(), proof))


def test_too_many_fields_are_refused() -> None:
    """A form without end is a bad request, also for whoever signed it."""
    form = b"&".join(b"a=%d" % each for each in range(600))
    with pytest.raises(BadRequest):
        HOOK.parse(call(form, None), load_object)


def test_the_answer_sends_nothing() -> None:
    """The answer is markup without a message, so Twilio texts nothing by itself."""
    assert HOOK.answer({}).text.endswith("<Response/>")
    assert HOOK.answer({}).content_type.startswith("text/xml")


# ---------------------------------------------------------------- events


def test_a_text_is_read_as_it_was_written() -> None:
    """A text in any script is kept under Twilio's id, and its sender is the number."""
    fields = {"MessageSid": "SM1", "From": "+15550111", "Body": "어디예요? 📦"}
    said = HOOK.parse(call(urlencode(fields).encode(), None), load_object)
    assert HOOK.read("shop", said) == [Inbound("shop", "+15550111", "message/SM1", "어디예요? 📦")]


def test_a_picture_without_words_is_no_receipt() -> None:
    """A message of the status `received` is a message, even without a text."""
    for more in ({}, {"MessageStatus": "received"}):
        [found] = HOOK.read("shop", MMS | more)
        assert isinstance(found, Inbound)
        assert (found.text, found.attachments) == ("", 1)


@pytest.mark.parametrize(
    ("fields", "text", "media"),
    [
        ({"Body": "look", "NumMedia": "2"}, "look", 2),
        ({"Body": "look", "NumMedia": "99"}, "look", 10),
        ({"Body": "look", "NumMedia": "-1"}, "look", 0),
        ({"NumMedia": "1", "MediaContentType0": "image/webp"}, "[sticker]", 0),
        ({"NumMedia": "1", "MediaContentType0": "text/vcard"}, "", 1),
        ({"Latitude": "37", "Longitude": "127", "Label": "Home"}, "[place: Home, 37, 127]", 0),
        ({"Latitude": "37.5"}, "[message]", 0),
        ({"ButtonText": "Yes", "ButtonPayload": "y"}, "Yes", 0),
        ({"Body": "Yes", "ListTitle": "Yes"}, "Yes", 0),
        ({"Body": " \u200b"}, "[message]", 0),
    ],
)
def test_no_message_is_lost(fields: dict[str, str], text: str, media: int) -> None:
    """Files, places, buttons and what nobody knows stand on the record."""
    found = heard(**fields)
    assert isinstance(found, Inbound)
    assert (found.text, found.attachments) == (text, media)


@pytest.mark.parametrize("sender", ["whatsapp:US.1500001", ""])
def test_a_customer_who_hides_the_number_is_known_by_the_id(sender: str) -> None:
    """No message is lost for a number that is missing."""
    found = heard(From=sender, Body="hi", ExternalUserId="US.1500001")
    assert isinstance(found, Inbound)
    assert found.sender == "whatsapp:US.1500001"


@pytest.mark.parametrize(
    ("sender", "hidden", "also"),
    [
        ("whatsapp:+15550111", "US.1500001", "whatsapp:US.1500001"),
        ("whatsapp:US.1500001", "US.1500001", ""),
        ("whatsapp:+15550111", "US 1 <x>", ""),
        ("+15550111", "US.1500001", ""),
    ],
)
def test_a_message_with_both_names_tells_them(sender: str, hidden: str, also: str) -> None:
    """A number of WhatsApp comes with the id that stays where the number is hidden."""
    found = heard(From=sender, Body="hi", ExternalUserId=hidden)
    assert isinstance(found, Inbound)
    assert (found.sender, found.also) == (sender, also)


def test_the_name_on_whatsapp_is_told() -> None:
    """The profile's name goes along, for people and for the placeholders of answers."""
    found = heard(From="whatsapp:+15550111", Body="hi", ProfileName=" Sam ")
    assert isinstance(found, Inbound)
    assert (found.sender, found.customer) == (
        "whatsapp:+15550111",
        {"name": "Sam", "first_name": "Sam"},
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"Body": "STOP"},
        {"Body": " stop\n"},
        {"Body": "Unsubscribe"},
        {"Body": "ARRET"},
        {"Body": "no more, please", "OptOutType": "STOP"},
    ],
)
def test_a_stop_ends_the_conversation(fields: dict[str, str]) -> None:
    """Who stops all texts has left, and gets no further one."""
    assert heard(**fields) == Left("shop", "+15550111", "leave/SM1", blocked=True)


@pytest.mark.parametrize("body", ["please stop", "cancel my order", "the end", "stop."])
def test_a_stop_stands_alone(body: str) -> None:
    """The words of a longer message stop nothing, as at Twilio."""
    assert isinstance(heard(Body=body), Inbound)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Body": "START"}, "start"),
        ({"Body": "unstop"}, "start"),
        ({"Body": "join", "OptOutType": "START"}, "start"),
        ({"Body": "HELP", "OptOutType": "HELP"}, "help"),
        ({"MessageStatus": "delivered", "SmsStatus": "delivered"}, "receipt"),
        ({"MessageStatus": "undelivered", "SmsStatus": "undelivered"}, "text undelivered"),
        ({"MessageStatus": "failed", "SmsStatus": "failed"}, "text undelivered"),
        ({"From": ""}, "no sender"),
        ({"From": "+1 555"}, "no sender"),
        ({"MessageSid": ""}, "no sender"),
    ],
)
def test_all_else_is_ignored_by_name(fields: dict[str, str], kind: str) -> None:
    """What Twilio answers itself, receipts and forms of nobody are ignored by name."""
    assert heard(**fields) == Ignored(kind)


@pytest.mark.parametrize("body", ["help", "yes", "info"])
def test_common_words_reach_the_conversation(body: str) -> None:
    """Help and consent are answered, unless Twilio says that it answered."""
    assert isinstance(heard(Body=body), Inbound)


@given(st.binary(max_size=300))
def test_i12_no_form_is_an_error(raw: bytes) -> None:
    """Any bytes are read as one event."""
    said = HOOK.parse(call(raw, None), load_object)
    [found] = HOOK.read("shop", said)
    assert isinstance(found, Inbound | Left | Ignored)


@pytest.mark.parametrize(
    ("query", "code", "reason"),
    [
        ("text=r1", "30008", "message: error 30008"),
        ("text=r1", "30003", "recipient: error 30003"),
        ("text=r1", "63016", "window: error 63016"),
        ("text=r1", "<b>", "message: error unknown"),
        ("", "30008", None),
    ],
)
def test_a_late_failure_names_the_text_and_its_customer(
    query: str, code: str, reason: str | None
) -> None:
    """The URL of a status says which text failed. A status without it is a receipt."""
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "To": "+15550111"}
    call = Call({}, urlencode({**fields, "ErrorCode": code}).encode(), query, 0)
    [found] = HOOK.read("shop", HOOK.parse(call, load_object))
    lost = Undelivered("shop", "+15550111", "failed/r1", "r1", str(reason))
    assert found == (lost if reason else Ignored("text undelivered"))
