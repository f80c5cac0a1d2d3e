"""`surgeline report`: what it asks for, and how it shows a day and several days."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PATH = "GET /v1/admin/reports/daily"
NAMES = (
    "answered_then_handed_off", "abandoned", "confirmed", "assumed", "unresolved", "open",
    "erased", "taken_back",
)  # fmt: skip


def a_day(day: str = "2026-03-01", *, arrivals: int = 8, channel: str = "shop") -> dict[str, Any]:
    """Return a report of a day with some arrivals, half of which the bot answered."""
    counts = {"arrivals": arrivals, "answered_by_bot": arrivals // 2, "handed_off": arrivals // 4}
    intervals = [
        {"from": f"{day}T{hour:02}:00:00+01:00"} | dict.fromkeys(counts, 0) for hour in range(24)
    ]
    intervals[9] |= counts
    return {
        "report": "daily",
        "day": day,
        "from": day,
        "to": day,
        "zone": "Europe/Paris",
        "as_of": f"{day}T23:00:00+01:00",
        **dict.fromkeys(NAMES, 0),
        **counts,
        "abandoned": arrivals // 8,
        "first_reply_ms": {"count": arrivals, "p50": 300, "p95": 900, "p99": 10_001},
        "first_reply_over_10_s": 1,
        "wait_seconds": {"count": 0, "p50": None, "p95": None},
        "channels": {channel: arrivals},
        "interval_minutes": 60,
        "intervals": intervals,
        "finding": f"On {day}, {arrivals} conversations were opened.",
    }


def three_days(channel: str = "shop") -> dict[str, Any]:
    """Return a report of three days."""
    days = [a_day(f"2026-03-0{each}") for each in (1, 2, 3)]
    whole = a_day(arrivals=24, channel=channel) | {"to": "2026-03-03", "days": days}
    return {name: each for name, each in whole.items() if name not in ("day", "intervals")}


def test_a_day_is_told_to_people_and_programs(operator: Run, instance: FakeInstance) -> None:
    """People get the finding and every number; programs get the report as it came."""
    instance.answer(PATH, a_day())
    output = operator("report", "daily").output
    assert output.startswith("On 2026-03-01, 8 conversations were opened.")
    for words in (
        "Answered by the bot alone",
        "10.0 s",
        "99 of 100 first replies within 10 s",
        "–",
        "By channel",
    ):
        assert words in output
    assert json.loads(operator("report", "daily", "--json").output) == a_day()


def test_several_days_are_one_request(operator: Run, instance: FakeInstance) -> None:
    """Days, weeks and zones are asked for by name, and every day is a line of a table."""
    instance.answer(PATH, three_days())
    asked = ("report", "daily", "--from", "2026-03-01", "--to", "2026-03-03")
    found = json.loads(operator(*asked, "--zone", "Europe/Paris", "--json").output)
    assert found == three_days()
    assert "2026-03-02" in operator(*asked).output
    operator("report", "daily", "--week", "2026-W09")
    assert [each.query for each in instance.asked] == [
        "from=2026-03-01&to=2026-03-03&zone=Europe/Paris",
        "from=2026-03-01&to=2026-03-03",
        "week=2026-W09",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--day", "2026-02-30"), "no date of the calendar"),
        (("--day", "yesterday"), "no date of the calendar"),
        (("--day", "2026-W09-7"), "no date of the calendar"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "end before they begin"),
        (("--from", "2024-01-01", "--to", "2026-03-01"), "are 791 days"),
        (("--from", "2026-03-01"), "belong together"),
        (("--day", "2026-03-01", "--from", "2026-03-01", "--to", "2026-03-01"), "only one"),
        (("--week", "2026-W09", "--day", "2026-03-01"), "only one"),
        (("--week", "2026-W54"), "no week of the calendar"),
        (("--week", "2026-09"), "no week of the calendar"),
    ],
)
def test_wrong_days_are_refused_before_anything_is_asked(
    operator: Run, instance: FakeInstance, words: tuple[str, ...], said: str
) -> None:
    """The exit is 2, the words say what is wrong, and no request is sent."""
    result = operator("report", "daily", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert instance.asked == []


def test_an_unknown_report_is_refused(operator: Run) -> None:
    """The exit of a report that does not exist is 2."""
    assert operator("report", "nightly").exit_code == 2


@pytest.mark.parametrize("days", [1, 3])
def test_the_page_has_a_sentence_a_plot_and_the_same_numbers(
    operator: Run, instance: FakeInstance, tmp_path: Path, days: int
) -> None:
    """It is well formed, asks nothing of the network, names its plot, and escapes every name."""
    name = "<script>x"
    instance.answer(PATH, a_day(channel=name) if days == 1 else three_days(channel=name))
    file = tmp_path / "page.html"
    span = ("--from", "2026-03-01", "--to", "2026-03-03") if days > 1 else ("--day", "2026-03-01")
    assert operator("report", "daily", *span, "--html", file).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"https?://|<script|src=|url\((?!#)", text)
    body = ET.fromstring(re.sub(r"<!doctype html>|<meta[^>]*>", "", text))  # noqa: S314 - our own page
    [plot] = body.findall(".//svg[@role='img']")
    assert "conversations were opened" in plot.attrib["aria-label"]
    assert len(plot.findall(".//title")) == (24 if days == 1 else 3)
    assert len(body.findall(".//table")) == 3
    for table in body.findall(".//table"):
        assert table.find("caption") is not None
        assert {each.attrib["scope"] for each in table.iter("th")} <= {"col", "row"}
    numbers = {each.text for each in body.iter("td")}
    assert {str(8 * days), "4", "2"} <= numbers


def test_a_page_that_cannot_be_written_is_told(operator: Run, instance: FakeInstance) -> None:
    """A file in a missing folder fails with its name, and without a traceback."""
    instance.answer(PATH, a_day())
    result = operator("report", "daily", "--html", "nowhere/page.html")
    assert (result.exit_code, "nowhere/page.html can't be written" in result.output) == (1, True)


def test_a_report_is_told_in_the_language_that_is_asked_for(
    operator: Run, instance: FakeInstance
) -> None:
    """The language is asked of the instance, and the tables follow the one that it answers."""
    instance.answer(PATH, a_day() | {"language": "ko", "finding": "상담 8건이 열렸어요."})
    output = operator("report", "daily", "--language", "ko").output
    assert instance.asked[-1].query == "language=ko"
    assert "모든 숫자" in output
    lines = output.partition("채널별\n")[2].splitlines()[:2]
    assert [line[:4].rstrip() for line in lines] == ["채널", "shop"]
    assert operator("report", "daily", "--language", "xx").exit_code == 2
