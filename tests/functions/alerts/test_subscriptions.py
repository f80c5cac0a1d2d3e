"""Subscribers are told of alerts at once, and are sent reports once when they are due."""

import json
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.adapters.signing.standard_webhooks import decode_secret, verify
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.answers.states.ledger import Standing, change_ledger
from surgeline.application.ports.mails import Letter, MailReply

from local.simulators.providers.slack import SlackServer
from local.virtual.network import Answer
from local.virtual.post_office import Posted
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage

HOOK = "https://bi.test/in"
PLACE = "/v1/admin/subscriptions"
HOUR = 3_600
WEBHOOK = {"kind": "webhook", "url": HOOK, "subjects": ["alerts", "daily"], "at": "08:00"}
MAIL = {"kind": "email", "to": "ann@shop.example", "channel": "mail", "subjects": ["digest"]}
SLACK = "http://127.0.0.1:9001"
FIELDS_OF_SLACK = {"signing_secret": "secret-1", "bot_token": "xoxb-1"}
FIELDS = {"address": "help@shop.example", "host": "mx.shop.example", "authserv_id": "mx"}


class Receiver:
    """A server that keeps what is posted to it, and answers with the statuses lined up."""

    def __init__(self, stage: Stage, *statuses: int) -> None:
        self.got: list[tuple[Mapping[str, str], bytes]] = []
        self._statuses = list(statuses)
        stage.home.network.serve(HOOK, self._answer)

    def _answer(self, post: Any) -> Answer:
        self.got.append((dict(post.headers), bytes(post.body)))
        return Answer(self._statuses.pop(0) if self._statuses else 200)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


def subscribe(stage: Stage, name: str = "bi", **more: Any) -> dict[str, Any]:
    """Add a subscription, which counts from the next minute on."""
    answered = stage.admin("PUT", f"{PLACE}/{name}", (WEBHOOK if name == "bi" else MAIL) | more)
    assert answered.status == 200, answered.text
    stage.clock.advance(10)
    minute(stage)
    found: dict[str, Any] = answered.json
    return found


def with_mail(stage: Stage) -> list[Letter]:
    """Give the shop a channel of e-mail that can send. Return what its server gets."""
    got: list[Letter] = []

    def server(posted: Posted) -> MailReply:
        assert posted.letter is not None
        got.append(posted.letter)
        return MailReply(250)

    stage.home.post_office.serve(FIELDS["host"], server)
    stage.configure(channels=[{"id": "mail", "kind": "email"}])
    stage.backend.secrets().put("channels/mail", write_fields("email", FIELDS))
    stage.clock.advance(10)
    return got


def minute(stage: Stage) -> None:
    """Wake the function as the clock does, and let everything go out."""
    stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
    stage.drain("deliveries")


def ahead(stage: Stage, hours: float) -> None:
    """Let time pass and a minute come."""
    stage.clock.advance(hours * HOUR)
    minute(stage)


def test_a_webhook_is_told_when_an_alert_is_raised_and_cleared(stage: Stage) -> None:
    """Each is signed, told once, and has an id of its own; words say what to do."""
    receiver = Receiver(stage)
    secret = subscribe(stage)["secret"]
    alerts = Alerts(stage.backend.notebook(), stage.clock)
    alerts.raise_("spike:delivery", "Many ask about delivery.", "urgent")
    minute(stage)
    minute(stage)
    alerts.clear("spike:delivery")
    minute(stage)
    raised, cleared = receiver.bodies()
    assert (raised["type"], cleared["type"]) == ("alert.raised", "alert.cleared")
    assert raised["data"]["alert"]["words"] == "Many ask about delivery."
    assert raised["data"]["subject"] == "Alert: Many ask about delivery."
    assert cleared["data"]["alert"]["cleared_at"] is not None
    assert "thread_id" not in raised["data"]
    for headers, body in receiver.got:
        now = stage.clock.now() // 1000
        verify([decode_secret(secret)], headers, body, now_seconds=now)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2


def test_only_alerts_of_a_level_are_told_where_that_is_asked_for(stage: Stage) -> None:
    """A subscriber to urgent alerts hears nothing of a warning."""
    receiver = Receiver(stage)
    subscribe(stage, level="urgent")
    alerts = Alerts(stage.backend.notebook(), stage.clock)
    alerts.raise_("one", "A warning.", "warning")
    alerts.raise_("two", "Urgent.", "urgent")
    minute(stage)
    assert [each["data"]["alert"]["key"] for each in receiver.bodies()] == ["two"]


def test_a_report_is_sent_once_each_day_and_covers_the_day_before(stage: Stage) -> None:
    """A new subscription begins with its next hour; a failure is tried again under one id."""
    receiver = Receiver(stage, 500)
    assert stage.write("When are you open?", sender="ann").status == 202
    stage.drain("events")
    subscribe(stage, subjects=["daily"])
    assert receiver.got == []
    ahead(stage, 19)
    assert receiver.got == []
    ahead(stage, 1)
    stage.work(60)
    ahead(stage, 0.5)
    first, again = receiver.got
    assert first[0]["webhook-id"] == again[0]["webhook-id"]
    [report] = {json.loads(body)["data"]["report"]["day"] for _, body in receiver.got}
    found = receiver.bodies()[0]["data"]["report"]
    assert (report, found["arrivals"]) == ("2026-03-01", 1)
    assert receiver.bodies()[0]["type"] == "report.ready"
    ahead(stage, 24)
    assert receiver.bodies()[-1]["data"]["report"]["day"] == "2026-03-02"
    assert len(receiver.got) == 3


def test_a_report_on_articles_has_their_states_as_when_it_is_asked_for(stage: Stage) -> None:
    """An article that rests is not told as one that answers."""
    receiver = Receiver(stage)
    change_ledger(stage.backend.blobs(), "shop", lambda e: e.with_("en-hours", Standing("paused")))
    assert stage.write("When are you open?", sender="ann").status == 202
    stage.drain("events")
    subscribe(stage, subjects=["articles"])
    ahead(stage, 19)
    ahead(stage, 1)
    rows = receiver.bodies()[0]["data"]["report"]["articles"]
    assert [(each["article"], each["state"]) for each in rows] == [("en-hours", "paused")]


def test_what_was_due_while_nothing_ran_is_sent_once(stage: Stage) -> None:
    """After three days only the last report is sent."""
    receiver = Receiver(stage)
    subscribe(stage, subjects=["daily"])
    ahead(stage, 72)
    minute(stage)
    assert [each["data"]["report"]["day"] for each in receiver.bodies()] == ["2026-03-03"]


def test_a_digest_goes_by_mail_in_plain_words_with_its_page(stage: Stage) -> None:
    """The mail says what changed and what to do, comes from the channel, and is a machine's."""
    stage.publish()
    letters = with_mail(stage)
    subscribe(stage, "ann")
    ahead(stage, 20)
    [letter] = letters
    mail = message_from_bytes(letter.content, policy=default)
    assert (letter.sender, letter.recipient) == ("help@shop.example", "ann@shop.example")
    assert mail["Subject"] == "What changed: 2026-03-01"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "What to do" in text
    assert "Nothing needs you." in text
    assert "the subscription ann names you" in text
    [page] = list(mail.iter_attachments())
    assert page.get_filename() == "digest-2026-03-01.html"
    assert "<!doctype html>" in page.get_content()


@pytest.mark.parametrize("texts", [True, False])
def test_a_digest_has_words_of_customers_only_where_that_is_asked_for(
    stage: Stage, texts: bool
) -> None:
    """The first words of a conversation stand by their topic, without contact data and name."""
    receiver = Receiver(stage)
    known = {"name": "Ann Otter"}
    stage.write("When are you open? I am Ann, ann@shop.example", sender="ann", customer=known)
    stage.write("Thanks", sender="ann")
    stage.write("Are you open on Sundays?", sender="bob")
    stage.drain("events")
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "bob"})
        stage.drain("events")
    subscribe(stage, subjects=["digest"], texts=texts)
    ahead(stage, 20)
    [body] = receiver.bodies()
    [topic] = body["data"]["report"]["topics"]
    shown = "When are you open? I am [name], [e-mail]"
    assert topic.get("samples") == ([shown] if texts else None)
    assert ("What some customers wrote" in body["data"]["text"]) is texts
    asked = stage.admin("GET", f"/v1/admin/reports/digest?day=2026-03-01{'&texts=yes' * texts}")
    assert asked.json["topics"] == [topic]
    assert (
        stage.admin("GET", "/v1/admin/reports/digest?texts=all").json["error"]["field"] == "texts"
    )


def test_a_subscription_that_was_ended_is_sent_nothing(stage: Stage) -> None:
    """What waits for a try is dropped, and its secret is gone."""
    receiver = Receiver(stage, 500)
    subscribe(stage)
    Alerts(stage.backend.notebook(), stage.clock).raise_("one", "Look.", "urgent")
    minute(stage)
    lead = sign_in(stage, "Lee", "lead")
    assert stage.request("DELETE", f"{PLACE}/bi", headers=lead).status == 200
    stage.clock.advance(10)
    stage.work(120)
    assert len(receiver.got) == 1
    assert stage.backend.secrets().latest("subscriptions/bi") is None
    assert stage.admin("DELETE", f"{PLACE}/bi").status == 404
    assert stage.admin("GET", PLACE).json == {"subscriptions": []}


def test_the_list_says_who_is_told_of_what(stage: Stage) -> None:
    """It has each subscription without its secret, and a second put keeps the secret."""
    subscribe(stage)
    assert "secret" not in subscribe(stage, at="09:00")
    [found] = stage.admin("GET", PLACE).json["subscriptions"]
    assert (found["id"], found["at"], found["subjects"]) == ("bi", "09:00", ["alerts", "daily"])
    assert found["last_due_at"] is not None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"subjects": []}, "subscriptions[0].subjects: give at least one of alerts"),
        ({"subjects": ["nonsense"]}, "subscriptions[0].subjects: 'nonsense' is none of alerts"),
        ({"at": "8:00"}, "subscriptions[0].at: '8:00' is no time of a day such as 08:00"),
        ({"weekday": "today"}, "subscriptions[0].weekday: use mon"),
        ({"url": "ftp://x"}, "subscriptions[0].url"),
        ({"kind": "email", "to": "nobody"}, "subscriptions[0].to: give one mail address"),
        ({"kind": "email", "to": "a@b.example"}, "subscriptions[0].channel: '' is no e-mail"),
        ({"kind": "pigeon"}, "subscriptions[0].kind"),
        ({"kind": "chat"}, "subscriptions[0].channel: give the channel or the pool of the chat"),
        (
            {"kind": "chat", "channel": "shop", "to": "x"},
            "subscriptions[0].channel: 'shop' is no channel that writes into a chat",
        ),
        ({"kind": "chat", "pool": "north"}, "subscriptions[0].pool: 'north' is no pool that"),
        (
            {"kind": "chat", "channel": "shop", "subjects": ["conversation.closed"]},
            "subscriptions[0].subjects: events of conversations go to webhooks only",
        ),
        ({"loud": True}, "subscriptions[0].loud: there is no such field"),
    ],
)
def test_a_wrong_subscription_is_refused_with_its_place(
    stage: Stage, body: dict[str, Any], problem: str
) -> None:
    """The answer names the field and what is accepted, and nothing is changed."""
    answered = stage.admin("PUT", f"{PLACE}/bi", WEBHOOK | body)
    assert answered.status == 422
    assert any(each.startswith(problem) for each in answered.json["error"]["problems"])
    assert stage.admin("GET", PLACE).json == {"subscriptions": []}


def with_slack(stage: Stage) -> SlackServer:
    """Give the shop a channel of Slack, and return the stand-in for Slack's server."""
    server = SlackServer(**FIELDS_OF_SLACK)

    def answer(post: Any) -> Answer:
        path = post.url.removeprefix(SLACK)
        status, said = server.answer(path, post.headers, post.body, now=post.at)
        return Answer(status, json.dumps(said).encode())

    stage.home.network.serve(SLACK, answer)
    channel = {"kind": "slack", "fields": FIELDS_OF_SLACK, "api_base": SLACK}
    assert stage.admin("PUT", "/v1/admin/channels/slack", channel).status == 200
    return server


def test_a_chat_is_sent_a_report_in_words_and_its_place_is_checked(stage: Stage) -> None:
    """A digest is one message with its days; a place that Slack can't have is refused."""
    server = with_slack(stage)
    chat = {"kind": "chat", "channel": "slack", "to": "#alerts", "subjects": ["digest"]}
    refused = stage.admin("PUT", f"{PLACE}/duty", chat)
    assert refused.json["error"]["problems"] == [
        "subscriptions[0].to: give the channel's id, such as C0123ABCD: open its details in Slack"
    ]
    subscribe(stage, "duty", **chat | {"to": "C0ALERTS"})
    ahead(stage, 20)
    [said] = server.screen("T0SIMULATED/C0ALERTS")
    assert said.startswith("What changed: 2026-03-01\n\n")
    assert "the subscription duty names you" not in said


def test_a_check_shows_what_became_of_a_message(stage: Stage) -> None:
    """A test goes out as a delivery, and the log says why Slack refuses it."""
    server = with_slack(stage)
    chat = {"kind": "chat", "channel": "slack", "to": "C0ALERTS", "subjects": ["alerts"]}
    subscribe(stage, "duty", **chat)
    server.faults.append((200, {"ok": False, "error": "not_in_channel"}))
    ends = []
    for _ in range(2):
        sent = stage.admin("POST", f"{PLACE}/duty/ping", {})
        assert sent.status == 202
        stage.drain("deliveries")
        asked = f"endpoint={sent.json['endpoint']}&id={sent.json['delivery_id']}"
        [found] = stage.admin("GET", f"/v1/admin/deliveries?{asked}").json["deliveries"]
        ends.append((found["end"], found["outcome"]))
        stage.admin("PUT", f"{PLACE}/duty", chat | {"to": "C0OTHERS"})  # counts at once
    assert ends == [("failed", "recipient: not_in_channel"), ("delivered", "ok")]
    assert server.screen("T0SIMULATED/C0OTHERS") == [
        "This is a test of the subscription duty. You need to do nothing."
    ]
