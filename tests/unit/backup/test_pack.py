"""A backup is a home as of one moment, and a restored home is that home."""

import json
import os
import stat
import tarfile
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.errors import Unavailable

from infra.topology import Queue
from local.engine.still import Snapshot, held_still
from local.home.backend import open_home
from local.home.backup.manifest import FORMAT, NAME, BackupRefused
from local.home.backup.pack import forget_unfinished, pack
from local.home.backup.unpack import unpack, verify
from local.home.clock import SystemClock
from local.home.queues import open_queue
from tests.contract.examples import THREAD, record, thread


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a thread, a waiting message, a blob, a secret and an admin key."""
    folder = tmp_path / "home"
    backend = open_home(folder)
    backend.store().commit(record(), thread(), expected_seq=0)
    backend.queue("events").send([Outgoing("hello", group=THREAD, dedup_id="1")])
    backend.blobs().put("knowledge/shop/1", b"an index")
    backend.secrets().put("ids", "the key of ids")
    for queue in ("deliveries", "timers", "uploads"):
        backend.queue(queue).dead_count()  # opens its file
    backend.close()
    (folder / "admin-key").write_text("sk_1\n")
    (folder / "schedules").mkdir()
    (folder / "schedules" / "chores-3600").write_text("1\n")
    (folder / "logs").mkdir()
    (folder / "logs" / "front.log").write_text("{}\n")
    return folder


def backup_of(home: Path, name: str = "b.tar.gz") -> Path:
    file = home.with_name(name)
    pack(home, file, release="0.1.0")
    return file


def test_a_restored_home_has_everything(home: Path, tmp_path: Path) -> None:
    """Threads, messages, blobs, secrets, the admin key and the times of the clock are there."""
    unpack(backup_of(home), tmp_path / "new")
    restored = open_home(tmp_path / "new")
    assert restored.store().thread(THREAD) == thread()
    assert restored.store().records(THREAD) == [record()]
    assert restored.queue("events").depth().visible == 1
    assert restored.blobs().get("knowledge/shop/1") == b"an index"
    assert restored.secrets().get("ids") == "the key of ids"
    assert (tmp_path / "new" / "admin-key").read_text() == "sk_1\n"
    assert (tmp_path / "new" / "schedules" / "chores-3600").read_text() == "1\n"


def test_only_the_owner_can_read_a_backup_and_what_is_made_of_it(
    home: Path, tmp_path: Path
) -> None:
    """A backup holds secrets, so that its file and the restored home are closed to others."""
    file = backup_of(home)
    unpack(file, tmp_path / "new")
    files = [each for each in (tmp_path / "new").rglob("*") if each.is_file()]
    made = [file, tmp_path / "new", *files]
    assert [each for each in made if stat.S_IMODE(each.stat().st_mode) & 0o077] == []


def test_a_backup_leaves_the_home_as_it_is(home: Path) -> None:
    """No file of the backup's own stays in the home or beside it."""

    def files() -> list[Path]:
        ends = (".lock", "-wal", "-shm")
        return sorted(each for each in home.rglob("*") if not each.name.endswith(ends))

    before = files()
    file = backup_of(home)
    assert files() == before
    assert sorted(home.parent.iterdir()) == [file, home]


def test_logs_are_left_out(home: Path) -> None:
    """Logs tell of a machine, and no start needs them."""
    with tarfile.open(backup_of(home)) as tar:
        assert [each for each in tar.getnames() if "logs" in each] == []


def test_messages_that_move_between_files_are_in_every_backup(tmp_path: Path) -> None:
    """A message that goes from one queue to another and back is in one of them, at any moment."""
    home = tmp_path / "home"
    ends = ("a", "z")
    queues = {
        name: open_queue(
            home,
            Queue(name, fifo=False, visibility_seconds=60, max_receive_count=1_000),
            clock=SystemClock(),
        )
        for name in ends
    }
    assert [each.dead_count() for each in queues.values()] == [0, 0], "both files are there"
    queues["a"].send([Outgoing(str(number)) for number in range(10)])
    stop = threading.Event()

    def move() -> None:
        here, there = ends
        while not stop.is_set():
            taken = queues[here].receive(10)
            queues[there].send([Outgoing(each.body) for each in taken])
            queues[here].delete([each.receipt for each in taken])
            here, there = there, here

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for number in range(6):
            file = home.with_name(f"{number}.tar.gz")
            pack(home, file, release="0.1.0", look=slow_look)
            unpack(file, tmp_path / str(number))
    finally:
        stop.set()
        mover.join()
    for number in range(6):
        assert bodies(tmp_path / str(number), ends) >= {str(each) for each in range(10)}


def slow_look(path: Path) -> Snapshot:
    """Take a snapshot, and leave writers much time before the next file."""
    made = Snapshot(path)
    time.sleep(0.1)
    return made


def bodies(home: Path, names: tuple[str, ...]) -> set[str]:
    """Return the bodies of all messages in the queues of a home."""
    import sqlite3
    from contextlib import closing

    found: set[str] = set()
    for name in names:
        with closing(sqlite3.connect(home / "queues" / f"{name}.sqlite")) as connection:
            found |= {row[0] for row in connection.execute("SELECT body FROM messages")}
    return found


def test_writers_wait_while_files_are_held_still(home: Path) -> None:
    """Nobody writes to any file of a home at the moment of its backup."""
    backend = open_home(home)
    written = threading.Event()

    def write() -> None:
        backend.queue("events").send([Outgoing("late", group=THREAD, dedup_id="2")])
        written.set()

    with held_still(sorted(home.rglob("*.sqlite"))):
        writer = threading.Thread(target=write)
        writer.start()
        assert not written.wait(0.2)
    writer.join(10)
    assert written.is_set()


# ---------------------------------------------------------------- what is refused


def test_a_home_that_is_there_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    """A restore into a folder with anything in it is refused, and changes nothing."""
    file = backup_of(home)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("mine")
    with pytest.raises(BackupRefused, match="--home"):
        unpack(file, tmp_path / "new")
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["mine"]


def test_a_backup_does_not_replace_another(home: Path) -> None:
    """A file that is there stays as it is."""
    file = backup_of(home)
    before = file.read_bytes()
    with pytest.raises(BackupRefused, match="another name"):
        pack(home, file, release="0.1.0")
    assert file.read_bytes() == before


def test_a_backup_in_the_home_itself_is_refused(home: Path) -> None:
    """The next backup would hold it, and so on."""
    with pytest.raises(BackupRefused, match="another place"):
        pack(home, home / "b.tar.gz", release="0.1.0")


def test_a_folder_without_an_instance_is_refused(tmp_path: Path) -> None:
    """A wrong --home makes no empty backup that somebody relies on."""
    with pytest.raises(BackupRefused, match="--home"):
        pack(tmp_path, tmp_path / "b.tar.gz", release="0.1.0")


def test_a_damaged_file_of_the_home_makes_no_backup(home: Path) -> None:
    """A backup of damaged files would replace good ones, so it is refused with the file's name."""
    store = home / "conversations.sqlite"
    raw = bytearray(store.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    store.write_bytes(raw)
    with pytest.raises(Unavailable, match=r"conversations\.sqlite"):
        pack(home, home.with_name("b.tar.gz"), release="0.1.0")
    assert not home.with_name("b.tar.gz").exists()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-400])


def no_tar(file: Path) -> None:
    file.write_bytes(b"hello")


def rewritten(change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Callable[[Path], None]:
    """Return a change of a backup's members."""

    def rewrite(file: Path) -> None:
        with tarfile.open(file) as tar:
            members = [(each.name, tar.extractfile(each).read()) for each in tar]  # type: ignore[union-attr] # all are files
        with tarfile.open(file, "w:gz") as tar:
            for name, body in members:
                changed = change(name, body)
                if changed:
                    info = tarfile.TarInfo(changed[0])
                    info.size = len(changed[1])
                    tar.addfile(info, BytesIO(changed[1]))

    return rewrite


def manifest_with(**fields: object) -> Callable[[Path], None]:
    def change(name: str, body: bytes) -> tuple[str, bytes]:
        return name, json.dumps(json.loads(body) | fields).encode() if name == NAME else body

    return rewritten(change)


def test_a_name_that_leaves_the_folder_is_refused(home: Path, tmp_path: Path) -> None:
    """No backup writes outside of the folder that it is restored to."""

    def escape(name: str, body: bytes) -> tuple[str, bytes]:
        if name == NAME:
            told = json.loads(body)
            told["files"]["../stolen"] = told["files"].pop("admin-key")
            return name, json.dumps(told).encode()
        return name.replace("admin-key", "../stolen"), body

    file = backup_of(home)
    rewritten(escape)(file)
    with pytest.raises(BackupRefused):
        unpack(file, tmp_path / "new")
    assert not (tmp_path / "stolen").exists()


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (cut, "cut off"),
        (no_tar, "no backup"),
        (rewritten(lambda name, body: None if name == "admin-key" else (name, body)), "lacks"),
        (rewritten(lambda name, body: (name, body[:-1] + b"?")), "no backup"),
        (
            rewritten(lambda name, body: (name, b"sk_2\n" if name == "admin-key" else body)),
            "admin-key",
        ),
        (rewritten(lambda name, body: (name.replace("admin-key", "other"), body)), "other"),
        (manifest_with(format=FORMAT + 1), "format 2"),
        (manifest_with(files={}), "member of no backup"),
    ],
    ids=["cut", "no tar", "missing", "no manifest", "changed", "renamed", "newer", "unlisted"],
)
def test_a_backup_that_is_not_whole_makes_no_home(
    home: Path, tmp_path: Path, damage: Callable[[Path], None], word: str
) -> None:
    """A backup is proved before its folder gets its name, and a check of it finds the same."""
    file = backup_of(home)
    damage(file)
    for use in (lambda: unpack(file, tmp_path / "new"), lambda: verify(file)):
        with pytest.raises(BackupRefused, match=word):
            use()
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / ".new.restoring").exists()


def test_what_a_killed_backup_left_is_deleted(home: Path) -> None:
    """The second names of files would keep a mail that was erased meanwhile."""
    (home / ".backup-1").mkdir()
    os.link(home / "admin-key", home / ".backup-1" / "admin-key")
    forget_unfinished(home)
    assert not (home / ".backup-1").exists()
    assert (home / "admin-key").exists()
