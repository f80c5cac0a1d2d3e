"""Faults between the functions, each by its number: of senders, of queues, of time."""

from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import decode_delivery

from infra import topology
from local.virtual.shop import ARTICLES
from tests.functions.stage import Stage

QUESTION = "When are you open?"
PERSON = "I want to talk to a person"


def test_f06_a_sender_that_did_not_wait_is_answered_the_same(stage: Stage) -> None:
    """F06: a sender that repeats a slowly answered message gets the same ids, and one message
    is kept.
    """
    body = {"sender": "c1", "text": QUESTION}
    path = "/v1/channels/shop/messages"
    first = stage.signed(path, body, webhook_id="msg_1").json
    stage.clock.advance(3)
    again = stage.signed(path, body, webhook_id="msg_1").json
    stage.drain("events")
    assert again == first
    assert [speaker for speaker, _ in stage.said()] == ["customer", "bot"]


def test_f22_a_flood_of_one_sender_stops_at_the_edge(stage: Stage) -> None:
    """F22: one sender can queue only a bounded number, so others find their turn as before."""
    flood = [stage.write(QUESTION, sender="loud").status for _ in range(200)]
    assert flood.count(202) == 30
    assert stage.write(QUESTION, sender="quiet").status == 202
    stage.drain("events")
    assert len(stage.said("quiet")) == 2


def test_f25_f26_effects_that_were_never_sent_go_out_once(stage: Stage) -> None:
    """F25 F26: each effect is delivered under one id when a worker dies between commit and send,
    however often the event comes again.
    """
    stage.write(QUESTION)
    [record] = _worked_without_sending(stage)
    for _ in range(3):
        stage.clock.advance(topology.queue("events").visibility_seconds + 1)
        stage.drain("events")
    [reply] = [effect.id for effect in record.effects if effect.type == "send_text"]
    waiting = stage.backend.queue("deliveries").receive(10, visibility_seconds=0)
    assert [decode_delivery(message.body).id for message in waiting] == [reply]
    assert stage.backend.store().records(stage.thread().id) == [record]


def _worked_without_sending(stage: Stage) -> list[Any]:
    """Handle one batch in a process that ends before its effects are sent."""
    deliveries = type(stage.backend.queue("deliveries"))
    [sender, *_] = [each for each in deliveries.__mro__ if "send" in vars(each)]

    def died(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender, "send", died)
        with pytest.raises(KeyboardInterrupt):
            stage.step("events")
    return list(stage.backend.store().records(stage.thread().id))


def test_f53_a_clock_that_goes_back_ends_no_offer_early(stage: Stage) -> None:
    """F53: a worker whose clock is behind keeps every deadline, because deadlines are points in
    time.
    """
    stage.write(PERSON)
    stage.drain("events")
    [offer] = stage.thread().conversation.handoff.offers
    stage.clock.advance(-3600)
    stage.drain("timers", "events")
    assert stage.thread().conversation.handoff.offers == (offer,)
    about = {"conversation_id": stage.thread().conversation.id, "offer_id": offer.offer_id}
    assert stage.pool("handoff.accepted", about).status == 200
    stage.drain("events")
    assert str(stage.thread().conversation.owner) == "pool:vendor"


def test_f53_a_clock_that_jumps_ahead_ends_it_once(stage: Stage) -> None:
    """F53: an offer past its deadline stays over when the clock is set back."""
    stage.write(PERSON)
    stage.drain("events")
    [offer] = stage.thread().conversation.handoff.offers
    stage.clock.advance(7200)
    stage.drain("timers", "events")
    stage.clock.advance(-7200)
    about = {"conversation_id": stage.thread().conversation.id, "offer_id": offer.offer_id}
    assert stage.pool("handoff.accepted", about).status == 409
    assert stage.thread().conversation.handoff.offers == ()


def test_f53_a_clock_that_goes_back_hides_no_publication(tmp_path: Path) -> None:
    """F53: a newly published knowledge base and configuration hold at once after the clock went
    back.
    """
    stage = Stage(tmp_path)
    stage.write(QUESTION)
    stage.drain("events")
    stage.clock.advance(-86_400)
    stage.publish()
    stage.configure(pools=[])
    stage.write(QUESTION, sender="c2")
    stage.write(PERSON, sender="c3")
    stage.drain("events")
    assert stage.said("c2")[-1][1] == ARTICLES[0]["answer"]
    assert stage.thread("c3").conversation.handoff.offers == ()
