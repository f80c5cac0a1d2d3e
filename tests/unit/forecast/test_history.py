"""Counts become days; the calendar, the band and the live factor have their edges here."""

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import exp, lgamma, log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.forecast.band import band, error_of_chance, excess_of, quantile
from surgeline.domain.forecast.calendar import Calendar, Special
from surgeline.domain.forecast.forecast import Forecaster
from surgeline.domain.forecast.history import Cell, Observed, intervals_of, observed_days
from surgeline.domain.forecast.live import live_factor

PARIS = ZoneInfo("Europe/Paris")
SHORT, LONG = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(("which", "hours"), [(SHORT, 23), (LONG, 25), (date(2026, 5, 1), 24)])
def test_a_day_has_as_many_intervals_as_hours(which: date, hours: int) -> None:
    """On the days on which clocks change, an hour is missing or comes twice."""
    found = list(intervals_of(which, PARIS, 30))
    assert len(found) == 2 * hours
    assert found[-1][1] == 23 * 60 + 30
    assert (2 * 60 in [slot for _, slot in found]) == (hours != 23)


def test_a_day_without_its_midnight_begins_at_the_change() -> None:
    """In Beirut the clocks go forward at midnight; the day begins at one."""
    found = list(intervals_of(date(2026, 3, 29), ZoneInfo("Asia/Beirut"), 60))
    assert (len(found), found[0][1]) == (23, 60)


def test_a_changed_clock_does_not_shift_the_shape() -> None:
    """The busy hour of a shop in Paris stays at ten on the wall, over the change of clocks."""
    counts = {}
    for number in range(28):
        for at, slot in intervals_of(date(2026, 3, 9) + timedelta(days=number), PARIS, 60):
            counts[at] = 50.0 if slot == 600 else 5.0
    maker = Forecaster(observed_days(counts, PARIS, 60))
    for which in (SHORT, date(2026, 4, 6)):
        slots = [slot for _, slot in intervals_of(which, PARIS, 60)]
        made = dict(zip(slots, maker.expected(which, slots).contacts, strict=True))
        assert max(made, key=lambda slot: made[slot]) == 600


def test_short_intervals_are_summed_and_a_missing_part_is_a_gap() -> None:
    """Six counts of five minutes make a half-hour; five of them make nothing."""
    begin = datetime(2026, 3, 2, 9, tzinfo=UTC)
    counts = {begin + timedelta(minutes=5 * n): 2.0 for n in range(12) if n != 8}
    [day] = observed_days(counts, ZoneInfo("UTC"), 30)
    assert day.cells == (Cell(540, 12.0),)


def test_too_long_intervals_are_refused() -> None:
    """Hours can't be split into half-hours."""
    hours = {datetime(2026, 3, 2, n, tzinfo=UTC): 1.0 for n in range(5)}
    with pytest.raises(ValueError, match="1:00:00 apart"):
        observed_days(hours, ZoneInfo("UTC"), 30)
    with pytest.raises(ValueError, match="one line"):
        observed_days({datetime(2026, 3, 2, tzinfo=UTC): 1.0}, ZoneInfo("UTC"), 30)


def weeks(number: int, contacts: float = 20.0, *, closed: int = 6) -> list[Observed]:
    """Return weeks whose weekday `closed` is counted with nobody."""
    begin = date(2026, 1, 5)
    counts = {
        datetime(d.year, d.month, d.day, hour, tzinfo=UTC): 0.0
        if d.weekday() == closed
        else contacts
        for d in (begin + timedelta(days=n) for n in range(7 * number))
        for hour in (9, 10, 11)
    }
    return observed_days(counts, ZoneInfo("UTC"), 60)


def test_a_closed_weekday_trains_nothing_and_is_forecast_as_closed() -> None:
    """A Sunday of zeros is no day of few contacts: it lowers nothing, and stays closed."""
    maker = Forecaster(weeks(3))
    assert maker.forecast(date(2026, 2, 1), [540, 600]).is_closed
    assert maker.forecast(date(2026, 1, 26), [540]).contacts[0] == pytest.approx(20)
    assert maker.next_open() == date(2026, 1, 26)


def test_nobody_on_a_quiet_day_is_a_count() -> None:
    """Where few write, a day of nobody may be chance, so that it counts."""
    assert len(weeks(3, 1.0)) == 21


def test_special_days_train_nothing_and_have_their_factor() -> None:
    """A planned day counts its multiplier, a closed one nothing, and a holiday what was seen."""
    days = [
        Observed(
            day.date,
            tuple(Cell(c.slot, c.contacts * (9 if day.date.day == 14 else 1)) for c in day.cells),
        )
        for day in weeks(4)
    ]
    calendar = Calendar(
        {
            date(2026, 1, 14): Special("planned", 9),
            date(2026, 2, 3): Special("closed"),
            date(2026, 2, 5): Special("planned", 3),
            date(2026, 2, 9): Special("holiday"),
        }
    )
    maker = Forecaster(days, calendar)
    made = {day: maker.forecast(date(2026, 2, day), [540]) for day in (2, 3, 4, 5, 9, 10, 11)}
    values = {day: each.contacts[0] for day, each in made.items()}
    assert values == pytest.approx({2: 20, 3: 0, 4: 24, 5: 60, 9: 10, 10: 24, 11: 20}, rel=0.02)
    assert made[3].is_closed


def test_a_weekend_between_a_holiday_and_monday_is_no_open_day() -> None:
    """After a closed Friday, Monday is the day after, where weekends are never open."""
    calendar = Calendar({date(2026, 1, 9): Special("closed")})
    found = calendar.special(date(2026, 1, 12), {0, 1, 2, 3, 4})
    assert found == Special("day_after")
    assert calendar.special(date(2026, 1, 12), set(range(7))) is None


@pytest.mark.parametrize(
    ("kind", "multiplier"),
    [("planned", None), ("closed", 2.0), ("holiday", -1.0), ("planned", float("nan"))],
)
def test_an_impossible_special_day_is_refused(kind: str, multiplier: float | None) -> None:
    """A planned day needs its multiplier, a closed one has none, and no multiplier is negative."""
    with pytest.raises(ValueError, match="multiplier"):
        Special(kind, multiplier)  # type: ignore[arg-type] # a kind of the table


def chance_of(count: int, mean: float, excess: float) -> float:
    """Return the chance of a count by the textbook's formula."""
    if not excess:
        return exp(count * log(mean) - mean - lgamma(count + 1))
    size = 1 / excess
    ways = lgamma(count + size) - lgamma(size) - lgamma(count + 1)
    return exp(ways + size * log(size / (size + mean)) + count * log(mean / (size + mean)))


@pytest.mark.parametrize("excess", [0.0, 0.01, 0.1, 1.0])
@pytest.mark.parametrize("mean", [0.3, 5.0, 100.0, 399.0, 1_000.0])
def test_the_band_is_that_of_the_distribution(mean: float, excess: float) -> None:
    """Both ends are the quantiles of the negative binomial, or of the Poisson."""
    chances = list(accumulate(chance_of(count, mean, excess) for count in range(9_000)))
    ends = [next(n for n, total in enumerate(chances) if total >= share) for share in (0.1, 0.9)]
    assert band(mean, excess) == pytest.approx(ends, rel=0.08 if mean >= 400 else 0)
    assert band(0, excess) == (0, 0)


@settings(max_examples=60)
@given(mean=st.floats(0.01, 5_000), excess=st.floats(0, 2))
def test_a_band_surrounds_its_middle(mean: float, excess: float) -> None:
    """No end is negative, and the lower end is not above the upper one."""
    low, high = band(mean, excess)
    assert 0 <= low <= quantile(mean, excess, 0.5) + mean <= high + mean
    assert high >= low


def test_the_excess_is_learnt_from_errors() -> None:
    """Errors of chance alone need no excess; larger ones need more."""
    assert excess_of([]) == 0.02
    assert excess_of([(100, 101), (100, 95), (100, 104)]) < 1e-6
    assert excess_of([(100, 150), (100, 60), (100, 140)]) == pytest.approx(0.138, abs=0.01)


def test_the_error_of_chance() -> None:
    """The mean distance of a Poisson count from its mean is as tables have it."""
    assert [round(error_of_chance(mean), 4) for mean in (0, 0.5, 1, 10)] == [
        0,
        0.6065,
        0.7358,
        2.5022,
    ]


def test_the_live_factor_is_damped_and_believes_a_jump() -> None:
    """Early and small changes hardly count, late ones wholly, and a crisis at once."""
    expected = [10_000.0] * 10
    assert live_factor(expected, [12_000]) == pytest.approx(1.04, abs=0.005)
    assert live_factor(expected, [12_000] * 6) == pytest.approx(1.2, abs=0.005)
    assert live_factor([10.0] * 10, [12.0]) == pytest.approx(1, abs=0.005)
    assert live_factor([50.0] * 10, [300.0]) == 6
    assert live_factor(expected, []) == 1
    assert live_factor([0.0, 10.0], [5.0]) == 1
