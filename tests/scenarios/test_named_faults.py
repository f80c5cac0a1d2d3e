"""Faults that a customer's message meets, each played once through the whole application."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from surgeline.adapters.codec import decode_event, encode_event
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerWrote

from tests.scenarios.actors import Outside, Request
from tests.scenarios.gates import Gate
from tests.scenarios.invariants import after_draining, buried_ids
from tests.scenarios.named_faults import conversation, refusal, shown
from tests.scenarios.script import outside
from tests.scenarios.world import Process


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


def test_f04_a_queue_that_refuses_is_a_503_and_nothing_is_kept(out: Outside) -> None:
    """F04: nothing is acknowledged while the queue is throttled, and the next try counts as the
    first.
    """
    out.world.gate.closed.add("events.send")
    request = out.write("ann", "where is my parcel")
    assert request.status == 503
    out.world.settle()
    assert out.world.records(request.thread_id) == []
    out.world.gate.closed.clear()
    assert out.ask(request).status == 202
    out.world.settle()
    assert shown(out, request) == ["answer to where is my parcel"]


def test_f07_a_message_sent_again_and_again_is_answered_once(out: Outside) -> None:
    """F07 F08 B05: copies within six minutes, and a week later, are one message and one reply."""
    request = out.write("ann", "where is my parcel")
    ids = request.body
    for seconds in (0, 60, 300, 7 * 86_400):
        out.world.settle()
        out.world.clock.at += seconds * 1000
        assert out.ask(request).body == ids
    out.world.settle()
    assert len(out.world.records(request.thread_id)) == 1
    assert shown(out, request) == ["answer to where is my parcel"]


def test_f09_two_copies_at_once_are_one_message(out: Outside) -> None:
    """F09: another worker handles a second copy while one worker has the first in hand."""
    request = out.write("ann", "where is my parcel")
    for call in (1, 2, 3):
        out.world.gate.order("overtaken", at_call=call)
    out.world.settle()
    out.world.drain(out.retry)
    assert len(out.world.records(request.thread_id)) == 1
    after_draining(out)


def test_f23_dead_letters_that_are_redriven_take_effect_once(out: Outside) -> None:
    """F23: a message that failed too often goes on from its last step when it is sent back."""
    out.world.gate.closed.add("deliveries.send")
    request = out.write("ann", "where is my parcel")
    out.world.drain(out.retry)
    assert len(out.world.records(request.thread_id)) == 1
    assert buried_ids(out) == {request.event_id}
    out.world.gate.closed.clear()
    assert out.world.redrive() == 1
    out.world.drain(out.retry)
    assert shown(out, request) == ["answer to where is my parcel"]
    assert out.world.redrive() == 0
    after_draining(out)


def test_an_offer_that_was_never_made_is_ended_without_trouble(out: Outside) -> None:
    """I8: the customer may leave while the event that made the offer is a dead letter."""
    out.world.gate.closed.add("offers.create")
    request = out.write_on_the_web("eve", "person please")
    out.world.drain(out.retry)
    buried = buried_ids(out)
    assert buried == {request.event_id}
    out.world.gate.closed.clear()
    out.leave("eve")
    out.world.settle()
    assert buried_ids(out) == buried
    assert not conversation(out, request).is_open
    out.world.redrive()
    out.world.drain(out.retry)
    after_draining(out, buried=buried)


def test_f41_a_customer_who_leaves_is_sent_nothing_more(out: Outside) -> None:
    """F41: the owner hears that the customer is gone, and its later words go nowhere."""
    request = out.write_on_the_web("eve", "person please")
    out.world.settle()
    pool, offer = out.offers()[0]
    out.accept(pool, offer)
    out.world.settle()
    out.leave("eve")
    out.world.settle()
    assert out.pools["north"].inbox[-1].event == "conversation.abandoned"
    about = {key: offer[key] for key in ("conversation_id", "epoch")}
    late = out.callback("north", "message.sent", about | {"text": "still there?"})
    assert refusal(late) == "closed"
    out.world.drain(out.retry)
    assert not conversation(out, request).is_open
    after_draining(out)


def test_f20_two_workers_on_one_thread_lose_nothing(out: Outside) -> None:
    """F20: the worker that commits second finds the thread moved on, decides again, and both
    count.
    """
    first = out.write("ann", "question one")
    body = encode_event(replace(_event_of(out, first), id="m-other", text="question two"))
    strayed = Outgoing(body, group="another-group", dedup_id="m-other")
    other = Process(out.world, Gate())

    def overtake() -> None:
        out.world.queue("events").send([strayed])
        other.work("events")

    out.world.gate.overtake = overtake
    out.world.gate.order("overtaken", at_call=2)  # between the load and the commit
    out.world.settle()
    assert [record.seq for record in out.world.records(first.thread_id)] == [1, 3]
    assert sorted(shown(out, first)) == ["answer to question one", "answer to question two"]
    after_draining(out)


def _event_of(out: Outside, request: Request) -> CustomerWrote:
    """Return the event that a message became, before anybody has handled it."""
    [message] = out.world.queue("events").receive(1)
    out.world.queue("events").hold([message.receipt], 0)
    event = decode_event(message.body)
    assert event.id == request.event_id
    assert isinstance(event, CustomerWrote)
    return event
