"""A file of an older queue is read as a lead sends it, and its tickets come in once."""

import base64
from pathlib import Path
from typing import Any

import pytest

from functions.admin_api import backlog_files
from tests.functions.stage import Stage

PATH = "/v1/admin/backlogs/old"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with its articles."""
    made = Stage(tmp_path)
    made.publish()
    return made


def sent(content: str, **more: Any) -> dict[str, Any]:
    """Return the body of a table with these rows."""
    return {"name": "queue.csv", "content": base64.b64encode(content.encode()).decode()} | more


def table(rows: int) -> str:
    """Return a table of so many tickets, and one row that can't be read."""
    lines = [f"{n},c{n}@a.example,Where is order {n}?,2026-02-10" for n in range(rows)]
    return "\n".join(["id,sender,text,date", *lines, "x,,Nobody wrote this,2026-02-10", ""])


def test_a_file_is_read_before_it_comes_in(stage: Stage) -> None:
    """A preview counts the tickets and names the lines that can't be read. Nothing is kept."""
    told = stage.admin("POST", f"{PATH}/files/preview", sent(table(3)))
    assert told.status == 200
    answer = told.json
    assert len(answer.pop("found")) == 3
    wrong = {"line": 5, "field": "sender", "code": "empty_cell", "values": {}}
    assert answer == {
        "format": "table",
        "tickets": 3,
        "left_out": [{"code": "unread", "count": 1, "message": "could not be read"}],
        "problems": [wrong | {"message": "the cell is empty"}],
        "next_after": None,
    }
    assert stage.admin("GET", "/v1/admin/backlogs").json == {"backlogs": []}


def test_a_files_tickets_come_in_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer has as many tickets as it may, and a second time brings nothing new."""
    monkeypatch.setattr(backlog_files, "MOST_ANSWERED", 8_000)
    answers: list[Any] = []
    after: int | None = 0
    while after is not None:
        body = sent(table(60), after=after)
        answers.append(stage.admin("POST", f"{PATH}/files/preview", body).json)
        after = answers[-1]["next_after"]
    assert [each["tickets"] for each in answers] == [60] * len(answers)
    tickets = [one for each in answers for one in each["found"]]
    assert [one["key"] for one in tickets] == [str(number) for number in range(60)]
    assert 1 < len(answers) < 10
    lots = [{"channel": "shop", "tickets": lot} for lot in (tickets[:50], tickets[50:])]
    for news in ([50, 10], [0, 0]):
        assert [stage.admin("POST", f"{PATH}/tickets", lot).json["new"] for lot in lots] == news
    stage.drain("events")
    assert len(stage.admin("GET", PATH).json["tickets"]) == 60


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (sent(table(1), after=-1), "after"),
        (sent("") | {"content": "not base64!"}, "content"),
        (sent(""), "content"),
        (sent("a,b\n1,2\n"), "content"),
        (sent(table(1), ours="help@shop.example"), "ours"),
        (sent(table(1), columns=["sender"]), "columns"),
        (sent(table(1), columns={"sender": 3}), "columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    stage: Stage, body: dict[str, Any], field: str
) -> None:
    """Each refusal names its field (I12)."""
    refused = stage.admin("POST", f"{PATH}/files/preview", body)
    assert (refused.status, refused.json["error"]["field"]) == (400, field)
