"""A pool that spoke once and then leaves its customer alone, through the real handlers."""

from typing import Any

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

pytestmark = pytest.mark.enable_socket

LIMIT = 1_800


def talking(stage: Stage) -> dict[str, Any]:
    """Let the pool accept and say its first word, and return the names that its callbacks need."""
    stage.write("I want to talk to a person")
    stage.drain()
    [offer] = stage.thread().conversation.handoff.offers
    mine = {"conversation_id": stage.thread().conversation.id, "offer_id": offer.offer_id}
    epoch = stage.pool("handoff.accepted", mine).json["epoch"]
    owned = {"conversation_id": mine["conversation_id"], "epoch": epoch}
    assert stage.pool("message.sent", owned | {"text": "Hello, a person here"}).status == 202
    stage.drain()
    return owned


def passes(stage: Stage, seconds: int) -> None:
    """Let time pass minute by minute, while timers fire and sends are delivered."""
    for _ in range(0, seconds, 60):
        stage.clock.advance(60)
        stage.drain()


def owner(stage: Stage) -> str:
    return str(stage.thread().conversation.owner)


def told(endpoint: Endpoint) -> list[str]:
    return [body["type"] for _, body in endpoint.got if "conversation." in body["type"]]


def test_a_message_left_for_half_an_hour_is_taken_back(wired: Stage, endpoint: Endpoint) -> None:
    """The pool is told `silent`, the customer once; what it says then is refused."""
    owned = talking(wired)
    passes(wired, 60)
    wired.write("And how much is it?")
    wired.drain()
    passes(wired, LIMIT - 60)
    assert owner(wired) == "pool:vendor"
    passes(wired, 60)
    assert owner(wired) == "bot"
    [(_, last)] = [got for got in endpoint.got if got[1]["type"] == "conversation.taken_back"]
    assert last["data"]["reason"] == "silent"
    said = wired.said()
    assert [speaker for speaker, _ in said[-1:]] == ["system"]
    assert wired.pool("message.sent", owned | {"text": "sorry, back now"}).status == 409
    passes(wired, LIMIT)
    assert wired.said() == said


def test_thanks_left_without_an_answer_are_no_silence(wired: Stage, endpoint: Endpoint) -> None:
    """A customer who only thanks waits for nothing."""
    talking(wired)
    wired.write("ok thanks")
    wired.drain()
    passes(wired, 2 * LIMIT)
    assert owner(wired) == "pool:vendor"
    assert told(endpoint) == ["conversation.message"]


def test_typing_keeps_the_conversation_and_is_told_once_a_minute(wired: Stage) -> None:
    """Typing puts the limit off; of many, the writer hears of one a minute while a word is owed."""
    owned = talking(wired)
    before = wired.thread().seq
    assert wired.pool("typing", owned).status == 202
    wired.drain()
    assert wired.thread().seq == before  # nothing is owed
    wired.write("And how much is it?")
    wired.drain()
    passes(wired, LIMIT - 120)
    before = wired.thread().seq
    for _ in range(5):
        assert wired.pool("typing", owned).status == 202
    wired.drain()
    assert wired.thread().seq == before + 1
    assert wired.pool("typing", owned).status == 202
    wired.drain()
    assert wired.thread().seq == before + 1
    passes(wired, LIMIT - 60)
    assert owner(wired) == "pool:vendor"
    passes(wired, 60)
    assert owner(wired) == "bot"


def test_the_limit_is_the_companys(wired: Stage, endpoint: Endpoint) -> None:
    """The limit is set by `rules.unanswered_seconds`, and a wrong value is told the accepted
    ones.
    """
    url = endpoint.url + "pool"
    wired.configure(
        pools=[{"id": "vendor", "kind": "outsourced", "url": url}],
        rules={"unanswered_seconds": 60},
    )
    wired.clock.advance(10)
    talking(wired)
    wired.write("And how much is it?")
    wired.drain()
    assert owner(wired) == "pool:vendor"
    passes(wired, 60)  # before the timer of the acceptance, which comes after 15 minutes
    assert owner(wired) == "bot"
    answer = wired.admin("PUT", "/v1/admin/configuration", {"rules": {"unanswered_seconds": 5}})
    assert answer.status == 422
    assert "rules.unanswered_seconds: 5 is not between 30 and 86,400" in answer.text
