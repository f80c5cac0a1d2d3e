"""Calendars of people on call on a running instance, and answers that a lead notes."""

import pytest

from local.virtual.front import Answered
from tests.functions.stage import Stage
from tests.functions.test_calls import ADDRESS, Phones, call, calls, configure
from tests.functions.test_surge_controller import minutes


@pytest.fixture
def phones(stage: Stage) -> Phones:
    configure(stage)
    return Phones(stage)


def link(stage: Stage, person: str = "mina") -> str:
    """Make a new link, and return its path."""
    made = stage.admin("POST", f"/v1/admin/calendars/{person}", {})
    assert made.status == 201
    whole: str = made.json["url"]
    assert whole.startswith(f"{ADDRESS}/calendar/{person}/c")
    return whole.removeprefix(ADDRESS)


def test_the_link_shows_a_person_s_turns_and_shifts(stage: Stage, phones: Phones) -> None:
    """The file has the weeks on turn, what was swapped, and what was said yes to."""
    place = link(stage)
    before = stage.request("GET", place)
    assert before.headers["content-type"] == "text/calendar; charset=utf-8"
    assert before.text.count("SUMMARY:On call: evening") > 5
    swap = {"rota": "evening", "instead_of": "lee", "takes_over": "mina"}
    swap |= {"from": "2026-03-02T00:00:00Z", "until": "2026-03-30T00:00:00Z"}
    assert stage.admin("POST", "/v1/admin/swaps", swap).status == 201
    assert "instead of Lee" in stage.request("GET", place).text
    call(stage)
    minutes(stage)
    [asked] = calls(stage)[0]["asked"]
    note(stage, asked["person"], coming=True)
    place = link(stage, asked["person"])
    assert "SUMMARY:Called: the shop is on television" in stage.request("GET", place).text


def test_a_yes_to_a_test_page_is_no_time_in_the_calendar(stage: Stage, phones: Phones) -> None:
    """The page came through, and nobody comes anywhere for it."""
    configure(stage, weekly_test="sun 12:00")
    minutes(stage, 2)
    [page] = calls(stage)
    [asked] = page["asked"]
    assert note(stage, asked["person"], coming=True).json["told"] == "coming"
    text = stage.request("GET", link(stage, asked["person"])).text
    assert page["kind"] == "test"
    assert "SUMMARY:Called" not in text


def test_an_ended_link_and_a_wrong_one_find_nothing(stage: Stage, phones: Phones) -> None:
    """A new link ends the one before, an end ends it for good, and nobody sees another's times."""
    first, second = link(stage), link(stage)
    assert first != second
    assert stage.request("GET", first).status == 404
    assert stage.request("GET", second).status == 200
    assert stage.request("GET", second.replace("/mina/", "/lee/")).status == 404
    assert stage.admin("DELETE", "/v1/admin/calendars/mina").json == {"person": "mina", "url": None}
    assert stage.request("GET", second).status == 404
    assert stage.request("GET", "/calendar/mina/c" + "a" * 26).status == 404
    assert stage.request("GET", "/calendar/nobody/c" + "a" * 26).status == 404


def test_a_link_needs_a_person(stage: Stage, phones: Phones) -> None:
    """An unknown person is refused with those who are known, and a wrong name as well."""
    unknown = stage.admin("POST", "/v1/admin/calendars/ann", {})
    assert unknown.status == 404
    assert "mina, lee" in unknown.json["error"]["message"]
    assert stage.admin("POST", "/v1/admin/calendars/Ann!", {}).status == 404


def note(stage: Stage, person: str, **said: object) -> Answered:
    call_id = calls(stage)[0]["id"]
    return stage.admin("POST", f"/v1/admin/calls/{call_id}/answers", {"person": person} | said)


def test_a_lead_notes_what_a_person_said(stage: Stage, phones: Phones) -> None:
    """An answer by phone counts like a press of the link; a repeat and a wrong one are told."""
    call(stage)
    minutes(stage)
    [asked] = [each["person"] for each in calls(stage)[0]["asked"]]
    assert note(stage, asked, coming="yes").json["error"]["field"] == "coming"
    assert note(stage, asked, coming=True, in_minutes=2_000).json["error"]["field"] == "in_minutes"
    assert note(stage, "ann", coming=True).status == 404
    assert note(stage, asked, coming=True, in_minutes=20).json["told"] == "coming"
    assert note(stage, asked, coming=True).json["told"] == "again"
    assert calls(stage)[0]["is_full"]
    missing = stage.admin(
        "POST",
        "/v1/admin/calls/01772366400000-0a1b2c3d4e/answers",
        {"person": asked, "coming": True},
    )
    assert missing.status == 404
