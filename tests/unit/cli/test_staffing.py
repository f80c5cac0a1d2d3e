"""`surgeline staffing`: its numbers for programs, its words for a lead, its plan and its page."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fake_instance import FakeInstance, Run

A_HALF_HOUR = ("--contacts", "100", "--interval-minutes", "30", "--aht", "180")
GOAL = ("--target", "0.8", "--within", "20", "--max-occupancy", "0.85", "--shrinkage", "0.3")
PEAK = ("--contacts", "200", "--aht-at-load", "480,560,660", "--patience", "300")


def told(run: Run, *args: str | Path) -> Any:
    result = run("staffing", *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_half_hour_for_programs(surgeline: Run) -> None:
    """The published case: 14 agents, 20 rostered, and the experience of their customers."""
    found = told(surgeline, *A_HALF_HOUR, *GOAL)
    assert (found["agents"], found["rostered"], found["binding"]) == (14, 20, "service_level")
    assert found["probability_of_wait"] == pytest.approx(0.1741319, abs=5e-8)
    assert found["service_level"] == pytest.approx(0.88835, abs=5e-8)
    assert found["asa_seconds"] == pytest.approx(7.83594, abs=5e-6)
    assert found["occupancy"] == pytest.approx(0.7142857, abs=5e-8)
    assert found["abandoned"] == 0


def test_the_times_at_load_replace_the_one_time(surgeline: Run) -> None:
    """Both options may be given, as a script does; chats at a time are then computed."""
    alone = told(surgeline, *PEAK, "--within", "60")
    assert alone == told(surgeline, *PEAK, "--within", "60", "--aht", "180")
    assert (alone["agents"], alone["agents_if_nobody_gives_up"]) == (24, 27)


def test_a_lead_reads_the_number_the_reason_and_the_upper_end(surgeline: Run) -> None:
    """The text says how many, which rule decides, what one fewer would do, and the upper end."""
    result = surgeline("staffing", *PEAK, "--upper-contacts", "260", "--shrinkage", "ill=0.1")
    assert "24 agents on seat, 27 rostered." in result.output
    assert "The service level decides: with 23 agents 76.6% would be served" in result.output
    assert "At the upper end of the forecast: 31 agents" in result.output


@pytest.mark.parametrize(
    ("agents", "patience", "says"),
    [("17", (), "too few"), ("17", ("--patience", "300"), "72.5% of all contacts")],
)
def test_a_given_number_is_judged(
    surgeline: Run, agents: str, patience: tuple[str, ...], says: str
) -> None:
    """`--agents` says what a number achieves, and that an overload is one."""
    asked = ("--contacts", "200", "--aht", "160", "--agents", agents)
    assert says in surgeline("staffing", *asked, *patience).output


def a_day(folder: Path, text: str) -> Path:
    file = folder / "day.csv"
    file.write_text(text)
    return file


def test_a_day_is_planned_and_drawn(surgeline: Run, tmp_path: Path) -> None:
    """Each interval has its need, the hours to book are summed, and the page has it all."""
    day = a_day(tmp_path, "From;contacts;upper\n<09:00>;20;30\n09:30;100;130\n10:00;20;\n")
    page = tmp_path / "day.html"
    found = told(
        surgeline, "--day", day, "--aht", "180", *GOAL, "--own-agents", "10", "--html", page
    )
    assert [each["agents"] for each in found["intervals"]][1] == 14
    assert [each["booked"] for each in found["intervals"]] == [0, 7, 0]
    assert (found["booked_hours"], found["intervals"][1]["upper_agents"]) == (3.5, 17)
    written = page.read_text()
    ET.fromstring(written[written.index("<svg") : written.index("</svg>") + 6])  # noqa: S314 # our own
    assert "<09:00>" not in written
    assert "&lt;09:00&gt;" in written
    lines = surgeline("staffing", "--day", day, "--aht", "180").output.splitlines()
    assert "At most 13 agents are needed" in lines[0]


@pytest.mark.enable_socket
def test_people_who_said_that_they_can_work_are_not_booked_elsewhere(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """Whoever can come for a whole interval, or has a shift then, counts once."""
    evening = {"from": "2026-03-02T09:00:00.000Z", "until": "2026-03-02T10:00:00.000Z"}
    answers = [{"person": "lee", "coming": True}, {"person": "kim", "coming": False}]
    people = [{"id": "mina", "available": [evening]}, {"id": "lee", "available": []}]
    people.append({"id": "kim", "available": []})
    shift = {"kind": "shift", "from": "2026-03-02T09:30:00Z", "until": "2026-03-02T12:00:00Z"}
    calls = [shift | {"answers": answers}]
    instance.answer("GET /v1/admin/calls", {"people": people, "calls": calls})
    day = a_day(
        tmp_path,
        "from,contacts\n2026-03-02T10:00+01:00,100\n2026-03-02T10:30+01:00,100\n"
        "2026-03-02T11:00+01:00,100\n",
    )
    asked = ("staffing", "--day", day, "--aht", "180", *GOAL, "--own-agents", "10", "--available")
    found = json.loads(operator(*map(str, asked), "--json").output)
    assert [each["available"] for each in found["intervals"]] == [1, 2, 1]
    booked = [each["agents"] - 7 - each["available"] for each in found["intervals"]]
    assert [each["booked"] for each in found["intervals"]] == booked
    assert "can come" in operator(*map(str, asked)).output
    bare = a_day(tmp_path, "from,contacts\n09:00,100\n")
    refused = operator(*map(str, ("staffing", "--day", bare, "--aht", "180", "--available")))
    assert refused.exit_code == 2
    assert "'09:00' has no date and offset" in refused.output


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("from,calls\n", "'contacts'"),
        ("from,contacts,contacts\n", "'contacts'"),
        ("from,contacts\n09:00,-1\n", "line 2, contacts: '-1'"),
        ("from,contacts\n09:00,5\n\n09:30,nan\n", "line 4, contacts: 'nan'"),
        ("from,contacts\n09:00,many\n", "'many'"),
        ("from,contacts\n09:00\n", "line 2: 1 cells for 2 columns"),
        ("from,contacts,upper\n09:00,9,8\n", "line 2, upper: 8 is below"),
        ("from,contacts\n", "0 intervals"),
    ],
)
def test_a_malformed_day_is_refused_by_its_line(
    surgeline: Run, tmp_path: Path, text: str, word: str
) -> None:
    """A wrong file is one sentence with the file, the line and the column."""
    result = surgeline("staffing", "--day", a_day(tmp_path, text), "--aht", "180")
    assert result.exit_code == 2
    assert word in result.output


def test_a_day_in_another_encoding_is_refused(surgeline: Run, tmp_path: Path) -> None:
    """A file that is no UTF-8 says what to do."""
    day = tmp_path / "day.csv"
    day.write_bytes(b"from,contacts\n\xff,5\n")
    assert "UTF-8" in surgeline("staffing", "--day", day, "--aht", "180").output


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ((), "--contacts"),
        (("--contacts", "5"), "--aht"),
        (("--contacts", "-1", "--aht", "180"), "--contacts"),
        (("--contacts", "nan", "--aht", "180"), "no number"),
        (("--contacts", "5", "--aht", "0"), "--aht"),
        (("--contacts", "5", "--aht-at-load", "480,,560"), "480,560,660"),
        (("--contacts", "5", "--aht-at-load", "nan"), "480,560,660"),
        (("--contacts", "5", "--aht", "180", "--patience", "0"), "--patience"),
        (("--contacts", "5", "--aht", "180", "--target", "80"), "--target"),
        (("--contacts", "5", "--aht", "180", "--shrinkage", "1"), "below 1"),
        (("--contacts", "5", "--aht", "180", "--shrinkage", "ill"), "meetings=0.1"),
        (("--contacts", "5", "--aht", "180", "--shrinkage", "1/0"), "meetings=0.1"),
        (("--contacts", "5", "--aht", "180", "--shrinkage", "1e-9999999"), "meetings=0.1"),
        (("--contacts", "5", "--aht", "180", "--max-abandoned", "0.1"), "--patience"),
        (("--contacts", "5", "--aht", "180", "--html", "x.html"), "--day"),
        (("--contacts", "5", "--aht", "180", "--upper-contacts", "4"), "at least --contacts"),
        (("--contacts", "1e8", "--aht", "80000"), "100,000"),
    ],
)
def test_wrong_use_of_staffing_says_what_is_accepted(
    surgeline: Run, args: tuple[str, ...], word: str
) -> None:
    """Impossible numbers and options that don't belong together exit with 2 and a sentence."""
    result = surgeline("staffing", *args)
    assert result.exit_code == 2
    assert word in result.output
