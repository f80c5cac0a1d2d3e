"""The fewest agents that keep a goal, shrinkage, and the plan of a day."""

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.staffing.need import Goal, broken, need
from surgeline.domain.staffing.plan import Expected, lagged, plan
from surgeline.domain.staffing.queue import Work, performance
from surgeline.domain.staffing.shrinkage import Shrinkage

IN_A_MINUTE = Goal(target=0.8, within_seconds=60)
PEAK = 400 / 3600


@pytest.mark.parametrize(
    ("work", "goal", "agents", "binding"),
    [
        (Work(100 / 1800, (180,)), Goal(target=0.8, within_seconds=20, max_occupancy=0.85),
         14, "service_level"),
        (Work(PEAK, (160,)), IN_A_MINUTE, 21, "service_level"),
        (Work(PEAK, (160,), 300), IN_A_MINUTE, 18, "service_level"),
        (Work(PEAK, (160,), 300), Goal(target=0.8, within_seconds=60, max_occupancy=0.85),
         21, "occupancy"),
        (Work(PEAK, (160,), 300), Goal(target=0.5, within_seconds=60, max_abandoned=0.05),
         20, "abandonment"),
        (Work(PEAK, (480,)), IN_A_MINUTE, 59, "service_level"),
        (Work(PEAK, (480, 560, 660), 300), IN_A_MINUTE, 24, "service_level"),
        (Work(80 / 3600, (160,)), IN_A_MINUTE, 6, "service_level"),
        (Work(0.0, (160,)), IN_A_MINUTE, 1, "minimum_cover"),
        (Work(0.0001, (160,)), Goal(target=0.8, within_seconds=60, minimum=3),
         3, "minimum_cover"),
        (Work(0.0, (160,)), Goal(target=0.8, within_seconds=60, minimum=0), 0, "minimum_cover"),
    ],
)  # fmt: skip
def test_the_fewest_agents_and_the_rule_that_asks_for_them(
    work: Work, goal: Goal, agents: int, binding: str
) -> None:
    """The search finds the published numbers, and names the rule that one fewer would break."""
    found = need(work, goal)
    assert (found.agents, found.bound_by[0]) == (agents, binding)


def test_dividing_the_time_by_the_chats_asks_for_too_few() -> None:
    """Three chats at a time don't take a third of the time: the naive number is six too low."""
    naive = need(Work(PEAK, (480 / 3,), 300), IN_A_MINUTE)
    assert need(Work(PEAK, (480, 560, 660), 300), IN_A_MINUTE).agents - naive.agents == 6


@settings(max_examples=50)
@given(
    per_hour=st.floats(0, 3_000),
    handle=st.floats(20, 900),
    patience=st.none() | st.floats(30, 900),
    target=st.floats(0.05, 0.99),
    occupancy=st.floats(0.2, 1),
)
def test_one_fewer_would_break_the_named_rule(
    per_hour: float, handle: float, patience: float | None, target: float, occupancy: float
) -> None:
    """The found agents keep every rule. One fewer breaks exactly the rules that are named."""
    work = Work(per_hour / 3600, (handle,), patience)
    goal = Goal(target=target, within_seconds=30, max_occupancy=occupancy)
    found = need(work, goal)
    assert broken(found.performance, goal) == ()
    if found.bound_by != ("minimum_cover",):
        assert broken(performance(work, found.agents - 1, 30), goal) == found.bound_by


def test_a_goal_that_no_number_keeps_is_refused() -> None:
    """A queue beyond the most agents ends in a sentence and not in an endless search."""
    with pytest.raises(ValueError, match="100,000"):
        need(Work(1e6, (480,)), IN_A_MINUTE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 0}, {"target": 1}, {"target": 80}, {"within_seconds": -1},
        {"max_occupancy": 0}, {"max_occupancy": 1.1}, {"max_abandoned": 0}, {"minimum": -1},
    ],
)  # fmt: skip
def test_an_impossible_goal_is_refused(wrong: dict[str, float]) -> None:
    """Each part of a goal has bounds."""
    with pytest.raises(ValueError, match="can't be"):
        Goal(**({"target": 0.8, "within_seconds": 20} | wrong))  # type: ignore[arg-type] # wrong on purpose


# ---------------------------------------------------------------- shrinkage


def parts(**shares: str) -> tuple[tuple[str, Fraction], ...]:
    return tuple((name, Fraction(share)) for name, share in shares.items())


def test_shrinkage_rounds_in_exact_fractions() -> None:
    """21 of 30 are on seat at 30 %: the quotient in floating point would ask for a 31st."""
    away = Shrinkage(parts(away="0.3"))
    assert (away.rostered(21), away.rostered(14), away.rostered(40)) == (30, 20, 58)
    assert (away.on_seat(30), away.on_seat(31)) == (21, 21)


def test_causes_multiply_or_add_up() -> None:
    """Independent causes overlap; causes that exclude each other don't."""
    causes = parts(meetings="0.1", ill="0.2")
    assert Shrinkage(causes).total == Fraction(28, 100)
    assert Shrinkage(causes, is_exclusive=True).total == Fraction(30, 100)
    assert Shrinkage().rostered(7) == 7


@pytest.mark.parametrize(
    ("shares", "exclusive", "word"),
    [
        (parts(ill="1"), False, "ill"),
        (parts(ill="-0.1"), False, "ill"),
        (parts(ill="0.6", leave="0.4"), True, "in all"),
        ((*parts(ill="0.1"), *parts(ill="0.1")), False, "twice"),
    ],
)
def test_impossible_shrinkage_is_refused(
    shares: tuple[tuple[str, Fraction], ...],
    exclusive: bool,
    word: str,
) -> None:
    """A cause that takes everybody, a negative one, and one that is named twice are refused."""
    with pytest.raises(ValueError, match=word):
        Shrinkage(shares, exclusive)


@given(
    agents=st.integers(0, 5_000),
    share=st.decimals(0, "0.99", places=2).map(Fraction),
)
def test_as_many_are_on_seat_as_are_needed(agents: int, share: Fraction) -> None:
    """The rostered are enough, and one fewer would not be."""
    away = Shrinkage((("away", share),))
    rostered = away.rostered(agents)
    assert rostered * (1 - share) >= agents
    assert agents == 0 or (rostered - 1) * (1 - share) < agents


# ---------------------------------------------------------------- a day


def test_the_load_follows_the_arrivals() -> None:
    """The load rises by 63 % within one handle time, and falls on average by as much."""
    full = 1 - exp(-2)
    assert lagged([0.0, 1.0, 1.0, 0.0], 480, 480) == pytest.approx(
        [0.0, 1 - exp(-1), full, full * (1 - exp(-1))]
    )
    assert lagged([2.0, 2.0], 1800, 180) == [2.0, 2.0]
    assert lagged([], 1800, 180) == []


def test_a_plan_has_both_ends_of_the_forecast_and_the_seats_to_book() -> None:
    """Each interval has its need; more contacts need more; what is missing is booked."""
    expected = [Expected(20, 30), Expected(100, 130), Expected(100, None), Expected(0, 0)]
    found = plan(
        expected, 1800, Work(0, (180,)), Goal(target=0.8, within_seconds=20),
        Shrinkage(parts(away="0.3")), own=10,
    )  # fmt: skip
    agents = [each.need.agents for each in found]
    assert agents[1:3] == [14, 14]
    assert [each.rostered for each in found][1] == 20
    assert [each.booked for each in found] == [max(0, need_ - 7) for need_ in agents]
    uppers = [each.upper.agents for each in found if each.upper]
    assert uppers[1] > agents[1]
    assert uppers[2] >= agents[2]
