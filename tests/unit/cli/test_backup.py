"""The commands `surgeline backup` and `surgeline restore` say what they did, and prove it."""

import json
from pathlib import Path

import pytest
from fake_instance import Run

from local.home.backend import open_home
from tests.contract.examples import THREAD, record, thread


@pytest.fixture
def home(surgeline: Run) -> Path:
    """Return a small home in the folder of the test."""
    backend = open_home(Path(".surgeline"))
    backend.store().commit(record(), thread(), expected_seq=0)
    backend.secrets().put("ids", "a key")
    backend.close()
    return Path(".surgeline")


def test_an_instance_is_packed_and_brought_back(surgeline: Run, home: Path) -> None:
    """What is told are counts and times, and the next command to run."""
    packed = surgeline("backup", "b.tar.gz")
    assert packed.exit_code == 0, packed.output
    assert "All of it is proved" in packed.output
    assert "secrets" in packed.output
    home.rename("lost")
    restored = surgeline("restore", "b.tar.gz")
    assert restored.exit_code == 0, restored.output
    assert "surgeline up --home .surgeline" in restored.output
    assert open_home(home).store().thread(THREAD) == thread()


def test_programs_are_told_in_json(surgeline: Run, home: Path) -> None:
    """The same numbers come from the backup, its check and the restore."""
    told = [
        json.loads(surgeline(*words, "--json").output)
        for words in (
            ("backup", "b.tar.gz"),
            ("backup", "b.tar.gz", "--check"),
            ("restore", "b.tar.gz", "--home", "new"),
        )
    ]
    places = [each.pop("place") for each in told]
    assert places == ["b.tar.gz", "b.tar.gz", "new"]
    assert told[0] == told[1] == told[2]
    assert told[0]["rows"] > 1


def test_a_refusal_is_one_sentence_and_exit_1(surgeline: Run, home: Path) -> None:
    """Nothing is overwritten, and the way on is named."""
    surgeline("backup", "b.tar.gz")
    for words, word in (
        (("restore", "b.tar.gz"), "--home"),
        (("backup", "b.tar.gz"), "another name"),
        (("backup", "--home", "absent"), "--home"),
        (("backup", "absent.tar.gz", "--check"), "absent.tar.gz: No such file"),
    ):
        refused = surgeline(*words)
        assert refused.exit_code == 1
        assert word in refused.output
        assert "Traceback" not in refused.output


def test_a_check_needs_a_file(surgeline: Run) -> None:
    """A check of nothing is wrong use."""
    assert surgeline("backup", "--check").exit_code == 2
