"""Ids of messages and replies: one customer's never meet another's, and repeats change nothing."""

import json
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.ids import former_message_id, thread_id

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

PATH = "/v1/channels/shop/messages"
QUESTION = "When are you open?"
OTHER = "How long can I return an item?"


@pytest.mark.enable_socket
def test_one_webhook_id_of_two_customers_gives_two_messages_and_two_replies(
    wired: Stage, endpoint: Endpoint
) -> None:
    """Two customers' messages may share one webhook id, and each customer gets a reply."""
    answers = [
        wired.signed(PATH, {"sender": sender, "text": text}, webhook_id="msg_1").json
        for sender, text in (("a", QUESTION), ("b", OTHER))
    ]
    wired.drain()
    assert answers[0]["message_id"] != answers[1]["message_id"]
    assert answers[0]["thread_id"] != answers[1]["thread_id"]
    ids = [headers["webhook-id"] for headers, _ in endpoint.got]
    messages = [body["data"]["message"] for _, body in endpoint.got]
    assert len(set(ids)) == 2
    assert [each["id"] for each in messages] == ids
    assert {each["in_reply_to"] for each in messages} == {each["message_id"] for each in answers}


def queued_by_the_first_release(stage: Stage, webhook_id: str, **more: Any) -> str:
    """Queue an event as release 0.1.0 wrote it; return its id."""
    thread = thread_id(b"k" * 32, "shop", "c1")
    event = former_message_id(b"k" * 32, "shop", webhook_id)
    body = {
        "type": "customer_wrote",
        "schema": 1,
        "id": event,
        "thread_id": thread,
        "channel_id": "shop",
        "sender": "c1",
        "text": QUESTION,
        "language": None,
        "attachments": 0,
        "at": stage.clock.now(),
    } | more
    stage.backend.queue("events").send(
        [Outgoing(json.dumps(body), group=thread, dedup_id=f"{event}-of-0.1.0")]
    )
    return event


@pytest.mark.parametrize("between", [0, 3_600])
def test_a_repeat_of_what_the_first_release_took_in_changes_nothing(
    stage: Stage, between: int
) -> None:
    """A message that was queued under an old id is answered once, also when its channel sends it
    again after the upgrade, before or after it was handled.
    """
    event = queued_by_the_first_release(stage, "msg_1")
    if between:
        stage.drain("events")
        stage.clock.advance(between)
    again = stage.signed(PATH, {"sender": "c1", "text": QUESTION}, webhook_id="msg_1")
    assert again.status == 202
    stage.drain("events")
    assert [who for who, _ in stage.said()] == ["customer", "bot"]
    [record] = stage.backend.store().records(stage.thread().id)
    assert record.event.id == event


def test_a_thread_of_the_first_release_goes_on(stage: Stage) -> None:
    """New messages of an old thread are handled under their new ids, each once."""
    queued_by_the_first_release(stage, "msg_1")
    stage.drain("events")
    for webhook_id in ("msg_2", "msg_2", "msg_3"):
        stage.signed(PATH, {"sender": "c1", "text": OTHER}, webhook_id=webhook_id)
        stage.clock.advance(301)
        stage.drain("events")
    assert [who for who, _ in stage.said()] == ["customer", "bot"] * 3
