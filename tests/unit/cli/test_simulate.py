"""`surgeline simulate`: its numbers for programs, its comparison, its page, and what it refuses."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fake_instance import Run
from surgeline.reports.page.frame import table_of

DAY = {
    "title": "A <small> day",
    "arrivals": [{"from": "09:00", "to": "09:10", "contacts": 12}],
    "customers": {"questions": 1, "asks_for_person": 0.5, "turns": 1},
    "pools": [
        {
            "id": "desk",
            "cost_per_hour": 20,
            "handle_seconds": [120],
            "shifts": [{"from": "09:00", "to": "10:00", "agents": 3}],
        }
    ],
}
FIELDS = {
    "contacts", "answered_by_bot", "service_level", "wait_seconds", "abandoned", "lost",
    "duplicated", "forgotten", "spend_usd", "log_sha256", "wall_seconds",
}  # fmt: skip


@pytest.fixture
def day(tmp_path: Path) -> Path:
    file = tmp_path / "day.json"
    file.write_text(json.dumps(DAY))
    return file


def told(run: Run, *args: str | Path) -> Any:
    result = run("simulate", *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_day_for_programs(surgeline: Run, day: Path) -> None:
    """Every promised number is there, and the same seed gives the same log."""
    found = told(surgeline, day, "--seed", "7")
    assert found.keys() >= FIELDS
    assert set(found["wait_seconds"]) == {"p50", "p95"}
    assert (found["contacts"], found["lost"], found["duplicated"], found["forgotten"]) == (
        12,
        0,
        0,
        0,
    )
    assert found["spend_usd"] == 60
    assert told(surgeline, day, "--seed", "7")["log_sha256"] == found["log_sha256"]


def test_two_policies_are_compared(surgeline: Run, day: Path, tmp_path: Path) -> None:
    """`a` is the day as it is, and `b` the one with the policy; the same customers come."""
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"pools": [{"id": "desk", "cost_per_hour": 30}]}))
    found = told(surgeline, day, "--compare", policy)
    assert (found["a"]["spend_usd"], found["b"]["spend_usd"]) == (60, 90)
    assert found["a"]["contacts"] == found["b"]["contacts"]


def test_a_lead_reads_the_finding_and_the_page(surgeline: Run, day: Path, tmp_path: Path) -> None:
    """The text begins with the finding; the page draws the day, and runs no script."""
    page = tmp_path / "day.html"
    result = surgeline("simulate", day, "--html", page)
    assert result.output.startswith("A <small> day: 12 customers wrote, and the bot alone")
    assert "nobody was forgotten" in result.output
    text = page.read_text()
    charts = re.findall(r"<svg class=\"chart\".*?</svg>", text, re.DOTALL)
    assert len(charts) == 6
    for each in charts:
        ET.fromstring(each)  # noqa: S314 # our own
    assert "<script" not in text
    assert "<small>" not in text
    assert "default-src 'none'" in text


def test_a_recorded_day_comes_k_times(surgeline: Run, day: Path, tmp_path: Path) -> None:
    """A CSV file's customers come, k times. An hour that the clocks repeat has those of both."""
    recorded = tmp_path / "recorded.csv"
    twice = ["T09:00+02:00,2", "T09:30+02:00,1.4", "T09:00+01:00,0", "T09:30+01:00,2"]
    lines = [f"2026-10-25{each}" for each in twice]
    recorded.write_text("\n".join(["from,contacts", *lines, ""]))
    found = told(surgeline, day, "--arrivals", recorded, "--times", "2")
    assert found["contacts"] == 10
    arrivals = {each["begin"]: each["arrivals"] for each in found["slices"] if each["arrivals"]}
    assert all("09:00" <= begin < "10:00" for begin in arrivals)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("from,contacts\n09:00,2\n", "at least two"),
        ("from,contacts\n09:30,2\n09:00,2\n", "line 3, from"),
        ("from,contacts\nnoon,2\n13:00,1\n", "line 2, from"),
        ("from,contacts\n09:00,2\n09:30,-1\n", "line 3, contacts"),
        ("from,contacts\n09:00,2\n09:75,1\n", "line 3, from"),
        ("from,contacts\n09:00,2\n09:30,1\n2026-03-01T09:00,1\n", "line 4, from"),
    ],
)
def test_a_malformed_recorded_day_is_refused(
    surgeline: Run, day: Path, tmp_path: Path, text: str, word: str
) -> None:
    """Each wrong line is named."""
    recorded = tmp_path / "recorded.csv"
    recorded.write_text(text)
    result = surgeline("simulate", day, "--arrivals", recorded)
    assert result.exit_code == 2
    assert word in result.output


def test_an_unknown_day_is_refused(surgeline: Run) -> None:
    """The shipped days are named."""
    result = surgeline("simulate", "monday")
    assert result.exit_code == 2
    assert "vendors-down" in result.output


def test_a_malformed_day_is_one_sentence(surgeline: Run, day: Path) -> None:
    """The place of a problem is named, and so is one that only the configuration sees."""
    day.write_text(json.dumps(DAY | {"weather": "rain"}))
    assert "weather there is no such field" in surgeline("simulate", day).output
    day.write_text(json.dumps(DAY | {"routing": {"steps": [{"pools": ["x"]}]}}))
    result = surgeline("simulate", day)
    assert (result.exit_code, "the configuration: " in result.output) == (2, True)


@pytest.mark.parametrize("args", [("--times", "0"), ("--times", "nan"), ("--seed", "-1")])
def test_impossible_numbers_are_refused(surgeline: Run, day: Path, args: tuple[str, ...]) -> None:
    """A day needs customers and a seed."""
    assert surgeline("simulate", day, *args).exit_code == 2


def test_a_reason_goes_on_over_lines_and_a_number_does_not() -> None:
    """The table of the acts ends with a sentence, which is wider than a screen."""
    page = table_of("Acts", ("At", "People", "Why"), [("09:45", "5", "5 people are missing. " * 3)])
    assert '<td>5</td><td class="said">5 people' in page
