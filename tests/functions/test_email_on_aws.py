"""E-mail on AWS: stored by SES, taken in from the bucket, answered by SES, erased with versions."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_delivery
from surgeline.application.deliveries.media_answers import UNWANTED
from surgeline.application.ports.deliveries import MEDIA, Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.ids import message_id, thread_id
from surgeline.domain.media.files import MediaPlace, link_of

from local.home.lambda_events import s3_event, schedule_event
from local.simulators.providers.files import PICTURE
from local.virtual.shop import KEY
from tests.contract.aws_answers import answering
from tests.functions.aws_stage import NAMES, OPERATOR, AwsStage, aws_stage, watched

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

QUESTION, HOURS = "When are you open?", "We are open from Monday to Saturday, 9 to 18."
KIM, FIELDS = "kim@customer.example", {"address": "support@shop.example", "host": "ses"}
VERDICTS = (
    "Return-Path: <kim@customer.example>\r\n"
    "Received: from mx.customer.example by inbound-smtp.us-east-1.amazonaws.com\r\n"
    "X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n"
    "Authentication-Results: amazonses.com; spf=pass; dkim=pass; dmarc=pass "
    "header.from=customer.example;\r\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[AwsStage]:
    """Yield the shop on AWS, with an e-mail channel that SES serves."""
    with aws_stage(tmp_path) as stage:
        stage.publish()
        add_channel(stage)
        yield stage


def add_channel(stage: AwsStage) -> None:
    """Add the channel, and let SES know the shop's domain."""
    ses = watched(OPERATOR)[0].sesv2()
    ses.create_email_identity(EmailIdentity="shop.example")
    stage.configure(pools=[], channels=[])
    stage.clock.advance(10)
    path = "/v1/admin/channels/mail"
    assert stage.admin("PUT", path, {"kind": "email", "fields": FIELDS}).status == 200
    assert stage.admin("POST", f"{path}/check").status == 200


def arrive(stage: AwsStage, text: str, name: str = "ses-1", **headers: str) -> None:
    """Store a mail as SES does, and play the bucket's event and all that follows."""
    given = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
    raw = f"{VERDICTS}{given}From: {KIM}\r\nMessage-ID: <{name}@kim>\r\n\r\n{text}".encode()
    key = f"mail/mail/{name}"
    watched(OPERATOR)[0].s3().put_object(Bucket=NAMES.bucket, Key=key, Body=raw)
    stage.call("mail_intake", s3_event(NAMES.bucket, key, raw, at=stage.clock.now(), sequencer=1))
    stage.drain()
    stage.clock.advance(1)


def arrive_with_a_file(stage: AwsStage, name: str = "ses-file") -> list[Any]:
    """Let a picture come by mail, and return the keys of the files that are kept."""
    picture = base64.b64encode(PICTURE).decode()
    about = {"Content_Type": "image/png; name=p.png", "Content_Transfer_Encoding": "base64"}
    arrive(stage, picture, name, **about)
    return stage.backend.blobs().keys("media/")


def take_back(stage: AwsStage, name: str) -> None:
    """Have the files of a mail deleted, as for a message that its writer took back."""
    thread = thread_id(KEY, "mail", KIM)
    message = message_id(KEY, thread, f"mail/<{name}@kim>")
    unwanted = Delivery(
        id="fgone",
        thread_id=thread,
        conversation_id=f"{thread}-1",
        target=MEDIA,
        target_id="mail",
        event=UNWANTED,
        epoch=0,
        at=stage.clock.now(),
        payload={"message_id": message},
    )
    sent_to = Outgoing(encode_delivery(unwanted), unwanted.group, unwanted.dedup_id)
    stage.backend.queue("deliveries").send([sent_to])
    stage.drain()
    assert stage.backend.blobs().keys("media/") == []


def sent(stage: AwsStage) -> list[Any]:
    """Return the mails that SES sent, the oldest first."""
    del stage
    from moto.ses.models import ses_backends

    return ses_backends["123456789012"]["us-east-1"].sent_messages


def test_a_mail_is_answered_by_ses(shop: AwsStage) -> None:
    """A mail in the bucket is answered by SES, to its sender, with bounces to its thread."""
    arrive(shop, QUESTION)
    [mail] = sent(shop)
    assert set(mail.destinations) == {KIM}
    assert HOURS in mail.raw_data
    thread = thread_id(KEY, "mail", KIM)
    assert f"<{thread}@shop.example>" in mail.raw_data
    keys = shop.backend.blobs().keys("mail")
    assert [each.partition("/")[0] for each in keys] == ["mail-kept"] * 3


def test_the_verdict_of_ses_proves_the_sender(shop: AwsStage) -> None:
    """The DMARC result that SES wrote is proof, without any further field."""
    arrive(shop, QUESTION)
    store = shop.backend.store()
    [record, *_] = store.records(thread_id(KEY, "mail", KIM), after_seq=0)
    customer: Any = record.event.customer  # type: ignore[union-attr] # a message
    assert customer["email_verified"] is True


def test_a_queue_of_mails_is_answered_in_its_thread(shop: AwsStage) -> None:
    """An old mail is brought in without a word. At a person's word its answer refers to it."""
    before = len(sent(shop))
    ticket = {
        "key": "1",
        "sender": "ada@a.example",
        "subject": "Hours",
        "message_id": "<old@a.example>",
        "said": [{"by": "customer", "text": QUESTION, "at": "2026-02-01T09:00:00Z"}],
    }
    path = "/v1/admin/backlogs/old"
    brought = shop.admin("POST", f"{path}/tickets", {"channel": "mail", "tickets": [ticket]})
    assert brought.status == 202, brought.text
    shop.drain()
    assert len(sent(shop)) == before
    assert [each["finding"] for each in shop.admin("GET", path).json["tickets"]] == ["answer"]
    assert shop.admin("POST", f"{path}/acts", {"act": "answer", "limit": 5}).status == 202
    shop.drain()
    raw = sent(shop)[-1].raw_data
    assert "In-Reply-To: <old@a.example>" in raw
    assert "Subject: Re: Hours" in raw


def test_a_mail_that_was_left_over_is_taken_in(shop: AwsStage) -> None:
    """A mail whose event was lost is found by the clock."""
    before = len(sent(shop))
    raw = f"From: {KIM}\r\n\r\n{QUESTION}".encode()
    watched(OPERATOR)[0].s3().put_object(Bucket=NAMES.bucket, Key="mail/mail/late", Body=raw)
    shop.call("mail_intake", schedule_event("mail_intake", 900, at=shop.clock.now()))
    shop.drain()
    assert len(sent(shop)) == before + 1


def test_a_stored_mail_is_handed_over(shop: AwsStage) -> None:
    """A customer's mails are read from the bucket, when they ask for everything that is held."""
    arrive(shop, QUESTION, "ses-9")
    whom = {"channel": "mail", "sender": KIM}
    held = shop.admin("POST", "/v1/admin/customers/export", whom).json
    [*_, name] = [each for each in held["mails"] if each.endswith(".eml")]
    told = shop.admin("POST", "/v1/admin/customers/export", {**whom, "mail": name}).json
    assert QUESTION in base64.b64decode(told["base64"]).decode()


def test_a_file_of_a_mail_opens_by_its_link(shop: AwsStage) -> None:
    """An attachment is taken out of the stored mail, and given out by the bucket if it is large."""
    [key] = arrive_with_a_file(shop)
    place = MediaPlace(*key.split("/")[1:])
    link = link_of(KEY, place, now=shop.clock.now())
    assert base64.b64decode(shop.request("GET", link).text) == PICTURE
    watched(OPERATOR)[0].s3().put_object(
        Bucket=NAMES.bucket, Key=key, Body=PICTURE + b"\0" * 5_000_000
    )
    answer = shop.request("GET", link)
    assert answer.status == 303
    assert "response-content-type=image%2Fpng" in answer.headers["location"]


def test_a_persons_file_goes_with_a_mail(shop: AwsStage) -> None:
    """A file that we keep is read from the bucket, and is the mail's attachment."""
    thread = thread_id(KEY, "mail", KIM)
    shop.backend.blobs().put(f"media/{thread}/fplan", PICTURE)
    file = {"kind": "image", "title": "A plan", "alt": "", "type": None, "file": "fplan"}
    message = {"text": "Here is the plan.", "speaker": "person", "attached": [file]}
    reply = Delivery(
        id="eplan",
        thread_id=thread,
        conversation_id=f"{thread}-1",
        target="channel",
        target_id="mail",
        event="message.created",
        epoch=0,
        at=shop.clock.now(),
        payload={"sender": KIM, "message": message},
    )
    queue = shop.backend.queue("deliveries")
    queue.send([Outgoing(encode_delivery(reply), reply.group, reply.dedup_id)])
    shop.drain()
    raw = sent(shop)[-1].raw_data
    assert base64.b64encode(PICTURE).decode()[:60] in raw
    shop.backend.blobs().delete(f"media/{thread}/fplan")


def test_an_erasure_leaves_no_version(shop: AwsStage) -> None:
    """Mails are deleted with every version that the bucket keeps of them, and reviews as well."""
    arrive(shop, QUESTION)
    arrive(shop, "Something else", "ses-2", Auto_Submitted="auto-replied")
    blobs, reviews = shop.backend.blobs(), "knowledge-sources/shop/reviews/r1.jsonl"
    threads = (thread_id(KEY, "mail", KIM), "elsewhere")
    theirs, others = (json.dumps({"conversation_id": f"{each}-1"}).encode() for each in threads)
    blobs.put(reviews, theirs + b"\n" + others)
    for _ in range(2):
        answer = shop.admin("POST", "/v1/admin/erasures", {"channel": "mail", "sender": KIM})
        shop.drain()
    assert answer.status == 200
    s3 = watched(OPERATOR)[0].s3()
    left = s3.list_object_versions(Bucket=NAMES.bucket, Prefix="mail")
    assert (left.get("Versions", []), left.get("DeleteMarkers", [])) == ([], [])
    assert blobs.get(reviews) == others
    assert len(s3.list_object_versions(Bucket=NAMES.bucket, Prefix=reviews)["Versions"]) == 1


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("TooManyRequestsException", "later: status 451 4.7.1"),
        ("MailFromDomainNotVerifiedException", "account: status 535 5.7.1"),
        ("SendingPausedException", "account: status 535 5.7.1"),
        ("MessageRejected", "account: status 535 5.7.1"),
        ("LimitExceededException", "account: status 550 5.4.5"),
        ("BadRequestException", "message: status 554 5.6.0"),
        ("InternalServiceErrorException", "later: status 451 4.3.0"),
    ],
)
def test_a_refusal_of_ses_has_its_scope(shop: AwsStage, code: str, outcome: str) -> None:
    """SES's refusals mean the message, the account, or a later try."""
    status = 500 if code.startswith("Internal") else 400
    with answering(watched("delivery_worker")[0].sesv2(), lambda *_: (status, code)):
        arrive(shop, QUESTION)
    [logged] = shop.logged("channel:mail")
    assert logged.attempts[-1].outcome == outcome
