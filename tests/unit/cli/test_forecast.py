"""`surgeline forecast`: what it reads, what it refuses, its files, and its numbers for programs."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fake_instance import FakeInstance, Run

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str, name: str = "history.csv") -> Path:
        file = tmp_path / name
        file.write_text(text)
        return file

    return written


def weeks(number: int = 4, last: int = 24, header: str = "from,contacts") -> str:
    """Return the lines of days without Sundays, hour by hour from 8 to `last` on the last day."""
    begin = date(2026, 1, 5)
    days = [begin + timedelta(days=n) for n in range(7 * number - 1)]
    lines = [header]
    for day in (each for each in days if each.weekday() != 6):
        for hour in range(8, min(18, last if day == days[-1] else 24)):
            contacts = 40 if hour in (10, 11) else 4
            lines.append(f"{day}T{hour:02}:00,{contacts}")
    return "\n".join(lines) + "\n"


def told(run: Run, *args: str | Path) -> Any:
    result = run("forecast", *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


HOURS = ("--interval-minutes", "60", "--history")


def test_the_next_open_day_is_forecast(surgeline: Run, write: Write) -> None:
    """After a Saturday comes Monday, because no Sunday is in the history."""
    found = told(surgeline, *HOURS, write(weeks()))
    assert (found["day"], found["closed"], len(found["intervals"])) == ("2026-02-02", False, 10)
    peak = found["intervals"][2]
    assert (peak["from"], round(peak["contacts"])) == ("2026-02-02T10:00+00:00", 40)
    assert peak["lower"] < 40 < peak["upper"]


def test_a_sunday_is_closed_as_the_history_has_it(surgeline: Run, write: Write) -> None:
    """A day that is asked for by its date is told as closed where it always was."""
    result = surgeline("forecast", *HOURS, write(weeks()), "--day", "2026-02-01")
    assert "closed, as the history has it" in result.output


def test_the_back_test_for_programs(surgeline: Run, write: Write) -> None:
    """The error, the floor and the coverage are there, and the live forecast by the hour."""
    found = told(surgeline, *HOURS, write(weeks()), "--backtest")
    assert found["wape"] < 0.02
    assert found["floor"] > 0.1
    assert found["band_coverage"] == 1
    assert [each["from"] for each in found["live"]] == [f"{hour:02}:00" for hour in range(9, 18)]
    lines = surgeline("forecast", *HOURS, write(weeks()), "--backtest").output
    assert "no method can do better" in lines


def test_the_rest_of_a_day_is_forecast_from_what_came(surgeline: Run, write: Write) -> None:
    """Half a day that is counted in the history leaves its other half."""
    found = told(surgeline, *HOURS, write(weeks(last=11)), "--live")
    assert [each["from"][11:13] for each in found["intervals"]] == [str(h) for h in range(11, 18)]
    assert found["live_factor"] == pytest.approx(1, abs=0.02)


def test_the_rest_of_a_day_has_the_hour_that_the_clocks_repeat(
    surgeline: Run, write: Write
) -> None:
    """In the morning of a day of 25 hours, two o'clock comes once more."""
    days = [date(2026, 10, 5) + timedelta(days=number) for number in range(21)]
    lines = [f"{day}T{hour:02}:00,10" for day in days for hour in range(24)][: -24 + 3]
    history = write("\n".join(["from,contacts", *lines, ""]))
    found = told(surgeline, *HOURS, history, "--live", "--zone", "Europe/Paris")
    begins = [each["from"] for each in found["intervals"]]
    assert (begins[0], len(begins)) == ("2026-10-25T02:00+01:00", 22)


def test_the_file_goes_on_to_staffing(surgeline: Run, write: Write, tmp_path: Path) -> None:
    """The CSV file that is written is one that `staffing --day` plans, with both ends."""
    made, page = tmp_path / "made.csv", tmp_path / "made.html"
    result = surgeline(
        "forecast", *HOURS, write(weeks()), "--days", "3", "--csv", made, "--html", page
    )
    assert result.exit_code == 0, result.output
    with made.open() as file:
        assert len(list(csv.DictReader(file))) == 30
    plan = surgeline(
        "staffing", "--day", made, "--aht", "300", "--interval-minutes", "60", "--json"
    )
    assert json.loads(plan.output)["intervals"][2]["upper_agents"] > 0
    text = page.read_text()
    assert text.count("<svg class") == 3
    ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])  # noqa: S314 # our own


def test_the_calendar_closes_and_plans(surgeline: Run, write: Write) -> None:
    """A closed Monday is passed over, and the day after it counts more."""
    calendar = write("date,kind,multiplier\n2026-02-02,closed,\n", "days.csv")
    found = told(surgeline, *HOURS, write(weeks()), "--calendar", calendar)
    assert (found["day"], found["special"], found["factor"]) == ("2026-02-03", "day_after", 1.2)


def test_other_names_of_columns_and_shorter_intervals(surgeline: Run, write: Write) -> None:
    """A file with `DateTime` and `Calls`, and others beside them, is read as it is."""
    lines = weeks().splitlines()[1:]
    text = "rownames,DateTime,Calls\n" + "\n".join(f"{n},{each}" for n, each in enumerate(lines))
    assert told(surgeline, *HOURS, write(text))["day"] == "2026-02-02"


def test_a_date_and_a_time_in_two_columns(surgeline: Run, write: Write) -> None:
    """A file may have the day and the time of the day in columns of their own."""
    lines = [each.replace("T", ",") for each in weeks().splitlines()[1:]]
    found = told(surgeline, *HOURS, write("\n".join(["date,time,calls", *lines])))
    assert (found["day"], len(found["intervals"])) == ("2026-02-02", 10)


def test_days_of_23_and_25_hours_are_read(surgeline: Run, write: Write) -> None:
    """In Paris an hour is skipped in March, and one comes twice in October."""
    begin = datetime(2026, 10, 5, tzinfo=UTC)
    lines = ["from,contacts"]
    for number in range(24 * 22):
        local = (begin + timedelta(hours=number)).astimezone(_zone("Europe/Paris"))
        lines.append(f"{local.replace(tzinfo=None).isoformat()},5")
    paris = ("--zone", "Europe/Paris")
    found = told(surgeline, *HOURS, write("\n".join(lines)), *paris, "--day", "2026-10-28")
    assert len(found["intervals"]) == 24
    back = told(surgeline, *HOURS, write("\n".join(lines)), *paris, "--day", "2027-10-31")
    assert len(back["intervals"]) == 25 or back["closed"]


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("from,people\n1,2\n", "line 1: the columns are from, people"),
        ("from,contacts\nsoon,5\n", "line 2: 'soon' is no time"),
        (
            "from,contacts\n9999-12-31T23:00-10:00,5\n",
            "line 2: '9999-12-31T23:00-10",
        ),
        ("from,contacts\n2026-01-05T08:00,-2\n", "line 2, contacts: '-2'"),
        (
            "from,contacts\n2026-01-05T08:00,1\n2026-01-05T08:00,1\n",
            "line 3: 2026-01-05T08:00",
        ),
        ("from,contacts\n2026-01-05T08:00,1\n", "one line only"),
        ("from,contacts\n2026-01-05T08:00,1\n2026-01-05T09:00,1\n", "spans 1 days"),
        ("from,contacts\n", "spans 0 days"),
    ],
)
def test_a_malformed_history_is_refused(surgeline: Run, write: Write, text: str, word: str) -> None:
    """Each wrong line is named, with what is accepted there."""
    result = surgeline("forecast", *HOURS, write(text))
    assert result.exit_code == 2
    assert word in result.output


def test_a_skipped_hour_is_refused(surgeline: Run, write: Write) -> None:
    """A time that the clocks skipped is no time of that place."""
    text = "from,contacts\n2026-03-29T02:30,1\n"
    result = surgeline("forecast", "--history", write(text), "--zone", "Europe/Paris")
    assert "line 2: 2026-03-29T02:30 was skipped by the clocks" in result.output


def test_intervals_that_are_too_long_are_refused(surgeline: Run, write: Write) -> None:
    """Hours don't make half-hours; the message says what to choose."""
    result = surgeline("forecast", "--history", write(weeks()))
    assert "choose an interval of which that is a part" in result.output


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("date,kind\nmonday,closed\n", "line 2"),
        ("date,kind\n2026-02-02,rest\n", "'rest' is none of closed, holiday, day_after, planned"),
        ("date,kind\n2026-02-02,planned\n", "needs its multiplier"),
        ("date,kind,multiplier\n2026-02-02,closed,2\n", "has no multiplier"),
        ("date,kind,multiplier\n2026-02-02,planned,-1\n", "not -1.0"),
        ("date,kind,multiplier\n2026-02-02,planned,many\n", "line 2"),
        ("date,kind\n2026-02-02,closed\n2026-02-02,closed\n", "line 3: 2026-02-02 stands"),
        ("date\n2026-02-02\n", "'kind'"),
    ],
)
def test_a_malformed_calendar_is_refused(
    surgeline: Run, write: Write, text: str, word: str
) -> None:
    """Each wrong line is named, with what is accepted there."""
    calendar = write(text, "days.csv")
    result = surgeline("forecast", *HOURS, write(weeks()), "--calendar", calendar)
    assert result.exit_code == 2
    assert word in result.output


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("--backtest", "--live"), "--backtest goes without"),
        (("--live", "--days", "2"), "--live is about"),
        (("--zone", "Mars"), "Europe/Paris"),
        (("--last-days", "20"), "give --history with a file, or --last-days"),
        (("--days", "0"), "--days"),
        (("--interval-minutes", "7"), "--interval-minutes"),
        (("--day", "tomorrow"), "--day"),
        (("--day", "9999-12-31"), "1970 to 2199"),
    ],
)
def test_wrong_use_of_forecast_says_what_is_accepted(
    surgeline: Run, write: Write, args: tuple[str, ...], word: str
) -> None:
    """Options that don't belong together, and impossible ones, exit with 2."""
    result = surgeline("forecast", "--history", write(weeks()), *args)
    assert result.exit_code == 2
    assert word in result.output


def reported(day: date, arrivals: int, *, until: datetime) -> dict[str, Any]:
    """Return the report of a day as it stands at a moment, in hours from eight to noon."""
    begins = [datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for hour in range(8, 12)]
    return {
        "as_of": until.isoformat(),
        "interval_minutes": 60,
        "intervals": [
            {"from": at.isoformat(), "arrivals": arrivals, "handed_off": arrivals // 2}
            for at in begins
        ],
    }


@pytest.mark.enable_socket
@pytest.mark.parametrize(("of", "contacts"), [("arrivals", 80), ("handed_off", 40)])
def test_the_instance_s_own_days_are_a_history(
    operator: Run, instance: FakeInstance, of: str, contacts: int
) -> None:
    """Each past day is asked for; days before the first conversation are left out."""
    now = datetime.now(UTC)
    days = [now.date() - timedelta(days=back) for back in range(21, 0, -1)]
    answers = [reported(day, 0 if n < 5 else 20, until=now) for n, day in enumerate(days)]
    instance.answer("GET /v1/admin/reports/daily", *answers)
    asked = ("forecast", "--last-days", "21", "--of", of, "--interval-minutes", "60")
    result = operator(*asked, "--day", now.date().isoformat(), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["contacts"] == pytest.approx(contacts, rel=0.01)
    assert instance.asked[0].query == f"day={days[0].isoformat()}&zone=UTC"
    assert len(instance.asked) == 21


def test_past_conversations_are_a_history(surgeline: Run, write: Write) -> None:
    """Each counts when its customer first wrote. The first and the last day are left out."""
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    lines = [
        {
            "id": f"{day}-{hour}-{number}",
            "sender": "ada@a.example",
            "messages": [
                {"by": "customer", "text": "Where is it?", "at": at.isoformat()},
                {"by": "agent", "text": "On it.", "at": (at + timedelta(hours=3)).isoformat()},
            ],
        }
        for day in range(16)
        for hour in (9, 10)
        for number in range(4 if hour == 9 else 2)
        for at in [begin + timedelta(days=day, hours=hour, minutes=number)]
    ]
    file = write("\n".join(map(json.dumps, lines)), "old.jsonl")
    result = surgeline("forecast", *HOURS, file)
    assert "84 conversations in 14 whole days" in result.stderr
    found = json.loads(surgeline("forecast", *HOURS, file, "--day", "2026-01-22", "--json").stdout)
    contacts = {each["from"][11:16]: round(each["contacts"]) for each in found["intervals"]}
    assert contacts["09:00"] > contacts["10:00"]
    few = surgeline("forecast", *HOURS, write(json.dumps(lines[0]), "few.jsonl"))
    assert "tell fewer than 3 days" in few.output
