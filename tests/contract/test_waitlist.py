"""The waitlist is one list in order for each pool and is counted exactly."""

import random
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from surgeline.application.ports.refusals import Throttled
from surgeline.application.ports.waitlist import Waiting

from tests.contract.homes import Home
from tests.often import often

POOLS = ("north", "south", "west")


def who(conversation: str, *, priority: int = 0, since: int = 0) -> Waiting:
    """Return a conversation that waits."""
    return Waiting(f"t-{conversation}", conversation, priority, since)


def ids(found: Iterable[Waiting]) -> list[str]:
    return [each.conversation_id for each in found]


def test_a_list_is_in_order_of_priority_then_age(home: Home) -> None:
    """A returning customer goes before everybody, and the older request before the younger."""
    for each in (
        who("c1", since=20),
        who("c2", since=10),
        who("c3", since=30, priority=2),
        who("c4", since=40, priority=1),
    ):
        home.waitlist.join(each, ["north"])
    assert ids(home.waitlist.first("north", limit=9)) == ["c3", "c4", "c2", "c1"]
    assert home.waitlist.first("north") == [who("c3", since=30, priority=2)]


def test_a_list_of_one_pool_has_nobody_who_waits_for_another(home: Home) -> None:
    """A conversation stands in the lists of all pools that it waits for, and in no other."""
    home.waitlist.join(who("c1"), ["north"])
    home.waitlist.join(who("c2", since=1), ["north", "south"])
    assert ids(home.waitlist.first("north", limit=9)) == ["c1", "c2"]
    assert ids(home.waitlist.first("south", limit=9)) == ["c2"]
    assert home.waitlist.first("west") == []
    counts = [home.waitlist.waiting(pool) for pool in POOLS]
    assert (counts, home.waitlist.backlog()) == ([2, 1, 0], 2)


def test_joining_again_changes_nothing(home: Home) -> None:
    """A replay of an effect neither moves nor counts a place twice."""
    for _ in range(3):
        home.waitlist.join(who("c1"), ["north", "south"])
    assert (home.waitlist.waiting("north"), home.waitlist.backlog()) == (1, 1)
    assert ids(home.waitlist.first("north", limit=9)) == ["c1"]


def test_leaving_again_is_harmless(home: Home) -> None:
    """Nothing is counted below nought, and others keep their places."""
    home.waitlist.join(who("c1"), ["north"])
    home.waitlist.join(who("c2"), ["north"])
    for _ in range(3):
        home.waitlist.leave(who("c1"), ["north", "south"])
    assert ids(home.waitlist.first("north", limit=9)) == ["c2"]
    counts = [home.waitlist.waiting(pool) for pool in POOLS]
    assert (counts, home.waitlist.backlog()) == ([1, 0, 0], 1)


def test_those_before_a_place_are_counted_up_to_a_number(home: Home) -> None:
    """The place itself is not before itself; without a place everybody is counted."""
    places = [who(f"c{n}", since=n) for n in range(5)]
    for each in places:
        home.waitlist.join(each, ["north"])
    ahead = [home.waitlist.ahead("north", each.place, up_to=9) for each in places]
    assert ahead == [0, 1, 2, 3, 4]
    assert home.waitlist.ahead("north", places[4].place, up_to=2) == 2
    assert home.waitlist.ahead("north", places[4].place, up_to=0) == 0
    assert home.waitlist.ahead("north", places[4].place, up_to=-1) == 0
    assert home.waitlist.ahead("north", None, up_to=9) == 5
    assert home.waitlist.ahead("north", who("new", priority=1, since=9).place, up_to=9) == 0
    assert home.waitlist.ahead("south", None, up_to=9) == 0


def test_the_counts_are_right_after_any_order_of_calls(home: Home) -> None:
    """The counts equal the entries after many random joins and leaves."""
    chance = random.Random(7)
    model: dict[str, dict[str, Waiting]] = {pool: {} for pool in POOLS}
    for _ in range(often(60, 200)):
        each = who(f"c{chance.randrange(8)}", priority=chance.randrange(2))
        pools = chance.sample(POOLS, chance.randrange(1, 3))
        if chance.random() < 0.5:
            home.waitlist.join(each, pools)
            for pool in pools:
                model[pool][str(each.place)] = each
        else:
            home.waitlist.leave(each, pools)
            for pool in pools:
                model[pool].pop(str(each.place), None)
    for pool in POOLS:
        expected = sorted(model[pool].values(), key=lambda each: each.place)
        assert home.waitlist.first(pool, limit=99) == expected
        assert home.waitlist.waiting(pool) == len(expected)


def test_whoever_joins_at_once_is_counted_once(home: Home) -> None:
    """Twelve conversations join at the same moment, two of them twice."""
    start = threading.Barrier(12)

    def joining(number: int) -> bool:
        start.wait()
        try:
            home.waitlist.join(who(f"c{number % 10}"), ["north"])
        except Throttled:
            return False
        return True

    with ThreadPoolExecutor(12) as people:
        joined = list(people.map(joining, range(12)))
    if not all(joined):  # as a redelivered event does
        for number in range(10):
            home.waitlist.join(who(f"c{number}"), ["north"])
    assert len(home.waitlist.first("north", limit=99)) == 10
    assert (home.waitlist.waiting("north"), home.waitlist.backlog()) == (10, 10)
