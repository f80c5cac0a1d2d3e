"""The forecast is held to what it must reach on the calls of a bank, and on sharp made days."""

import math
import random
from datetime import date, timedelta

import bank
import pytest
from surgeline.domain.forecast.backtest import Backtest, backtest
from surgeline.domain.forecast.calendar import Calendar
from surgeline.domain.forecast.forecast import Forecaster
from surgeline.domain.forecast.history import Cell, Observed

SHAPE = {slot: 40.0 if 600 <= slot < 720 else 2.0 for slot in range(0, 1440, 30)}
"""Four of five contacts come within two hours."""


@pytest.fixture(scope="module")
def whole() -> Backtest:
    return backtest(bank.days())


@pytest.fixture(scope="module")
def thinned() -> Backtest:
    return backtest(bank.days(1_000, 1))


@bank.NEEDED
def test_the_bank_s_half_hours_are_forecast(whole: Backtest) -> None:
    """The error on the whole data is at most 7 %, by the day before, from two weeks on."""
    assert (whole.days, len(bank.days())) == (154, 164)
    assert whole.wape <= 0.07
    assert whole.naive is not None
    assert whole.wape < 0.85 * whole.naive
    assert 0.77 <= whole.band_coverage <= 0.83


@bank.NEEDED
def test_a_smaller_shop_is_forecast_almost_as_well_as_chance_allows(thinned: Backtest) -> None:
    """At 1,000 a day the error is at most 15 %, where chance alone makes 13 %."""
    assert thinned.wape <= 0.15
    assert 0.125 < thinned.floor < thinned.wape
    assert 0.77 <= thinned.band_coverage <= 0.83


@bank.NEEDED
def test_a_very_small_shop_has_an_honest_band() -> None:
    """At 200 a day the error is within a tenth of what chance makes, and the band still holds."""
    small = backtest(bank.days(200, 1))
    assert small.wape < 1.1 * small.floor
    assert 0.74 <= small.band_coverage <= 0.88


@bank.NEEDED
def test_two_weeks_alone_are_enough() -> None:
    """With two weeks of history for each day, the error is at most 7.5 %."""
    errors = contacts = 0.0
    for place in range(40, 164):
        maker = Forecaster(bank.days()[place - 11 : place])
        day = bank.days()[place]
        made = maker.expected(day.date, [cell.slot for cell in day.cells])
        came = [cell.contacts for cell in day.cells]
        errors += sum(abs(a - b) for a, b in zip(made.contacts, came, strict=True))
        contacts += sum(came)
    assert errors / contacts <= 0.075


@bank.NEEDED
@pytest.mark.parametrize("which", ["whole", "thinned"])
def test_the_live_forecast_hurts_at_no_hour(which: str, request: pytest.FixtureRequest) -> None:
    """The rest of the day is forecast better from what came, at every hour but for chance."""
    found: Backtest = request.getfixturevalue(which)
    hours = [rest for rest in found.live if rest.slot % 60 == 0]
    assert [each.slot // 60 for each in hours] == list(range(8, 21))
    assert [each for each in hours if each.after > each.before] == []
    by_hour = {each.slot // 60: each for each in hours}
    if which == "whole":
        assert by_hour[10].after < 0.9 * by_hour[10].before


@bank.NEEDED
def test_the_calendar_makes_the_days_after_a_holiday_better() -> None:
    """The day after a closed one is learnt, so that the calendar lowers the error."""
    without, with_it = backtest(bank.days()), backtest(bank.days(), bank.HOLIDAYS)
    assert with_it.wape < without.wape - 0.001
    maker = Forecaster(bank.days(), bank.HOLIDAYS)
    rebound = maker.expected(date(2003, 9, 2), [600])
    assert rebound.special is not None
    assert (rebound.special.kind, 1.1 < rebound.factor < 1.3) == ("day_after", True)


@bank.NEEDED
def test_gaps_are_not_zeros() -> None:
    """A day that nobody counted lowers no forecast, and neither does half a day."""
    days = list(bank.days()[:30])
    usual = Forecaster(days).expected(date(2003, 4, 22), [600]).contacts[0]
    less = [day for day in days if day.date != date(2003, 4, 15)]
    half = Observed(date(2003, 4, 15), bank.days()[days.index(less[-1]) - 4].cells[:8])
    for changed in (less, sorted([*less, half], key=lambda day: day.date)):
        made = Forecaster(changed).expected(date(2003, 4, 22), [600]).contacts[0]
        assert made == pytest.approx(usual, rel=0.1)


def synthetic(weeks: int, seed: int, a_day: float = 1_000) -> list[Observed]:
    """Return days of which 80 % come in two hours, whose level varies by 10 %."""
    chance = random.Random(seed)
    total = sum(SHAPE.values())
    found = []
    for number in range(7 * weeks):
        which = date(2026, 1, 5) + timedelta(days=number)
        level = a_day * chance.lognormvariate(0, 0.1) * (0.5 if which.weekday() > 4 else 1)
        cells = tuple(Cell(s, poisson(chance, level * p / total)) for s, p in SHAPE.items())
        found.append(Observed(which, cells))
    return found


def poisson(chance: random.Random, mean: float) -> int:
    """Return a count with that mean."""
    count, product, least = 0, chance.random(), math.exp(-mean)
    while product > least:
        count, product = count + 1, product * chance.random()
    return count


def test_a_sharp_peak_is_not_smoothed_away() -> None:
    """A day of which 80 % come in two hours keeps its edges, and its band holds."""
    found = backtest(synthetic(12, 3))
    made = Forecaster(synthetic(6, 4)).expected(date(2026, 2, 16), [570, 600, 690, 720])
    assert made.contacts[0] < 0.12 * made.contacts[1]
    assert made.contacts[3] < 0.12 * made.contacts[2]
    assert found.wape < found.floor + 0.06
    assert 0.74 <= found.band_coverage <= 0.88


def test_a_history_that_is_too_short_is_refused() -> None:
    """Less than two weeks, and no contacts at all, are refused in a sentence."""
    with pytest.raises(ValueError, match="spans 7 days"):
        Forecaster(synthetic(1, 1))
    with pytest.raises(ValueError, match="spans 0 days"):
        Forecaster([])
    empty = [Observed(day.date, (Cell(0, 0.0),)) for day in synthetic(4, 1)]
    with pytest.raises(ValueError, match="no contacts"):
        backtest(empty, Calendar())
