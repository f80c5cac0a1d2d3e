"""Faults by their names, each played once through the whole application."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from surgeline.adapters.codec import decode_event, encode_event
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerWrote
from surgeline.domain.thread import WAITING, Conversation, Owner

from tests.scenarios.actors import Outside, Request
from tests.scenarios.gates import Gate
from tests.scenarios.invariants import after_draining, after_every_step, buried_ids
from tests.scenarios.script import outside
from tests.scenarios.world import Process

NORTH = Owner("pool", "north")


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


def conversation(out: Outside, request: Request) -> Conversation:
    """Return the current conversation of the request's thread."""
    thread = out.world.home.store().thread(request.thread_id)
    assert thread is not None
    assert thread.conversation is not None
    return thread.conversation


def asks_for_a_person(out: Outside) -> Request:
    """Let Ann ask for a person, so that the first pool has an offer."""
    request = out.write("ann", "person please")
    out.world.settle()
    assert conversation(out, request).owner == WAITING
    return request


def is_helped(out: Outside) -> tuple[Request, dict[str, object]]:
    """Let the first pool accept Ann's offer too, and return the names that its callbacks need."""
    request = asks_for_a_person(out)
    pool, offer = out.offers()[0]
    out.accept(pool, offer)
    out.world.settle()
    assert conversation(out, request).owner == NORTH
    return request, {key: offer[key] for key in ("conversation_id", "epoch")}


def shown(out: Outside, request: Request) -> list[str]:
    """Return what reached the customer's screen, repeats too."""
    return [seen.data["message"]["text"] for seen in out.screens.get(request.thread_id, [])]


def told(out: Outside, pool: str) -> list[str]:
    """Return the customer's messages that a pool was told of."""
    return [
        seen.data["message"]["text"]
        for seen in out.pools[pool].inbox
        if seen.event == "conversation.message"
    ]


def refusal(request: Request) -> object:
    """Return the state that a 409 names."""
    assert request.status == 409
    return request.body["error"]["state"]


# ---------------------------------------------------------------- the customer


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


# ---------------------------------------------------------------- offers


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


# ---------------------------------------------------------------- what pools say


def test_f38_words_under_an_old_epoch_go_nowhere(out: Outside) -> None:
    """F38: a late reply after resolving is 409 and stays off the screen."""
    request, about = is_helped(out)
    out.callback("north", "conversation.resolved", about | {"outcome": "solved"})
    out.world.settle()
    late = out.callback("north", "message.sent", about | {"text": "one more thing"})
    assert refusal(late) == "closed"
    out.world.drain(out.retry)
    assert "one more thing" not in shown(out, request)


@pytest.mark.parametrize("kind", ["conversation.resolved", "conversation.returned"])
def test_a_callback_made_again_is_answered_as_the_first_time(out: Outside, kind: str) -> None:
    """B05: a pool whose answer was lost learns that its acceptance counted, not that it is too
    late.
    """
    _, about = is_helped(out)
    extra = {"outcome": "solved"} if kind == "conversation.resolved" else {}
    first = out.callback("north", kind, about | extra)
    status, body = first.status, first.body
    out.world.settle()
    assert (out.ask(first).status, first.body) == (status, body)
    out.world.clock.at += 400_000
    assert (out.ask(first).status, first.body) == (status, body)
    out.world.drain(out.retry)
    after_draining(out)


def test_f40_what_was_written_meanwhile_is_told_once(out: Outside) -> None:
    """F40: messages sent during an offer reach the next owner once and in order."""
    request = asks_for_a_person(out)
    for text in ("one", "two", "three"):
        out.write("ann", text)
        out.world.settle()
    out.accept(*out.offers()[0])
    out.world.settle()
    out.write("ann", "four")
    out.world.settle()
    assert told(out, "north") == ["one", "two", "three", "four"]
    assert conversation(out, request).owner == NORTH


def test_words_that_a_person_overtook_are_not_sent(out: Outside) -> None:
    """I5: the bot's earlier reply stays unsent once a person has the conversation."""
    out.channel_mood = "broken"
    request = out.write("ann", "where is my parcel")
    out.world.settle()
    asks_for_a_person(out)
    out.accept(*out.offers()[0])
    out.world.settle()
    out.channel_mood = "ok"
    out.world.drain(out.retry)
    assert "answer to where is my parcel" not in shown(out, request)
    assert "A colleague has joined the chat." in shown(out, request)
    after_draining(out)


def test_a_pool_that_lost_the_conversation_is_told_no_more_of_it(out: Outside) -> None:
    """I5: messages that wait for a broken pool are not sent to it once the conversation is
    taken back.
    """
    request, _ = is_helped(out)
    out.pools["north"].mood = "broken"
    out.write("ann", "hello?")
    out.world.settle()
    out.world.clock.at += 301_000  # silent for too long
    out.world.work("timers")
    out.world.work("events")
    assert conversation(out, request).owner != NORTH
    out.pools["north"].mood = "receipt"
    out.world.drain(out.retry)
    assert told(out, "north") == []
    assert "conversation.taken_back" in [seen.event for seen in out.pools["north"].inbox]
    after_draining(out)


def test_long_messages_while_waiting_keep_nobody_from_accepting(out: Outside) -> None:
    """I7: an acceptance takes effect and everybody is told, whatever the customer wrote
    meanwhile.
    """
    request = asks_for_a_person(out)
    texts = [f"{number} " + "\N{HANGUL SYLLABLE HAN}" * 9_990 for number in range(12)]
    for text in texts:
        out.write("ann", text)
    out.world.settle()
    out.accept(*out.offers()[0])
    out.world.settle()
    assert conversation(out, request).owner == NORTH
    assert told(out, "north") == texts
    assert out.world.home.dead_letters().list() == []


def test_a_delivery_that_arrived_stays_delivered(out: Outside) -> None:
    """F20 I7: a worker that slept and then fails to send does not undo another's success."""
    request = out.write("ann", "where is my parcel")
    out.world.work("events")
    sleep = out.world.gate.overtake

    def overtake() -> None:
        sleep()
        out.channel_mood = "broken"

    out.world.gate.overtake = overtake
    out.world.gate.order("overtaken", at_call=1)
    out.world.work("deliveries")
    assert shown(out, request) == ["answer to where is my parcel"]
    out.world.drain(out.retry)
    after_draining(out)


def test_a_pool_that_breaks_loses_the_conversation(out: Outside) -> None:
    """F27: the next pool is asked, with the message, when the owner cannot be told of it."""
    request, _ = is_helped(out)
    out.pools["north"].mood = "broken"
    out.write("ann", "hello?")
    out.world.settle(patience_seconds=600)
    assert conversation(out, request).owner != NORTH
    out.world.drain(out.retry)
    offers = [seen for seen in out.pools["south"].inbox if seen.event == "handoff.offered"]
    lines = [line["text"] for line in offers[0].data["context"]["transcript"]]
    assert "hello?" in lines
    after_draining(out)
