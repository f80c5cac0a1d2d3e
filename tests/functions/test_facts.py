"""Facts to pools: tried for a day under one id, holding up nothing; what is over is not sent."""

from typing import Any

import pytest
from surgeline.application.deliveries.retries import END_NOTICE_RETRIES

from local.home.lambda_events import sqs_event
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import ask, owner

pytestmark = pytest.mark.enable_socket

END = "handoff.withdrawn"
QUARTER = 900


@pytest.fixture
def wired(wired: Stage) -> Stage:
    """Return a stage on which an offer that nobody takes is made once, and not again later."""
    wired.configure(routing={"keep_seconds": 0})
    return wired


def refusing(endpoint: Endpoint, *events: str, status: int = 500, **reply: Any) -> None:
    """Answer these events so, and every other one 200 with the reply."""
    endpoint.answer = lambda body: (status, {}) if body["type"] in events else (200, reply)


def hours(stage: Stage, count: float) -> None:
    """Let time pass in the steps in which waits hop."""
    for _ in range(round(count * 3600 / QUARTER)):
        stage.clock.advance(QUARTER)
        stage.drain()


def unheard(stage: Stage, endpoint: Endpoint, **how: Any) -> None:
    """Let an offer run out whose withdrawal the pool does not take."""
    refusing(endpoint, END, **how)
    ask(stage, "c1")
    stage.drain()
    stage.clock.advance(31)
    stage.drain()
    assert endpoint.types().count(END) == 1


def ids(endpoint: Endpoint, event: str = END) -> list[str]:
    return [headers["webhook-id"] for headers, body in endpoint.got if body["type"] == event]


def waiting(stage: Stage) -> dict[str, int]:
    """Return what is in the queues' hands, by queue."""
    depths = {name: stage.backend.queue(name).depth() for name in ("deliveries", "timers")}
    return {name: d.visible + d.in_flight + d.delayed for name, d in depths.items()}


def test_a_fact_is_tried_for_a_day_under_one_id(wired: Stage, endpoint: Endpoint) -> None:
    """I7: an endpoint that is back after twenty hours hears what it missed, unchanged."""
    unheard(wired, endpoint)
    hours(wired, 18)
    assert len(ids(endpoint)) > 10
    refusing(endpoint)
    hours(wired, 4)
    [known] = {*ids(endpoint)}
    assert len({str(body) for _, body in endpoint.got if body["type"] == END}) == 1
    [logged] = [each for each in wired.logged("pool:vendor") if each.place.id == known]
    assert (logged.end, logged.attempts[-1].number) == ("delivered", len(ids(endpoint)))
    assert waiting(wired) == {"deliveries": 0, "timers": 0}


def test_what_waits_for_an_endpoint_waits_in_no_delivery_queue(
    wired: Stage, endpoint: Endpoint
) -> None:
    """I8 I13: a fact is a timer between its tries, so no group is held up and no queue looks
    old.
    """
    unheard(wired, endpoint)
    assert waiting(wired) == {"deliveries": 0, "timers": 1}
    ask(wired, "c1", "When are you open?")
    wired.drain()
    ask(wired, "c1", "I want to talk to a person")
    wired.drain()
    assert endpoint.types().count("handoff.offered") == 2


def test_after_a_day_a_fact_is_a_dead_letter_that_can_be_redriven(
    wired: Stage, endpoint: Endpoint
) -> None:
    """I7 I13: a failed fact shows its last failure in the log and has its whole schedule once
    redriven.
    """
    unheard(wired, endpoint)
    hours(wired, 36)
    assert len(ids(endpoint)) == len(END_NOTICE_RETRIES) + 1
    [logged] = [each for each in wired.logged("pool:vendor") if each.event == END]
    assert (logged.end, logged.attempts[-1].outcome) == ("failed", "status 500")
    span = logged.attempts[-1].at - logged.attempts[0].at
    assert 19 <= span / 3_600_000 <= 30
    [letter] = wired.backend.dead_letters().list()
    assert wired.backend.dead_letters().redrive([letter.id]) == 1
    wired.drain()
    assert waiting(wired) == {"deliveries": 0, "timers": 1}
    refusing(endpoint)
    hours(wired, 0.5)
    assert len({*ids(endpoint)}) == 1
    assert waiting(wired) == {"deliveries": 0, "timers": 0}


def test_a_pool_that_has_it_again_is_not_told_of_an_earlier_end(
    wired: Stage, endpoint: Endpoint
) -> None:
    """I4: a conversation that was accepted anew is not lost to a late word of the old
    acceptance.
    """
    refusing(endpoint, "conversation.taken_back", accepted=True)
    ask(wired, "c1")
    wired.drain()
    wired.clock.advance(901)
    wired.drain()
    assert endpoint.types().count("conversation.taken_back") == 1
    wired.clock.advance(1)
    ask(wired, "c1")
    wired.drain()
    assert owner(wired) == "pool:vendor"
    refusing(endpoint, accepted=True)
    wired.clock.advance(300)
    wired.drain()
    assert endpoint.types().count("conversation.taken_back") == 1
    [end] = [e for e in wired.logged("pool:vendor") if e.event == "conversation.taken_back"]
    assert (end.end, end.attempts[-1].outcome) == ("expired", "has it again")


def test_an_offer_that_another_pool_took_is_not_tried_again(two: Stage, endpoint: Endpoint) -> None:
    """I9: an offer is not tried after its withdrawal, and the pool hears that it was taken."""
    two.configure(
        pools=[
            {"id": id_, "kind": "outsourced", "url": f"{endpoint.url}{id_}"}
            for id_ in ("vendor", "second")
        ],
        routing={"steps": [{"at_once": 2}]},
    )
    two.clock.advance(6)
    offered: list[str] = []

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if body["type"] != "handoff.offered":
            return 200, {}
        offer = two.backend.offers().read(body["data"]["offer_id"])
        assert offer is not None
        offered.append(offer.pool_id)
        return (500, {}) if offer.pool_id == "vendor" else (200, {"accepted": True})

    endpoint.answer = answer
    ask(two, "c1")
    two.work(12)
    assert sorted(offered) == ["second", "vendor"]
    [over] = [each for each in two.logged("pool:vendor") if each.event == "handoff.offered"]
    assert (over.end, over.attempts[-1].outcome) == ("expired", "withdrawn")
    assert [body["data"]["reason"] for _, body in endpoint.got if body["type"] == END] == ["taken"]


def test_f37_an_offer_that_was_accepted_meanwhile_has_arrived(
    wired: Stage, endpoint: Endpoint
) -> None:
    """F34 F37: an offer whose acceptance came in but whose answer was lost is not sent again."""
    refusing(endpoint, "handoff.offered")
    ask(wired, "c1")
    wired.drain("events", "deliveries")
    [offer] = wired.thread().conversation.handoff.offers
    about = {"conversation_id": wired.thread().conversation.id, "offer_id": offer.offer_id}
    assert wired.pool("handoff.accepted", about).status == 200
    wired.clock.advance(2)
    wired.drain()
    assert endpoint.types().count("handoff.offered") == 1
    [logged] = [e for e in wired.logged("pool:vendor") if e.event == "handoff.offered"]
    assert logged.end == "delivered"


def test_a_replay_of_a_waiting_fact_goes_at_once(wired: Stage, endpoint: Endpoint) -> None:
    """An operator need not wait for the next try; what waited finds that it has gone."""
    unheard(wired, endpoint)
    hours(wired, 0.25)
    refusing(endpoint)
    tries = len(ids(endpoint))
    asked = {"endpoint": "pool:vendor", "state": "retrying"}
    replayed = wired.admin("POST", "/v1/admin/deliveries/replay", asked).json
    assert replayed == {"replayed": [*{*ids(endpoint)}], "skipped": []}
    wired.drain()
    assert len(ids(endpoint)) == tries + 1
    hours(wired, 4)
    assert len(ids(endpoint)) == tries + 1


def test_a_worker_that_dies_between_two_queues_leaves_one_later_try(
    wired: Stage, endpoint: Endpoint
) -> None:
    """I13: a fact that two timers hold is sent once, and the second timer is dropped."""
    refusing(endpoint, END)
    ask(wired, "c1")
    wired.drain()
    wired.clock.advance(31)
    wired.drain("timers", "events")
    deliveries = wired.backend.queue("deliveries")
    batch = deliveries.receive(10)
    assert wired.call("delivery_worker", sqs_event("deliveries", batch)) == {
        "batchItemFailures": []
    }
    wired.clock.advance(400)  # its visibility ends: the batch comes again
    wired.drain("deliveries")
    assert waiting(wired) == {"deliveries": 0, "timers": 2}
    hours(wired, 1)
    assert waiting(wired) == {"deliveries": 0, "timers": 1}


@pytest.mark.parametrize(("status", "tries"), [(410, 1), (307, 2), (429, 2)])
def test_f30_f31_f32_what_a_pool_answers_a_fact(
    wired: Stage, endpoint: Endpoint, status: int, tries: int
) -> None:
    """Gone is final; a redirect is not followed and tried again, as all else is."""
    unheard(wired, endpoint, status=status)
    wired.clock.advance(3)
    wired.drain()
    assert len(ids(endpoint)) == tries
    [logged] = [each for each in wired.logged("pool:vendor") if each.event == END]
    assert logged.end == ("failed" if status == 410 else None)
    assert wired.backend.dead_letters().list() == []


def test_f32_a_fact_heeds_a_retry_after_of_an_hour(wired: Stage, endpoint: Endpoint) -> None:
    """F32: a fact heeds a long Retry-After for an hour at most, and is not attempted before
    that.
    """
    endpoint.headers["retry-after"] = "86400"
    unheard(wired, endpoint, status=429)
    endpoint.headers.clear()
    hours(wired, 0.75)
    assert len(ids(endpoint)) == 1
    hours(wired, 1)
    assert len(ids(endpoint)) > 1


def test_a_fact_does_not_wait_in_its_place_for_a_resting_endpoint(
    wired: Stage, endpoint: Endpoint
) -> None:
    """F33: a fact keeps its schedule while the breaker is open, is not sent, and holds nothing
    up.
    """
    ask(wired, "c1")
    wired.drain()
    refusing(endpoint, "handoff.offered")
    wired.clock.advance(25)
    for number in range(12):
        ask(wired, f"other{number}")
    wired.drain()
    calls = len([kind for kind in endpoint.types() if kind != "message.created"])
    wired.clock.advance(6)
    wired.drain("timers", "events")
    wired.drain("deliveries")
    assert len([kind for kind in endpoint.types() if kind != "message.created"]) == calls
    [logged] = [each for each in wired.logged("pool:vendor") if each.event == END]
    assert (logged.end, logged.attempts[-1].outcome) == (None, "the endpoint rests")
    assert waiting(wired)["deliveries"] == 0
    hours(wired, 1)
    assert ids(endpoint) == [logged.place.id]
