"""The command `surgeline doctor` tells what is wrong, to people and to programs."""

import json
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

from local.home.backend import open_home

KEY = "sk_secret-4711"
STATUS = "GET /v1/admin/status"
CONFIGURATION = "GET /v1/admin/configuration"
WELL = {
    "troubles": [],
    "configuration": "c1",
    "pool_states": {},
    "unreadable": [],
    "knowledge": {},
    "dead_letters": 0,
}

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def home(surgeline: Run) -> Path:
    """Return a home in the folder of the test that does not run."""
    folder = Path(".surgeline")
    folder.mkdir(mode=0o700)
    backend = open_home(folder)
    for name, value in (("ids", "the key of ids"), ("admin", "[]")):
        backend.secrets().put(name, value)
    backend.close()
    (folder / "admin-key").write_text(KEY)
    return folder


def test_a_healthy_machine_exits_0(surgeline: Run, home: Path) -> None:
    """Each look is told in a line, and the last line counts them."""
    told = surgeline("doctor", "--port", "28787")
    assert told.exit_code == 0, told.output
    assert "0 wrong" in told.output
    assert KEY not in told.output


def test_a_fault_exits_1_and_says_what_to_do(surgeline: Run, tmp_path: Path) -> None:
    """A folder without an instance is a fault."""
    told = surgeline("doctor", "--home", tmp_path / "absent", "--port", "28787")
    assert told.exit_code == 1
    assert "FAIL" in told.output
    assert "surgeline up" in told.output


def test_programs_get_every_finding(surgeline: Run, home: Path, instance: FakeInstance) -> None:
    """JSON says whether all works, and each finding by its check."""
    instance.answer(STATUS, WELL | {"dead_letters": 2})
    instance.answer(CONFIGURATION, {"version": "c1", "configuration": {}})
    told = surgeline("doctor", "--url", instance.url, "--port", "28787", "--json")
    assert told.exit_code == 1
    found = json.loads(told.output)
    assert found["ok"] is False
    [dead] = [each for each in found["findings"] if each["level"] == "fail"]
    assert dead["check"] == "dead letters"
    assert "surgeline dlq" in dead["todo"]
    assert KEY not in told.output


def test_endpoints_are_left_alone_when_asked(
    surgeline: Run, home: Path, instance: FakeInstance
) -> None:
    """`--no-endpoints` opens no connection to others."""
    pools = [{"id": "vendor", "url": "http://127.0.0.1:9/token-1"}]
    instance.answer(STATUS, WELL)
    instance.answer(CONFIGURATION, {"version": "c1", "configuration": {"pools": pools}})
    where = ("doctor", "--url", instance.url, "--port", "28787")
    assert surgeline(*where, "--no-endpoints").exit_code == 0
    tried = surgeline(*where)
    assert tried.exit_code == 1
    assert "pool:vendor" in tried.output
    assert "token-1" not in tried.output
