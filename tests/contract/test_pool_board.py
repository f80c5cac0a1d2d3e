"""The pool board never oversubscribes seats and asks nothing of pools."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from surgeline.application.ports.board import PoolLoad, SeatClaim, Spend, Wanted
from surgeline.application.ports.refusals import Throttled
from surgeline.domain.estimates.pace import Pace

from tests.contract.homes import Home

DAY, NEXT_DAY = "2026-03-01", "2026-03-02"
NOON = 1_772_366_400_000


def claim(
    home: Home,
    offer_id: str,
    *,
    pool: str = "vendor",
    day: str = DAY,
    limit: int | None = 2,
    daily: int | None = None,
) -> bool:
    """Claim a seat of a pool with two."""
    return home.pool_board.claim(SeatClaim(offer_id, pool, day, NOON, limit, daily))


def release(home: Home, offer_id: str, *, used: bool) -> bool:
    """Give a seat back."""
    return home.pool_board.release(offer_id, "vendor", used=used, at=NOON)


def load(home: Home, *, day: str = DAY) -> PoolLoad:
    return home.pool_board.loads({"vendor": day})["vendor"]


def test_seats_are_taken_up_to_the_limit(home: Home) -> None:
    """Each offer takes one seat, and the offer after the last seat gets none."""
    assert [claim(home, f"o{n}") for n in range(3)] == [True, True, False]
    assert load(home).taken == 2


def test_claiming_again_takes_no_second_seat(home: Home) -> None:
    """A replay finds its seat, also when the pool is full by now."""
    assert claim(home, "o1")
    assert claim(home, "o2")
    assert claim(home, "o1")
    assert load(home).taken == 2


def test_a_refused_claim_may_be_made_again(home: Home) -> None:
    """Being refused leaves nothing behind."""
    assert not claim(home, "o1", limit=0)
    assert claim(home, "o1")


def test_a_released_seat_is_free_for_another(home: Home) -> None:
    """A released seat is free once, however often it is released."""
    claim(home, "o1", limit=1)
    released = [release(home, "o1", used=True) for _ in range(3)]
    assert released == [True, False, False]
    assert load(home).taken == 0
    assert claim(home, "o2", limit=1)
    assert not claim(home, "o3", limit=1)


def test_a_claim_after_the_release_comes_too_late(home: Home) -> None:
    """A worker that slept through its offer's end takes no seat for it."""
    claim(home, "o1")
    release(home, "o1", used=False)
    assert not claim(home, "o1")
    assert load(home).taken == 0


def test_releasing_what_was_never_claimed_forbids_it(home: Home) -> None:
    """The end of an offer may be carried out before its beginning."""
    assert not release(home, "o1", used=False)
    assert not claim(home, "o1")
    assert load(home) == PoolLoad()


def test_used_seats_stay_counted_for_their_day(home: Home) -> None:
    """The daily limit counts what was taken and what was used, each day for itself."""
    assert claim(home, "o1", limit=None, daily=2)
    release(home, "o1", used=True)
    assert claim(home, "o2", limit=None, daily=2)
    release(home, "o2", used=False)
    assert load(home).used_today == 1
    assert claim(home, "o3", limit=None, daily=2)
    assert not claim(home, "o4", limit=None, daily=2)
    assert claim(home, "o5", limit=None, daily=2, day=NEXT_DAY)
    assert load(home, day=NEXT_DAY).used_today == 1


def test_each_pool_has_its_own_day(home: Home) -> None:
    """Where it is tomorrow already, today's count is no longer asked for."""
    assert claim(home, "o1", day=DAY)
    assert claim(home, "o2", pool="other", day=NEXT_DAY)
    loads = home.pool_board.loads({"vendor": NEXT_DAY, "other": NEXT_DAY})
    assert {name: each.used_today for name, each in loads.items()} == {"vendor": 0, "other": 1}
    assert home.pool_board.loads({}) == {}


def test_pools_are_counted_apart(home: Home) -> None:
    """One pool's seats are not another's."""
    assert claim(home, "o1", limit=1)
    assert claim(home, "o2", pool="other", limit=1)
    loads = home.pool_board.loads(dict.fromkeys(("vendor", "other", "unknown"), DAY))
    assert {name: each.taken for name, each in loads.items()} == {
        "vendor": 1,
        "other": 1,
        "unknown": 0,
    }


@pytest.mark.parametrize("round_", range(5))
def test_claims_at_the_same_time_are_never_too_many(home: Home, round_: int) -> None:
    """Capacity is never oversubscribed, so exactly three of twelve claims at once get a seat."""
    start = threading.Barrier(12)

    def claiming(number: int) -> bool | None:
        start.wait()
        try:
            return claim(home, f"o{number}", limit=3)
        except Throttled:
            return None  # it may be tried again, and has nothing

    with ThreadPoolExecutor(12) as people:
        got = Counter(people.map(claiming, range(12)))
    assert got[True] <= 3
    assert load(home).taken == got[True]
    assert got[True] == 3 or got[None]


def test_a_disabled_pool_says_why_until_it_is_enabled(home: Home) -> None:
    """The first reason stands; enabling twice does no harm; counters are left alone."""
    claim(home, "o1")
    home.pool_board.disable("vendor", "gone")
    home.pool_board.disable("vendor", "other")
    assert load(home) == PoolLoad(1, 1, "gone")
    home.pool_board.enable("vendor")
    home.pool_board.enable("vendor")
    assert load(home) == PoolLoad(1, 1, None)


def test_what_a_pool_reports_is_kept_and_replaced(home: Home) -> None:
    """The last word counts, beside seats and what else is known of the pool."""
    assert (load(home).reported_seats, load(home).reported_until) == (None, 0)
    for seats, until in ((3, 1_000), (0, 2_000)):
        home.pool_board.report("vendor", seats=seats, until=until)
        assert (load(home).reported_seats, load(home).reported_until) == (seats, until)
    claim(home, "o1")
    assert load(home).taken == 1


def test_more_seats_are_wanted_once(home: Home) -> None:
    """Only a rise in wanted seats is counted, and the event that counted it may ask again."""
    board = home.pool_board
    assert board.want("vendor", seats=2, by="e1") == Wanted(2, 1)
    for seats in (2, 3, 0):  # whoever asks again may count otherwise by then
        assert board.want("vendor", seats=seats, by="e1") == Wanted(2, 1)
    assert board.want("vendor", seats=2, by="e2") is None
    assert board.want("vendor", seats=1, by="e3") is None
    assert board.want("vendor", seats=5, by="e4") == Wanted(5, 2)
    assert load(home).wanted_seats == 5


def test_seats_are_let_go_once(home: Home) -> None:
    """Seats that were never wanted are not let go, and released seats may be wanted again."""
    board = home.pool_board
    assert board.want("vendor", seats=0, by="e0") is None
    board.want("vendor", seats=2, by="e1")
    assert board.want("vendor", seats=0, by="e2") == Wanted(0, 2)
    assert board.want("vendor", seats=0, by="e3") is None
    assert board.want("vendor", seats=1, by="e4") == Wanted(1, 3)
    assert load(home).wanted_seats == 1


def test_the_same_number_may_be_told_anew(home: Home) -> None:
    """A renewed wish has the next `seq`, once, and stays the same number."""
    board = home.pool_board
    assert board.want("vendor", seats=5, by="e1", exactly=True) == Wanted(5, 1)
    for _ in range(2):
        assert board.want("vendor", seats=5, by="e2", exactly=True, anew=True) == Wanted(5, 2)
    assert board.want("vendor", seats=5, by="e3", exactly=True) is None


def test_who_leads_a_pool_may_ask_for_fewer(home: Home) -> None:
    """With `exactly` every other number is a change, once, and the same number is none."""
    board = home.pool_board
    assert board.want("vendor", seats=5, by="e1", exactly=True) == Wanted(5, 1)
    assert board.want("vendor", seats=2, by="e2", exactly=True) == Wanted(2, 2)
    assert board.want("vendor", seats=2, by="e3", exactly=True) is None
    assert board.want("vendor", seats=4, by="e2", exactly=True) == Wanted(2, 2)
    assert board.want("vendor", seats=0, by="e4", exactly=True) == Wanted(0, 3)
    assert board.want("vendor", seats=0, by="e5", exactly=True) is None


def test_a_conversation_that_was_had_is_counted_with_its_seat(home: Home) -> None:
    """Once, however often the seat is given back, and not where nobody had the conversation."""
    assert claim(home, "o1")
    assert claim(home, "o2")
    for _ in range(2):
        home.pool_board.release("o1", "vendor", used=True, at=NOON, handled_seconds=240)
    release(home, "o2", used=False)
    found = load(home)
    assert (found.taken, found.handled, found.handled_seconds) == (0, 1, 240)


def test_of_two_changes_of_a_pace_one_is_kept(home: Home) -> None:
    """The other is told so, reads what is there, and is kept after it."""
    assert load(home).pace == Pace()
    first = Pace(ended=1, waited_seconds=60.5, log_factor=-0.01, changes=1, last="a")
    assert home.pool_board.keep_pace("vendor", first)
    assert not home.pool_board.keep_pace("vendor", Pace(ended=1, changes=1, last="b"))
    assert load(home).pace == first
    assert home.pool_board.keep_pace("vendor", Pace(ended=2, changes=2, last="b"))
    assert load(home).pace.ended == 2


def paid(home: Home, offer_id: str, cost: int, *, pool: str = "vendor", day: str = DAY) -> bool:
    """Claim a seat that costs something, where a day's seats of all pools may cost 100."""
    spend = Spend(day, cost, cap=100)
    return home.pool_board.claim(SeatClaim(offer_id, pool, DAY, NOON, spend=spend))


def test_seats_of_all_pools_cost_no_more_than_the_cap(home: Home) -> None:
    """Pools share the day's sum, a repeat costs nothing, and what was not used is given back."""
    assert not paid(home, "o0", 101)
    assert paid(home, "o1", 60)
    assert paid(home, "o1", 60)
    assert not paid(home, "o2", 41, pool="other")
    assert home.pool_board.spent(DAY) == 60
    assert home.pool_board.loads({"other": DAY})["other"].taken == 0
    assert paid(home, "o3", 40, pool="other")
    assert release(home, "o1", used=True)
    assert home.pool_board.release("o3", "other", used=False, at=NOON)
    assert home.pool_board.spent(DAY) == 60
    assert paid(home, "o4", 100, day=NEXT_DAY)
    assert [home.pool_board.spent(each) for each in (DAY, NEXT_DAY)] == [60, 100]


def test_what_aws_costs_counts_beside_the_seats_of_its_day(home: Home) -> None:
    """The sum of a day is told and only grows, and seats get no more than what it leaves."""
    board = home.pool_board
    assert paid(home, "o1", 40)
    for cost in (30, 30, 20):
        board.charge(DAY, cost, at=NOON)
    assert [board.spent(each) for each in (DAY, NEXT_DAY)] == [70, 0]
    assert not paid(home, "o2", 31)
    assert paid(home, "o3", 30)
    board.charge(DAY, 50, at=NOON)
    assert board.spent(DAY) == 120, "nobody is asked before AWS takes something"
    board.charge(NEXT_DAY, 90, at=NOON)
    assert not paid(home, "o4", 11, day=NEXT_DAY)
    assert paid(home, "o4", 10, day=NEXT_DAY)
    assert board.loads({"vendor": DAY})["vendor"].taken == 3


def test_claims_at_the_same_time_stay_within_the_cap(home: Home) -> None:
    """Ten workers with the last two conversations that the budget pays for get two seats."""

    def attempt(number: int) -> bool:
        while True:
            try:
                return paid(home, f"o{number}", 50, pool=f"p{number}")
            except Throttled:
                continue

    with ThreadPoolExecutor(10) as workers:
        got = list(workers.map(attempt, range(10)))
    assert Counter(got)[True] == 2
    assert home.pool_board.spent(DAY) == 100
