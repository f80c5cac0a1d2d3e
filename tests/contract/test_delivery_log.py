"""ports.DeliveryLog, on every home."""

import pytest
from surgeline.application.ports.deliveries import (
    ATTEMPTS_KEPT,
    DeliveryQuery,
    LoggedDelivery,
    Tried,
    outcome_of,
)

from tests.contract.examples import NOON, THREAD, attempt, sent
from tests.contract.homes import Home

HOUR = 3_600_000
DAY = 24 * HOUR


def logged(home: Home, delivery_id: str = "d1") -> LoggedDelivery:
    """Return what the log knows of that delivery."""
    [found] = home.delivery_log.find([sent(delivery_id).place])
    return found


def number(home: Home) -> int:
    """Return the number of the last attempt, or 0."""
    last = home.delivery_log.last(sent().place)
    return last.number if last else 0


def listed(home: Home, since: int = NOON - DAY, until: int = NOON + DAY, **how: str) -> list[str]:
    """Return the ids of the channel's deliveries, as they are listed."""
    query = DeliveryQuery(target="channel:app", since=since, until=until, **how)  # type: ignore[arg-type] # a builder
    found = home.delivery_log.list(query)
    return [each.place.id for each in found]


def test_a_delivery_that_was_not_tried_is_not_in_the_log(home: Home) -> None:
    """A delivery that was not tried is neither found nor counted."""
    assert home.delivery_log.find([sent().place]) == []
    assert home.delivery_log.last(sent().place) is None
    assert listed(home) == []


def test_every_attempt_is_kept_with_the_end(home: Home) -> None:
    """I7: a delivery that failed and then arrived shows both attempts and its present end."""
    outcome = outcome_of("timeout", Tried(2, lost=True))
    first = attempt(1, outcome=outcome, status=None)
    second = attempt(2, at=NOON + 1, outcome="ok")
    home.delivery_log.record_attempt(sent(), first, None)
    assert (logged(home).attempts, logged(home).end) == ((first,), None)
    assert logged(home).attempts[0].tried == Tried(2, lost=True)
    home.delivery_log.record_attempt(sent(), second, "delivered")
    assert logged(home) == LoggedDelivery(
        place=sent().place,
        thread_id=THREAD,
        conversation_id=f"{THREAD}-1",
        event="message.created",
        end="delivered",
        attempts=(first, second),
    )
    assert home.delivery_log.last(sent().place) == second


def test_noting_twice_is_harmless(home: Home) -> None:
    """A replay of the same note leaves one attempt."""
    for _ in range(2):
        home.delivery_log.record_attempt(sent(), attempt(outcome="ok"), "delivered")
    assert (logged(home).attempts, logged(home).end) == ((attempt(outcome="ok"),), "delivered")


def test_what_was_delivered_stays_delivered(home: Home) -> None:
    """I7: an overtaken worker or a replay that fails adds its attempt and changes no end."""
    home.delivery_log.record_attempt(sent(), attempt(1, outcome="ok"), "delivered")
    home.delivery_log.record_attempt(sent(), attempt(2, at=NOON + 1, outcome="timeout"), None)
    assert logged(home).end == "delivered"
    home.delivery_log.record_attempt(sent(), attempt(3, at=NOON + 2, outcome="timeout"), "failed")
    assert (logged(home).end, len(logged(home).attempts)) == ("delivered", 3)
    assert number(home) == 3, "its retries would never end"


def test_what_failed_may_be_delivered_after_all(home: Home) -> None:
    """F23: a redriven delivery starts over, and its new end is the one that counts."""
    home.delivery_log.record_attempt(sent(), attempt(10, outcome="timeout"), "failed")
    home.delivery_log.record_attempt(sent(), attempt(1, at=NOON + 2, outcome="timeout"), None)
    assert (logged(home).end, number(home)) == (None, 1)
    home.delivery_log.record_attempt(sent(), attempt(2, at=NOON + 3, outcome="ok"), "delivered")
    assert (logged(home).end, len(logged(home).attempts)) == ("delivered", 3)


def test_the_newest_attempts_are_kept(home: Home) -> None:
    """I13: an item stays small however often it is replayed, because the oldest attempts are
    dropped.
    """
    for number in range(1, ATTEMPTS_KEPT + 4):
        home.delivery_log.record_attempt(
            sent(), attempt(number, at=NOON + number, outcome="timeout"), None
        )
    numbers = [each.number for each in logged(home).attempts]
    assert numbers == list(range(4, ATTEMPTS_KEPT + 4))


def test_deliveries_of_an_endpoint_are_listed_newest_first(home: Home) -> None:
    """An endpoint's deliveries are listed by decision time over days, without another
    endpoint's.
    """
    for days, delivery_id in ((0, "b"), (-2, "a"), (1, "c")):
        delivery = sent(delivery_id, at=NOON + days * DAY)
        home.delivery_log.record_attempt(delivery, attempt(outcome="ok"), "delivered")
    elsewhere = sent("d", target="pool")
    home.delivery_log.record_attempt(elsewhere, attempt(outcome="ok"), "delivered")
    assert listed(home, NOON - 3 * DAY, NOON + 2 * DAY) == ["c", "b", "a"]
    assert listed(home, NOON - 3 * DAY, NOON + 2 * DAY, limit=2) == ["c", "b"]  # type: ignore[arg-type] # as above
    found = home.delivery_log.list(DeliveryQuery(target="pool:app", since=NOON, until=NOON + 1))
    assert [each.place.id for each in found] == ["d"]


def test_the_time_asked_for_has_its_beginning_and_not_its_end(home: Home) -> None:
    """A listing includes deliveries decided at `since` and excludes those decided at `until`."""
    for number, at in enumerate((NOON - 1, NOON, NOON + HOUR - 1, NOON + HOUR)):
        home.delivery_log.record_attempt(
            sent(f"d{number}", at=at), attempt(outcome="ok"), "delivered"
        )
    assert listed(home, NOON, NOON + HOUR) == ["d2", "d1"]


@pytest.mark.parametrize(
    ("end", "expected"),
    [("delivered", ["a"]), ("failed", ["b"]), ("expired", ["c"]), ("retrying", ["d"])],
)
def test_deliveries_are_listed_by_how_they_stand(home: Home, end: str, expected: list[str]) -> None:
    """The state filters, one that is still tried too; so does the id."""
    ends = (("a", "delivered"), ("b", "failed"), ("c", "expired"), ("d", None))
    for delivery_id, how in ends:
        home.delivery_log.record_attempt(sent(delivery_id), attempt(outcome="x"), how)  # type: ignore[arg-type] # one of its words
    assert listed(home, end=end) == expected
    assert listed(home, delivery_id="b") == ["b"]
    assert listed(home, end=end, delivery_id="b") == (["b"] if end == "failed" else [])


def test_many_deliveries_are_listed_whole(home: Home) -> None:
    """A listing of more than one page holds each delivery once."""
    for number in range(260):
        delivery = sent(f"d{number:03d}", at=NOON + number)
        home.delivery_log.record_attempt(delivery, attempt(outcome="ok"), "delivered")
    newest_first = [f"d{number:03d}" for number in reversed(range(260))]
    assert listed(home, limit=1000) == newest_first  # type: ignore[arg-type] # a builder
    assert listed(home, limit=3) == newest_first[:3]  # type: ignore[arg-type] # as above
