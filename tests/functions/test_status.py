"""The status says what waits, since when, and what is wrong, in words that help."""

import os
from collections import namedtuple
from typing import Any

import pytest

from tests.functions.stage import Stage


def status(stage: Stage) -> dict[str, Any]:
    answer = stage.admin("GET", "/v1/admin/status")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def test_a_home_that_does_its_work_is_well(stage: Stage) -> None:
    """Nothing waits, and nothing is wrong."""
    stage.write("When are you open?")
    stage.drain("events", "deliveries")
    found = status(stage)
    assert (found["status"], found["troubles"]) == ("ok", [])
    assert found["backlog"]["events"] == {"waiting": 0, "oldest_seconds": 0}


def test_a_worker_that_stopped_is_seen_by_what_it_leaves(stage: Stage) -> None:
    """A worker is seen as stopped when a due message was not taken for half a minute."""
    stage.write("When are you open?")
    stage.clock.advance(29)
    assert status(stage)["status"] == "ok"
    stage.clock.advance(2)
    found = status(stage)
    assert found["backlog"]["events"] == {"waiting": 1, "oldest_seconds": 31}
    assert found["status"] == "trouble"
    assert found["troubles"][0].startswith(
        "nobody takes what is due in the queue events (for 31 s)"
    )


def test_what_is_in_hand_or_not_due_yet_is_no_trouble(stage: Stage) -> None:
    """A reply that waits for its channel to come back has a worker that will try again."""
    stage.write("When are you open?")
    queue = stage.backend.queue("events")
    [message] = queue.receive(1)
    stage.clock.advance(100)
    assert status(stage)["troubles"] == []
    queue.hold([message.receipt], 600)
    stage.clock.advance(500)
    assert status(stage)["troubles"] == []
    stage.clock.advance(131)
    assert status(stage)["backlog"]["events"] == {"waiting": 1, "oldest_seconds": 31}


@pytest.mark.parametrize("name", ["conversations.sqlite", "queues/timers.sqlite"])
def test_a_damaged_file_is_named(stage: Stage, name: str) -> None:
    """The operator learns which file to put back."""
    stage.write("When are you open?")
    stage.drain("events", "deliveries", "timers")
    status(stage)
    stage.backend.close()
    path = stage.folder / name
    for log in path.parent.glob(f"{path.name}-*"):
        log.unlink()
    with path.open("r+b") as file:
        file.write(os.urandom(100))
    found = status(stage)
    assert found["status"] == "trouble"
    assert f"{name} is damaged" in found["troubles"][0]


def test_a_full_disk_is_told_before_it_is_full(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk with less than fifty free megabytes is told while there is still time to make room."""
    usage = namedtuple("usage", ("total", "used", "free"))  # noqa: PYI024 - as shutil's own
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(9, 9, 20_000_000))
    assert "has only 20 MB left" in status(stage)["troubles"][0]
