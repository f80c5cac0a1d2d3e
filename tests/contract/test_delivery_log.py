"""How deliveries went: the last attempt of each."""

from tests.contract.examples import THREAD, attempt
from tests.contract.homes import Home


def test_a_thread_without_deliveries_has_an_empty_log(home: Home) -> None:
    """Nothing noted, nothing listed."""
    assert home.delivery_log.of_thread(THREAD) == []


def test_the_last_attempt_is_known_with_its_end(home: Home) -> None:
    """I7: a delivery's log says how it stands: failing first, then delivered."""
    failed = attempt(number=1, at=1, outcome="timeout")
    delivered = attempt(number=2, at=2, outcome="ok")
    home.delivery_log.note(failed, None)
    assert home.delivery_log.of_thread(THREAD) == [(failed, None)]
    home.delivery_log.note(delivered, "delivered")
    assert home.delivery_log.of_thread(THREAD) == [(delivered, "delivered")]


def test_noting_twice_is_harmless(home: Home) -> None:
    """A replay leaves one entry."""
    for _ in range(2):
        home.delivery_log.note(attempt(outcome="ok"), "delivered")
    assert home.delivery_log.of_thread(THREAD) == [(attempt(outcome="ok"), "delivered")]


def test_what_was_delivered_stays_delivered(home: Home) -> None:
    """I7: a worker that was overtaken and then fails does not unmake the other's success."""
    delivered = attempt(number=1, at=1, outcome="ok")
    home.delivery_log.note(delivered, "delivered")
    home.delivery_log.note(attempt(number=2, at=2, outcome="timeout"), None)
    home.delivery_log.note(attempt(number=2, at=3, outcome="not the owner"), "expired")
    assert home.delivery_log.of_thread(THREAD) == [(delivered, "delivered")]


def test_what_failed_may_be_delivered_after_all(home: Home) -> None:
    """F23: a redriven delivery starts over, and how it ends then is what counts."""
    home.delivery_log.note(attempt(number=10, at=1, outcome="timeout"), "failed")
    again = attempt(number=1, at=2, outcome="timeout")
    home.delivery_log.note(again, None)
    assert home.delivery_log.of_thread(THREAD) == [(again, None)]
    delivered = attempt(number=2, at=3, outcome="ok")
    home.delivery_log.note(delivered, "delivered")
    assert home.delivery_log.of_thread(THREAD) == [(delivered, "delivered")]


def test_deliveries_are_listed_oldest_first(home: Home) -> None:
    """The order is that of the last attempts, whatever the ids."""
    for at, delivery_id in ((3, "a"), (1, "c"), (2, "b")):
        home.delivery_log.note(attempt(delivery_id, at=at, outcome="ok"), "failed")
    log = home.delivery_log.of_thread(THREAD)
    assert [each.delivery_id for each, _end in log] == ["c", "b", "a"]
