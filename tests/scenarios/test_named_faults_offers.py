"""Faults that an offer meets, each played once through the whole application."""

from collections.abc import Iterator
from functools import partial

import pytest
from surgeline.domain.thread import WAITING, Owner

from tests.scenarios.actors import Outside
from tests.scenarios.gates import Gate
from tests.scenarios.invariants import after_draining, after_every_step
from tests.scenarios.named_faults import (
    NORTH,
    asks_for_a_person,
    conversation,
    is_helped,
    refusal,
    shown,
    told,
)
from tests.scenarios.script import outside
from tests.scenarios.world import Process


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


def test_f35_of_two_pools_that_accept_one_wins() -> None:
    """F35: the second of two pools asked at once is told that the conversation is taken."""
    with outside(at_once=2) as out:
        request = asks_for_a_person(out)
        (one, first), (two, second) = out.offers()
        assert out.accept(one, first).status == 200
        assert refusal(out.accept(two, second)) == "taken"
        out.world.settle()
        assert conversation(out, request).owner == Owner("pool", one)
        assert out.pools[two].inbox[-1].event == "handoff.withdrawn"


def test_one_seat_for_two_who_ask_at_once() -> None:
    """I13: the seat goes to one pool and comes back, wherever a second worker comes in between."""
    for call in range(1, 10):
        with outside(seats=1) as out:
            out.write("ann", "person please")
            out.write("bob", "person please")
            other = Process(out.world, Gate())
            out.world.gate.overtake = partial(other.work, "events", batch=1)
            out.world.gate.order("overtaken", at_call=call)
            out.world.work("events", batch=1)
            after_every_step(out)
            out.world.settle()
            after_every_step(out)
            out.world.drain(out.retry)
            after_draining(out)


def test_another_pools_offer_looks_unknown(out: Outside) -> None:
    """I10: a pool cannot accept an offer that another pool got."""
    request = asks_for_a_person(out)
    _, offer = out.offers()[0]
    assert out.accept("south", offer).status == 404
    out.world.settle()
    assert conversation(out, request).owner == WAITING


def test_an_acceptance_whose_event_was_lost_is_found_at_the_deadline(out: Outside) -> None:
    """I4: the pool that won the conditional write becomes the owner, though nobody said so."""
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    out.world.gate.order("after", at_call=2)  # after a look at the offer, its acceptance
    lost = out.accept(pool, offer)
    assert lost.status is None
    out.requests.remove(lost)  # it never asks again
    out.write("ann", "hello?")
    out.world.clock.at += 31_000
    out.world.settle()
    assert conversation(out, request).owner == NORTH
    assert told(out, "north") == ["hello?"]


def test_a_redelivery_changes_no_offer(out: Outside) -> None:
    """F07 I4: a replayed message that led to an offer does not open it a second time."""
    request, _ = is_helped(out)
    _, offer = out.offers()[0]
    out.world.clock.at += 301_000  # the queue remembers five minutes
    out.ask(request)
    out.world.settle()
    known = out.world.home.offers().read(offer["offer_id"])
    assert known is not None
    assert known.status == "accepted"


def test_a_crash_does_not_put_the_deadline_off(out: Outside) -> None:
    """I9: a late offer times out at once, so the waiting customer is not kept waiting."""
    out.world.quick_restarts = False
    out.world.gate.closed.add("timers.send")
    request = asks_for_a_person(out)
    out.world.gate.closed.clear()
    out.world.clock.at += 180_000  # the batch comes back, long after the deadline
    out.world.settle()
    assert out.world.records(request.thread_id)[-1].explanation.decision == "offer timed out"


def test_f28_an_offer_is_not_sent_after_its_deadline(out: Outside) -> None:
    """F28 I9: an endpoint that comes back too late is not offered what it cannot take."""
    out.pools["north"].mood = "broken"
    asks_for_a_person(out)
    out.world.clock.at += 31_000
    out.pools["north"].mood = "receipt"
    out.world.work("deliveries")
    assert out.pools["north"].inbox == []
    assert out.world.violations == []


def test_f34_an_acceptance_made_again_is_answered_the_same(out: Outside) -> None:
    """F34: a repeated acceptance, however late, gives one owner and one notice."""
    request, _ = is_helped(out)
    pool, offer = out.offers()[0]
    out.world.clock.at += 200_000
    again = out.accept(pool, offer)
    out.world.settle()
    assert (again.status, again.body["accepted"]) == (200, True)
    assert shown(out, request).count("A colleague has joined the chat.") == 1


def test_f36_an_acceptance_after_the_deadline_moves_nothing(out: Outside) -> None:
    """F36: an acceptance at the very millisecond of the deadline is 409 timed_out."""
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    out.world.clock.at += 30_000
    late = out.accept(pool, offer)
    assert refusal(late) == "timed_out"
    assert conversation(out, request).owner == WAITING
    out.world.drain(out.retry)
    after_draining(out)


def test_f36_a_millisecond_before_is_in_time(out: Outside) -> None:
    """F36: an offer stands until its deadline, even if the deadline's timer comes first."""
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    out.world.clock.at += 29_999
    assert out.accept(pool, offer).status == 200
    out.world.clock.at += 60_000
    out.world.work("timers")  # the deadline is queued behind the acceptance
    out.world.settle()
    assert conversation(out, request).owner == NORTH


def test_f37_an_acceptance_may_overtake_the_offers_own_answer(out: Outside) -> None:
    """F37: a pool that accepts before its own 200 reached us is the owner and hears no more."""
    out.pools["north"].mood = "drop"
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    assert out.accept(pool, offer).status == 200
    out.pools["north"].mood = "receipt"
    out.world.drain(out.retry)
    assert "A colleague has joined the chat." in shown(out, request)
    after_draining(out)


def test_a_pool_that_accepts_as_the_customer_leaves_hears_that_it_is_over(out: Outside) -> None:
    """I4: a promise on the record that the thread overtook is taken back in words."""
    out.write_on_the_web("eve", "person please")
    out.world.settle()
    pool, offer = out.offers()[0]
    out.leave("eve")
    assert out.accept(pool, offer).status == 200
    out.world.settle()
    events = [seen.event for seen in out.pools["north"].inbox]
    assert events[1:] == ["handoff.withdrawn", "conversation.taken_back"]


def test_an_offer_that_was_withdrawn_can_not_be_accepted(out: Outside) -> None:
    """I4: an acceptance is 409 as soon as the customer has left."""
    out.write_on_the_web("eve", "person please")
    out.world.settle()
    pool, offer = out.offers()[0]
    out.leave("eve")
    out.world.settle()
    late = out.accept(pool, offer)
    assert refusal(late) == "withdrawn"
