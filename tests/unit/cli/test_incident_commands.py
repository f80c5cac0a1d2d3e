"""`surgeline incident` and `surgeline crisis`, against an instance of a few lines."""

from pathlib import Path
from typing import Any

import click
import pytest
from fake_instance import FakeInstance, Run

from cli.incident import Lasting, by_language

pytestmark = pytest.mark.enable_socket  # a fake instance on loopback

INCIDENT = {
    "id": "i3f9a1c204b",
    "state": "running",
    "texts": {"en": "Late."},
    "articles": ["en-order-status"],
    "channels": [],
    "starts_at": "2026-03-01T12:00:00.000Z",
    "ends_at": "2026-03-01T18:00:00.000Z",
    "uses": {
        "told": 12,
        "avoided": 9,
        "wanted_person": 2,
        "told_first": 4,
        "silent": 3,
        "complete": True,
    },
}
PROFILE = {
    "id": "calm",
    "articles": [
        {"knowledge_base": "shop", "variant": 3, "neutral": 2, "to_people": 1, "suppressed": 7}
    ],
}
ON = {"profile": "calm", "until": "2026-03-04T12:00:00.000Z"}


def test_a_text_names_its_language(instance: FakeInstance, operator: Run) -> None:
    """A text without a language is English, and a colon in a sentence stays one."""
    instance.answer("POST /v1/admin/incidents", (201, INCIDENT))
    said = operator(
        "incident", "publish", "--text", "Note: late.", "--text", "fr: En retard.",
        "--article", "a", "--article", "b", "--for", "6h",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert instance.asked[-1].json == {
        "texts": {"en": "Note: late.", "fr": "En retard."},
        "articles": ["a", "b"],
        "channels": [],
        "minutes": 360,
    }
    assert "surgeline incident end i3f9a1c204b" in said.output


def test_those_who_asked_before_are_told_where_that_is_asked_for(
    instance: FakeInstance, operator: Run
) -> None:
    """The person reads that it begins with the next minute."""
    instance.answer("POST /v1/admin/incidents", (201, INCIDENT))
    said = operator("incident", "publish", "--text", "Closed.", "--tell", "6h")
    assert instance.asked[-1].json["tell_minutes"] == 360
    assert "are told from the next minute on" in said.output


def test_two_texts_in_one_language_are_refused() -> None:
    """Nobody knows which of them is meant."""
    with pytest.raises(click.ClickException, match="two texts are in 'en'"):
        by_language(("Late.", "en: Very late."))


@pytest.mark.parametrize(("given", "minutes"), [("90m", 90), ("4h", 240), ("2d", 2_880)])
def test_a_time_has_a_unit(given: str, minutes: int) -> None:
    """Minutes, hours and days are read."""
    assert Lasting().convert(given, None, None) == minutes
    for wrong in ("90", "h", "4 h", "-1h", "1w"):
        with pytest.raises(click.BadParameter, match="as in 90m, 4h or 2d"):
            Lasting().convert(wrong, None, None)


def test_the_list_tells_what_was_avoided(instance: FakeInstance, operator: Run) -> None:
    """An empty list says so."""
    few: dict[str, Any] = {**INCIDENT, "uses": {**INCIDENT["uses"], "complete": False}}  # type: ignore[dict-item] # a mapping
    instance.answer("GET /v1/admin/incidents", {"incidents": [INCIDENT, few]}, {"incidents": []})
    said = operator("incident", "list").output
    assert "i3f9a1c204b  running  until 2026-03-01T18:00Z  on en-order-status" in said
    assert "told to 12 customers: 9 contacts avoided, 2 asked for a person" in said
    assert "told to at least 12 customers" in said
    assert "4 of them were told unasked: 3 have not written since" in said
    assert operator("incident", "list").output == "No incidents in the last two weeks.\n"


def test_an_incident_is_ended(instance: FakeInstance, operator: Run) -> None:
    """A text that can't be an id is not sent."""
    instance.answer("POST /v1/admin/incidents/i3f9a1c204b/end", {**INCIDENT, "state": "ended"})
    assert "has ended" in operator("incident", "end", "i3f9a1c204b").output
    assert operator("incident", "end", "../x").exit_code == 1


def test_a_crisis_is_turned_on_and_off(instance: FakeInstance, operator: Run) -> None:
    """Its status counts what becomes of the articles."""
    instance.answer("PUT /v1/admin/crisis", {"on": ON, "profiles": [PROFILE]})
    instance.answer("DELETE /v1/admin/crisis", {"on": None, "profiles": [PROFILE]})
    instance.answer("GET /v1/admin/crisis", {"on": None, "profiles": []})
    said = operator("crisis", "on", "calm", "--for", "3d").output
    assert instance.asked[-1].json == {"profile": "calm", "minutes": 4_320}
    assert "calm is on until 2026-03-04T12:00Z" in said
    assert "3 with a crisis answer, 2 neutral, 1 to people, 7 suppressed" in said
    assert "No crisis is on." in operator("crisis", "off").output
    assert "There is no profile yet" in operator("crisis", "status").output


def test_a_dry_run_says_what_would_have_been_met(instance: FakeInstance, operator: Run) -> None:
    """Nothing is turned on."""
    met = [
        {"conversation_id": "t1-1", "articles": ["en-hours"], "fit": "suppressed"},
        {"conversation_id": "t2-1", "articles": [], "fit": None},
    ]
    found = {
        "profile": "calm",
        "conversations": 2,
        "complete": True,
        "counts": {"suppressed": 1, "unchanged": 1},
        "more_people": 1,
        "met": met,
    }
    instance.answer("GET /v1/admin/crisis/rehearsal", found)
    said = operator("crisis", "on", "calm", "--dry-run").output
    assert "calm over 2 conversations of the last day. Nothing was changed." in said
    assert "1 conversation more would have gone to people." in said
    assert "t1-1  en-hours: not answered, because the article is suppressed" in said
    assert [each.method for each in instance.asked] == ["GET"]


def test_a_profile_is_written(instance: FakeInstance, operator: Run, tmp_path: Path) -> None:
    """Its texts come from a file, and a file that is no JSON is refused."""
    instance.answer("PUT /v1/admin/crisis/profiles/calm", {"id": "calm"})
    texts = tmp_path / "texts.json"
    texts.write_text('{"en": {"greeting": "Hello."}}')
    said = operator(
        "crisis", "profile", "calm", "--preamble", "ko: 안녕하세요", "--texts", str(texts),
        "--suppress", "cheerful", "--to-people", "en-cancel",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert instance.asked[-1].json == {
        "preamble": {"ko": "안녕하세요"},
        "banner": {},
        "texts": {"en": {"greeting": "Hello."}},
        "to_people": ["en-cancel"],
        "suppressed_tags": ["cheerful"],
    }
    texts.write_text("{")
    assert "not JSON" in operator("crisis", "profile", "calm", "--texts", str(texts)).output


def test_what_is_asked_about_more_than_usual_is_listed(
    operator: Run, instance: FakeInstance
) -> None:
    """A spike and a topic that grows have a line each, with what is usual."""
    article = {"id": "en-hours", "title": "Opening hours"}
    spike = {"topic": "en-hours", "article": article, "customers": 40, "expected": 6.2}
    spike |= {"began_at": "2026-03-01T12:00:00.000Z", "ended_at": None}
    growing = {"topic": "no topic", "article": None, "days": 6, "customers": 90, "expected": 41.4}
    found = {"spikes": [spike], "growing": [growing], "days_known": 28, "days_needed": 7}
    instance.answer("GET /v1/admin/spikes", found)
    shown = operator("incident", "watch").output.splitlines()
    assert shown == [
        (
            "spike    en-hours (Opening hours)  40 customers, 6 are usual, "
            "since 2026-03-01T12:00Z, goes on"
        ),
        "growing  no topic  90 customers in 6 days, 41 are usual",
    ]
    nothing = {"spikes": [], "growing": [], "days_known": 3, "days_needed": 7}
    instance.answer("GET /v1/admin/spikes", nothing)
    assert "there are 3 now" in operator("incident", "watch").output
