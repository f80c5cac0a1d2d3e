"""Pools in tools of their own on AWS: mails by SES and the bucket, and Slack's signed requests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.mails import Letter

from local.home.lambda_events import s3_event
from local.simulators.desks.mailbox import TeamMailbox
from local.simulators.desks.slack import SlackTeam
from tests.functions import test_email_on_aws as mailing
from tests.functions.aws_stage import NAMES, OPERATOR, AwsStage, aws_stage, watched

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

WISH = "I want to talk to a person"
PROOF = b"Authentication-Results: amazonses.com; dmarc=pass header.from=shop.example;\r\n"
FIELDS = {"address": "desk@shop.example", "host": "ses"}


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[AwsStage]:
    """Yield the shop on AWS."""
    with aws_stage(tmp_path, of=request.function) as stage:
        stage.publish()
        yield stage


def owner(stage: AwsStage) -> str:
    conversation = stage.thread().conversation
    return str(conversation.owner) if conversation.is_open else "closed"


def later(stage: AwsStage) -> None:
    """Let what ends a conversation take effect."""
    stage.drain()
    stage.clock.advance(5)
    stage.drain()


def test_a_team_works_in_a_mailbox(shop: AwsStage) -> None:
    """SES sends the offer, and the answers in the bucket reach the customer and close."""
    watched(OPERATOR)[0].sesv2().create_email_identity(EmailIdentity="shop.example")
    shop.configure(pools=[], channels=[])
    shop.clock.advance(10)
    pool = {"reached_by": "email", "mailbox": "team@shop.example", "fields": FIELDS}
    assert shop.admin("PUT", "/v1/admin/pools/team", pool).status == 200
    assert shop.admin("POST", "/v1/admin/pools/team/check").status == 200
    mailbox = TeamMailbox("team@shop.example")
    shop.write(WISH)
    shop.drain()
    mail = mailing.sent(shop)[-1]
    mailbox.take(Letter("", "team@shop.example", mail.raw_data.encode()))
    [offer] = mailbox.places()
    for number, text in enumerate(("Hello", "#resolve")):
        now = shop.clock.now()
        raw = PROOF + mailbox.answer(offer, text, person="Kim <kim@shop.example>", now=now)
        key = f"mail/pool.team/ses-{number}"
        watched(OPERATOR)[0].s3().put_object(Bucket=NAMES.bucket, Key=key, Body=raw)
        shop.call("mail_intake", s3_event(NAMES.bucket, key, raw, at=now, sequencer=1))
    later(shop)
    assert ("person", "Hello") in shop.said()
    assert owner(shop) == "closed"
    assert shop.backend.blobs().keys("mail/") == []


def test_a_team_works_in_slack(shop: AwsStage) -> None:
    """Signed requests of Slack take a conversation, answer it and close it."""
    team = SlackTeam("secret-1", "xoxb-1", people={"U0KIM": "Kim"})
    settings = {"channel": team.channel, "api_base": "https://127.0.0.1:9"}
    pool = {"id": "team", "kind": "in_house", "reached_by": "slack", **settings}
    shop.configure(pools=[pool])
    fields = {"signing_secret": "secret-1", "bot_token": "xoxb-1"}
    shop.backend.secrets().put("pools/team", write_fields("slack", fields))
    shop.clock.advance(10)
    shop.write(WISH)
    shop.drain("events")
    conversation = shop.thread().conversation
    [offer] = conversation.handoff.offers
    now, root = shop.clock.now(), {"ts": "1772366399.000100"}
    ref, epoch = f"{team.channel}/{root['ts']}", conversation.epoch + 1
    link = DeskLink("team", ref, conversation.id, offer.offer_id, epoch, now)
    shop.backend.desk_links().tie(link)
    for each in (
        team.press(root, "accept", "U0KIM", now=now),
        team.reply(root["ts"], "U0KIM", "Hello", now=now),
        team.press(root, "resolve", "U0KIM", now=now),
    ):
        body, headers = team.signed([each], now=now)
        assert shop.request("POST", "/v1/desks/slack/team", body, headers).status == 200
    later(shop)
    assert ("person", "Hello") in shop.said()
    assert owner(shop) == "closed"


SCENES = (test_a_team_works_in_a_mailbox, test_a_team_works_in_slack)
"""The stories by which the roles of the functions are held to what is used."""
