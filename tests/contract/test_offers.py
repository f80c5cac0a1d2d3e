"""An offer is accepted once, by its own pool, before its deadline."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from surgeline.application.ports.offers import Offer
from surgeline.application.ports.refusals import Absent, OfferClosed, Throttled

from tests.contract.examples import offer
from tests.contract.homes import Home


def created(home: Home, *, seconds: int = 60, offer_id: str = "o1") -> Offer:
    """Return an open offer of the pool `vendor` that ends in so many seconds."""
    new = offer(offer_id, expires_at=home.clock.now() + seconds * 1000)
    home.offers.create(new)
    return new


def accept(home: Home, pool_id: str = "vendor", agent: str | None = "Kim") -> Offer:
    """Accept offer `o1`, now."""
    return home.offers.accept("o1", pool_id=pool_id, now=home.clock.now(), agent=agent)


def test_a_created_offer_is_read(home: Home) -> None:
    """An offer is kept as it was made; an unknown one is None."""
    assert home.offers.read("o1") is None
    assert home.offers.read(created(home).offer_id) == offer(expires_at=home.clock.now() + 60_000)


def test_creating_twice_changes_nothing(home: Home) -> None:
    """A replay finds the offer as it is by now, and leaves it."""
    created(home)
    accept(home)
    created(home, seconds=600)
    found = home.offers.read("o1")
    assert found is not None
    assert (found.status, found.expires_at) == ("accepted", home.clock.now() + 60_000)


def test_an_open_offer_is_accepted(home: Home) -> None:
    """Accepting answers and keeps the accepted offer with its agent."""
    expected = replace(created(home), status="accepted", agent="Kim")
    assert accept(home) == expected
    assert home.offers.read("o1") == expected


def test_accepting_again_answers_the_same(home: Home) -> None:
    """A pool that repeats its acceptance, even late, learns that it won."""
    created(home)
    won = accept(home)
    home.clock.advance(3600)
    assert accept(home, agent="Lee") == won


def test_another_pools_offer_is_absent(home: Home) -> None:
    """I10: a pool cannot tell another pool's offer from an offer that never existed."""
    created(home)
    with pytest.raises(Absent):
        accept(home, pool_id="other")
    accept(home)
    with pytest.raises(Absent):
        accept(home, pool_id="other")


def test_an_unknown_offer_is_absent(home: Home) -> None:
    """There is nothing to accept or close."""
    with pytest.raises(Absent):
        accept(home)
    with pytest.raises(Absent):
        home.offers.close("o1", "withdrawn")
    assert home.offers.read("o1") is None


def test_an_offer_can_be_accepted_until_its_deadline(home: Home) -> None:
    """I9: an acceptance one millisecond before the deadline is in time."""
    created(home, seconds=60)
    home.clock.advance(59.999)
    assert accept(home).status == "accepted"


def test_an_offer_expires_at_its_deadline(home: Home) -> None:
    """I9: an acceptance at the deadline is too late, even if no timer has closed the offer yet."""
    created(home, seconds=60)
    home.clock.advance(60)
    with pytest.raises(OfferClosed) as refusal:
        accept(home)
    assert refusal.value.status == "expired"
    found = home.offers.read("o1")
    assert found is not None
    assert found.status == "open"


@pytest.mark.parametrize("status", ["declined", "timed_out", "withdrawn"])
def test_a_closed_offer_says_how_it_ended(home: Home, status: str) -> None:
    """Accepting a closed offer is refused with its end."""
    created(home)
    assert home.offers.close("o1", status).status == status  # type: ignore[arg-type] # one of OfferEnd
    with pytest.raises(OfferClosed) as refusal:
        accept(home)
    assert refusal.value.status == status


def test_a_closed_offer_stays_as_it_ended(home: Home) -> None:
    """Only the first close of an offer counts, and later ones are told its end."""
    created(home)
    home.offers.close("o1", "declined")
    assert home.offers.close("o1", "withdrawn").status == "declined"


def test_an_accepted_offer_stays_accepted(home: Home) -> None:
    """A withdrawal that comes after the acceptance finds it accepted."""
    created(home)
    won = accept(home)
    assert home.offers.close("o1", "withdrawn") == won


@pytest.mark.parametrize("round_", range(10))
def test_of_accept_and_close_at_the_same_time_one_wins(home: Home, round_: int) -> None:
    """I4: both sides learn the same end of an offer, whichever side was quicker."""
    created(home)
    start = threading.Barrier(2)

    def accepting() -> str:
        start.wait()
        try:
            return accept(home).status
        except OfferClosed as refusal:
            return refusal.status

    def closing() -> str:
        start.wait()
        return home.offers.close("o1", "withdrawn").status

    with ThreadPoolExecutor(2) as pool:
        ends = [future.result() for future in (pool.submit(accepting), pool.submit(closing))]
    found = home.offers.read("o1")
    assert found is not None
    assert set(ends) == {found.status}
    assert found.status in {"accepted", "withdrawn"}


def test_f35_of_two_offers_of_one_handoff_one_is_accepted(home: Home) -> None:
    """F35: the second of two pools that accept is told that the conversation is taken."""
    ends_at = home.clock.now() + 60_000
    home.offers.create(offer("o1", expires_at=ends_at))
    home.offers.create(replace(offer("o2", expires_at=ends_at), pool_id="other"))
    won = accept(home)
    with pytest.raises(OfferClosed) as refusal:
        home.offers.accept("o2", pool_id="other", now=home.clock.now())
    assert refusal.value.status == "taken"
    assert accept(home) == won
    still = home.offers.read("o2")
    assert still is not None
    assert still.status == "open"


def test_another_epoch_is_another_handoff(home: Home) -> None:
    """An earlier acceptance does not stand in another's way after the conversation was taken
    back.
    """
    created(home)
    accept(home)
    later = replace(offer("o2", expires_at=home.clock.now() + 60_000), epoch=99)
    home.offers.create(later)
    assert home.offers.accept("o2", pool_id="vendor", now=home.clock.now()).status == "accepted"


@pytest.mark.parametrize("round_", range(10))
def test_f35_two_pools_accept_within_milliseconds(home: Home, round_: int) -> None:
    """F35: exactly one of two pools wins, however close their acceptances are."""
    ends_at = home.clock.now() + 60_000
    pools = {"o1": "vendor", "o2": "other"}
    for offer_id, pool_id in pools.items():
        home.offers.create(replace(offer(offer_id, expires_at=ends_at), pool_id=pool_id))
    start = threading.Barrier(2)

    def accepting(offer_id: str) -> str:
        start.wait()
        while True:
            try:
                now = home.clock.now()
                return home.offers.accept(offer_id, pool_id=pools[offer_id], now=now).status
            except OfferClosed as refusal:
                return refusal.status
            except Throttled:
                continue  # as a pool that was answered 503 does

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(accepting, pools)) == ["accepted", "taken"]
