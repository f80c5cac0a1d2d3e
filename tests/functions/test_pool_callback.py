"""The pool callback decides acceptances at once and judges ownership by the record."""

from typing import Any

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerLeft

from tests.functions.stage import Stage

PATH = "/v1/pools/vendor/events"
URL = "http://127.0.0.1:9/"


@pytest.fixture
def offered(stage: Stage) -> Stage:
    """Return a stage where a customer's offer is out and not yet delivered."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    return stage


def offer(stage: Stage) -> dict[str, Any]:
    conversation = stage.thread().conversation
    [out] = conversation.handoff.offers
    return {"conversation_id": conversation.id, "offer_id": out.offer_id}


def accepted(stage: Stage) -> dict[str, Any]:
    answer = stage.pool("handoff.accepted", offer(stage) | {"agent": {"name": "Agent 1"}})
    assert answer.status == 200
    stage.drain("events")
    return {"conversation_id": answer.json["conversation_id"], "epoch": answer.json["epoch"]}


def test_the_first_acceptance_wins_at_once(offered: Stage) -> None:
    """An acceptance in time is 200 with the epoch to speak under, and so is its repeat."""
    mine = offer(offered)
    first = offered.pool("handoff.accepted", mine)
    again = offered.pool("handoff.accepted", mine)
    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json
    offered.drain("events")
    assert str(offered.thread().conversation.owner) == "pool:vendor"
    assert offered.thread().conversation.epoch == first.json["epoch"]


def test_f36_an_acceptance_at_the_deadline_is_too_late(offered: Stage) -> None:
    """An acceptance one moment after the offer ran out is 409 timed_out and moves no
    conversation.
    """
    mine = offer(offered)
    offered.clock.advance(30)
    late = offered.pool("handoff.accepted", mine)
    assert late.status == 409
    assert late.json["error"]["state"] == "timed_out"
    offered.drain()
    assert offered.thread().conversation.owner.kind == "bot"


def test_a_lost_acceptance_is_found_at_the_deadline(offered: Stage) -> None:
    """The deadline finds an accepted offer whose event to the thread was lost."""
    mine = offer(offered)
    now = offered.clock.now()
    offered.backend.offers().accept(mine["offer_id"], pool_id="vendor", now=now)
    offered.clock.advance(31)
    offered.drain("timers", "events")
    assert str(offered.thread().conversation.owner) == "pool:vendor"


def test_b68_unknown_and_closed_offers(offered: Stage) -> None:
    """An unknown offer is 404, one that was declined 409 with its state."""
    mine = offer(offered)
    unknown = mine | {"offer_id": "o" + "a" * 26}
    assert offered.pool("handoff.accepted", unknown).status == 404
    assert offered.pool("handoff.declined", mine | {"reason": "busy"}).status == 202
    late = offered.pool("handoff.accepted", mine)
    assert (late.status, late.json["error"]["state"]) == (409, "declined")


def test_b63_another_pools_offer_and_conversation_are_unknown(offered: Stage) -> None:
    """A pool with a good secret of its own sees nothing of another pool's conversations."""
    secret = new_secret(b"x" * 32)
    offered.backend.secrets().put("pools/other", secret)
    pools = [{"id": each, "kind": "in_house", "url": URL} for each in ("vendor", "other")]
    offered.configure(pools=pools)
    mine = offer(offered)
    speaking = {"conversation_id": mine["conversation_id"], "epoch": 5, "text": "hi"}
    for kind, data in [("handoff.accepted", mine), ("message.sent", speaking)]:
        body = {"type": kind, "data": data}
        answer = offered.signed("/v1/pools/other/events", body, secret=secret)
        assert answer.status == 404


@pytest.mark.parametrize("kind", ["handoff.accepted", "handoff.declined"])
def test_b68_an_offer_under_another_conversations_id_is_unknown(offered: Stage, kind: str) -> None:
    """An offer under another conversation's id is 404 and stays as it was."""
    mine = offer(offered)
    offered.write("I want to talk to a person", sender="c2")
    offered.drain("events")
    other = mine | {"conversation_id": offered.thread("c2").conversation.id}
    assert offered.pool(kind, other).status == 404
    assert offered.pool("handoff.accepted", mine).status == 200


def test_b70_another_event_under_a_taken_webhook_id_is_refused(offered: Stage) -> None:
    """Another event under a judged event's id is 409 taken, and the first one's repeat is
    answered.
    """
    owned = accepted(offered)
    hello, other = owned | {"text": "hello"}, owned | {"text": "which order is it?"}
    first = offered.pool("message.sent", hello, webhook_id="again")
    offered.drain("events")
    for kind, data in (("message.sent", other), ("note.added", hello)):
        refused = offered.pool(kind, data, webhook_id="again")
        assert (refused.status, refused.json["error"]["state"]) == (409, "taken")
    repeat = offered.pool("message.sent", hello, webhook_id="again")
    assert (repeat.status, repeat.json) == (202, first.json)
    offered.drain("events")
    assert [text for speaker, text in offered.said() if speaker == "person"] == ["hello"]


def test_a_person_speaks_and_resolves(offered: Stage) -> None:
    """The owner's words reach the customer under its epoch, and resolving closes the
    conversation.
    """
    owned = accepted(offered)
    assert offered.pool("message.sent", owned | {"text": "Hello, a person here"}).status == 202
    assert offered.pool("conversation.resolved", owned | {"outcome": "solved"}).status == 202
    offered.drain("events")
    assert ("person", "Hello, a person here") in offered.said()
    assert not offered.thread().conversation.is_open


def test_a_message_right_after_accepting_waits_for_its_turn(offered: Stage) -> None:
    """The writer may not have seen the acceptance yet; what follows is taken in and in order."""
    answer = offered.pool("handoff.accepted", offer(offered))
    owned = {key: answer.json[key] for key in ("conversation_id", "epoch")}
    assert offered.pool("message.sent", owned | {"text": "Quick"}).status == 202
    offered.drain("events")
    assert offered.said()[-1] == ("person", "Quick")


def test_f38_words_under_an_old_epoch_never_reach_the_customer(offered: Stage) -> None:
    """A late message after resolving is 409, although the same pool sends it, and changes
    nothing.
    """
    owned = accepted(offered)
    offered.pool("conversation.resolved", owned | {"outcome": "solved"})
    offered.drain("events")
    before = offered.said()
    late = offered.pool("message.sent", owned | {"text": "one more thing"})
    assert late.status == 409
    assert late.json["error"]["state"] == "closed"
    assert offered.pool("conversation.resolved", owned | {"outcome": "solved"}).status == 409
    offered.drain("events")
    assert offered.said() == before


def test_f41_a_pool_that_lost_its_customer_reads_409(offered: Stage) -> None:
    """F41: a pool's words after `abandoned` are 409 `closed`, are on record, and are shown to
    nobody.
    """
    owned = accepted(offered)
    leave(offered)
    before = offered.said()
    for kind, data in [
        ("message.sent", {"text": "still there?"}),
        ("note.added", {"text": "gone"}),
        ("typing", {}),
        ("conversation.resolved", {"outcome": "unsolved"}),
    ]:
        late = offered.pool(kind, owned | data)
        assert (late.status, late.json["error"]["state"]) == (409, "closed"), kind
    offered.drain("events")
    assert offered.said() == before
    kept = [each.event.type for each in offered.backend.store().records(offered.thread().id)]
    assert kept[-3:] == ["agent_wrote", "pool_noted", "pool_resolved"]


def test_b69_a_pool_that_gave_it_back_reads_409(offered: Stage) -> None:
    """A pool that returned a conversation is told that it is stale and not that it is unknown."""
    owned = accepted(offered)
    offered.pool("conversation.returned", owned | {"reason": "wrong team"})
    offered.drain("events")
    late = offered.pool("message.sent", owned | {"text": "one more thing"})
    assert (late.status, late.json["error"]["state"]) == (409, "bot")


def leave(stage: Stage) -> None:
    """Let the customer leave, as the chat page tells it."""
    thread = stage.thread()
    left = CustomerLeft("e" + "l" * 26, thread.id, thread.channel_id, stage.clock.now())
    stage.backend.queue("events").send(
        [Outgoing(encode_event(left), group=thread.id, dedup_id=left.id)]
    )
    stage.drain("events")


def test_f40_what_the_customer_wrote_meanwhile_is_told_after_acceptance(offered: Stage) -> None:
    """Messages written during the offer are forwarded once, in order, after the acceptance."""
    offered.write("my parcel is broken")
    offered.write("two pieces")
    offered.drain("events")
    accepted(offered)
    records = offered.backend.store().records(offered.thread().id)
    texts = {
        record.seq: record.event.text for record in records if record.event.type == "customer_wrote"
    }
    told = [
        texts[effect.data["seq"]]
        for record in records
        for effect in record.effects
        if effect.type == "notify_pool"
    ]
    assert told == ["my parcel is broken", "two pieces"]


def test_typing_is_shown_and_never_kept(offered: Stage) -> None:
    """The owner's typing reaches open sockets; the thread's log does not change."""
    owned = accepted(offered)
    offered.backend.sockets().join(offered.thread().id, "k1", expires_at=offered.clock.now() + 9999)
    seq = offered.thread().seq
    assert offered.pool("typing", owned | {"agent": {"name": "Agent 1"}}).status == 202
    assert len(offered.pushed) == 1
    assert offered.thread().seq == seq


def test_returning_gives_the_customer_back_to_the_bot(offered: Stage) -> None:
    """The bot answers again after a return."""
    owned = accepted(offered)
    assert offered.pool("conversation.returned", owned | {"reason": "wrong team"}).status == 202
    offered.write("When are you open?")
    offered.drain("events")
    assert offered.said()[-1][0] == "bot"


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("nothing.known", {}, "type"),
        ("message.sent", {"epoch": 1, "text": "x"}, "data.conversation_id"),
        (
            "message.sent",
            {"conversation_id": "t1", "epoch": 1, "text": "x"},
            "data.conversation_id",
        ),
        (
            "message.sent",
            {"conversation_id": f"t{'a' * 26}-1", "epoch": 1.5, "text": "x"},
            "data.epoch",
        ),
        (
            "message.sent",
            {"conversation_id": f"t{'a' * 26}-1", "epoch": 1, "text": ""},
            "data.text",
        ),
        (
            "conversation.resolved",
            {"conversation_id": f"t{'a' * 26}-1", "epoch": 1},
            "data.outcome",
        ),
    ],
)
def test_b31_a_wrong_field_is_named(
    stage: Stage, kind: str, data: dict[str, Any], field: str
) -> None:
    """A pool's event with a wrong field is 400, and the answer names the field."""
    answer = stage.pool(kind, data)
    assert answer.status == 400
    assert answer.json["error"]["field"] == field


def test_b01_b02_b24_bad_signatures_and_unknown_pools_look_the_same(stage: Stage) -> None:
    """A missing signature, a wrong one and an unknown pool get one and the same 401."""
    body = {"type": "typing", "data": {}}
    answers = [
        stage.request("POST", PATH, body),
        stage.signed(PATH, body, secret=new_secret(b"w" * 32)),
        stage.signed("/v1/pools/nobody/events", body),
        stage.signed(PATH, body, at=stage.clock.now() // 1000 - 301),
        stage.signed(PATH, body, at=stage.clock.now() // 1000 + 301),
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b'{"type"', {}, 400),
        (b"{} {}", {}, 400),
        (b"x" * 262_145, {}, 413),
        (b"{}", {"content-type": "text/xml"}, 415),
        (b"{}", {"content-encoding": "br"}, 415),
    ],
)
def test_b18_to_b25_bad_bodies_are_refused(
    stage: Stage, body: bytes, headers: dict[str, str], status: int
) -> None:
    """A bad body is 400, 413 or 415 as at every entrance, and never a 5xx."""
    assert stage.signed(PATH, body, headers=headers).status == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_b17_another_method_is_no_route(stage: Stage, method: str) -> None:
    """The edge answers 404 to another method, because pools may only POST."""
    assert stage.request(method, PATH).status == 404
