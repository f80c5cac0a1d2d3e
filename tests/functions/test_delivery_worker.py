"""The delivery worker signs sends, retries under the same id, keeps order and takes answers."""

import json

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.adapters.signing.standard_webhooks import decode_secret, verify
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerLeft

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask

pytestmark = pytest.mark.enable_socket

ENDPOINTS = ("channel:shop", "pool:vendor")


def ask_for_a_person(stage: Stage) -> None:
    stage.write("I want to talk to a person")
    stage.drain("events", "deliveries")


def leaves(stage: Stage) -> None:
    """Let the customer of the signed channel end the chat, as a channel's adapter would tell it."""
    thread = stage.thread()
    left = CustomerLeft("e" + "l" * 26, thread.id, thread.channel_id, stage.clock.now())
    stage.backend.queue("events").send(
        [Outgoing(encode_event(left), group=thread.id, dedup_id=left.id)]
    )
    stage.drain("events")


def test_a_reply_goes_to_the_channels_url_signed(wired: Stage, endpoint: Endpoint) -> None:
    """The answer is posted once, signed with the channel's secret, under the message's id."""
    message = wired.write("When are you open?").json
    wired.drain("events", "deliveries")
    [(headers, body)] = endpoint.got
    data = body["data"]
    assert body["type"] == "message.created"
    assert data["sender"] == "c1"
    assert data["thread_id"] == message["thread_id"]
    assert data["message"]["in_reply_to"] == message["message_id"]
    assert data["message"]["speaker"] == "bot"
    assert headers["webhook-id"] == data["message"]["id"]


def test_the_signature_verifies_over_the_bytes_sent(wired: Stage, endpoint: Endpoint) -> None:
    """A delivery passes our own strict verifier with the channel's secret."""
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    [(headers, body)] = endpoint.got
    import json

    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    now = wired.clock.now() // 1000
    assert verify([decode_secret(wired.secret)], headers, raw, now_seconds=now)


def test_a_failed_reply_is_tried_again_with_the_same_id(wired: Stage, endpoint: Endpoint) -> None:
    """A 500 is retried after a while, with the same webhook id and the same body."""
    endpoint.answer = lambda _: (500 if len(endpoint.got) == 1 else 200, {})
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    assert len(endpoint.got) == 1
    wired.clock.advance(1)
    wired.drain("deliveries")
    (first, body), (second, again) = endpoint.got
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again


def test_order_is_kept_behind_a_failing_reply(wired: Stage, endpoint: Endpoint) -> None:
    """While the first reply fails, the second of the same thread waits; another thread's goes."""
    endpoint.answer = lambda body: (503 if body["data"]["sender"] == "c1" else 200, {})
    wired.write("When are you open?")
    wired.write("thanks")
    wired.write("When are you open?", sender="c2")
    wired.drain("events", "deliveries")
    assert sorted(body["data"]["sender"] for _, body in endpoint.got) == ["c1", "c2"]
    endpoint.answer = lambda _: (200, {})
    wired.clock.advance(2)
    wired.drain("deliveries")
    seqs = [body["data"]["seq"] for _, body in endpoint.got if body["data"]["sender"] == "c1"]
    assert seqs == [2, 2, 4]


def test_what_was_delivered_has_one_line_of_log_a_second(
    wired: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three replies within a second and one later are counted by two lines of log."""
    for sender in ("a", "b", "c"):
        wired.write("When are you open?", sender=sender)
    wired.drain("events", "deliveries")
    wired.clock.advance(1)
    wired.write("When are you open?", sender="d")
    wired.drain("events", "deliveries")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ended = [line for line in lines if line["message"] == "ended"]
    assert [(line["end"], line["count"]) for line in ended] == [("delivered", 1), ("delivered", 3)]


def test_f07_a_reply_that_nobody_takes_is_a_dead_letter_that_can_be_redriven(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A reply is set aside with its reason after the last retry, and it arrives once redriven."""
    endpoint.answer = lambda _: (500, {})
    wired.write("When are you open?")
    wired.drain("events")
    for _ in range(12):
        wired.drain("deliveries")
        wired.clock.advance(901)
    [letter] = wired.backend.dead_letters().list()
    [logged] = wired.logged("channel:shop")
    assert [each.number for each in logged.attempts] == list(range(1, 11))
    assert ({each.outcome for each in logged.attempts}, logged.end) == ({"status 500"}, "failed")
    tries = len(endpoint.got)
    endpoint.answer = lambda _: (200, {})
    wired.backend.dead_letters().redrive([letter.id])
    wired.drain("deliveries")
    assert len(endpoint.got) == tries + 1
    assert {headers["webhook-id"] for headers, _ in endpoint.got} == {logged.place.id}


def test_a_pool_may_accept_in_its_answer(wired: Stage, endpoint: Endpoint) -> None:
    """A pool that answers an offer with accepted: true becomes the owner at once."""
    endpoint.answer = lambda body: (
        200,
        {"accepted": True, "agent": {"name": "Agent 7"}} if "handoff" in body["type"] else {},
    )
    ask_for_a_person(wired)
    wired.drain("events", "deliveries")
    assert str(wired.thread().conversation.owner) == "pool:vendor"
    assert any("Agent 7" in text for _, text in wired.said())


def test_the_offer_carries_what_a_person_needs(wired: Stage, endpoint: Endpoint) -> None:
    """An offer carries id, epoch, deadline, reason, language and its own transcript so far."""
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    ask_for_a_person(wired)
    [offer] = [body["data"] for _, body in endpoint.got if body["type"] == "handoff.offered"]
    assert offer["reason"] == "customer_asked"
    assert offer["expires_at"].endswith("Z")
    assert offer["epoch"] == wired.thread().conversation.epoch + 1
    speakers = [line["speaker"] for line in offer["context"]["transcript"]]
    assert speakers == ["customer", "bot", "customer", "system"]


def test_the_notice_of_the_handoff_arrives_before_the_person(
    wired: Stage, endpoint: Endpoint
) -> None:
    """The customer first hears that a person is asked, even when a pool accepts at once."""
    endpoint.answer = lambda body: (200, {"accepted": True} if "handoff" in body["type"] else {})
    wired.write("I want to talk to a person")
    wired.drain("events")
    offer = wired.thread().conversation.handoff.offers[0].offer_id
    wired.backend.offers().accept(offer, pool_id="vendor", now=wired.clock.now())
    wired.clock.advance(31)
    wired.drain("timers", "events", "deliveries")
    sent = [b["data"]["message"]["text"] for _, b in endpoint.got if b["type"] == "message.created"]
    assert [text.split()[:3] for text in sent] == [
        ["We", "are", "passing"],
        ["A", "colleague", "has"],
    ]


def test_declining_moves_on_and_the_customer_is_told(wired: Stage, endpoint: Endpoint) -> None:
    """The customer hears that the request is kept when the only pool declines."""
    endpoint.answer = lambda _: (200, {"accepted": False, "reason": "busy"})
    ask_for_a_person(wired)
    wired.drain("events", "deliveries")
    assert wired.thread().conversation.handoff.state == "kept"
    assert wired.said()[-1][0] == "system"


def test_f27_an_offer_to_a_broken_endpoint_ends_by_its_deadline(
    wired: Stage, endpoint: Endpoint
) -> None:
    """An offer to a pool that answers 500 to everything ends in time, and the customer is told."""
    endpoint.answer = lambda body: (500 if body["type"].startswith("handoff") else 200, {})
    ask_for_a_person(wired)
    for _ in range(40):
        wired.clock.advance(1)
        wired.drain()
    conversation = wired.thread().conversation
    assert (conversation.owner.kind, conversation.handoff.state) == ("bot", "kept")
    ends = [each.end for name in ENDPOINTS for each in wired.logged(name)]
    assert None not in ends


def test_f31_gone_is_final(wired: Stage, endpoint: Endpoint) -> None:
    """A reply that got a 410 is never tried again."""
    endpoint.answer = lambda _: (410, {})
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    wired.clock.advance(1000)
    wired.drain("deliveries")
    assert len(endpoint.got) == 1


def test_silence_becomes_a_time_out_and_a_holding_reply(wired: Stage, endpoint: Endpoint) -> None:
    """The pool is told of the time-out at the deadline, and the customer is told that nobody
    accepted.
    """
    ask_for_a_person(wired)
    wired.clock.advance(31)
    wired.drain()
    assert "handoff.withdrawn" in endpoint.types()
    assert wired.thread().conversation.handoff.state == "kept"


def test_a_pool_that_can_not_be_reached_loses_the_conversation(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A pool that takes no message within its retries loses the conversation to the bot."""
    endpoint.answer = lambda body: (
        200 if body["type"] != "conversation.message" else 500,
        {"accepted": True} if body["type"] == "handoff.offered" else {},
    )
    ask_for_a_person(wired)
    wired.drain("events", "deliveries")
    wired.write("are you there?")
    while "conversation.taken_back" not in endpoint.types():
        wired.clock.advance(61)
        wired.drain()
    assert wired.thread().conversation.owner.kind == "bot"
    assert wired.thread().conversation.is_kept


def test_i5_nothing_is_sent_for_the_bot_once_a_person_owns_it(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A bot's reply that is still waiting when a person takes over is never sent."""
    endpoint.answer = lambda body: (
        200 if body["type"].startswith(("handoff", "conversation")) else 500,
        {"accepted": True} if body["type"] == "handoff.offered" else {},
    )
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    ask_for_a_person(wired)
    wired.drain("events", "deliveries")
    wired.clock.advance(5)
    sent = len([t for t in endpoint.types() if t == "message.created"])
    endpoint.answer = lambda _: (200, {})
    wired.drain("deliveries")
    late = [b for _, b in endpoint.got[sent:] if b["type"] == "message.created"]
    assert all(b["data"]["message"]["speaker"] != "bot" for b in late)
    ends = {each.end for name in ENDPOINTS for each in wired.logged(name)}
    assert "expired" in ends


def test_a_channel_that_was_just_added_is_known_at_once(wired: Stage, endpoint: Endpoint) -> None:
    """A channel is known at once, even if an unknown channel was looked up a moment before."""
    for channel in ("first", "second"):
        wired.drain("events", "deliveries")
        made = wired.admin("PUT", f"/v1/admin/channels/{channel}", {"reply_url": endpoint.url})
        body = {"sender": channel, "text": "When are you open?"}
        path = f"/v1/channels/{channel}/messages"
        assert wired.signed(path, body, secret=made.json["secret"]).status == 202
        wired.drain("events", "deliveries")
    assert [body["data"]["sender"] for _, body in endpoint.got] == ["first", "second"]


def test_f41_nothing_is_sent_to_a_customer_who_left(wired: Stage, endpoint: Endpoint) -> None:
    """F41: words that wait for their next attempt end expired and unsent when the customer
    leaves.
    """
    endpoint.answer = lambda _: (503, {})
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    leaves(wired)
    endpoint.answer = lambda _: (200, {})
    wired.clock.advance(2)
    wired.drain("deliveries")
    sent = [body["data"] for _, body in endpoint.got[1:]]
    assert [data["conversation"]["state"] for data in sent] == ["closed"]
    assert [data["message"]["speaker"] for data in sent] == ["system"]


def test_words_that_a_pool_was_told_are_taken_reach_a_customer_who_leaves(
    wired: Stage, endpoint: Endpoint
) -> None:
    """Words that wait for a retry or for an earlier number go out before the goodbye."""
    ask(wired, "c1")
    owned = accept(wired)
    wired.drain("events", "deliveries")
    endpoint.answer = lambda _: (503, {})
    for number, text in ((1, "waits for a retry"), (3, "waits for number two")):
        said = owned | {"text": text, "seq": number}
        assert wired.pool("message.sent", said).status == 202
    wired.drain("events", "deliveries")
    leaves(wired)
    sent = len(endpoint.got)
    endpoint.answer = lambda _: (200, {})
    wired.clock.advance(2)
    wired.drain("deliveries")
    heard = [b["data"] for _, b in endpoint.got[sent:] if b["type"] == "message.created"]
    assert [each["message"]["text"] for each in heard[:2]] == [
        "waits for a retry",
        "waits for number two",
    ]
    assert [each["conversation"]["state"] for each in heard] == ["open", "open", "closed"]
    assert {each.end for each in wired.logged("channel:shop")} == {"delivered"}
