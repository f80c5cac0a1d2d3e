"""The shelf keeps the last good configuration in force, whatever is wrong with a newer one."""

import json
from typing import Any

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.configuration import (
    POINTER,
    ChannelSettings,
    ConfigurationShelf,
    PoolSettings,
)
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unavailable, Unreadable

ONE = {"channels": [{"id": "web", "kind": "web"}]}
TWO = {"channels": [{"id": "web", "kind": "web"}, {"id": "other", "kind": "web"}]}
NEWER = {"channels": [{"id": "web", "kind": "web"}, {"id": "ours", "kind": "pigeon", "loft": 3}]}


class Bucket(dict[str, bytes]):
    """Blobs that can't be read while they are `down`."""

    down = False
    reads = 0

    def get(self, key: str) -> bytes:  # type: ignore[override] # the port's shape
        self.reads += 1
        if self.down:
            raise Unavailable("no answer")
        if key not in self:
            raise Absent(key)
        return self[key]


class Clock:
    at = 1_000_000

    def now(self) -> int:
        return self.at


class Home:
    """A shelf over a bucket, with the alarms that it raised."""

    def __init__(self, **how: Any) -> None:
        self.bucket, self.clock = Bucket(), Clock()
        self.alarms: list[tuple[str, dict[str, Any]]] = []
        form = ConfigurationFormat()
        self.shelf = ConfigurationShelf(
            self.bucket,  # type: ignore[arg-type] # what the shelf reads of it
            self.clock,
            form.decode,
            form.encode,
            alarm=lambda word, **fields: self.alarms.append((word, fields)),
            **how,
        )

    def publish(self, document: Any, version: str) -> None:
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.bucket[f"configuration/{version}.json"] = raw
        self.bucket[POINTER] = json.dumps({"version": version}).encode()

    def ids(self) -> list[str]:
        return [each.id for each in self.shelf.current().channels]

    def later(self, seconds: float = 6) -> None:
        self.clock.at += round(seconds * 1000)


@pytest.fixture
def home() -> Home:
    made = Home()
    made.publish(ONE, "v1")
    assert made.ids() == ["web"]
    return made


@pytest.mark.parametrize(
    "newer",
    [b"no json", b"[]", b'{"schema": 2}', b'{"rules": {"gap_seconds": []}}', b'{"pools": 5}'],
)
def test_a_version_that_can_not_be_read_leaves_the_last_good_one_in_force(
    home: Home, newer: bytes
) -> None:
    """One alarm a minute says so, and the next good version is taken up."""
    home.publish(newer, "v2")
    for _ in range(9):
        home.later()
        assert home.ids() == ["web"]
    assert [word for word, _ in home.alarms] == ["configuration_unreadable"]
    assert home.alarms[0][1]["in_force"] == "v1"
    home.publish(TWO, "v3")
    home.later()
    assert home.ids() == ["web", "other"]


def test_a_bucket_that_can_not_be_read_leaves_the_last_good_one_in_force(home: Home) -> None:
    """The configuration in memory answers, with an alarm."""
    home.bucket.down = True
    home.later()
    assert home.ids() == ["web"]
    assert [word for word, _ in home.alarms] == ["configuration_unreadable"]


@pytest.mark.parametrize("how", ["pointer", "version", "bucket"])
def test_without_a_good_one_it_is_unavailable(how: str) -> None:
    """A shelf that never read anything is Unavailable for now and never a refusal."""
    home = Home()
    if how == "bucket":
        home.bucket.down = True
    elif how == "version":
        home.bucket[POINTER] = b'{"version": "v9"}'
    else:
        home.bucket[POINTER] = b"{"
    with pytest.raises(Unavailable):
        home.shelf.current()


@pytest.mark.parametrize("fresh_seconds", [0, 1])
def test_an_id_that_can_not_be_looked_up_is_not_called_unknown(fresh_seconds: int) -> None:
    """While the bucket can't be read nobody knows whether a channel or pool was just added."""
    home = Home(fresh_seconds=fresh_seconds)
    home.publish(ONE, "v1")
    home.shelf.current()
    home.bucket.down = True
    home.later()
    assert home.shelf.channel("web")
    for _ in range(2):
        with pytest.raises(Unavailable):
            home.shelf.channel("other")
        with pytest.raises(Unavailable):
            home.shelf.pool("vendor")
    home.bucket.down = False
    assert home.shelf.channel("other") is None


def test_unknown_ids_read_the_bucket_once_a_second() -> None:
    """Callers who guess at ids cost one read a second, however many they are."""
    home = Home(fresh_seconds=1)
    home.publish(ONE, "v1")
    home.shelf.current()
    before = home.bucket.reads
    for _ in range(5):
        assert home.shelf.channel("other") is None
    assert home.bucket.reads == before
    home.later(1.1)
    for _ in range(5):
        assert home.shelf.channel("other") is None
    assert home.bucket.reads == before + 1


@pytest.mark.parametrize("back_seconds", [3_600, 86_400, 40 * 86_400])
def test_a_clock_that_goes_back_hides_no_change(home: Home, back_seconds: int) -> None:
    """A published change is read at once after the clock went back."""
    home.later(-back_seconds)
    home.publish(TWO, "v2")
    assert home.ids() == ["web", "other"]


def test_a_channel_of_an_unknown_kind_stops_only_itself(home: Home) -> None:
    """The others work; asking for that one is Unreadable, and an alarm names it once."""
    home.publish(NEWER, "v2")
    home.later()
    assert home.ids() == ["web"]
    with pytest.raises(Unreadable, match="ours"):
        home.shelf.channel("ours")
    assert [fields["kind"] for word, fields in home.alarms if word == "settings_unreadable"] == [
        "pigeon"
    ]


def test_a_change_is_never_made_from_a_stale_copy(home: Home) -> None:
    """`latest` says that the configuration in force can't be read."""
    home.publish(b"{", "v2")
    with pytest.raises(Unreadable):
        home.shelf.latest()
    assert home.ids() == ["web"]


def test_a_pointer_that_is_gone_leaves_the_last_good_one_in_force(home: Home) -> None:
    """Channels go on where somebody deletes the pointer by hand."""
    assert home.ids() == ["web"]
    del home.bucket[POINTER]
    home.later()
    assert home.ids() == ["web"]
    assert home.shelf.pointer.version == ""


def test_settings_of_another_kind_are_no_bug_of_ours() -> None:
    """A channel or pool whose settings are of another kind is told as one that can't be read."""
    for each in (ChannelSettings("web", "web"), PoolSettings("north", "outsourced")):
        with pytest.raises(Unreadable, match=each.id):
            each.own(Home)
