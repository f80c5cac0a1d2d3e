"""GET /v1/admin/reports/daily: a day of a place, and what is refused."""

from typing import Any

import pytest

from tests.functions.stage import Stage

PATH = "/v1/admin/reports/daily"


def report(stage: Stage, query: str = "") -> dict[str, Any]:
    """Return the report that the operators' API gives."""
    answer = stage.admin("GET", f"{PATH}?{query}")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def write(stage: Stage, text: str, sender: str) -> None:
    """Let a customer write, and the thread's writer do its part."""
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")


def test_a_day_is_counted_as_it_stands(stage: Stage) -> None:
    """One was answered, another one waits; the numbers come with their day, zone and moment."""
    write(stage, "When are you open?", "ann")
    write(stage, "I want to talk to a person", "bob")
    found = report(stage)
    assert (found["day"], found["time_zone"]) == ("2026-03-01", "UTC")
    counts = ("arrivals", "answered_by_bot", "handed_off", "assumed", "open", "abandoned")
    assert [found[name] for name in counts] == [2, 1, 1, 1, 1, 0]
    assert found["first_reply_ms"]["count"] == 1
    assert found["channels"] == {"shop": 2}
    assert sum(each["arrivals"] for each in found["intervals"]) == 2
    assert found == report(stage, "day=2026-03-01&time_zone=UTC")


def test_a_day_belongs_to_its_time_zone(stage: Stage) -> None:
    """At noon in London it is still the same day in Honolulu, and the next one on Kiritimati."""
    write(stage, "When are you open?", "ann")
    for zone, day in (("Pacific/Honolulu", "2026-03-01"), ("Pacific/Kiritimati", "2026-03-02")):
        found = report(stage, f"time_zone={zone}")
        assert (found["day"], found["arrivals"]) == (day, 1)
    assert report(stage, "day=2026-03-01&time_zone=Pacific/Kiritimati")["arrivals"] == 0


def test_an_erased_person_is_only_counted(stage: Stage) -> None:
    """I14: an erased conversation is an arrival of that time and channel, and nothing else."""
    write(stage, "When are you open?", "ann")
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "ann"})
        stage.drain("events")
    found = report(stage)
    assert (found["arrivals"], found["erased"], found["answered_by_bot"]) == (1, 1, 0)
    assert found["first_reply_ms"]["count"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("day=2026-02-30", "day"),
        ("day=2026-3-1", "day"),
        ("day=%EF%BC%92026-03-01", "day"),
        ("day=20260301", "day"),
        ("day=", "day"),
        ("day=2026-03-02", "day"),
        ("day=9999-12-31", "day"),
        ("day=2020-01-01", "day"),
        ("day=0001-01-01", "day"),
        ("time_zone=Mars/Olympus", "time_zone"),
        ("time_zone=", "time_zone"),
        ("time_zone=../../etc/passwd", "time_zone"),
        ("time_zone=Europe", "time_zone"),
        ("time_zone=UTC%00", "time_zone"),
        ("time_zone=" + "x" * 5000, "time_zone"),
    ],
)
def test_bad_input_is_named(stage: Stage, query: str, field: str) -> None:
    """I12: each mistake gets a 400 that says which part of the query is wrong."""
    answer = stage.admin("GET", f"{PATH}?{query}")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_an_unknown_report_is_not_found(stage: Stage) -> None:
    """A name that no report has is answered 404."""
    assert stage.admin("GET", "/v1/admin/reports/nightly").status == 404
