"""Named bytes: whole or not at all."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from surgeline.application.ports.refusals import Absent, Changed

from tests.contract.homes import Home


def test_bytes_come_back(home: Home) -> None:
    """Any bytes are kept as they are, also none."""
    everything = bytes(range(256)) * 100
    home.blobs.put("knowledge/shop/index-1", everything)
    home.blobs.put("knowledge/shop/empty", b"")
    assert home.blobs.get("knowledge/shop/index-1") == everything
    assert home.blobs.get("knowledge/shop/empty") == b""


def test_a_home_tells_its_room(home: Home) -> None:
    """A disk has so many bytes left, also before the first put, and a bucket is never full."""
    room = home.blobs.room()
    assert room is None or room > 0


def test_an_unknown_key_is_absent(home: Home) -> None:
    """Neither a key nor a key's folder can be read where nothing was put."""
    home.blobs.put("a/b", b"1")
    for key in ("nothing", "a", "a/b/c", "a/c"):
        with pytest.raises(Absent):
            home.blobs.get(key)


def test_a_put_replaces(home: Home) -> None:
    """The last put is what is read."""
    home.blobs.put("current", b"version 1, which is longer")
    home.blobs.put("current", b"version 2")
    assert home.blobs.get("current") == b"version 2"


def test_keys_are_listed_by_prefix(home: Home) -> None:
    """A prefix is the beginning of a key, not a folder; the list is sorted."""
    for key in ("knowledge/shop/2", "knowledge/shop/1", "knowledge-sources/shop", "other"):
        home.blobs.put(key, b"")
    assert home.blobs.keys("knowledge/") == ["knowledge/shop/1", "knowledge/shop/2"]
    assert home.blobs.keys("knowledge") == [
        "knowledge-sources/shop",
        "knowledge/shop/1",
        "knowledge/shop/2",
    ]
    assert home.blobs.keys("nothing") == []
    assert len(home.blobs.keys("")) == 4


@pytest.mark.parametrize("key", ["a b/ü.json", "x/..", ".hidden", "100%", "a\\b", "CON"])
def test_unusual_keys_are_keys(home: Home, key: str) -> None:
    """A key is never a path, so every key is kept and listed exactly as given."""
    home.blobs.put(key, b"1")
    assert home.blobs.get(key) == b"1"
    assert home.blobs.keys("") == [key]


def test_a_reader_sees_the_old_bytes_or_the_new(home: Home) -> None:
    """While a blob is replaced over and over, every read is one of its versions, whole."""
    versions = [bytes([letter]) * 200_000 for letter in b"ab"]
    home.blobs.put("current", versions[0])
    done = threading.Event()

    def write() -> None:
        for number in range(40):
            home.blobs.put("current", versions[number % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not done.is_set() or reads == 0:
        assert home.blobs.get("current") in versions
        reads += 1
    writer.join()


def test_a_swap_replaces_what_it_was_made_from(home: Home) -> None:
    """The first is put where nothing is, each later one in place of the bytes before it."""
    home.blobs.swap("current", b"version 1", was=None)
    home.blobs.swap("current", b"version 2", was=b"version 1")
    assert home.blobs.get("current") == b"version 2"


@pytest.mark.parametrize("was", [None, b"version 0", b""])
def test_a_swap_of_something_else_changes_nothing(home: Home, was: bytes | None) -> None:
    """A swap from another version is refused, and the stored blob stays as it was."""
    home.blobs.put("current", b"version 1")
    with pytest.raises(Changed):
        home.blobs.swap("current", b"version 2", was=was)
    assert home.blobs.get("current") == b"version 1"


def test_a_swap_of_what_is_gone_changes_nothing(home: Home) -> None:
    """Bytes that were never there can't be replaced."""
    with pytest.raises(Changed):
        home.blobs.swap("current", b"version 2", was=b"version 1")
    with pytest.raises(Absent):
        home.blobs.get("current")


def test_of_swaps_at_once_each_change_is_kept(home: Home) -> None:
    """Several that read, change and swap at the same time lose no change of each other's."""
    home.blobs.put("current", b"")

    def add(letter: bytes) -> None:
        while True:
            was = home.blobs.get("current")
            try:
                return home.blobs.swap("current", was + letter, was=was)
            except Changed:
                continue

    workers = [threading.Thread(target=add, args=(bytes([each]),)) for each in b"abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(home.blobs.get("current")) == sorted(b"abcd")


def test_a_deleted_blob_is_gone(home: Home) -> None:
    """Nothing is left of a deleted key, and its neighbours stay. Deleting again does no harm."""
    for key in ("mail/a/1", "mail/a/10", "mail/b/1"):
        home.blobs.put(key, b"1")
        home.blobs.put(key, b"2")
    home.blobs.delete("mail/a/1")
    home.blobs.delete("mail/a/1")
    home.blobs.delete("mail/nothing")
    assert home.blobs.keys("mail/") == ["mail/a/10", "mail/b/1"]
    with pytest.raises(Absent):
        home.blobs.get("mail/a/1")
    home.blobs.put("mail/a/1", b"3")
    assert home.blobs.get("mail/a/1") == b"3"


def test_puts_and_deletes_beside_each_other_lose_nothing(home: Home) -> None:
    """While the other blobs of a folder come and go, no put fails."""

    def come_and_go(name: str) -> None:
        for _ in range(100):
            home.blobs.put(f"mail/a/{name}", b"1")
            home.blobs.delete(f"mail/a/{name}")

    with ThreadPoolExecutor() as threads:
        for ended in [threads.submit(come_and_go, name) for name in "123"]:
            ended.result()
    assert home.blobs.keys("mail/") == []


def test_a_folder_whose_last_blob_is_deleted_can_be_a_key(home: Home) -> None:
    """A key may take the place of a folder that nothing is in any more."""
    home.blobs.put("mail/a/1", b"1")
    home.blobs.delete("mail/a/1")
    home.blobs.put("mail/a", b"1")
    assert home.blobs.get("mail/a") == b"1"
