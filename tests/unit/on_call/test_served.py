"""Time on call is parted by days, with nights and weekends, and adds up to everybody's share."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from surgeline.domain.on_call.call import Answer, Asking, Call
from surgeline.domain.on_call.fairness import next_of, shares_of
from surgeline.domain.on_call.rota import Swap
from surgeline.domain.on_call.served import is_night, night_of, running_since, served_days
from surgeline.domain.on_call.settings import Layer, OnCall, OnCallPerson, Owed, Rota

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3_600_000
ROTA = Rota("evening", (Layer(("mina", "lee"), "2026-03-02"),), zone="Europe/Paris")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)


def test_a_week_on_turn_is_one_part_a_day() -> None:
    """The parts meet without a gap, and the weekend's are told apart."""
    found = list(served_days(ROTA, at("2026-03-02T09:00"), at("2026-03-09T09:00")))
    assert [each.until - each.since for each in found] == [15 * HOUR, *[24 * HOUR] * 6, 9 * HOUR]
    assert sum(each.weekend_ms for each in found) == 48 * HOUR
    assert sum(each.night_ms for each in found) == 7 * 8 * HOUR
    assert {each.person for each in found} == {"mina"}


def test_a_day_that_is_not_over_is_no_part_yet() -> None:
    """Only what ended within the span counts, so that each part is written down once."""
    noon = at("2026-03-03T12:00")
    assert [each.until for each in served_days(ROTA, at("2026-03-02T09:00"), noon)] == [
        at("2026-03-03T00:00")
    ]
    assert list(served_days(ROTA, at("2026-03-03T00:00"), noon)) == []


def test_a_part_that_runs_is_written_down_from_its_mark() -> None:
    """The mark is the begin of the part that runs on, and no part begins before the mark."""
    monday, noon = at("2026-03-02T12:00"), at("2026-03-03T12:00")
    [part] = served_days(ROTA, monday, noon)
    assert (part.since, part.until) == (monday, at("2026-03-03T00:00"))
    assert running_since(ROTA, 1, monday, noon) == at("2026-03-03T00:00")
    assert running_since(ROTA, 1, noon - HOUR, noon) == noon - HOUR
    assert running_since(ROTA, 2, monday, noon) == noon


def test_who_took_over_has_served() -> None:
    """A swap parts a day, and each part is that of the person who had it."""
    swap = Swap(
        rota="evening",
        since=at("2026-03-03T18:00"),
        until=at("2026-03-03T22:00"),
        instead_of="mina",
        takes_over="lee",
    )
    found = served_days(ROTA, at("2026-03-03T00:00"), at("2026-03-04T00:00"), [swap])
    assert [(each.person, each.until - each.since, each.instead_of) for each in found] == [
        ("mina", 18 * HOUR, ""),
        ("lee", 4 * HOUR, "mina"),
        ("mina", 2 * HOUR, ""),
    ]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 7), ("2026-10-25", 9), ("2026-03-10", 8)]
)
def test_nights_of_days_on_which_the_clocks_change(day: str, hours: int) -> None:
    """A night in March is an hour shorter, and one in October an hour longer."""
    following = at(f"{day}T12:00") + 24 * HOUR
    whole = night_of(at(f"{day}T00:00"), at(f"{day}T23:59"), PARIS) + 60_000
    assert whole == hours * HOUR
    assert is_night(at(f"{day}T05:59"), PARIS)
    assert not is_night(following, PARIS)


PEOPLE = tuple(
    OnCallPerson(each, each.title(), (), "Europe/Paris") for each in ("mina", "lee", "kim")
)
SETTINGS = OnCall(PEOPLE, (ROTA,), owed=Owed(per_night_hour=0.5, per_page_at_night=2))


def page(person: str, moment: str, answer: bool | None, kind: str = "call") -> Call:
    asked = at(moment)
    answers = () if answer is None else (Answer(person, coming=answer, at=asked),)
    return Call(
        id="c",
        kind="shift" if kind == "shift" else "test" if kind == "test" else "call",
        why="",
        people=1,
        begins=asked,
        ends=asked + 4 * HOUR,
        order=(person,),
        opened_at=asked,
        opened_by="",
        asked=(Asking(person, asked),),
        answers=answers,
    )


def test_shares_add_up_and_say_who_is_next() -> None:
    """Pages, nights, shifts and owed leave are counted. Who has done least is next."""
    served = list(served_days(ROTA, at("2026-03-02T09:00"), at("2026-03-03T00:00")))
    calls = [
        page("mina", "2026-03-02T23:00", answer=True),
        page("lee", "2026-03-02T12:00", answer=None),
        page("lee", "2026-03-02T12:00", answer=True, kind="shift"),
        page("lee", "2026-03-02T12:00", answer=None, kind="test"),
    ]
    found = {
        each.person: each for each in shares_of(SETTINGS, served, calls, now=at("2026-03-05T09:00"))
    }
    mina, lee = found["mina"], found["lee"]
    assert (mina.duty_ms, mina.night_ms, mina.pages_at_night, mina.came) == (
        15 * HOUR,
        2 * HOUR,
        1,
        1,
    )
    assert mina.owed_hours == 2 * 0.5 + 2
    assert (lee.pages, lee.silent, lee.shifts, lee.shift_ms, lee.offers) == (1, 1, 1, 4 * HOUR, 1)
    assert list(found) == ["kim", "lee", "mina"]
    shares = list(found.values())
    assert (next_of(ROTA.people, shares), next_of((), shares)) == ("lee", None)
