"""The items of seats and of those who wait that release 0.1.0 wrote are read by this one.

`first_release_board.json` is that release's own output, and is never edited: two conversations in
its one list for all pools, and a pool's counts of three days in the pool's item.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.aws.pool_board import DynamoPoolBoard
from surgeline.adapters.aws.waitlist import DynamoWaitlist
from surgeline.application.ports.board import PoolLoad, SeatClaim
from surgeline.application.ports.waitlist import Waiting

from tests.contract.aws_home import AwsHome, moto_home

WRITTEN: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("first_release_board.json").read_text(encoding="ascii")
)
NOON = 1_772_366_400_000
A, B = (f"t{letter * 26}" for letter in "ab")
OLDER, URGENT = Waiting(A, f"{A}-1", 0, NOON), Waiting(B, f"{B}-2", 2, NOON + 5_000)
TODAY = {"north": "2026-03-01", "south": "2026-03-01"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AwsHome]:
    """Yield a table with what the first release left in it."""
    with moto_home(tmp_path) as opened:
        for each in WRITTEN:
            opened.table.put(each)
        yield opened


def attributes(home: AwsHome, pk: str, sk: str) -> set[str]:
    return set(home.table.get(pk, sk) or ())


def test_who_waited_before_is_found_in_the_lists_of_pools(home: AwsHome) -> None:
    """Nobody loses a place when the release changes, and nothing is left behind."""
    assert (home.waitlist.waiting("north"), home.waitlist.backlog()) == (2, 2)
    assert home.waitlist.first("north", limit=9) == [URGENT, OLDER]
    assert home.waitlist.first("south", limit=9) == [OLDER]
    assert home.table.between("line", "0", "9") == []


@pytest.mark.parametrize("ask", ["ahead", "waiting", "backlog"])
def test_whoever_asks_first_finds_those_who_waited_before(home: AwsHome, ask: str) -> None:
    """Every question about the waitlist sees them, in a process that just started."""
    waitlist = DynamoWaitlist(home.table)
    asked = {
        "ahead": lambda: waitlist.ahead("north", None, up_to=9),
        "waiting": lambda: waitlist.waiting("north"),
        "backlog": waitlist.backlog,
    }
    assert asked[ask]() == 2


def test_who_gives_up_a_place_of_before_is_gone(home: AwsHome) -> None:
    """An effect of the first release names no pools, and its place must not come back."""
    home.waitlist.leave(URGENT, ())
    assert home.waitlist.waiting("north") == 1
    DynamoWaitlist(home.table).leave(OLDER, ("north", "south"))
    assert (home.waitlist.waiting("north"), home.waitlist.first("north")) == (0, [])


def test_a_move_that_is_cut_short_is_finished_by_the_next_process(home: AwsHome) -> None:
    """A place that was copied and not deleted is moved once."""
    home.waitlist.join(OLDER, ["north", "south"])
    assert DynamoWaitlist(home.table).waiting("north") == 2
    assert home.waitlist.first("north", limit=9) == [URGENT, OLDER]


def test_the_counts_of_before_are_carried_over(home: AwsHome) -> None:
    """Today's count goes on, those of other days leave the pool's item, and seats stay."""
    before = home.pool_board.loads(TODAY)["north"]
    assert before == PoolLoad(1, 1, None, 4, NOON + 60_000, 3)
    assert not [name for name in attributes(home, "pool#north", "board") if "used" in name]
    assert home.pool_board.loads(TODAY)["north"] == before
    assert home.pool_board.loads(TODAY)["south"].disabled == "gone"
    for number, expected in enumerate((True, True, False)):
        claim = SeatClaim(f"n{number}", "north", "2026-03-01", NOON, daily_limit=3)
        assert home.pool_board.claim(claim) is expected


def test_a_seat_of_before_is_given_back(home: AwsHome) -> None:
    """A conversation that a pool had under the first release frees its seat under this one."""
    DynamoPoolBoard(home.table).loads(TODAY)
    assert home.pool_board.release("o2026-03-010", "north", used=False, at=NOON)
    assert home.pool_board.loads(TODAY)["north"] == PoolLoad(0, 0, None, 4, NOON + 60_000, 3)
    seat = home.table.get("offer#o2026-03-010", "seat")
    assert seat is not None
    assert int(seat["expires"]["N"]) == NOON // 1000 + 90 * 86_400


def test_a_count_that_changes_meanwhile_is_carried_over_by_the_next_look(home: AwsHome) -> None:
    """While the first release still runs beside this one, nothing of its counts is lost."""
    found = home.table.get("pool#north", "board")
    assert found is not None
    stale = {**found, "used_2026-03-01": {"N": "0"}}
    home.pool_board._carry_over("north", "2026-03-01", stale, ["used_2026-03-01"])
    assert home.pool_board.loads(TODAY)["north"].used_today == 1
