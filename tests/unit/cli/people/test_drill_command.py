"""`surgeline simulate --live`: it plays on marked channels and pools, and refuses all others."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

from cli.api import Api
from cli.people.drill import ChatDoor, ground_of

pytestmark = pytest.mark.enable_socket
DAY = {
    "title": "A drill",
    "arrivals": [{"from": "10:00", "to": "11:00", "contacts": 60}],
    "customers": {"questions": 1, "asks_for_person": 0, "texts": ["Where is it?"]},
    "pools": [{"id": "desk", "shifts": [{"from": "10:00", "to": "11:00", "agents": 1}]}],
}
MARKED: dict[str, Any] = {
    "channels": [{"id": "web", "kind": "web"}, {"id": "drill", "kind": "web", "drill": True}],
    "pools": [{"id": "real"}, {"id": "trainees", "drill": True}],
}


@pytest.fixture
def day(tmp_path: Path) -> Path:
    file = tmp_path / "day.json"
    file.write_text(json.dumps(DAY))
    return file


@pytest.mark.parametrize(
    "refused",
    [
        ({}, ["--channel", "web"], "is not marked as drill"),
        ({"channels": MARKED["channels"][:1]}, [], "no web channel is marked as drill"),
        ({"pools": MARKED["pools"][:1]}, [], "no pool is marked as drill"),
        ({}, ["--from", "25:00"], "no time of a day"),
        ({}, ["--from", "03:00"], "nobody comes from 03:00"),
        ({}, ["--html", "page.html"], "leave out --compare and --html"),
    ],
)
def test_what_is_not_marked_is_refused(
    operator: Run, instance: FakeInstance, day: Path, refused: tuple[Any, list[str], str]
) -> None:
    """Nothing is written to anybody, and the words say which mark or time is missing."""
    changes, flags, told = refused
    instance.answer("GET /v1/admin/configuration", {"configuration": MARKED | changes})
    found = operator("simulate", day, "--live", *flags)
    assert found.exit_code == 2, found.output
    assert told in " ".join(found.output.split())
    assert instance.requests("POST") == []


def test_several_marked_channels_need_a_word() -> None:
    """The only marked web channel is taken, and of several one has to be named."""
    both = MARKED | {"channels": [*MARKED["channels"], {"id": "b", "kind": "web", "drill": True}]}
    assert ground_of(MARKED, None).channel == "drill"
    assert ground_of(both, "b").pools == ("trainees",)
    with pytest.raises(Exception, match="several channels are marked"):
        ground_of(both, None)


def test_customers_write_and_read_over_the_chat(instance: FakeInstance) -> None:
    """A customer is one visitor, reads each line once, and is never stopped by a refusal."""
    lines = [
        {"seq": 1, "id": "a", "speaker": "customer"},
        {"seq": 2, "id": "b", "speaker": "bot", "article_id": "x"},
    ]
    chat = {"lines": lines, "last_seq": 2, "conversation": {"owner": "bot", "state": "open"}}
    place = "/v1/web/drill"
    instance.answer(f"POST {place}/visitors", (201, {"token": "t"}))
    instance.answer(f"POST {place}/messages", (429, {"error": {}}), (202, {}))
    instance.answer(f"GET {place}/messages", chat)
    door = ChatDoor(Api(instance.url), "drill")
    assert list(door.heard("c1")) == []
    assert [door.write("c1", "Hello", 1).status for _ in range(2)] == [429, 202]
    assert [each["message"]["id"] for each in door.heard("c1")] == ["b"]
    list(door.heard("c1"))
    assert [each.query for each in instance.requests("GET")] == ["after=0", "after=2"]
    door.leave("c1")
    door.leave("nobody")
    assert [each.path for each in instance.requests("POST")].count(f"{place}/visitors") == 1
