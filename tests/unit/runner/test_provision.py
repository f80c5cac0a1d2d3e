"""The first start makes what is missing; later ones keep what is there."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from surgeline.adapters.channels.signed import SignedChannel
from surgeline.adapters.pools.webhook import Webhook
from surgeline.application.configuration import PoolSettings
from surgeline.runtime.configuration import shelf_of, unheard
from surgeline.runtime.staff_session import passes_of

from local.engine import upkeep
from local.engine.errors import Damaged, Newer
from local.home.backend import open_home
from local.home.plan import DEFAULT, UPLOADS_QUEUE
from local.runner.lanes.in_hand import InHand
from local.runner.lanes.upload import handle_uploads
from local.runner.provision import provision


def test_the_first_start_makes_everything(tmp_path: Path) -> None:
    """The first start makes keys, secrets, a configuration and an upload of the sample
    knowledge.
    """
    backend = open_home(tmp_path)
    provision(backend, tmp_path, 8787)
    key_file = tmp_path / "admin-key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    [admin] = json.loads(backend.secrets().get("admin") or "")
    assert admin["sha256"] == hashlib.sha256(key_file.read_text().strip().encode()).hexdigest()
    assert key_file.read_text().strip() not in (backend.secrets().get("admin") or "")
    for name in ("ids", "channels/demo", "pools/vendor"):
        assert backend.secrets().get(name)
    configuration = shelf_of(backend, unheard).current()
    assert [channel.id for channel in configuration.channels] == ["web", "demo"]
    assert [(pool.id, pool.settings) for pool in configuration.pools] == [
        ("vendor", Webhook("http://127.0.0.1:8788/"))
    ]
    assert backend.queue(UPLOADS_QUEUE).depth().visible == 1


def test_a_later_start_changes_nothing(tmp_path: Path) -> None:
    """Neither keys nor people's configuration are written again at a second start."""
    backend = open_home(tmp_path)
    provision(backend, tmp_path, 8787)
    shelf = shelf_of(backend, unheard)
    changed = shelf.current().with_pool(
        PoolSettings("vendor", "in_house", Webhook("http://127.0.0.1:1/"))
    )
    shelf.publish(changed, "people")
    backend.secrets().put("admin", json.dumps([{"name": "x", "scopes": [], "sha256": "1"}]))
    key = (tmp_path / "admin-key").read_text()
    secrets = [backend.secrets().get(name) for name in ("ids", "channels/demo", "pools/vendor")]
    provision(open_home(tmp_path), tmp_path, 8787)
    assert (tmp_path / "admin-key").read_text() == key
    assert secrets == [
        backend.secrets().get(name) for name in ("ids", "channels/demo", "pools/vendor")
    ]
    assert [each["name"] for each in json.loads(backend.secrets().get("admin") or "")] == [
        "x",
        "local",
    ]
    now = shelf_of(backend, unheard)
    assert now.current() == changed
    assert now.version == "people"


@pytest.mark.parametrize("name", ["admin-key", "simulators.json"])
@pytest.mark.parametrize("bytes_", [b"\x9f\x00\xff", b"{}\xe9"])
def test_a_damaged_file_of_a_start_is_named(tmp_path: Path, name: str, bytes_: bytes) -> None:
    """A start that can't read its key or its addresses says which file to put back."""
    provision(open_home(tmp_path), tmp_path, 8787)
    (tmp_path / name).write_bytes(bytes_)
    with pytest.raises(Damaged, match=f"{name} is damaged .* last backup"):
        provision(open_home(tmp_path), tmp_path, 8787)


def test_a_home_of_a_newer_release_is_named_before_a_start(tmp_path: Path) -> None:
    """A release that can't read a file says so, and what to start in its place."""
    open_home(tmp_path).store().thread("t")
    upkeep.check_versions(tmp_path)
    with closing(sqlite3.connect(tmp_path / "conversations.sqlite")) as file:
        file.execute("PRAGMA user_version = 99")
    with pytest.raises(Newer, match=r"version 99, and this release reads .* start the release"):
        upkeep.check_versions(tmp_path)


def test_the_simulators_follow_the_port(tmp_path: Path) -> None:
    """Entries that the runner wrote itself move with a new port, and the rest stays."""
    provision(open_home(tmp_path), tmp_path, 8787)
    provision(open_home(tmp_path), tmp_path, 9000)
    configuration = shelf_of(open_home(tmp_path), unheard).current()
    vendor, demo = configuration.pool("vendor"), configuration.channel("demo")
    assert vendor is not None
    assert vendor.settings == Webhook("http://127.0.0.1:9001/")
    assert demo is not None
    assert demo.settings == SignedChannel("http://127.0.0.1:9002/")


def test_an_upload_is_built_once_and_made_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process for uploads calls the real function with an S3 event, then nothing waits."""
    monkeypatch.setenv("SURGELINE_HOME", str(tmp_path))
    monkeypatch.setenv("SURGELINE_BACKEND", "local.home.backend")
    monkeypatch.setenv("SURGELINE_BUCKET", "artifacts")
    monkeypatch.setenv("SURGELINE_TABLE", "conversations")
    monkeypatch.setenv("SURGELINE_TIER", "lexical")
    monkeypatch.setenv("SURGELINE_WEIGHTS", str(tmp_path))
    backend = open_home(tmp_path)
    provision(backend, tmp_path, 8787)
    handle_uploads(backend, DEFAULT, InHand(tmp_path / "lanes" / "upload"), lambda: False)
    assert json.loads(backend.blobs().get("knowledge/shop/current"))["articles"] > 0
    assert backend.queue(UPLOADS_QUEUE).next_visible_at() is None
    provision(backend, tmp_path, 8787)
    assert backend.queue(UPLOADS_QUEUE).next_visible_at() is None


def test_another_tier_wakes_the_build_of_what_answers(tmp_path: Path) -> None:
    """A start with another tier builds an index's articles once more, and one with the same
    does not.
    """
    backend = open_home(tmp_path)
    provision(backend, tmp_path, 8787)
    uploads = backend.queue(UPLOADS_QUEUE)
    uploads.delete([message.receipt for message in uploads.receive(10)])
    [source] = backend.blobs().keys("knowledge-sources/")
    pointer = {"version": Path(source).stem, "articles": 1, "tier": "lexical"}
    backend.blobs().put("knowledge/shop/current", json.dumps(pointer).encode())
    provision(backend, tmp_path, 8787, "lexical")
    assert uploads.receive(10) == []
    provision(backend, tmp_path, 8787, "static")
    [again] = uploads.receive(10)
    assert json.loads(again.body)["key"] == source


def test_the_first_lead_gets_a_link_until_there_is_another_admin(tmp_path: Path) -> None:
    """Each start writes a fresh link that only the owner reads, and none once people are in."""
    backend = open_home(tmp_path)
    file = tmp_path / "sign-in-link"
    links = []
    for _ in range(2):
        provision(backend, tmp_path, 8787)
        links.append(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600
    assert links[0].startswith("http://127.0.0.1:8787/sign-in#")
    assert links[0] != links[1]
    passes_of(backend).invite("Ann", "admin")
    provision(backend, tmp_path, 8787)
    assert not file.exists()
