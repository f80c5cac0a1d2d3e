"""Damaged files: found before a start, told by name when met, and never quietly made anew."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from surgeline.application.ports.queues import Outgoing

from local.engine import upkeep
from local.engine.database import Database
from local.engine.errors import Damaged
from local.engine.secrets import SqliteSecrets
from local.engine.store import SqliteConversationStore, open_store
from local.runner import up
from local.runner.lock import Taken, lock
from tests.contract.embedded import EmbeddedHome
from tests.contract.examples import THREAD, customer_wrote, record, thread

PAGE = 4_096


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a home with a thread and a secret, at rest."""
    store = open_store(tmp_path / "conversations.sqlite")
    SqliteConversationStore(store).commit(
        record(1, customer_wrote(text="x" * 20_000)), thread(), expected_seq=0
    )
    store.close()
    secrets = SqliteSecrets(tmp_path / "secrets.sqlite")
    secrets.put("ids", "k")
    secrets.close()
    (tmp_path / upkeep.PROVISIONED).write_text("sk_1")
    return tmp_path


def overwrite(path: Path, first: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(first)
        file.write(b"\xaa" * size)


def test_a_whole_home_has_no_damage(folder: Path) -> None:
    """Nothing is said of it, and looking changes nothing."""
    upkeep.check(folder)
    assert SqliteSecrets(folder / "secrets.sqlite").get("ids") == "k"


@pytest.mark.parametrize(("first", "size"), [(0, 100), (PAGE, 400)])
def test_damage_is_found_before_a_start(folder: Path, first: int, size: int) -> None:
    """A header or a page that was overwritten is told with the file's name and what to do."""
    overwrite(folder / "conversations.sqlite", first, size)
    with pytest.raises(Damaged, match=r"conversations\.sqlite is damaged .*backup"):
        upkeep.check(folder)


def test_damage_of_a_queue_is_found_too(folder: Path) -> None:
    """The queues' files stand in a folder of their own."""
    (folder / "queues").mkdir()
    queue = Database(folder / "queues" / "events.sqlite", schema="CREATE TABLE t (a)")
    queue.fetch("SELECT 1")
    queue.close()
    upkeep.check(folder)
    overwrite(folder / "queues" / "events.sqlite", 0, 100)
    with pytest.raises(Damaged, match=r"queues/events\.sqlite"):
        upkeep.check(folder)


@pytest.mark.parametrize("how", ["truncated", "gone"])
def test_lost_secrets_stop_a_start(folder: Path, how: str) -> None:
    """A start stops when secrets are lost, because new ones would change every thread and token."""
    path = folder / "secrets.sqlite"
    if how == "gone":
        path.unlink()
    else:
        os.truncate(path, 0)
    with pytest.raises(Damaged, match=r"secrets\.sqlite"):
        upkeep.check(folder)


def test_a_first_start_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    """Lanes may have made their files before there was any secret."""
    open_store(tmp_path / "conversations.sqlite").fetch("SELECT 1")
    upkeep.check(tmp_path)


def test_a_file_that_was_emptied_is_not_made_anew(folder: Path) -> None:
    """A process that opens it later is told too, and the file stays as it is."""
    os.truncate(folder / "secrets.sqlite", 0)
    with pytest.raises(Damaged, match="it is empty"):
        SqliteSecrets(folder / "secrets.sqlite").get("ids")
    assert (folder / "secrets.sqlite").stat().st_size == 0


def test_a_file_whose_log_is_left_alone_is_not_made_anew(embedded: EmbeddedHome) -> None:
    """A missing file is not made anew beside its old log, because that log would be applied to
    it.
    """
    path = embedded.database._path
    embedded.store.commit(record(), thread(), expected_seq=0)
    copy = path.with_name("copy.sqlite")
    shutil.copy(f"{path}-wal", f"{copy}-wal")
    with pytest.raises(Damaged, match="its log is still there"):
        open_store(copy).fetch("SELECT 1")


def test_damage_that_is_met_is_told_by_name(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The work waits instead of being buried, and the log has the file."""
    overwrite(folder / "conversations.sqlite", PAGE, 20 * PAGE)
    store = SqliteConversationStore(open_store(folder / "conversations.sqlite"))
    with pytest.raises(Damaged):
        store.load(THREAD, "m1")
    assert f"the file {folder / 'conversations.sqlite'} is damaged" in caplog.text
    assert "xxxx" not in caplog.text


@pytest.mark.enable_socket
def test_a_damaged_home_is_not_started(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, and an exit code by which a service does not try again."""
    overwrite(folder / "conversations.sqlite", 0, 100)
    assert up.run(0, folder, simulators=False, quiet=True) == 3
    said = capsys.readouterr().err
    assert said.startswith("surgeline: the file ")
    assert said.count("\n") == 1


def test_a_new_file_is_whole_before_it_has_its_name(tmp_path: Path) -> None:
    """A process that dies while it makes a file leaves no empty file that looks damaged."""
    with pytest.raises(sqlite3.OperationalError):
        Database(tmp_path / "file.sqlite", schema="CREATE TABLE t (").fetch("SELECT 1")
    assert not (tmp_path / "file.sqlite").exists()
    Database(tmp_path / "file.sqlite", schema="CREATE TABLE t (a)").fetch("SELECT a FROM t")
    assert not list(tmp_path.glob(".*"))


def test_a_deleted_text_leaves_the_file_and_its_log(embedded: EmbeddedHome) -> None:
    """I14: neither the file nor its log holds a scrubbed text, although nobody rebuilt the file."""
    queue = embedded.queue()
    queue.send([Outgoing("Rue Cler" + "x" * 9_000, group="g", dedup_id="1")])
    [message] = queue.receive(1)
    queue.delete([message.receipt])
    path = queue._database._path
    assert queue.scrub()
    assert Path(f"{path}-wal").stat().st_size == 0
    assert b"Rue Cler" not in path.read_bytes()


def test_a_stopped_home_has_empty_logs(folder: Path) -> None:
    """I14: text that a killed process left in a log is gone after the next stop."""
    path = folder / "conversations.sqlite"
    database = open_store(path)
    store = SqliteConversationStore(database)
    store.forget(THREAD, before_seq=9)
    held = sqlite3.connect(path)
    held.execute("SELECT count(*) FROM records").fetchall()
    database.close()
    assert Path(f"{path}-wal").stat().st_size > 0
    upkeep.empty_logs(folder)
    assert b"xxxx" not in path.read_bytes() + Path(f"{path}-wal").read_bytes()
    held.close()


@pytest.mark.parametrize("home", ["/proc/x", "/dev/null", "/dev/null/x"])
def test_a_folder_that_can_not_be_one_is_a_plain_error(home: str) -> None:
    """The sentence names the folder, the reason and the option."""
    with pytest.raises(Taken, match=rf"^the folder {home} cannot be used: .*--home"):
        lock(Path(home), 8787)
