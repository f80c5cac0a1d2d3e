"""A machine is lost with its disk, and its instance lives again from a backup.

I1: no message that was acknowledged before the backup is lost.
"""

import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests import warm
from tests.instance import Instance

Start = Callable[..., Instance]
JSON = {"Content_Type": "application/json"}
MESSAGES = 60
QUESTION = "Where is my order?"


def surgeline(*words: str | Path) -> str:
    """Run a command, and return what it printed."""
    code, told = warm.surgeline(*words)
    assert code == 0, told
    return told


class Writer:
    """Visitors who write one message each, and what was acknowledged to them, in order."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.acknowledged: list[str] = []

    def write(self, number: int) -> None:
        made = self._instance.request("POST", "/v1/web/web/visitors", body=b"{}", **JSON)
        body = {"client_message_id": str(number), "text": f"{QUESTION} My number is {number}."}
        answer = self._instance.request(
            "POST",
            "/v1/web/web/messages",
            body=json.dumps(body).encode(),
            Authorization=f"Bearer {made.json()['token']}",
            **JSON,
        )
        if answer.status == 202:
            self.acknowledged.append(answer.json()["message_id"])


def handled(instance: Instance) -> set[str]:
    """Return the ids of the messages that are in a thread's log."""
    key = {"Authorization": f"Bearer {instance.admin_key}"}
    found: set[str] = set()
    page = "/v1/admin/conversations?limit=200"
    listed = instance.request("GET", page, **key).json()
    for each in listed["conversations"]:
        shown = instance.request(
            "GET", f"/v1/admin/conversations/{each['conversation_id']}", **key
        ).json()
        found |= {entry["event_id"] for entry in shown["entries"]}
    return found


def test_a_lost_machine_comes_back_from_its_backup(surgeline_up: Start, tmp_path: Path) -> None:
    """A backup under load, the loss of the folder, a restore, and a start: all is answered."""
    instance = surgeline_up(simulators=False)
    writer = Writer(instance)
    backup = tmp_path / "backup.tar.gz"
    done = threading.Event()

    def write_on() -> None:
        for number in range(MESSAGES):
            writer.write(number)
        done.set()

    thread = threading.Thread(target=write_on)
    thread.start()
    while len(writer.acknowledged) < MESSAGES // 3:
        time.sleep(0.01)
    before = list(writer.acknowledged)
    surgeline("backup", backup, "--home", instance.home)
    thread.join()
    assert done.is_set()
    assert len(writer.acknowledged) == MESSAGES, "nobody was refused for the backup's sake"
    instance.kill9()
    shutil.rmtree(instance.home)
    surgeline("restore", backup, "--home", instance.home)
    instance.start()
    deadline = time.monotonic() + 60
    while not set(before) <= handled(instance):
        assert time.monotonic() < deadline, "a message that was acknowledged is lost"
        time.sleep(0.2)


def test_a_backup_has_every_file_of_an_instance_or_says_why_not(
    surgeline_up: Start, tmp_path: Path
) -> None:
    """A file that a later release keeps in the folder is in its backups as well."""
    from local.home.backup.pack import LEFT_OUT

    instance = surgeline_up(simulators=False)
    surgeline("backup", tmp_path / "b.tar.gz", "--home", instance.home)
    surgeline("restore", tmp_path / "b.tar.gz", "--home", tmp_path / "new")
    endings = (".lock", "-wal", "-shm", ".new")
    there = {
        path.relative_to(instance.home)
        for path in instance.home.rglob("*")
        if path.is_file() and not path.name.endswith(endings)
    }
    kept = {path.relative_to(tmp_path / "new") for path in (tmp_path / "new").rglob("*")}
    missing = {each for each in there - kept if each.parts[0] not in LEFT_OUT}
    assert missing == set()
    assert set(LEFT_OUT) >= {each.parts[0] for each in there - kept}


def test_the_doctor_finds_a_running_instance_well(surgeline_up: Start) -> None:
    """A fresh instance has no fault, and its doctor prints neither its key nor a text."""
    instance = surgeline_up(begins="first")
    told = surgeline(*("doctor", "--home", instance.home, "--port", str(instance.port), "--json"))
    found = json.loads(told)
    assert found["ok"], told
    checks = {each["check"] for each in found["findings"]}
    assert {"python", "disk", "clock", "files", "versions", "secrets", "instance"} <= checks
    assert "pool:vendor" in told
    assert instance.admin_key not in told
