"""Named bytes: whole or not at all."""

import threading

import pytest
from surgeline.application.ports import Absent

from tests.contract.homes import Home


def test_bytes_come_back(home: Home) -> None:
    """Any bytes are kept as they are, also none."""
    everything = bytes(range(256)) * 100
    home.blobs.put("knowledge/shop/index-1", everything)
    home.blobs.put("knowledge/shop/empty", b"")
    assert home.blobs.get("knowledge/shop/index-1") == everything
    assert home.blobs.get("knowledge/shop/empty") == b""


def test_an_unknown_key_is_absent(home: Home) -> None:
    """Neither a key nor the folder of one can be read where nothing was put."""
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
    """No key is a path: it is kept and listed as it is."""
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
