"""A lead gives a conversation to a pool, whoever has it, by offers and epochs as ever."""

from pathlib import Path
from typing import Any

import pytest
from surgeline.domain.effects import NotifyPool, OfferToPool

from local.virtual.front import Answered
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

VENDOR = {"id": "vendor", "kind": "outsourced", "url": "https://vendor.test/in", "priority": 9}
OTHER = {"id": "other", "kind": "outsourced", "url": "https://other.test/in"}

PAUSED = OTHER | {"id": "evening", "paused": True}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with two vendors and a desk."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[VENDOR, OTHER, PAUSED, DESK])
    for each in ("vendor", "other"):
        made.backend.secrets().put(f"pools/{each}", made.secret)
    return made


def assign(stage: Stage, to: str, *, reason: str = "they know lamps", **more: Any) -> Answered:
    """Give the conversation to a pool as a lead who sees it as it stands."""
    conversation = stage.thread().conversation
    body = {"to": to, "epoch": conversation.epoch} | more
    path = f"/v1/admin/conversations/{conversation.id}/assign"
    headers = {**sign_in(stage, "Lee", "lead"), "x-reason": reason}
    answered = stage.request("POST", path, body, headers)
    stage.drain("events")
    return answered


def effects(stage: Stage, kind: type) -> list[Any]:
    """Return the effects of that kind so far."""
    found = stage.backend.store().records(stage.thread().id, limit=100)
    return [each for record in found for each in record.effects if isinstance(each, kind)]


def accept(stage: Stage, pool: str) -> None:
    """Let the pool take its last offer."""
    offer = [each for each in effects(stage, OfferToPool) if each.pool_id == pool][-1]
    data = {"conversation_id": offer.conversation_id, "offer_id": offer.offer_id}
    body = {"type": "handoff.accepted", "timestamp": "2026-03-01T12:00:00Z", "data": data}
    assert stage.signed(f"/v1/pools/{pool}/events", body).status == 200
    stage.drain("events")


def owner(stage: Stage) -> str:
    """Return who has the conversation."""
    return str(stage.thread().conversation.owner)


def test_a_conversation_with_the_bot_is_given_to_a_pool(stage: Stage) -> None:
    """The pool is asked first, though another one has priority, and the customer is told."""
    stage.write("When are you open?")
    stage.drain("events")
    assert assign(stage, "other").status == 202
    offers = effects(stage, OfferToPool)
    assert [(each.pool_id, each.reason) for each in offers] == [("other", "lead_asked")]
    accept(stage, "other")
    assert owner(stage) == "pool:other"


def test_an_owner_is_told_that_it_lost_the_conversation(stage: Stage) -> None:
    """The owner hears `taken_back`, its epoch is over, and the next pool reads the reason."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    accept(stage, "vendor")
    epoch = stage.thread().conversation.epoch
    assert assign(stage, "other").status == 202
    told = [each for each in effects(stage, NotifyPool) if each.pool_id == "vendor"]
    assert (told[-1].event, told[-1].data) == ("conversation.taken_back", {"reason": "reassigned"})
    accept(stage, "other")
    assert owner(stage) == "pool:other"
    assert stage.thread().conversation.epoch > epoch
    data = {"conversation_id": stage.thread().conversation.id, "epoch": epoch, "text": "Hello"}
    body = {"type": "message.sent", "timestamp": "2026-03-01T12:00:00Z", "data": data}
    assert stage.signed("/v1/pools/vendor/events", body).status == 409


def test_who_is_asked_now_gives_way(stage: Stage) -> None:
    """An open offer is withdrawn, and a second word of the lead changes nothing."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    assert assign(stage, "other").status == 202
    assert [each.pool_id for each in stage.thread().conversation.handoff.offers] == ["other"]
    told = [each for each in effects(stage, NotifyPool) if each.pool_id == "vendor"]
    assert (told[-1].event, told[-1].data) == ("handoff.withdrawn", {"reason": "reassigned"})
    before = stage.thread().conversation.handoff.offers
    assert assign(stage, "other").status == 202
    assert stage.thread().conversation.handoff.offers == before


def test_a_pool_that_gave_up_can_be_asked_again(stage: Stage) -> None:
    """A lead's word goes before the memory of who was asked before."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    accept(stage, "vendor")
    assert assign(stage, "other").status == 202
    accept(stage, "other")
    assert assign(stage, "vendor").status == 202
    accept(stage, "vendor")
    assert owner(stage) == "pool:vendor"


def test_the_reason_and_the_lead_are_on_record(stage: Stage) -> None:
    """The record of acts has both, and the conversation shows why it moved."""
    stage.write("When are you open?")
    stage.drain("events")
    assign(stage, "other")
    act = stage.admin("GET", "/v1/admin/audit").json["acts"][0]
    assert (act["who"], act["target"], act["reason"]) == ("Lee (lead)", "other", "they know lamps")
    conversation = stage.thread().conversation
    shown = stage.admin("GET", f"/v1/admin/conversations/{conversation.id}").json
    assert shown["entries"][-1]["reason"] == "they know lamps"


@pytest.mark.parametrize(
    ("to", "more", "status", "part"),
    [
        ("nobody", {}, 400, "vendor, other, evening, desk"),
        ("evening", {}, 409, "an operator paused it"),
        ("other", {"epoch": 77}, 409, "changed hands"),
        ("other", {"epoch": "1"}, 400, "whole number"),
        ("other", {"reason": ""}, 400, "say why"),
        ("", {}, 400, ""),
    ],
)
def test_what_is_wrong_is_named(
    stage: Stage, to: str, more: dict[str, Any], status: int, part: str
) -> None:
    """I12: an unknown pool, one without room, an old epoch, and no reason."""
    stage.write("When are you open?")
    stage.drain("events")
    answered = assign(stage, to, **more)
    assert answered.status == status, answered.text
    assert part in answered.json["error"]["message"]
    assert owner(stage) == "bot"


def test_what_is_over_is_refused(stage: Stage) -> None:
    """A closed conversation and an unknown one can't be given to anybody."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    accept(stage, "vendor")
    conversation = stage.thread().conversation
    data = {"conversation_id": conversation.id, "epoch": conversation.epoch, "outcome": "solved"}
    body = {"type": "conversation.resolved", "timestamp": "2026-03-01T12:00:00Z", "data": data}
    stage.signed("/v1/pools/vendor/events", body)
    stage.drain("events")
    assert assign(stage, "other").json["error"]["state"] == "closed"
    path = f"/v1/admin/conversations/t{'a' * 26}-1/assign"
    body = {"to": "other", "epoch": 1}
    assert stage.admin("POST", path, body, {"x-reason": "x"}).status == 404
