"""The doctor looks at a home folder without changing it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from surgeline.application.ports.queues import Outgoing

from cli.doctor.folder import look_at_folder, runs
from local.engine.store import VERSION
from local.home.backend import open_home
from local.runner.lock import lock


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a private home with its keys, as a first start leaves it."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    backend = open_home(folder)
    backend.secrets().put("ids", "the key of ids")
    backend.secrets().put("admin", "[]")
    backend.store().thread("t1")
    backend.queue("events").dead_count()
    backend.close()
    (folder / "admin-key").write_text("sk_1\n")
    return folder


def failed(home: Path) -> dict[str, str]:
    """Return what is not fine, by its check."""
    found = look_at_folder(home, running=False)
    return {each.check: f"{each.level}: {each.what} {each.todo}" for each in found if each.todo}


def test_a_healthy_folder_is_fine(home: Path) -> None:
    """Every check says that all is well, and no file is changed."""
    before = {each: each.read_bytes() for each in home.rglob("*") if each.is_file()}
    assert failed(home) == {}
    assert {each: each.read_bytes() for each in before} == before


def test_a_folder_without_an_instance_is_told(tmp_path: Path) -> None:
    """The way to start one is named, and nothing else is looked at."""
    [found] = look_at_folder(tmp_path / "absent", running=False)
    assert found.level == "fail"
    assert "surgeline up" in found.todo


def opened_to_others(home: Path) -> None:
    home.chmod(0o755)


def damaged(home: Path) -> None:
    (home / "conversations.sqlite").write_bytes(b"")


def newer(home: Path) -> None:
    with closing(sqlite3.connect(home / "conversations.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def older(home: Path) -> None:
    with closing(sqlite3.connect(home / "conversations.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 1")


def without_ids(home: Path) -> None:
    with closing(sqlite3.connect(home / "secrets.sqlite")) as connection, connection:
        connection.execute("DELETE FROM secrets WHERE name = 'ids'")


def without_admin_key(home: Path) -> None:
    (home / "admin-key").unlink()


def with_a_dead_letter(home: Path) -> None:
    backend = open_home(home)
    backend.queue("events").bury([Outgoing("Rue Cler", group="t1", dedup_id="1")])
    backend.close()


@pytest.mark.parametrize(
    ("harm", "check", "words"),
    [
        (opened_to_others, "home", "fail|chmod 700"),
        (damaged, "files", "fail: the file|surgeline restore"),
        (newer, "versions", f"fail|version {VERSION + 1}|a newer one"),
        (older, "versions", "warn|surgeline backup"),
        (without_ids, "secrets", "fail|'ids'"),
        (without_admin_key, "secrets", "warn|admin-key"),
        (with_a_dead_letter, "dead letters", "fail|1 of events|surgeline dlq"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_is_named_with_what_to_do(
    home: Path, harm: Callable[[Path], None], check: str, words: str
) -> None:
    """Each harm is told by its own check alone, and in words that lead on."""
    harm(home)
    found = failed(home)
    assert list(found) == [check]
    assert [word for word in words.split("|") if word not in found[check]] == []


def test_a_running_instance_is_known_by_its_lock(home: Path) -> None:
    """The folder's lock tells, also where nothing answers."""
    assert not runs(home)
    lock(home, 8787)
    assert runs(home)
