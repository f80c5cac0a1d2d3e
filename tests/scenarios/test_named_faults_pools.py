"""Faults that the words of a pool meet, each played once through the whole application."""

from collections.abc import Iterator

import pytest

from tests.scenarios.actors import Outside
from tests.scenarios.invariants import after_draining
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


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


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
