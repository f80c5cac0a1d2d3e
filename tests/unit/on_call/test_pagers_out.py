"""A call becomes an event of PagerDuty or a message of SNS, and their answers have consequences."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from surgeline.adapters.channels.goalert import kind as goalert
from surgeline.adapters.channels.goalert.kind import GoAlertChannel
from surgeline.adapters.channels.jsm import kind as jsm
from surgeline.adapters.channels.jsm.kind import JsmChannel
from surgeline.adapters.channels.pagerduty import judge as pagerduty
from surgeline.adapters.channels.pagerduty.say import calls
from surgeline.adapters.channels.pagerduty.settings import PagerDutyChannel
from surgeline.adapters.channels.pagerduty.settings import wrong_fields as wrong_key
from surgeline.adapters.channels.sns import send as sns
from surgeline.adapters.channels.sns.settings import SnsChannel
from surgeline.adapters.channels.sns.settings import wrong_fields as wrong_topic
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Delivered, Refused

LINK = "https://chat.example.com/called#1/mina/k1"
TEXT = (
    f"You are called, until Sun 01 Mar 14:30 (UTC): nobody answers\n\nSay whether you come: {LINK}"
)
KEY = {"routing_key": "R0123456789ABCDEF0123456789ABCDE"}
GOALERT = {"integration_key": "9f57cb9e-f954-404a-98bc-6686fb9c7a7c"}
JSM = {"api_key": "0b1a7f5e-aaaa-bbbb-cccc-6686fb9c7a7c"}
TOPIC = {
    "topic_arn": "arn:aws:sns:eu-west-1:123456789012:on-call",
    "access_key_id": "AKIDEXAMPLEEXAMPLE",
    "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}


def delivery(text: str = TEXT) -> Delivery:
    return Delivery(
        id="n1",
        thread_id="t1",
        conversation_id="",
        target="channel",
        target_id="pager",
        event="message.created",
        epoch=0,
        at=1_772_366_400_000,
        payload={"sender": "mina", "message": {"text": text}},
    )


def reply(status: int, body: object = b"", wait: int | None = None) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, raw, wait, 5)


def scope(result: Any) -> str:
    return "delivered" if isinstance(result, Delivered) else result.outcome.partition(":")[0]


def test_a_call_is_an_event_as_pagerduty_documents_it() -> None:
    """The key of the delivery makes a repeat one incident, and the link stands beside the words."""
    [call] = calls(delivery(), PagerDutyChannel(), KEY)
    assert call.path == "/v2/enqueue"
    assert call.body == {
        "routing_key": KEY["routing_key"],
        "event_action": "trigger",
        "dedup_key": "n1",
        "client": "Surgeline",
        "client_url": LINK,
        "links": [{"href": LINK, "text": "Answer"}],
        "payload": {
            "summary": "You are called, until Sun 01 Mar 14:30 (UTC): nobody answers",
            "source": "Surgeline",
            "severity": "critical",
            "component": "mina",
            "custom_details": {"text": TEXT},
        },
    }
    assert list(calls(delivery(" \n"), PagerDutyChannel(), KEY)) == []
    [long] = calls(delivery("x" * 5_000), PagerDutyChannel(severity="info"), KEY)
    payload: Any = long.body["payload"]
    assert (len(payload["summary"]), payload["severity"]) == (1_024, "info")
    assert "links" not in long.body


INVALID = {"status": "invalid event", "message": "Event object is invalid"}


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (
            reply(202, {"status": "success", "message": "Event processed", "dedup_key": "n1"}),
            "delivered",
        ),
        (reply(400, INVALID | {"errors": ["'payload.severity' is invalid"]}), "message"),
        (reply(400, INVALID | {"errors": ["Length of 'routing_key' is incorrect"]}), "account"),
        (reply(403), "account"),
        (reply(404, b"<html>"), "account"),
        (reply(429, wait=30), "later"),
        (reply(503, b"[" * 5_000), "later"),
        (reply(200, b"not what is documented"), "account"),
        (reply(400, b"\xff\xfe"), "message"),
    ],
)
def test_answers_of_pagerduty(answer: Reply, meant: str) -> None:
    """Only 202 is a page that rings. What else comes is tried again, unless the event is wrong."""
    result = pagerduty.judge(answer)
    assert scope(result) == meant
    if isinstance(result, Refused):
        assert result.final == (meant == "message")


def test_a_call_is_published_to_the_topic() -> None:
    """A subject is given where SNS takes one, and a FIFO topic knows a repeat."""
    form = parse_qs((sns.form_of(delivery(), TOPIC) or b"").decode())
    assert form["Action"] == ["Publish"]
    assert form["TopicArn"] == [TOPIC["topic_arn"]]
    assert form["Message"] == [TEXT]
    assert form["Subject"] == ["You are called, until Sun 01 Mar 14:30 (UTC): nobody answers"]
    fifo = TOPIC | {"topic_arn": f"{TOPIC['topic_arn']}.fifo"}
    korean = parse_qs((sns.form_of(delivery("호출입니다"), fifo) or b"").decode())
    assert "Subject" not in korean
    assert korean["MessageDeduplicationId"] == ["n1"]
    assert sns.form_of(delivery(""), TOPIC) is None
    assert sns.url_of(SnsChannel(), TOPIC) == "https://sns.eu-west-1.amazonaws.com/"


def test_a_request_is_signed_as_botocore_signs_it() -> None:
    """The signature is that of Amazon's own library, for the same moment."""
    form = sns.form_of(delivery(), TOPIC) or b""
    url = sns.url_of(SnsChannel(), TOPIC)
    ours = sns.headers_of(url, form, TOPIC, at=1_772_366_400_000)
    asked = AWSRequest("POST", url, data=form, headers={"content-type": ours["content-type"]})
    asked.context["timestamp"] = ours["x-amz-date"]
    keys = Credentials(TOPIC["access_key_id"], TOPIC["secret_access_key"])
    signer = SigV4Auth(keys, "sns", "eu-west-1")
    asked.headers["X-Amz-Date"] = ours["x-amz-date"]
    told = signer.string_to_sign(asked, signer.canonical_request(asked))
    assert ours["authorization"].endswith(signer.signature(told, asked))
    assert TOPIC["secret_access_key"] not in str(ours)


def error(code: str) -> bytes:
    return f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>".encode()


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (reply(200, b"<PublishResponse><PublishResult><MessageId>1</MessageId>"), "delivered"),
        (reply(400, error("InvalidParameter")), "message"),
        (reply(403, error("AuthorizationError")), "account"),
        (reply(403, error("SignatureDoesNotMatch")), "account"),
        (reply(404, error("NotFound")), "account"),
        (reply(400, error("Throttling"), wait=3), "later"),
        (reply(500, error("InternalError")), "later"),
        (reply(400, b'<!DOCTYPE x [<!ENTITY a "&a;&a;">]><Code>&a;</Code>'), "account"),
        (reply(301), "account"),
    ],
)
def test_answers_of_sns(answer: Reply, meant: str) -> None:
    """An error's code says whether the message, the key or the moment is at fault."""
    assert scope(sns.judge(answer)) == meant


def test_other_pagers_take_the_call_in_bodies_of_their_own() -> None:
    """GoAlert and Jira Service Management know a repeat by its id, and a key proves us."""
    [alert] = goalert.calls(delivery(), GoAlertChannel("https://goalert.example.com"), GOALERT)
    assert (alert.path, alert.headers) == (
        "/api/v2/generic/incoming",
        {"authorization": f"Bearer {GOALERT['integration_key']}"},
    )
    assert alert.body == {"summary": TEXT.splitlines()[0], "details": TEXT, "dedup": "n1"}
    [page] = jsm.calls(delivery("x" * 20_000), JsmChannel(priority="P2"), JSM)
    assert (page.path, page.headers) == (
        "/v2/alerts",
        {"authorization": f"GenieKey {JSM['api_key']}"},
    )
    assert (len(str(page.body["message"])), len(str(page.body["description"]))) == (130, 15_000)
    about = {name: page.body[name] for name in ("alias", "priority", "source", "entity")}
    assert about == {"alias": "n1", "priority": "P2", "source": "Surgeline", "entity": "mina"}
    for kind, answers in (
        (goalert, {200: "delivered", 204: "delivered", 401: "account", 400: "message"}),
        (jsm, {202: "delivered", 401: "account", 422: "message", 429: "later", 500: "later"}),
    ):
        assert list(kind.calls(delivery(" "), kind.KIND.settings("https://x"), {})) == []
        judged = {status: scope(kind.SPEECH.judge(reply(status))) for status in answers}
        assert judged == answers
        [wrong] = kind.wrong_fields({})
        assert wrong.startswith(f"fields.{kind.FIELD}: ")


def test_wrong_fields_are_named_and_never_repeated() -> None:
    """A key or a topic that can't be one is refused before anything is kept."""
    [wrong] = wrong_key({"routing_key": "not a key!"})
    assert wrong.startswith("fields.routing_key")
    assert "not a key" not in wrong
    assert list(wrong_key(KEY)) == list(wrong_topic(TOPIC)) == []
    found = list(
        wrong_topic(TOPIC | {"topic_arn": "arn:aws:sqs:eu-west-1:1:x", "access_key_id": "a"})
    )
    assert [each.partition(":")[0] for each in found] == [
        "fields.topic_arn",
        "fields.access_key_id",
    ]
