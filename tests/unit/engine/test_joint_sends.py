"""Sends that go out together are sent all in order, or none of them."""

from pathlib import Path

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.errors import Unavailable

from local.engine.joint_sends import sent_together
from local.engine.queue import SqliteQueue
from local.home.clock import SystemClock


@pytest.fixture
def rings() -> list[str]:
    return []


@pytest.fixture
def queue(tmp_path: Path, rings: list[str]) -> SqliteQueue:
    return SqliteQueue(
        tmp_path / "q.sqlite",
        "q",
        fifo=True,
        visibility_seconds=30,
        max_receive_count=3,
        clock=SystemClock(),
        ring=rings.append,
    )


def message(number: int) -> Outgoing:
    return Outgoing(f"body {number}", group="g", dedup_id=f"d{number}")


def test_nothing_is_sent_before_the_end(queue: SqliteQueue, rings: list[str]) -> None:
    """A consumer finds all sends of a block in order once the block has ended, and none before."""
    with sent_together():
        queue.send([message(1)])
        queue.send([message(2), message(3)])
        assert queue.receive(10) == []
        assert rings == []
    assert [each.body for each in queue.receive(10)] == ["body 1", "body 2", "body 3"]
    assert rings == ["q"]


def test_what_failed_inside_sends_nothing(queue: SqliteQueue) -> None:
    """An exception that leaves the block takes everything with it; later sends are at once."""

    def break_inside() -> None:
        with sent_together():
            queue.send([message(1)])
            raise KeyError

    with pytest.raises(KeyError):
        break_inside()
    queue.send([message(2)])
    assert [each.body for each in queue.receive(10)] == ["body 2"]


def test_a_malformed_message_is_refused_at_once(queue: SqliteQueue) -> None:
    """The sender of a malformed message hears of it at once, and others' sends are not touched."""
    with sent_together():
        queue.send([message(1)])
        with pytest.raises(ValueError, match="dedup_id"):
            queue.send([Outgoing("x", group="g", dedup_id=None)])
    assert [each.body for each in queue.receive(10)] == ["body 1"]


def test_a_full_disk_is_heard_of_at_the_end(
    queue: SqliteQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end raises what a send raises, and nothing was kept."""

    def full(*_: object) -> None:
        raise Unavailable("the disk is full")

    queue.send([])
    monkeypatch.setattr("local.engine.groups.append", full)
    with pytest.raises(Unavailable), sent_together():
        queue.send([message(1)])
    monkeypatch.undo()
    queue.send([message(1)])
    assert [each.body for each in queue.receive(10)] == ["body 1"]
