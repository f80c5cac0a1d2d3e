"""`surgeline move` refuses what would leave something behind, before it asks AWS for anything."""

from pathlib import Path

import pytest
from fake_instance import Run

from local.home.backend import open_home
from local.runner.lock import lock


@pytest.fixture
def home(surgeline: Run) -> Path:
    """Return a small home in the folder of the test."""
    backend = open_home(Path(".surgeline"))
    backend.secrets().put("ids", "a key")
    backend.close()
    return Path(".surgeline")


def test_a_running_instance_is_not_moved(surgeline: Run, home: Path) -> None:
    """What it takes in meanwhile would stay behind, so it has to stop first."""
    (home / "logs").mkdir()
    lock(home, 8787)
    refused = surgeline("move", "--env", "dev", "--region", "eu-west-3")
    assert refused.exit_code == 2
    assert "stop the instance first" in refused.output


def test_without_a_region_nothing_is_moved(
    surgeline: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way to name one is told in a sentence."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "absent")
    refused = surgeline("move", "--env", "dev")
    assert refused.exit_code == 1
    assert "--region" in refused.output
    assert "Traceback" not in refused.output
