"""Intake acknowledges nothing with a full disk, a locked database or too deep a backlog."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.engine import intake
from tests.functions.stage import Stage


@contextmanager
def disk_full(stage: Stage) -> Iterator[None]:
    """Keep the queue's file from growing by a page, as SQLite meets a full disk."""
    connection = stage.backend.queue("events")._database._handle().connection
    connection.execute("PRAGMA max_page_count = 1")
    yield
    connection.execute("PRAGMA max_page_count = 1000000000")


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Hold the queue's write lock, as a backup from a shell would."""
    database = stage.backend.queue("events")._database
    database._handle().connection.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(database._path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


def flood(stage: Stage) -> int:
    """Send messages until the file is full, and return the first status that is no 202."""
    for number in range(300):
        answer = stage.write("When are you open? " * 50, sender=f"c{number}")
        if answer.status != 202:
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json["error"]["code"] == "unavailable"
            return answer.status
    return 202


@pytest.mark.timeout(60)
def test_f_a_full_disk_is_503_with_nothing_acknowledged(stage: Stage) -> None:
    """A full disk refuses new messages with 503, keeps acknowledged ones, and intake goes on
    afterwards.
    """
    stage.write("When are you open?", sender="before")
    with disk_full(stage):
        assert flood(stage) == 503
        kept = stage.backend.queue("events").depth().visible
        assert stage.write("When are you open? " * 50, sender="more").status == 503
        assert stage.backend.queue("events").depth().visible == kept
    assert stage.write("When are you open?", sender="after").status == 202
    stage.drain("events")
    assert len(stage.said("before")) == len(stage.said("after")) == 2


def test_a_locked_database_is_503_with_nothing_acknowledged(stage: Stage) -> None:
    """A message to a locked database is 503 with Retry-After, and is taken once the lock is
    gone.
    """
    stage.write("When are you open?", sender="before")
    with locked(stage):
        answer = stage.write("When are you open?")
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert stage.backend.queue("events").depth().visible == 1
    assert stage.write("When are you open?").status == 202


def test_too_deep_a_backlog_refuses_new_customers_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New threads get 503 with Retry-After, threads in conversation go on; all is bounded."""
    monkeypatch.setattr(intake, "NEW_THREADS_UNTIL", 3)
    monkeypatch.setattr(intake, "ALL_UNTIL", 5)
    stage.write("When are you open?", sender="old")
    stage.drain("events")

    def later(sender: str) -> int:
        stage.clock.advance(1)
        return stage.write("When are you open?", sender=sender).status

    assert [later(f"n{n}") for n in range(4)] == [202, 202, 202, 503]
    assert later("old") == 202
    assert later("n0") == 202
    assert later("old") == 503
    assert stage.backend.queue("events").depth().visible == 5
    stage.drain("events")
    assert later("n3") == 202
