"""Pools come, go, fill up and close while conversations go on: nobody is left, nobody jumps in."""

from typing import Any

import pytest
from surgeline.application.ports.waitlist import Waiting
from surgeline.domain.limits import UNTOLD_LIMIT

from tests.functions.conftest import Endpoint
from tests.functions.stage import AnyStage, Stage

URL = "http://127.0.0.1:9/"


def pool(name: str = "vendor", **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "outsourced", "url": URL} | more


@pytest.fixture
def small(stage: Stage) -> Stage:
    """One pool with one seat."""
    stage.configure(pools=[pool(seats=1)])
    return stage


def ask(stage: Stage, sender: str, text: str = "I want to talk to a person") -> None:
    stage.write(text, sender=sender)
    stage.drain("events")


def offers(stage: Stage, sender: str = "c1") -> list[Any]:
    handoff = stage.thread(sender).conversation.handoff
    return list(handoff.offers)


def owner(stage: Stage, sender: str = "c1") -> str:
    return str(stage.thread(sender).conversation.owner)


def accept(stage: Stage, sender: str = "c1") -> dict[str, Any]:
    """Let the offer's pool accept, and return the names that its callbacks need."""
    [offer] = offers(stage, sender)
    about = {
        "conversation_id": stage.thread(sender).conversation.id,
        "offer_id": offer.offer_id,
    }
    answer = stage.pool("handoff.accepted", about)
    assert answer.status == 200
    stage.drain("events")
    return {"conversation_id": about["conversation_id"], "epoch": answer.json["epoch"]}


def resolve(stage: Stage, owned: dict[str, Any]) -> None:
    assert stage.pool("conversation.resolved", owned | {"outcome": "solved"}).status == 202
    stage.drain("events")


def wait(stage: Stage, seconds: int) -> None:
    """Let time pass, a second at a time, with all timers."""
    for _ in range(seconds):
        stage.clock.advance(1)
        stage.drain("timers", "events")


def taken(stage: Stage, name: str = "vendor") -> int:
    return stage.backend.pool_board().loads({name: "2026-03-01"})[name].taken


def test_a_seat_is_taken_from_the_offer_to_the_end(small: Stage) -> None:
    """A seat is claimed by the offer and given back by the resolution, and replays change
    nothing.
    """
    ask(small, "c1")
    assert taken(small) == 1
    owned = accept(small)
    assert taken(small) == 1
    resolve(small, owned)
    assert taken(small) == 0


def test_who_finds_no_seat_waits_and_gets_the_next_one(small: Stage) -> None:
    """A customer without a seat is told to wait, and the next free seat goes to that customer."""
    ask(small, "c1")
    owned = accept(small)
    ask(small, "c2")
    assert (owner(small, "c2"), offers(small, "c2")) == ("waiting", [])
    assert "still looking" in small.said("c2")[-1][1]
    resolve(small, owned)
    assert len(offers(small, "c2")) == 1
    assert taken(small) == 1


def test_the_line_goes_by_priority_and_age(small: Stage) -> None:
    """A returning customer goes before one who waits longer, who goes before a younger one."""
    ask(small, "again")
    resolve(small, accept(small, "again"))
    ask(small, "c1")
    owned = accept(small)
    for sender in ("older", "younger"):
        small.clock.advance(1)
        ask(small, sender)
    small.clock.advance(1)
    ask(small, "again", "it is broken again")
    helped = []
    for _ in range(3):
        resolve(small, owned)
        [sender] = [each for each in ("older", "younger", "again") if offers(small, each)]
        helped.append(sender)
        owned = accept(small, sender)
    assert helped == ["again", "older", "younger"]


def test_a_newcomer_does_not_jump_the_line(small: Stage) -> None:
    """The seat is free, but somebody waits for it who has not looked yet."""
    ask(small, "c1")
    [offer] = offers(small)
    accept(small)
    ask(small, "c2")
    small.clock.advance(1)
    small.backend.pool_board().release(offer.offer_id, "vendor", used=True, at=0)
    ask(small, "c3")
    assert (owner(small, "c3"), offers(small, "c3")) == ("waiting", [])
    assert len(offers(small, "c2")) == 1  # whoever joins the line wakes the first in it


def test_a_lost_wake_up_is_repaired_within_half_a_minute(small: Stage) -> None:
    """The next look within half a minute finds a seat that was freed without a wake-up."""
    ask(small, "c1")
    [offer] = offers(small)
    accept(small)
    ask(small, "c2")
    small.backend.pool_board().release(offer.offer_id, "vendor", used=True, at=0)
    wait(small, 31)
    assert len(offers(small, "c2")) == 1


def test_the_longest_wait_ends_in_a_stated_failure(stage: Stage) -> None:
    """I7: where nothing is kept, a waiting customer is told so and gives up the place."""
    routing = {"longest_wait_seconds": 45, "keep_seconds": 0}
    stage.configure(pools=[pool(seats=1)], routing=routing)
    ask(stage, "c1")
    accept(stage)
    ask(stage, "c2")
    wait(stage, 46)
    assert owner(stage, "c2") == "bot"
    assert stage.thread("c2").conversation.handoff.state == "failed"
    assert "Nobody is free" in stage.said("c2")[-1][1]
    assert stage.backend.waitlist().backlog() == 0


def test_after_the_longest_wait_the_request_is_kept_in_its_place(stage: Stage) -> None:
    """I7: the bot is back, and the next free seat still goes to the customer who waited first."""
    stage.configure(pools=[pool(seats=1)], routing={"longest_wait_seconds": 45})
    ask(stage, "c1")
    owned = accept(stage)
    ask(stage, "c2")
    wait(stage, 46)
    assert (owner(stage, "c2"), stage.thread("c2").conversation.is_kept) == ("bot", True)
    assert "We keep your request" in stage.said("c2")[-1][1]
    ask(stage, "c3")
    resolve(stage, owned)
    assert (len(offers(stage, "c2")), offers(stage, "c3")) == (1, [])


def test_i7_no_seat_is_kept_for_a_kept_request_that_can_not_be_handled(stage: Stage) -> None:
    """A place whose end was not put off is given up, and the next one gets the seat."""
    stage.configure(pools=[pool(seats=1)])
    ask(stage, "c0")
    owned = accept(stage, "c0")
    ends = stage.clock.now() + 45_000
    broken = Waiting("t-broken", "t-broken-1", 9, stage.clock.now() - 3_600_000, ends)
    stage.backend.waitlist().join(broken, ["vendor"])
    ask(stage, "c1")
    resolve(stage, owned)
    assert offers(stage, "c1") == []
    wait(stage, 62)
    assert len(offers(stage, "c1")) == 1
    assert stage.backend.waitlist().waiting("vendor") == 0


def test_i7_no_seat_is_kept_for_a_thread_that_can_not_be_handled(stage: Stage) -> None:
    """A place that is older than the longest wait is given up, and the next one gets the seat."""
    stage.configure(pools=[pool(seats=1)], routing={"longest_wait_seconds": 45})
    ask(stage, "c0")
    owned = accept(stage, "c0")
    stage.backend.waitlist().join(
        Waiting("t-broken", "t-broken-1", 9, stage.clock.now()), ["vendor"]
    )
    resolve(stage, owned)
    assert stage.backend.waitlist().waiting("vendor") == 1
    stage.clock.advance(46)
    ask(stage, "c1")
    assert len(offers(stage, "c1")) == 1
    assert (stage.backend.waitlist().waiting("vendor"), stage.backend.waitlist().backlog()) == (
        0,
        0,
    )


def test_i7_a_reported_seat_is_kept_for_nobody_who_has_waited_too_long(stage: Stage) -> None:
    """The next look within half a minute gives the seat to the first who may still wait."""
    elastic = pool() | {"kind": "on_demand", "maximum_seats": 2}
    stage.configure(pools=[elastic], routing={"longest_wait_seconds": 45})
    ask(stage, "c1")
    assert owner(stage, "c1") == "waiting"
    old = Waiting("t-broken", "t-broken-1", 9, stage.clock.now() - 46_000)
    stage.backend.waitlist().join(old, ["vendor"])
    assert stage.pool("capacity.reported", {"seats": 1}).json["seats"] == 1
    wait(stage, 31)
    assert len(offers(stage, "c1")) == 1


def test_a_declined_offer_gives_its_seat_to_the_next(small: Stage) -> None:
    """A no frees the seat at once."""
    ask(small, "c1")
    ask(small, "c2")
    [offer] = offers(small)
    conversation = small.thread().conversation.id
    small.pool("handoff.declined", {"conversation_id": conversation, "offer_id": offer.offer_id})
    small.drain("events")
    assert len(offers(small, "c2")) == 1


def test_f35_of_two_pools_asked_at_once_the_second_is_told_that_it_is_taken(stage: Stage) -> None:
    """F35: the second of two pools gets 409 taken at once, then the withdrawal, and one owner
    stays.
    """
    stage.backend.secrets().put("pools/other", stage.secret)
    stage.configure(pools=[pool(), pool("other")], routing={"steps": [{"at_once": 2}]})
    ask(stage, "c1")
    conversation = stage.thread().conversation.id
    mine, theirs = offers(stage)
    won = stage.pool(
        "handoff.accepted", {"conversation_id": conversation, "offer_id": mine.offer_id}
    )
    data = {"conversation_id": conversation, "offer_id": theirs.offer_id}
    lost = stage.signed("/v1/pools/other/events", {"type": "handoff.accepted", "data": data})
    assert (won.status, lost.status) == (200, 409)
    assert lost.json["error"]["state"] == "taken"
    stage.drain("events")
    assert owner(stage) == "pool:vendor"
    assert stage.backend.offers().read(theirs.offer_id).status == "withdrawn"  # type: ignore[union-attr] # it is there


# ---------------------------------------------------------------- pools come and go


def test_a_paused_pool_keeps_what_it_has_and_gets_nothing_new(stage: Stage) -> None:
    """A paused pool's conversation goes on to its end, and the next customer hears that nobody
    is free.
    """
    ask(stage, "c1")
    owned = accept(stage)
    stage.configure(pools=[pool(paused=True)])
    stage.clock.advance(6)
    ask(stage, "c2")
    assert "Nobody is free" in stage.said("c2")[-1][1]
    assert stage.pool("message.sent", owned | {"text": "still here"}).status == 202
    resolve(stage, owned)
    assert not stage.thread().conversation.is_open


def test_a_draining_pool_takes_back_its_own_customers_only(stage: Stage) -> None:
    """A draining pool gets its own returning customers back and no new ones."""
    ask(stage, "c1")
    resolve(stage, accept(stage))
    stage.configure(pools=[pool(draining=True), pool("other")])
    stage.clock.advance(6)
    ask(stage, "c1", "it is broken again")
    ask(stage, "c2")
    assert [each.pool_id for each in offers(stage, "c1")] == ["vendor"]
    assert [each.pool_id for each in offers(stage, "c2")] == ["other"]


@pytest.mark.parametrize("when", ["offered", "owned", "owned and spoken", "waiting in line"])
def test_removing_a_pool_strands_nobody(stage: Stage, when: str) -> None:
    """I7: a conversation reaches another pool or a stated end, whenever its pool goes."""
    stage.configure(pools=[pool(seats=1)])
    if when == "waiting in line":
        ask(stage, "c0")
        accept(stage, "c0")
    ask(stage, "c1")
    if when.startswith("owned"):
        owned = accept(stage)
        if when.endswith("spoken"):
            stage.pool("message.sent", owned | {"text": "hello"})
    stage.configure(pools=[pool("other")])
    stage.clock.advance(6)
    stage.write("are you there?")
    for _ in range(20):
        stage.drain()
        if any(each.pool_id == "other" for each in offers(stage)):
            break
        stage.clock.advance(60)
    assert [each.pool_id for each in offers(stage)] == ["other"]
    wait(stage, 31)
    stage.drain()
    assert owner(stage) == "bot"
    assert "Nobody is free" in stage.said()[-1][1]


def test_a_pool_is_asked_only_in_its_hours(stage: Stage) -> None:
    """A Monday pool is closed on a Sunday, and the record says so."""
    hours = {"zone": "UTC", "week": {"mon": ["09:00-18:00"]}}
    stage.configure(pools=[pool(hours=hours)])
    ask(stage, "c1")
    assert offers(stage) == []
    records = stage.backend.store().records(stage.thread().id)
    assert records[-1].explanation.routing[0] == "step 1: vendor: outside its hours"
    stage.clock.advance(24 * 3600)
    ask(stage, "c1")
    assert len(offers(stage)) == 1


@pytest.mark.enable_socket
def test_i1_more_messages_than_a_turn_can_tell_all_reach_the_pool(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A pool that takes a long while to accept is told of every message since, in order."""
    tells_of_all(wired, endpoint, UNTOLD_LIMIT + 2)


def tells_of_all(stage: AnyStage, endpoint: Endpoint, count: int) -> None:
    """Check that so many messages from before an acceptance reach the pool in several turns."""
    stage.configure(pools=[pool(url=f"{endpoint.url}pool", ring_seconds=900)])
    stage.clock.advance(60)  # until the configuration is read again
    stage.write("I want to talk to a person")
    stage.drain()
    written = [f"message {number}" for number in range(count)]
    for text in written:
        stage.clock.advance(0.25)  # a sender may go on with five messages a second
        assert stage.write(text).status == 202
    stage.drain()
    [offer] = stage.thread().conversation.handoff.offers
    about = {
        "conversation_id": stage.thread().conversation.id,
        "offer_id": offer.offer_id,
    }
    assert stage.pool("handoff.accepted", about).status == 200
    stage.drain()
    told = [b["data"] for _, b in endpoint.got if b["type"] == "conversation.message"]
    assert [each["message"]["text"] for each in told] == written
    assert [each["seq"] for each in told] == list(range(1, count + 1))
    records = stage.backend.store().records(stage.thread().id, limit=1_000)
    assert max(len(record.effects) for record in records) <= UNTOLD_LIMIT + 3
