"""The daily report as a pure fold: what each number counts, and how long days are."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.account import Account, Stay
from surgeline.domain.outcome import Opened, Outcome, Surveyed
from surgeline.reports.case import Case, case_of
from surgeline.reports.days import Day, Span, day_of, span_of, week_of
from surgeline.reports.named.daily import daily
from surgeline.reports.report import Ground

HOUR = 3_600_000
QUIET = 24 * HOUR
PARIS = ZoneInfo("Europe/Paris")
DAY = day_of(date(2026, 3, 1), PARIS)
LATER = DAY.end + 2 * QUIET


def case(**more: Any) -> Case:
    """Return a case of that day: one that ended, unless something else is said."""
    about: dict[str, Any] = {"conversation_id": "tone-1", "channel_id": "shop", "language": "fr"}
    times = {"opened_at": DAY.start, "last_customer_at": DAY.start, "account": Account()}
    return Case(**(about | times | {"ended_by": "superseded"} | more))


def told(*cases: Case, day: Day = DAY, at: int = LATER) -> dict[str, Any]:
    """Return the report of the cases."""
    return daily(Span((day,)), cases, Ground(at=at, quiet=QUIET))


ANSWERED = Account(first_reply_at=DAY.start + 500, answered=("hours",))
ASKED = Account(asked_at=DAY.start, handoffs=1)
SERVED = replace(ASKED, joined_at=DAY.start + 4_000, first_person_at=DAY.start + 9_000)


YES = Surveyed(
    conversation_id="tone-1",
    channel_id="shop",
    language="fr",
    opened_at=DAY.start,
    at=DAY.start + 9_000,
    helped=True,
)
NO = replace(YES, at=YES.at + 1, helped=False)
ASKED_ONLY = replace(YES, helped=None)
OF_NORTH: dict[str, Any] = {
    "account": replace(SERVED, stays=(Stay("north", DAY.start + 4_000),)),
    "ended_by": "pool",
    "resolution": "assumed",
}


def of_pool(pool_id: str, *, helped: bool = True) -> Surveyed:
    """Return what the customer said of a pool."""
    return replace(YES, pool_id=pool_id, helped=helped)


NO_TO_NORTH = of_pool("north", helped=False)


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"answered_by_bot", "assumed"}, case(account=ANSWERED)),
        ({"answered_by_bot", "unresolved"}, case(account=ANSWERED, rejected=("hours",))),
        ({"answered_by_bot", "confirmed"}, case(account=ANSWERED, ended_by="confirmed")),
        ({"answered_by_bot", "assumed"}, case(account=ANSWERED, state="open", owner="bot")),
        ({"unresolved"}, case()),
        ({"unresolved"}, case(state="open", owner="bot")),
        ({"open"}, case(state="open", owner="bot", last_customer_at=LATER - 1)),
        ({"handed_off", "open"}, case(state="open", owner="waiting", account=ASKED)),
        ({"handed_off", "open"}, case(state="open", owner="pool:north", account=SERVED)),
        ({"handed_off", "abandoned", "unresolved"}, case(account=ASKED, ended_by="customer")),
        ({"handed_off", "abandoned", "unresolved"}, case(account=ASKED, state="open", owner="bot")),
        ({"handed_off", "unresolved"}, case(account=SERVED, ended_by="customer")),
        ({"handed_off", "unresolved"}, case(account=ASKED, ended_by="pool")),
        ({"handed_off", "assumed"}, case(account=SERVED, ended_by="pool", resolution="assumed")),
        (
            {"answered_then_handed_off", "handed_off", "unresolved"},
            case(account=replace(SERVED, answered=("hours",)), ended_by="pool"),
        ),
        ({"taken_back", "unresolved"}, case(account=Account(reopened=1))),
        ({"answered_by_bot", "confirmed"}, case(account=ANSWERED, surveyed=(YES,))),
        ({"answered_by_bot", "unresolved"}, case(account=ANSWERED, surveyed=(YES, NO))),
        ({"answered_by_bot", "assumed"}, case(account=ANSWERED, surveyed=(ASKED_ONLY,))),
        ({"handed_off", "confirmed"}, case(**OF_NORTH, surveyed=(of_pool("north"),))),
        (
            {"handed_off", "unresolved"},
            case(**OF_NORTH, surveyed=(of_pool("north", helped=False),)),
        ),
        ({"handed_off", "assumed"}, case(**OF_NORTH, surveyed=(of_pool("south"),))),
        ({"handed_off", "assumed"}, case(**OF_NORTH, surveyed=(of_pool("north"),), part=1)),
        (
            {"handed_off", "abandoned", "unresolved"},
            case(account=replace(ASKED, asked_at=YES.at + 1), surveyed=(YES,)),
        ),
        ({"erased"}, case(account=None, is_erased=True, ended_by="erased")),
        ({"open"}, case(account=None, ended_by=None)),
    ],
)
def test_a_case_counts_where_it_belongs(counts: set[str], found: Case) -> None:
    """Each way in which a conversation can stand is in exactly those counts."""
    report = told(found)
    named = {name for name, value in report.items() if value == 1} - {"arrivals"}
    assert named - {"first_reply_over_10_s"} == counts


CASES = st.builds(
    Case,
    conversation_id=st.just("tone-1"),
    channel_id=st.sampled_from(["shop", "web"]),
    language=st.none(),
    opened_at=st.integers(DAY.start, DAY.end - 1),
    state=st.sampled_from(["open", "closed"]),
    owner=st.sampled_from(["bot", "waiting", "pool:north"]),
    ended_by=st.sampled_from([None, "pool", "customer", "confirmed", "superseded", "expired"]),
    resolution=st.sampled_from([None, "assumed", "confirmed"]),
    last_customer_at=st.integers(0, LATER),
    rejected=st.sampled_from([(), ("hours",)]),
    account=st.none()
    | st.builds(
        Account,
        first_reply_at=st.none() | st.integers(0, LATER),
        asked_at=st.none() | st.integers(0, LATER),
        joined_at=st.none() | st.integers(0, LATER),
        answered=st.sampled_from([(), ("hours",)]),
        handoffs=st.integers(0, 2),
    ),
    is_erased=st.booleans(),
)


@given(st.lists(CASES, max_size=30), st.integers(DAY.start, LATER))
def test_every_conversation_is_resolved_in_one_way(cases: list[Case], at: int) -> None:
    """The resolutions add up to the arrivals, the intervals too, and no time is negative."""
    report = told(*cases, at=at)
    ways = ("confirmed", "assumed", "unresolved", "open", "erased")
    assert sum(report[name] for name in ways) == report["arrivals"] == len(cases)
    assert sum(each["arrivals"] for each in report["intervals"]) == len(cases)
    assert sum(report["channels"].values()) == len(cases)
    assert report["answered_by_bot"] + report["handed_off"] <= len(cases)
    assert report["abandoned"] <= report["handed_off"]
    for name in ("first_reply_ms", "wait_seconds"):
        values = [v for key, v in report[name].items() if key != "count" and v is not None]
        assert values == sorted(values)
        assert all(each >= 0 for each in values)
    assert told(*reversed(cases), at=at) == report


def test_a_percentile_is_one_of_the_values() -> None:
    """The nearest rank of a hundred values is the value of that number."""
    replied = [case(account=Account(first_reply_at=DAY.start + number)) for number in range(1, 101)]
    assert told(*replied)["first_reply_ms"] == {"count": 100, "p50": 50, "p95": 95, "p99": 99}
    assert told()["first_reply_ms"] == {"count": 0, "p50": None, "p95": None, "p99": None}
    late = case(account=Account(first_reply_at=DAY.start + 10_001))
    assert told(late)["first_reply_over_10_s"] == 1


@pytest.mark.parametrize(
    ("which", "hours", "begins"),
    [
        (date(2026, 3, 29), 23, "2026-03-29T00:00:00+01:00"),
        (date(2026, 10, 25), 25, "2026-10-25T00:00:00+02:00"),
        (date(2026, 3, 1), 24, "2026-03-01T00:00:00+01:00"),
    ],
)
def test_days_are_as_long_as_they_are(which: date, hours: int, begins: str) -> None:
    """A day with a change of the clock has its own number of intervals, and none twice."""
    day = day_of(which, PARIS)
    assert day.end - day.start == hours * HOUR
    intervals = told(day=day)["intervals"]
    assert len(intervals) == len({each["from"] for each in intervals}) == hours * 2
    assert intervals[0]["from"] == begins
    last = told(case(opened_at=day.end - 1), day=day)["intervals"][-1]
    assert last["arrivals"] == 1


def test_a_skipped_midnight_begins_at_the_change_and_a_skipped_date_is_refused() -> None:
    """Beirut's clocks jump at midnight; Samoa left 30 December 2011 out."""
    beirut = day_of(date(2026, 3, 29), ZoneInfo("Asia/Beirut"))
    assert (beirut.end - beirut.start) == 23 * HOUR
    assert beirut.start == day_of(date(2026, 3, 28), ZoneInfo("Asia/Beirut")).end
    with pytest.raises(ValueError, match="left out"):
        day_of(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))


def test_only_the_end_of_the_last_opening_counts() -> None:
    """A conversation that was taken up again is read from its thread until it ends again."""
    about: dict[str, Any] = {"conversation_id": "tone-1", "channel_id": "shop", "language": "fr"}
    opened = [Opened(**about, opened_at=1, at=1), Opened(**about, opened_at=1, at=9, part=1)]
    end = Outcome(**about, opened_at=1, at=5, ended_by="pool", account=SERVED)
    assert case_of(opened, [end], None).account is None
    assert case_of(opened[:1], [end], None).closed_at == 5
    again = replace(end, at=12, part=1)
    assert case_of(opened, [end, again], None).closed_at == 12


def test_several_days_are_counted_together_and_each() -> None:
    """The days' counts add up to the whole, whose percentiles are those of all values."""
    span = span_of(date(2026, 3, 28), date(2026, 3, 30), PARIS)
    assert [day.end - day.start for day in span.days] == [24 * HOUR, 23 * HOUR, 24 * HOUR]
    replied = [
        case(opened_at=day.start, account=Account(first_reply_at=day.start + number))
        for day in span.days
        for number in range(1, 5)
    ] + [case(opened_at=span.end - 1)]
    found = daily(span, replied, Ground(at=LATER, quiet=QUIET))
    assert [each["arrivals"] for each in found["days"]] == [4, 4, 5]
    assert (found["arrivals"], found["first_reply_ms"]["p50"]) == (13, 2)
    assert "intervals" not in found


def test_a_week_is_seven_days_from_monday() -> None:
    """The first week of a year may begin in the year before, and week 53 is not in every year."""
    assert week_of("2026-W01") == (date(2025, 12, 29), date(2026, 1, 4))
    assert week_of("2026-W53")[0] == date(2026, 12, 28)
    for text in ("2025-W53", "2026-W00", "2026-9", "26-W09", "2026-W9", "2026-W٠٩", "", "0000-W01"):
        with pytest.raises(ValueError, match=r".*"):
            week_of(text)
