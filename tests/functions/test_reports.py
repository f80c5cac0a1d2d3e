"""GET /v1/admin/reports/{report}: the days of a place, and what is refused."""

from typing import Any

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.reports.page.page import page

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
    assert (found["day"], found["zone"]) == ("2026-03-01", "UTC")
    counts = ("arrivals", "answered_by_bot", "handed_off", "assumed", "open", "abandoned")
    assert [found[name] for name in counts] == [2, 1, 1, 1, 1, 0]
    assert found["first_reply_ms"]["count"] == 1
    assert found["channels"] == {"shop": 2}
    assert sum(each["arrivals"] for each in found["intervals"]) == 2
    assert found == report(stage, "day=2026-03-01&zone=UTC")


def test_a_day_belongs_to_its_time_zone(stage: Stage) -> None:
    """At noon in London it is still the same day in Honolulu, and the next one on Kiritimati."""
    write(stage, "When are you open?", "ann")
    for zone, day in (("Pacific/Honolulu", "2026-03-01"), ("Pacific/Kiritimati", "2026-03-02")):
        found = report(stage, f"zone={zone}")
        assert (found["day"], found["arrivals"]) == (day, 1)
    assert report(stage, "day=2026-03-01&zone=Pacific/Kiritimati")["arrivals"] == 0


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
        ("week=2026-W54", "week"),
        ("week=2026-10", "week"),
        ("week=0001-W01", "week"),
        ("week=9999-W53", "week"),
        ("week=2026-W10", "week"),
        ("from=2026-03-01", "from"),
        ("to=2026-03-01", "to"),
        ("from=2026-03-01&to=2026-02-30", "to"),
        ("from=2026-03-01&to=2026-02-28", "to"),
        ("from=2024-03-01&to=2026-03-01", "to"),
        ("from=2026-02-01&to=2026-03-02", "to"),
        ("day=2026-03-01&week=2026-W09", "week"),
        ("day=2026-03-01&from=2026-03-01&to=2026-03-01", "to"),
        ("zone=Mars/Olympus", "zone"),
        ("zone=", "zone"),
        ("zone=../../etc/passwd", "zone"),
        ("zone=Europe", "zone"),
        ("zone=UTC%00", "zone"),
        ("zone=" + "x" * 5000, "zone"),
    ],
)
def test_bad_input_is_named(stage: Stage, query: str, field: str) -> None:
    """I12: each mistake gets a 400 that says which part of the query is wrong."""
    answer = stage.admin("GET", f"{PATH}?{query}")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_an_unknown_report_is_not_found(stage: Stage) -> None:
    """A name that no report has is answered 404."""
    assert stage.admin("GET", "/v1/admin/reports/nightly").status == 404
    assert "daily" in stage.admin("GET", "/v1/admin/reports/nightly").json["error"]["message"]


def test_a_week_and_a_range_are_one_request(stage: Stage) -> None:
    """The running week ends today, and each day stands for itself too."""
    write(stage, "When are you open?", "ann")
    week = report(stage, "week=2026-W09")
    assert (week["from"], week["to"], week["arrivals"]) == ("2026-02-23", "2026-03-01", 1)
    assert [each["arrivals"] for each in week["days"]] == [0, 0, 0, 0, 0, 0, 1]
    assert week == report(stage, "from=2026-02-23&to=2026-03-01")


def test_the_company_s_zone_is_a_setting(stage: Stage) -> None:
    """Without a zone a report counts the company's days, and a wrong name is refused."""
    write(stage, "When are you open?", "ann")
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert (document["reports"]["zone"], document["reports"]["return_days"]) == ("UTC", 7)
    document["reports"]["zone"] = "Pacific/Kiritimati"
    assert stage.admin("PUT", "/v1/admin/configuration", document).status == 200
    stage.clock.advance(seconds=10)
    assert (report(stage)["zone"], report(stage)["day"]) == ("Pacific/Kiritimati", "2026-03-02")
    document["reports"] = {"zone": "Mars/Olympus", "return_days": 0}
    refused = stage.admin("PUT", "/v1/admin/configuration", document)
    problems = refused.json["error"]["problems"]
    assert refused.status == 422
    assert [each.partition(":")[0] for each in problems] == ["reports.zone", "reports.return_days"]


def test_a_report_is_also_the_page_of_the_command(stage: Stage) -> None:
    """The page is what `surgeline report --html` writes, and its policy lets nothing run."""
    write(stage, "When are you open?", "ann")
    answer = stage.admin("GET", f"{PATH}?format=html&day=2026-03-01")
    assert answer.text == page(report(stage, "day=2026-03-01"), lead_words("en"))
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    refused = stage.admin("GET", f"{PATH}?format=pdf")
    assert (refused.status, refused.json["error"]["field"]) == (400, "format")


def test_a_report_speaks_the_language_that_is_asked_for(stage: Stage) -> None:
    """A lead gets words and page in their own language. Without one the company's is taken."""
    write(stage, "When are you open?", "ann")
    assert report(stage)["language"] == "en"
    found = report(stage, "day=2026-03-01&language=ko")
    assert found["finding"].startswith("2026-03-01에 상담 1건이 열렸어요.")
    shown = stage.admin("GET", f"{PATH}?day=2026-03-01&language=fr&format=html").text
    assert '<html lang="fr">' in shown
    assert "Le 2026-03-01, 1 conversation a été ouverte." in shown
    refused = stage.admin("GET", f"{PATH}?language=xx")
    assert (refused.status, refused.json["error"]["field"]) == (400, "language")
    stage.configure(reports={"language": "fr"})
    stage.clock.advance(10)
    assert report(stage)["language"] == "fr"
