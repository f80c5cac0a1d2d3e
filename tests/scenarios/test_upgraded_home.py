"""The home of release 0.1.0 is started by this release, and nothing in it is lost.

`first_release_home.tar.xz` is the folder as that release left it when all its processes were killed
at once: an answered conversation, one that was handed off, and a message that was acknowledged
and not handled yet. Its keys are of that folder alone.
"""

import json
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from tests.instance import Instance, free_port
from tests.warm import surgeline

RECORDED = Path(__file__).with_name("first_release_home.tar.xz")
ANSWERED = ("tfc6xt5mhemwdezuj76ychtikc3", "mpndrq42ybqktxbce4jc4zek5ay")
HANDED_OFF = "t6qzvqd2jl5ro3k6gcabbqltjmz"
WAITING = ("t2pit3k2ms5kuhban3cnjme4yw5", "myyx2auvxourdsvhkmxfua25iqr")
PATIENCE_SECONDS = 60

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of before, as it was left."""
    with tarfile.open(RECORDED) as tar:
        tar.extractall(tmp_path)  # noqa: S202 - our own file
    folder = tmp_path / "h010"
    folder.chmod(0o700)
    return folder


def entries(instance: Instance, thread: str) -> list[dict[str, Any]]:
    """Return the entries of a thread's first conversation, or none while there is none."""
    key = {"Authorization": f"Bearer {instance.admin_key}"}
    answer = instance.request("GET", f"/v1/admin/conversations/{thread}-1", **key)
    found: list[dict[str, Any]] = answer.json().get("entries", [])
    return found


def test_a_home_of_before_is_upgraded_by_its_first_start(home: Path) -> None:
    """I1: what was said is shown, and the waiting message is answered from the old articles."""
    key = (home / "admin-key").read_text()
    instance = Instance(home, free_port(), ("--no-simulators",), begins="cold")
    instance.start()
    try:
        assert (home / "admin-key").read_text() == key
        [first, *_] = entries(instance, ANSWERED[0])
        assert (first["event_id"], first["text"]) == (ANSWERED[1], "Where is my order?")
        assert "My orders" in str(first["effects"])
        assert "offer_accepted" in [each["event"] for each in entries(instance, HANDED_OFF)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (handled := entries(instance, WAITING[0])):
            assert time.monotonic() < deadline, "a message that was acknowledged is lost"
            time.sleep(0.2)
        assert (handled[0]["event_id"], handled[0]["decision"]) == (WAITING[1], "answer")
    finally:
        assert instance.stop() == 0


def test_the_doctor_says_what_an_upgrade_will_do(home: Path, tmp_path: Path) -> None:
    """Before the first start the doctor names the older file, and a backup of it can be made."""
    where = ("--home", home, "--port", str(free_port()))
    _, told = surgeline("doctor", *where, "--json")
    found = json.loads(told)["findings"]
    [older] = [each for each in found if each["check"] == "versions"]
    assert older["level"] == "warn"
    assert "conversations.sqlite" in older["what"]
    assert surgeline("backup", tmp_path / "b.tar.gz", "--home", home)[0] == 0
    assert surgeline("restore", tmp_path / "b.tar.gz", "--home", tmp_path / "new")[0] == 0
    instance = Instance(tmp_path / "new", free_port(), ("--no-simulators",))
    instance.start()
    try:
        assert entries(instance, ANSWERED[0])
    finally:
        assert instance.stop() == 0
