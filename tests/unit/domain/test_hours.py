"""Opening hours over midnight, holidays and changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.hours import WEEKDAYS, Hours, is_open, opens_at, span

OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-18:00",))
NIGHT = dict.fromkeys(WEEKDAYS, ("22:00-06:00",))
ZONES = ("UTC", "Asia/Seoul", "Europe/Paris", "America/New_York", "Australia/Lord_Howe")


def at(zone: str, wall: str) -> int:
    """Return the epoch milliseconds of a wall time such as 2026-03-29T02:30."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-02T08:59:59", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T17:59:59", True),
        ("2026-03-02T18:00", False),
        ("2026-03-01T12:00", False),  # a Sunday
    ],
)
def test_an_office_is_open_on_its_own_clock(wall: str, expected: bool) -> None:
    """An office is open from its first minute to its last by its own zone, and not on a Sunday."""
    for zone in ZONES:
        assert is_open(Hours(zone, OFFICE), at(zone, wall)) is expected


def test_a_span_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    """A holiday cancels the night that begins on it, not the one that ends on it."""
    hours = Hours("Asia/Seoul", NIGHT, holidays=("2026-03-03",))
    assert is_open(hours, at("Asia/Seoul", "2026-03-03T05:59"))
    assert not is_open(hours, at("Asia/Seoul", "2026-03-03T22:30"))
    assert not is_open(hours, at("Asia/Seoul", "2026-03-04T03:00"))
    assert is_open(hours, at("Asia/Seoul", "2026-03-04T22:30"))


def test_a_special_day_has_spans_of_its_own() -> None:
    """A special day's spans replace the weekday's and go before a holiday."""
    hours = Hours(
        "Europe/Paris",
        OFFICE,
        holidays=("2026-12-24",),
        special={"2026-12-24": ("09:00-12:00",), "2026-12-26": ("10:00-11:00",)},
    )
    assert is_open(hours, at("Europe/Paris", "2026-12-24T11:00"))
    assert not is_open(hours, at("Europe/Paris", "2026-12-24T13:00"))
    assert is_open(hours, at("Europe/Paris", "2026-12-26T10:30"))


def test_a_night_when_the_clocks_go_forward_is_an_hour_shorter() -> None:
    """A night from 22:00 to 06:00 lasts seven hours when the clocks go forward."""
    hours = Hours("Europe/Paris", {"sat": ("22:00-06:00",)})
    start = at("Europe/Paris", "2026-03-28T22:00")
    assert is_open(hours, start + 7 * 3_600_000 - 1)
    assert not is_open(hours, start + 7 * 3_600_000)


def test_a_night_when_the_clocks_go_back_is_an_hour_longer() -> None:
    """A night from 22:00 to 06:00 lasts nine hours when the clocks go back."""
    hours = Hours("Europe/Paris", {"sat": ("22:00-06:00",)})
    start = at("Europe/Paris", "2026-10-24T22:00")
    assert is_open(hours, start + 9 * 3_600_000 - 1)
    assert not is_open(hours, start + 9 * 3_600_000)


def test_a_time_that_the_clocks_skip_counts_by_the_offset_before() -> None:
    """A day whose opening time is skipped by the clocks begins an hour later (RFC 5545)."""
    hours = Hours("America/New_York", {"sun": ("02:30-11:00",)})
    opening = opens_at(hours, at("America/New_York", "2026-03-08T00:00"))
    assert opening == at("America/New_York", "2026-03-08T03:30")


def test_opens_at_finds_the_next_opening() -> None:
    """The next opening is now if the pool is open, and none if there is no span."""
    hours = Hours("Asia/Seoul", OFFICE, holidays=("2026-03-09",))
    open_now = at("Asia/Seoul", "2026-03-06T10:00")
    assert opens_at(hours, open_now) == open_now
    evening = at("Asia/Seoul", "2026-03-06T18:00")
    assert opens_at(hours, evening) == at("Asia/Seoul", "2026-03-10T09:00")
    assert opens_at(Hours("Asia/Seoul"), evening) is None
    nine = at("Asia/Seoul", "2026-03-10T09:00")
    assert opens_at(hours, evening, before=nine) is None
    assert opens_at(hours, evening, before=nine + 1) == nine


SPANS = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))


@given(
    st.sampled_from(ZONES),
    st.dictionaries(st.sampled_from(list(NIGHT)), st.lists(SPANS, max_size=2), max_size=4),
    st.integers(0, 366 * 24 * 60),
)
def test_opens_at_is_the_first_open_moment(
    zone: str, week: dict[str, list[tuple[int, int, int, int]]], minute: int
) -> None:
    """A pool is open at the moment that opens_at names and closed from the question up to it."""
    spans = {
        day: tuple(
            f"{h1:02}:{m1:02}-{h2:02}:{m2:02}" for h1, m1, h2, m2 in each if (h1, m1) != (h2, m2)
        )
        for day, each in week.items()
    }
    hours = Hours(zone, spans)
    asked = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    start = int(asked.timestamp()) * 1000
    found = opens_at(hours, start)
    if found is None:
        assert not any(is_open(hours, start + step * 3_600_000) for step in range(14 * 24))
        return
    assert is_open(hours, found)
    assert found == start or not is_open(hours, found - 1_000)
    between = range(start, found, max(60_000, (found - start) // 50))
    assert not any(is_open(hours, each) for each in between)


@pytest.mark.parametrize(
    "text", ["", "9:00-18:00", "09:00", "09:00-24:01", "09:60-10:00", "24:00-06:00", "09:00-09:00"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    """A text that is no span of two different times in two digits each is refused."""
    with pytest.raises(ValueError, match="is not a"):
        span(text)


def test_a_whole_day_is_a_span() -> None:
    """The text 00:00-24:00 is a span of a whole day."""
    assert span("00:00-24:00") == (0, 1440)
