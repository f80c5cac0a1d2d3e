"""The engine translates its errors, refuses malformed calls, and keeps its files to their owner."""

import sqlite3
from pathlib import Path

import pytest
from surgeline.application.ports.conversations import Loaded
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Absent, Throttled
from surgeline.errors import Unavailable

from local.engine.blobs import FileBlobs
from local.engine.database import Database
from local.engine.queue import SqliteQueue
from tests.contract.embedded import EmbeddedHome
from tests.contract.examples import THREAD, customer_wrote, fifo, offer, record, thread

# ---------------------------------------------------------------- errors


def fill_up(database: Database) -> None:
    """Let the file not grow any more, as on a full disk."""
    connection = database._handle().connection
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def make_room(database: Database) -> None:
    """Let the file grow again."""
    database._handle().connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_makes_the_store_unavailable(embedded: EmbeddedHome) -> None:
    """Nothing of the commit is kept, and with room the same commit works."""
    large = record(1, customer_wrote(text="x" * 100_000))
    fill_up(embedded.database)
    with pytest.raises(Unavailable) as refusal:
        embedded.store.commit(large, thread(), expected_seq=0)
    assert not isinstance(refusal.value, Throttled)
    assert embedded.store.load(THREAD, "m1") == Loaded(None, None)
    make_room(embedded.database)
    embedded.store.commit(large, thread(), expected_seq=0)
    assert embedded.store.load(THREAD, "m1").done == large


def test_a_full_disk_makes_a_queue_unavailable(embedded: EmbeddedHome) -> None:
    """A failed send keeps nothing, not even its dedup ids, and rings nobody."""
    queue = embedded.queue()
    messages = [Outgoing("x" * 100_000, group="g", dedup_id=str(number)) for number in range(3)]
    fill_up(queue._database)
    with pytest.raises(Unavailable):
        queue.send(messages)
    assert embedded.rings == []
    make_room(queue._database)
    queue.send(messages)
    assert len(queue.receive(10)) == 3


def test_a_locked_queue_is_throttled(embedded: EmbeddedHome, tmp_path: Path) -> None:
    """While somebody's shell holds the file, sends are refused for now; reads go on."""
    queue = embedded.queue()
    queue._database._handle().connection.execute("PRAGMA busy_timeout = 20")
    shell = sqlite3.connect(queue._database._path, isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(Throttled):
        queue.send(fifo("g", "1"))
    assert queue.depth().visible == 0
    shell.rollback()
    shell.close()
    queue.send(fifo("g", "1"))
    assert queue.depth().visible == 1


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A file that cannot be opened for now is Unavailable, so the call is tried again later."""
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(Unavailable):
        Database(path, schema="CREATE TABLE t (a)").fetch("SELECT 1")


def test_any_other_failure_is_a_bug(embedded: EmbeddedHome) -> None:
    """A missing table is raised as the bug it is, and nothing stays locked."""
    with embedded.database.write() as db:
        db.execute("DROP TABLE records")
    with pytest.raises(sqlite3.OperationalError):
        embedded.store.load(THREAD, "m1")
    with pytest.raises(sqlite3.OperationalError):
        embedded.store.commit(record(), thread(), expected_seq=0)
    embedded.offers.create(offer(expires_at=1))
    assert embedded.offers.read("o1") is not None


def test_an_exception_rolls_back(embedded: EmbeddedHome) -> None:
    """An exception in the block rolls everything back, and the next writer goes on."""

    def interrupted() -> None:
        with embedded.database.write() as db:
            db.execute("INSERT INTO threads VALUES ('t', 1, '{}')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert embedded.database.fetch("SELECT * FROM threads") == []
    embedded.offers.create(offer(expires_at=1))


def test_a_file_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    """A release does not guess at tables it does not know."""
    path = tmp_path / "file.sqlite"
    newer = Database(path, schema="CREATE TABLE t (a)", version=2)
    newer.fetch("SELECT 1")
    newer.close()
    with pytest.raises(RuntimeError, match="version 2"):
        Database(path, schema="CREATE TABLE t (a)").fetch("SELECT 1")


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_durability_is_a_setting(tmp_path: Path, durable: bool, level: int) -> None:
    """A commit survives the process, or a power cut (synchronous NORMAL or FULL)."""
    database = Database(tmp_path / "f.sqlite", schema="CREATE TABLE t (a)", durable=durable)
    assert database.fetch("PRAGMA synchronous") == [(level,)]
    assert database.fetch("PRAGMA journal_mode") == [("wal",)]
    database.close()


# ---------------------------------------------------------------- malformed calls


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("", group="g", dedup_id="d"),
        Outgoing("a\x00", group="g", dedup_id="d"),
        Outgoing("\ufffe", group="g", dedup_id="d"),
        Outgoing("\ud800", group="g", dedup_id="d"),
        Outgoing("1", group="g" * 129, dedup_id="d"),
        Outgoing("1", group="한", dedup_id="d"),
        Outgoing("1", group="g", dedup_id=""),
    ],
    ids=["empty", "control", "noncharacter", "surrogate", "long", "not ASCII", "empty id"],
)
def test_what_sqs_refuses_is_refused(embedded: EmbeddedHome, message: Outgoing) -> None:
    """A body or an id that AWS would not take shows on the laptop already; nothing is sent."""
    queue = embedded.queue()
    with pytest.raises(ValueError):  # noqa: PT011 - the type is all that is promised
        queue.send([*fifo("g", "fine"), message])
    assert queue.depth().visible == 0


def test_a_body_is_measured_in_bytes(embedded: EmbeddedHome) -> None:
    """A character of three bytes counts three times."""
    queue: SqliteQueue = embedded.queue(fifo=False)
    queue.send([Outgoing("한" * (256 * 1024 // 3))])
    with pytest.raises(Exception, match="over the queue's"):
        queue.send([Outgoing("한" * (256 * 1024 // 3 + 1))])


@pytest.mark.parametrize("seconds", [-1, 43_201])
def test_a_hold_has_limits(embedded: EmbeddedHome, seconds: int) -> None:
    """Twelve hours are the longest visibility timeout there is."""
    with pytest.raises(ValueError, match="held"):
        embedded.queue().hold([], seconds)


# ---------------------------------------------------------------- files


def test_an_upload_is_told_once_it_can_be_read(embedded: EmbeddedHome) -> None:
    """`on_put` gets the key when its bytes are in place."""
    read: list[bytes] = []
    embedded.blobs._on_put = lambda key: read.append(embedded.blobs.get(key))
    embedded.blobs.put("knowledge-sources/shop", b"1")
    embedded.blobs.put("knowledge-sources/shop", b"2")
    assert read == [b"1", b"2"]


def test_blobs_can_be_durable(tmp_path: Path) -> None:
    """A put is on the disk before it returns if blobs are set to be durable."""
    blobs = FileBlobs(tmp_path, durable=True)
    blobs.put("a/b", b"1")
    assert blobs.get("a/b") == b"1"


def test_a_failed_put_leaves_nothing(embedded: EmbeddedHome, tmp_path: Path) -> None:
    """The old bytes stay, no half file appears, and nobody is told."""
    embedded.blobs.put("current", b"old")
    embedded.put_keys.clear()
    with pytest.raises(TypeError):
        embedded.blobs.put("current", "no bytes")  # type: ignore[arg-type] # the bug
    assert embedded.blobs.get("current") == b"old"
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == ["current"]
    assert embedded.put_keys == []


@pytest.mark.parametrize("key", ["", "/a", "a//b", "a/"])
def test_a_key_has_no_empty_segments(embedded: EmbeddedHome, key: str) -> None:
    """A key with an empty segment is a bug of the caller, in either direction."""
    with pytest.raises(ValueError, match="empty segment"):
        embedded.blobs.put(key, b"")
    with pytest.raises(ValueError, match="empty segment"):
        embedded.blobs.get(key)


def test_no_key_leaves_the_folder(embedded: EmbeddedHome, tmp_path: Path) -> None:
    """Keys that look like paths stay below the blobs' own folder."""
    (tmp_path / "outside").write_bytes(b"secret")
    with pytest.raises(Absent):
        embedded.blobs.get("../outside")
    embedded.blobs.put("../outside", b"harmless")
    assert (tmp_path / "outside").read_bytes() == b"secret"


def test_only_what_nobody_held_is_held_by_the_lane(embedded: EmbeddedHome) -> None:
    """A message keeps the wait that its handler asked for; one without such a wait comes soon."""
    queue = embedded.queue(visibility_seconds=30)
    queue.send([*fifo("a", "1"), *fifo("b", "1")])
    held, untouched = queue.receive(2)
    queue.hold([held.receipt], 20)
    for message in (held, untouched):
        queue.hold_untouched(message, 1)
    embedded.clock.advance(2)
    assert [message.group for message in queue.receive(2)] == [untouched.group]
    embedded.clock.advance(18)
    assert [message.group for message in queue.receive(2)] == [held.group]
