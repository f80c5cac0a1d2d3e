"""Reports are due at the company's hour, on days of any length."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.alerts.subscription import Subscription, clock_time, days_of, last_due

PARIS = ZoneInfo("Europe/Paris")
ZONES = [PARIS, ZoneInfo("Asia/Seoul"), ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]


def sub(**more: str) -> Subscription:
    return Subscription(**({"id": "ann", "kind": "email", "subjects": ("daily",)} | more))  # type: ignore[arg-type] # of tests


def at(text: str, zone: ZoneInfo = PARIS) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1000


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-28T07:59:59", "2026-03-27T08:00:00"),
        ("2026-03-28T08:00:00", "2026-03-28T08:00:00"),
        ("2026-03-29T08:00:00", "2026-03-29T08:00:00"),  # the day of 23 hours
        ("2026-03-29T07:59:00", "2026-03-28T08:00:00"),
    ],
)
def test_a_daily_report_is_due_at_the_companys_hour(now: str, due: str) -> None:
    """The hour is that of the company's clock, whatever the clocks did meanwhile."""
    assert last_due(sub(), PARIS, at(now)) == at(due)


def test_an_hour_that_is_left_out_is_the_moment_of_the_change() -> None:
    """At 02:30 on the day of 23 hours the clocks stand at 03:30."""
    assert last_due(sub(at="02:30"), PARIS, at("2026-03-29T12:00:00")) == at("2026-03-29T03:30:00")


def test_a_weekly_report_is_due_on_its_weekday() -> None:
    """It covers the seven days before."""
    weekly = sub(every="week", weekday="wed", at="06:15")
    due = last_due(weekly, PARIS, at("2026-03-31T12:00:00"))
    assert due == at("2026-03-25T06:15:00")
    assert days_of(weekly, PARIS, due) == (date(2026, 3, 18), date(2026, 3, 24))
    assert days_of(sub(), PARIS, due) == (date(2026, 3, 24), date(2026, 3, 24))


@given(
    st.integers(at("2026-01-01T00:00:00"), at("2026-12-31T00:00:00")),
    st.sampled_from(ZONES),
    st.sampled_from(["day", "week"]),
    st.sampled_from(["00:00", "02:30", "08:00", "23:59"]),
)
def test_a_report_is_due_once_in_its_time(now: int, zone: ZoneInfo, every: str, hour: str) -> None:
    """The last time it was due is never later than now, and never further back than its time."""
    due = last_due(sub(every=every, at=hour), zone, now)
    hours = 25 if every == "day" else 7 * 24 + 1
    assert 0 <= now - due <= hours * 3_600_000
    assert last_due(sub(every=every, at=hour), zone, due) == due


@pytest.mark.parametrize("wrong", ["8:00", "24:00", "08:60", "0800", "٠٨:٠٠", "", "08:00:00"])
def test_a_time_is_written_as_on_a_clock(wrong: str) -> None:
    """Everything else is refused."""
    with pytest.raises(ValueError, match=r"must be in|^.{0,8}$"):
        clock_time(wrong)
