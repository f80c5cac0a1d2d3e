"""The routing policy by example, and what holds for every policy."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.pools import Pool, Score
from surgeline.domain.routing import Ask, Choose, Policy, Route, Step, Trigger, route

NOW = 1_000_000
HOME = Pool("home", 20, kind="in_house")
VENDOR = Pool("vendor", 30)
CROWD = Pool("crowd", 10, kind="on_demand")
ASK = Ask("c-1", "no_answer", "en", NOW)


def asked(found: Route) -> list[str]:
    return [pool.id for pool, _ in found.offers]


def later(seconds: float) -> int:
    return NOW + round(seconds * 1000)


def test_the_default_policy_asks_in_the_order_configured() -> None:
    """One at a time, each for its ring time, nobody twice."""
    found = route(Policy(), (HOME, VENDOR), ASK, now=NOW)
    assert found.offers == ((HOME, later(20)),)
    found = route(Policy(), (HOME, VENDOR), replace(ASK, tried=("home",)), now=later(20))
    assert found.offers == ((VENDOR, later(50)),)
    found = route(Policy(), (HOME, VENDOR), replace(ASK, tried=("home", "vendor")), now=later(50))
    assert (found.offers, found.look_at) == ((), None)


def test_who_takes_nothing_or_does_not_speak_the_language_is_passed_over() -> None:
    """A paused pool and one of another language are passed over, and the reason is told."""
    pools = (replace(HOME, closed="paused"), replace(VENDOR, languages=("ko",)), CROWD)
    found = route(Policy(), pools, ASK, now=NOW)
    assert asked(found) == ["crowd"]
    assert found.why == (
        "step 1: home: paused",
        "step 1: vendor: does not speak en",
        "step 1: crowd: offered",
    )


def test_steps_have_cumulative_deadlines() -> None:
    """Step 2 ends at the request plus both times, wherever step 1 ended; its offers with it."""
    policy = Policy((Step(kind="in_house", seconds=30), Step(kind="outsourced", seconds=40)))
    declined = replace(ASK, tried=("home",))
    early = route(policy, (HOME, VENDOR), declined, now=later(5))
    assert early.offers == ((VENDOR, later(35)),)
    late = route(policy, (HOME, VENDOR), declined, now=later(50))
    assert late.offers == ((VENDOR, later(70)),)
    over = route(policy, (HOME, VENDOR), declined, now=later(70))
    assert (over.offers, over.look_at) == ((), None)


def test_several_are_asked_at_once() -> None:
    """As many pools are asked at once as the step says."""
    found = route(Policy((Step(at_once=2),)), (HOME, VENDOR, CROWD), ASK, now=NOW)
    assert asked(found) == ["home", "vendor"]


def test_a_full_step_waits_for_a_seat_and_does_not_overflow() -> None:
    """The next step's turn comes when the first one's time is over, not before."""
    policy = Policy((Step(("home",), seconds=60), Step(("vendor",))))
    full = replace(HOME, full=True)
    found = route(policy, (full, VENDOR), ASK, now=NOW)
    assert (found.offers, found.look_at, found.waitlist) == ((), later(30), ("home",))
    found = route(policy, (full, VENDOR), ASK, now=later(40))
    assert found.look_at == later(60)
    assert asked(route(policy, (full, VENDOR), ASK, now=later(60))) == ["vendor"]


def test_overflow_opens_only_on_its_triggers() -> None:
    """An overflow step opens if nobody is there, or for a stated wait, backlog or lack of seats."""
    full, gone = replace(HOME, full=True), replace(HOME, closed="outside its hours")
    cases = [
        (Trigger(nobody_available=True), gone, 0, 0, True),
        (Trigger(nobody_available=True), full, 0, 99, False),
        (Trigger(waited_seconds=45), full, 44, 0, False),
        (Trigger(waited_seconds=45), full, 45, 0, True),
        (Trigger(backlog_over=10), full, 0, 10, False),
        (Trigger(backlog_over=10), full, 0, 11, True),
        (Trigger(full=True), full, 0, 0, True),
        (Trigger(full=True), gone, 0, 0, False),
    ]
    for trigger, home, waited, backlog, opens in cases:
        policy = Policy((Step(("home",)), Step(("crowd",), only_if=trigger)))
        found = route(policy, (home, CROWD), ASK, now=later(waited), backlog=backlog)
        assert bool(asked(found)) is opens, trigger


def test_a_wait_wakes_when_its_trigger_holds() -> None:
    """A waiting conversation is looked at when its trigger holds, not only at the next regular
    look.
    """
    policy = Policy((Step(("home",)), Step(("crowd",), only_if=Trigger(waited_seconds=12))))
    found = route(policy, (replace(HOME, full=True), CROWD), ASK, now=NOW)
    assert found.look_at == later(12)


def test_a_step_is_skipped_on_its_triggers() -> None:
    """A busy step may be passed over in favour of the next."""
    policy = Policy((Step(("home",)), Step(("vendor",), skip_if=Trigger(backlog_over=5)), Step()))
    gone = replace(HOME, closed="paused")
    assert asked(route(policy, (gone, VENDOR, CROWD), ASK, now=NOW, backlog=5)) == ["vendor"]
    found = route(policy, (gone, VENDOR, CROWD), replace(ASK, tried=()), now=NOW, backlog=6)
    assert "step 2: skipped" in found.why


def test_steps_can_be_for_some_conversations_only() -> None:
    """A step may be for some reasons and some languages only."""
    policy = Policy((Step(("home",), reasons=("customer_returned",)), Step(languages=("en",))))
    assert asked(route(policy, (HOME, VENDOR), ASK, now=NOW)) == ["home"]
    korean = replace(ASK, language="ko")
    assert route(policy, (HOME, VENDOR), korean, now=NOW).look_at is None


def test_required_skills_are_relaxed_over_time() -> None:
    """A pool with the required skills or language is asked first, and any pool later."""
    policy = Policy((Step(skills=("billing",), relax_after_seconds=20),))
    able = replace(VENDOR, skills=("billing", "tech"))
    assert asked(route(policy, (HOME, able), ASK, now=NOW)) == ["vendor"]
    busy = replace(ASK, tried=("vendor",))
    assert route(policy, (HOME, able), busy, now=NOW).look_at == later(20)
    assert asked(route(policy, (HOME, able), busy, now=later(20))) == ["home"]


def test_the_least_loaded_is_asked_first_within_a_priority() -> None:
    """A higher priority goes before any load."""
    policy = Policy((Step(choose="least_loaded"),))
    busy, idle = replace(HOME, load=0.9), replace(VENDOR, load=0.1)
    assert asked(route(policy, (busy, idle), ASK, now=NOW)) == ["vendor"]
    assert asked(route(policy, (replace(busy, priority=1), idle), ASK, now=NOW)) == ["home"]


def test_weights_split_conversations_in_their_proportion() -> None:
    """A pool of weight 3 gets three quarters of 4,000 conversations, and each conversation its
    own pool.
    """
    policy = Policy((Step(choose="weighted"),))
    pools = (replace(HOME, weight=3), VENDOR)
    counts = Counter(
        asked(route(policy, pools, replace(ASK, conversation_id=f"c-{n}"), now=NOW))[0]
        for n in range(4_000)
    )
    assert 0.72 < counts["home"] / 4_000 < 0.78


def test_a_returning_customer_goes_to_the_same_pool_first() -> None:
    """A returning customer goes to the same pool first, even a draining one, if it takes
    customers.
    """
    mine = replace(ASK, prefer="vendor", reason="customer_returned")
    assert asked(route(Policy(), (HOME, VENDOR), mine, now=NOW)) == ["vendor"]
    paused = replace(VENDOR, closed="paused")
    assert asked(route(Policy(), (HOME, paused), mine, now=NOW)) == ["home"]
    draining = replace(VENDOR, closed="draining", draining=True)
    assert asked(route(Policy(), (HOME, draining), mine, now=NOW)) == ["vendor"]
    assert asked(route(Policy(), (HOME, draining), ASK, now=NOW)) == ["home"]


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    """A wait ends at the longest wait, and there is nothing left to look at."""
    policy = Policy(longest_wait_seconds=50)
    full = (replace(HOME, full=True),)
    assert route(policy, full, ASK, now=later(40)).look_at == later(50)
    over = route(policy, full, ASK, now=later(50))
    assert (over.offers, over.look_at) == ((), None)
    assert over.why[-1] == "waited long enough"


IDS = ("home", "vendor", "crowd", "night")
POOLS = st.lists(
    st.builds(
        Pool,
        st.sampled_from(IDS),
        st.integers(5, 60),
        kind=st.sampled_from(("in_house", "outsourced", "on_demand")),
        languages=st.sampled_from(((), ("en",), ("ko",))),
        skills=st.sampled_from(((), ("billing",))),
        closed=st.sampled_from(("", "", "paused")),
        full=st.booleans(),
        weight=st.integers(1, 5),
    ),
    unique_by=lambda pool: pool.id,
    max_size=4,
).map(tuple)
TRIGGERS = st.none() | st.builds(
    Trigger,
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(0, 9),
)
STEPS = st.builds(
    Step,
    pools=st.sampled_from(((), ("home",), ("vendor", "crowd"))),
    seconds=st.none() | st.integers(5, 100),
    choose=st.sampled_from(("in_order", "least_loaded", "weighted")),
    at_once=st.integers(1, 3),
    skills=st.sampled_from(((), ("billing",))),
    relax_after_seconds=st.none() | st.integers(0, 50),
    only_if=TRIGGERS,
    skip_if=TRIGGERS,
)
POLICIES = st.builds(Policy, st.lists(STEPS, max_size=4).map(tuple), st.integers(0, 200))


@given(POLICIES, POOLS, st.integers(0, 300), st.integers(0, 20), st.sets(st.sampled_from(IDS)))
def test_every_route_offers_waits_or_gives_up(
    policy: Policy, pools: tuple[Pool, ...], waited: int, backlog: int, tried: set[str]
) -> None:
    """I9: offers go to pools that can take them and end in time, and every wait ends."""
    ask = replace(ASK, tried=tuple(sorted(tried)))
    found = route(policy, pools, ask, now=later(waited), backlog=backlog)
    assert not (found.offers and found.look_at)
    for pool, expires_at in found.offers:
        assert pool in pools
        assert not pool.full
        assert not pool.closed
        assert pool.id not in tried
        assert later(waited) < expires_at <= later(waited + pool.ring_seconds)
    assert len({pool.id for pool, _ in found.offers}) == len(found.offers)
    if found.look_at is not None:
        assert later(waited) < found.look_at <= later(waited + 30)
        assert found.look_at <= later(policy.longest_wait_seconds)
    assert found.why or not policy.steps or not pools


def test_a_pool_that_opens_within_the_longest_wait_is_waited_for() -> None:
    """The conversation is looked at when the pool opens, if nobody else can take it before."""
    opening = replace(HOME, closed="outside its hours", opens_at=later(20))
    assert asked(route(Policy(), (opening, VENDOR), ASK, now=NOW)) == ["vendor"]
    found = route(Policy(), (opening,), ASK, now=NOW)
    assert (found.offers, found.look_at) == ((), later(20))
    assert asked(route(Policy(), (HOME,), ASK, now=later(20))) == ["home"]


def test_a_change_that_comes_after_the_longest_wait_is_not_waited_for() -> None:
    """Nobody waits for what cannot help them any more."""
    policy = Policy(longest_wait_seconds=60)
    for seconds in (60, 61):
        opening = replace(HOME, closed="outside its hours", opens_at=later(seconds))
        found = route(policy, (opening,), ASK, now=NOW)
        assert (found.offers, found.look_at) == ((), None)


BEST = Step(prefer="confirmed_resolution")


def test_a_pool_that_surely_confirms_less_is_put_last_and_told_why() -> None:
    """Speed and order decide nothing against it; the reason has the numbers of both."""
    pools = (
        replace(VENDOR, score=Score(ended=400, confirmed=80)),
        replace(HOME, score=Score(ended=300, confirmed=210), load=0.9),
    )
    found = route(Policy((replace(BEST, choose="least_loaded"),)), pools, ASK, now=NOW)
    assert asked(found) == ["home"]
    assert found.why == (
        "step 1: home: offered (70% of 300 ends confirmed, 65% to 75%)",
        "step 1: vendor: surely below home (20% of 400 ends confirmed, 16% to 24%)",
    )
    assert asked(route(Policy(), pools, ASK, now=NOW)) == ["vendor"]


def test_few_cases_put_no_pool_last_and_none_first() -> None:
    """A new pool, and three lucky cases, leave the order as it is; so does a higher priority."""
    policy = Policy((BEST,))
    lucky = replace(HOME, score=Score(ended=3, confirmed=3))
    known = replace(VENDOR, score=Score(ended=400, confirmed=200))
    assert asked(route(policy, (known, lucky), ASK, now=NOW)) == ["vendor"]
    assert asked(route(policy, (HOME, known), ASK, now=NOW)) == ["home"]
    worse = replace(HOME, priority=1, score=Score(ended=400, confirmed=20))
    assert asked(route(policy, (known, worse), ASK, now=NOW)) == ["home"]


@given(
    st.permutations(
        [
            replace(HOME, score=Score(1_000, 700)),
            replace(VENDOR, score=Score(1_000, 400)),
            replace(CROWD, score=Score(1_000, 100)),
        ]
    ),
    st.sampled_from(["in_order", "least_loaded", "weighted"]),
)
def test_pools_that_can_be_told_apart_are_asked_by_their_resolutions(
    pools: list[Pool], choose: Choose
) -> None:
    """Whatever the configured order and choice."""
    policy = Policy((replace(BEST, choose=choose, at_once=3),))
    assert asked(route(policy, pools, ASK, now=NOW)) == ["home", "vendor", "crowd"]
