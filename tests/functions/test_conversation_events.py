"""Subscribers are told what happens to conversations, by signed webhooks of the chosen types."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret, verify
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.ports.conversations import Record
from surgeline.application.subscriptions.tell_conversations import TellConversations
from surgeline.domain.alerts.subscription import CONVERSATION_EVENTS, Subscription
from surgeline.domain.thread import Thread

from infra import topology
from tests.functions.alerts.test_subscriptions import HOOK, PLACE, Receiver
from tests.functions.conftest import published
from tests.functions.stage import Stage
from tests.functions.test_function_faults import _worked_without_sending

QUESTION = "When are you open?"
PERSON = "I want to talk to a person, mail me at kim@home.example"


def subscribe(stage: Stage, *subjects: str, **more: Any) -> str:
    """Add the subscription `crm`, and return its secret."""
    body = {"kind": "webhook", "url": HOOK, "subjects": list(subjects or CONVERSATION_EVENTS)}
    answered = stage.admin("PUT", f"{PLACE}/crm", body | more)
    assert answered.status == 200, answered.text
    stage.clock.advance(10)
    secret: str = answered.json.get("secret", "")
    return secret


def write(stage: Stage, text: str, sender: str = "kim") -> None:
    assert stage.write(text, sender=sender).status == 202
    stage.drain()
    stage.clock.advance(1)


def types(receiver: Receiver) -> list[str]:
    return [each["type"] for each in receiver.bodies()]


def take(stage: Stage) -> dict[str, Any]:
    """Let the pool take the conversation of kim, and return the names that its events need."""
    conversation = stage.thread("kim").conversation
    assert conversation is not None
    assert conversation.handoff is not None
    about = {"conversation_id": conversation.id}
    offer = conversation.handoff.offers[0].offer_id
    assert stage.pool("handoff.accepted", about | {"offer_id": offer}).status == 200
    stage.drain()
    taken = stage.thread("kim").conversation
    assert taken is not None
    return about | {"epoch": taken.epoch}


def resolve(stage: Stage, about: dict[str, Any]) -> None:
    said = {"outcome": "solved", "summary": "He called from 010-1234-5678."}
    assert stage.pool("conversation.resolved", about | said).status == 202
    stage.drain()
    stage.clock.advance(1)


def test_each_step_of_a_conversation_is_told_once_signed_and_as_published(stage: Stage) -> None:
    """From the opening to the return of the customer, without a word of anybody."""
    receiver = Receiver(stage)
    secret = subscribe(stage)
    write(stage, QUESTION)
    write(stage, PERSON)
    resolve(stage, take(stage))
    write(stage, "It broke again")
    assert types(receiver) == [
        "conversation.opened",
        "conversation.answered",
        "conversation.handed_off",
        "conversation.closed",
        "conversation.reopened",
        "conversation.handed_off",
    ]
    for headers, body in receiver.got:
        verify([decode_secret(secret)], headers, body, now_seconds=stage.clock.now() // 1000)
        found = json.loads(body)
        published()[found["type"]].validate(found)
        assert not [
            word for word in ("open?", "Monday", "person,", "He called") if word in str(found)
        ]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 6
    opened, answered, handed, closed, again, _ = (each["data"] for each in receiver.bodies())
    assert len({each["conversation_id"] for each in (opened, answered, handed, closed, again)}) == 1
    assert answered["answer"]["article_id"] == "en-hours"
    assert handed["handoff"] == {"reason": "customer_asked"}
    assert (closed["end"]["ended_by"], closed["end"]["outcome"]) == ("pool", "solved")
    assert closed["end"]["pools"] == ["vendor"]
    assert (opened["opening"]["reopened"], again["opening"]["reopened"]) == (0, 1)


def test_texts_are_sent_only_where_they_are_asked_for_and_without_contact_data(
    stage: Stage,
) -> None:
    """The customer's words, the answer and the summary go along, redacted."""
    receiver = Receiver(stage)
    subscribe(stage, texts=True)
    write(stage, QUESTION)
    write(stage, PERSON)
    resolve(stage, take(stage))
    opened, answered, handed, closed = (each["data"]["text"] for each in receiver.bodies())
    assert opened == QUESTION
    assert "Monday" in answered
    assert handed == "I want to talk to a person, mail me at [e-mail]"
    assert closed == "He called from [phone]."


def test_only_the_chosen_types_are_told(stage: Stage) -> None:
    """A subscriber to ends hears of ends alone, and one to raised alerts of no conversation."""
    receiver = Receiver(stage)
    subscribe(stage, "conversation.closed", "alert.raised")
    write(stage, QUESTION)
    write(stage, PERSON)
    resolve(stage, take(stage))
    assert types(receiver) == ["conversation.closed"]


def test_a_failed_event_is_tried_again_in_its_order_and_can_be_replayed(stage: Stage) -> None:
    """The second event waits for the first, and a replay has the same id and bytes."""
    receiver = Receiver(stage, 500)
    subscribe(stage)
    write(stage, QUESTION)
    stage.work(10)
    assert types(receiver) == [
        "conversation.opened",
        "conversation.opened",
        "conversation.answered",
    ]
    place = f"/v1/admin/conversations/{receiver.bodies()[0]['data']['conversation_id']}"
    told = [
        (each["event"], each["attempts"])
        for each in stage.admin("GET", place).json["deliveries"]
        if each["target"] == "subscription:crm"
    ]
    assert told == [("conversation.opened", 2), ("conversation.answered", 1)]
    stage.clock.advance(3_600)
    wanted = {"endpoint": "subscription:crm", "state": "delivered"}
    again = stage.admin("POST", "/v1/admin/deliveries/replay", wanted).json
    assert len(again["replayed"]) == 2
    stage.drain()
    assert [receiver.got[3][1], receiver.got[4][1]] == [receiver.got[1][1], receiver.got[2][1]]
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[3:] == ids[1:3]


def test_an_erased_person_is_in_no_event_and_nothing_of_them_is_kept(stage: Stage) -> None:
    """I14: what waits for a try is dropped, the end is not told, and no row has a word of it."""
    receiver = Receiver(stage, *[500] * 50)
    subscribe(stage, texts=True)
    write(stage, "When are you open, my flat is at Rue Cler?")
    tried = len(receiver.got)
    body = {"channel": "shop", "sender": "kim"}
    assert stage.admin("POST", "/v1/admin/erasures", body).status == 202
    stage.drain("events")
    stage.clock.advance(5)
    stage.work(400)
    assert stage.admin("POST", "/v1/admin/erasures", body).status == 200
    assert len(receiver.got) == tried
    assert "Rue Cler" not in stage.everything_kept()
    ends = {each.end for each in stage.logged("subscription:crm")}
    assert ends == {"expired"}


def test_a_webhook_is_pinged_and_a_mail_is_not(stage: Stage) -> None:
    """`subscription check` sees the answer of the endpoint; a mail has nothing to ask."""
    receiver = Receiver(stage, 200, 503)
    subscribe(stage)
    ping = f"{PLACE}/crm/ping"
    taken = stage.admin("POST", ping, {}).json
    assert (taken["taken"], taken["outcome"], taken["status"]) == (True, "ok", 200)
    assert types(receiver) == ["subscription.ping"]
    published()["subscription.ping"].validate(receiver.bodies()[0])
    assert stage.admin("POST", ping, {}).json["outcome"] == "status 503"
    assert stage.admin("POST", f"{PLACE}/nobody/ping", {}).status == 404


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            {"subjects": ["conversation.typed"]},
            "subscriptions[0].subjects: 'conversation.typed' is",
        ),
        (
            {"kind": "email", "to": "a@b.example", "channel": "x"},
            "subscriptions[0].subjects: events",
        ),
        ({"texts": "loud"}, "subscriptions[0].texts"),
    ],
)
def test_a_wrong_subscription_to_conversations_is_refused(
    stage: Stage, body: dict[str, Any], problem: str
) -> None:
    """The answer names the field and what is accepted."""
    wanted = {"kind": "webhook", "url": HOOK, "subjects": ["conversation.opened"]} | body
    answered = stage.admin("PUT", f"{PLACE}/crm", wanted)
    assert answered.status == 422
    assert any(each.startswith(problem) for each in answered.json["error"]["problems"])


def test_a_process_that_dies_before_it_sends_owes_each_event_once(stage: Stage) -> None:
    """The message comes again, and its events go out under the ids that they would have had."""
    receiver = Receiver(stage)
    subscribe(stage)
    stage.write(QUESTION)
    _worked_without_sending(stage)
    for _ in range(3):
        stage.clock.advance(topology.queue("events").visibility_seconds + 1)
        stage.drain()
    assert types(receiver) == ["conversation.opened", "conversation.answered"]


def test_a_conversation_that_is_given_up_for_a_new_one_ends_first(stage: Stage) -> None:
    """Events come in the order in which things happened, and `seq` says so."""
    receiver = Receiver(stage)
    subscribe(stage)
    write(stage, QUESTION)
    stage.clock.advance(2 * 86_400)
    write(stage, QUESTION)
    assert types(receiver)[2:] == [
        "conversation.closed",
        "conversation.opened",
        "conversation.answered",
    ]
    seqs = [each["data"]["seq"] for each in receiver.bodies()]
    assert seqs == sorted(seqs)
    assert receiver.bodies()[2]["data"]["end"]["ended_by"] == "superseded"


def test_without_a_listener_a_record_is_not_even_looked_at() -> None:
    """A subscriber to alerts and reports costs a message nothing."""
    reports = Subscription(id="bi", kind="webhook", url=HOOK, subjects=("alerts", "daily"))
    shelf = SimpleNamespace(current=lambda: Configuration(subscriptions=(reports,)))
    tell = TellConversations(cast("ConfigurationShelf", shelf))
    assert tell(cast("Thread", None), cast("Record", None)) == []
