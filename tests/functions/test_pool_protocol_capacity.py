"""Pools that grow are asked for seats, believed within bounds, and let go again."""

from typing import Any

import pytest

from local.virtual.front import Answered
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, owner, pool, resolve

pytestmark = pytest.mark.enable_socket
CAPACITY = ("capacity.requested", "capacity.released")


@pytest.fixture
def crowd(wired: Stage, endpoint: Endpoint) -> Stage:
    """One pool without anybody there that can bring three people."""
    grow(wired, endpoint, maximum_seats=3)
    return wired


def grow(stage: Stage, endpoint: Endpoint, **fields: Any) -> None:
    stage.configure(pools=[pool(url=endpoint.url, kind="on_demand") | fields])
    stage.clock.advance(6)


def report(stage: Stage, seats: object, **more: Any) -> Answered:
    answer = stage.pool("capacity.reported", {"seats": seats} | more)
    stage.drain("events")
    return answer


def told(stage: Stage, endpoint: Endpoint) -> list[tuple[str, int | None, int]]:
    """Return what the pool was told of capacity: the event, its seats and its number."""
    stage.drain("deliveries")
    bodies = [body for _, body in endpoint.got if body["type"] in CAPACITY]
    return [(b["type"].split(".")[1], b["data"].get("seats"), b["data"]["seq"]) for b in bodies]


def test_seats_are_asked_for_reported_used_and_let_go(crowd: Stage, endpoint: Endpoint) -> None:
    """Seats are asked for when the first customer waits and let go when the last is served."""
    ask(crowd, "c1")
    assert offers(crowd, "c1") == []
    assert told(crowd, endpoint) == [("requested", 1, 1)]
    assert report(crowd, 1).json["seats"] == 1
    owned = accept(crowd, "c1")
    assert told(crowd, endpoint) == [("requested", 1, 1)]
    resolve(crowd, owned)
    assert told(crowd, endpoint) == [("requested", 1, 1), ("released", None, 2)]


def test_more_are_asked_for_when_more_wait_up_to_the_maximum(
    crowd: Stage, endpoint: Endpoint
) -> None:
    """Each rise in waiting customers asks once, and none beyond the maximum asks."""
    for number in range(5):
        ask(crowd, f"c{number}")
    assert [seats for _, seats, _ in told(crowd, endpoint)] == [1, 2, 3]


def test_a_report_wakes_everybody_it_has_room_for(crowd: Stage, endpoint: Endpoint) -> None:
    """A report offers waiting customers at once and in order, within the configured maximum."""
    for number in range(5):
        ask(crowd, f"c{number}")
        crowd.clock.advance(1)
    assert report(crowd, 100).json["seats"] == 3
    assert [len(offers(crowd, f"c{number}")) for number in range(5)] == [1, 1, 1, 0, 0]
    assert crowd.backend.pool_board().loads({"vendor": "2026-03-01"})["vendor"].taken == 3


def test_a_customer_who_leaves_wants_no_seat(crowd: Stage, endpoint: Endpoint) -> None:
    """The pool is told when nobody waits any more, and not while a request is kept for it."""
    ask(crowd, "c1")
    crowd.clock.advance(601)  # longer than anybody waits
    crowd.drain("timers", "events")
    assert owner(crowd) == "bot"
    assert [kind for kind, _, _ in told(crowd, endpoint)] == ["requested"]
    ask(crowd, "c1", "never mind")
    assert [kind for kind, _, _ in told(crowd, endpoint)] == ["requested", "released"]


def test_what_nobody_heard_is_asked_for_again(crowd: Stage, endpoint: Endpoint) -> None:
    """The next customer who waits asks anew when a pool could not be reached for minutes."""
    grow(crowd, endpoint, maximum_seats=1)
    endpoint.answer = lambda _: (500, {})
    ask(crowd, "c1")
    for _ in range(8):
        crowd.drain("deliveries")
        crowd.clock.advance(500)
    assert len([kind for kind in endpoint.types() if kind in CAPACITY]) == 5
    endpoint.answer = lambda _: (200, {})
    ask(crowd, "c2")
    assert [seats for _, seats, _ in told(crowd, endpoint)][-1] == 1
    assert len(told(crowd, endpoint)) == 6


def test_an_expired_report_counts_no_more(crowd: Stage) -> None:
    """A customer waits after a report has expired, and accepted conversations stay."""
    report(crowd, 1, valid_seconds=10)
    crowd.clock.advance(11)
    ask(crowd, "c1")
    assert offers(crowd) == []


def test_any_pool_may_report_fewer_than_it_should_have(crowd: Stage, endpoint: Endpoint) -> None:
    """A report of fewer seats counts at once, and a report of more than configured never counts."""
    grow(crowd, endpoint, seats=2)
    assert report(crowd, 0).json["seats"] == 0
    ask(crowd, "c1")
    assert offers(crowd) == []
    assert told(crowd, endpoint) == []
    assert report(crowd, 9).json["seats"] == 2
    assert len(offers(crowd)) == 1


def test_those_that_are_always_there_are_not_asked_for(crowd: Stage, endpoint: Endpoint) -> None:
    """Offers up to the minimum of seats go out without a request for capacity."""
    grow(crowd, endpoint, minimum_seats=1, maximum_seats=2, chats_per_seat=2)
    ask(crowd, "c1")
    ask(crowd, "c2")
    assert told(crowd, endpoint) == []
    ask(crowd, "c3")
    assert told(crowd, endpoint) == [("requested", 2, 1)]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "data.seats"),
        ({"seats": -1}, "data.seats"),
        ({"seats": 1.5}, "data.seats"),
        ({"seats": 10**9}, "data.seats"),
        ({"seats": 1, "valid_seconds": 9}, "data.valid_seconds"),
        ({"seats": 1, "valid_seconds": "60"}, "data.valid_seconds"),
    ],
)
def test_b31_a_wrong_report_is_refused(stage: Stage, data: dict[str, Any], field: str) -> None:
    """A wrong report is a 400 that names the field, and nothing of it is kept."""
    answer = stage.pool("capacity.reported", data)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"minimum_seats": 1}, "minimum_seats"),
        ({"seats": 1, "maximum_seats": 2}, "seats"),
        ({"minimum_seats": 3, "maximum_seats": 2}, "minimum_seats"),
        ({"cost_per_hour": 3}, "cost_per_hour"),
        ({"handle_minutes": 6}, "handle_minutes"),
        ({"daily_cap": 3}, "daily_cap"),
    ],
)
def test_fields_that_would_count_for_nothing_are_refused(
    stage: Stage, fields: dict[str, Any], place: str
) -> None:
    """A field that would have no effect is a 422 that names the missing field beside it."""
    answer = stage.admin("PATCH", "/v1/admin/pools/vendor", fields)
    assert answer.status == 422
    assert any(each.startswith(place) for each in answer.json["error"]["problems"])
