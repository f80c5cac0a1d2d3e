"""A file of an older queue is read as a lead sends it, and brought in lot by lot."""

import base64
from pathlib import Path
from typing import Any

import pytest

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
    assert told.json == {
        "format": "table",
        "tickets": 3,
        "left_out": {"could not be read": 1},
        "problems": [{"line": 5, "field": "sender", "message": "the cell is empty"}],
    }
    assert stage.admin("GET", "/v1/admin/backlogs").json == {"backlogs": []}


def test_a_file_comes_in_lot_by_lot(stage: Stage) -> None:
    """Each answer says where the next lot begins, and a second time brings nothing new."""
    lots: list[Any] = []
    after: int | None = 0
    while after is not None:
        body = sent(table(60), channel="shop", after=after)
        lots.append(stage.admin("POST", f"{PATH}/files", body).json)
        after = lots[-1]["next_after"]
    assert [(each["tickets"], each["new"]) for each in lots] == [(50, 50), (10, 10)]
    again = stage.admin("POST", f"{PATH}/files", sent(table(60), channel="shop", after=0))
    assert again.json == {"tickets": 50, "new": 0, "next_after": 50}
    stage.drain("events")
    assert len(stage.admin("GET", PATH).json["tickets"]) == 60


@pytest.mark.parametrize(
    ("body", "field"),
    [
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
