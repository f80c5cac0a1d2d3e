"""The file of a simulated vendor's bad day is read, and a slip in it is told."""

from pathlib import Path

import pytest

from local.simulators.desk import Behaviour
from local.simulators.scenario import WrongScenario, read_scenario

BASE = Behaviour(agents=3, seed=7)


def scenario(folder: Path, text: str) -> Path:
    """Return a file with this in it."""
    file = folder / "bad-day.json"
    file.write_text(text)
    return file


def test_each_step_starts_from_the_command_line_anew(tmp_path: Path) -> None:
    """Steps come in the order of their times and take unnamed fields from the options."""
    text = '[{"at_seconds": 90}, {"at_seconds": 60, "error": 1, "accept": "late"}]'
    first, second = read_scenario(scenario(tmp_path, text), BASE)
    assert (first.at_seconds, second.at_seconds) == (60, 90)
    assert first.behaviour == Behaviour(agents=3, seed=7, error=1, accept="late")
    assert second.behaviour == BASE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "not JSON"),
        ("{}", "bad-day.json: the file must be a list; steps have"),
        ('[{"error": 1}]', "step 1.at_seconds"),
        ('[{"at_seconds": 0}, {"at_seconds": 1, "error": 2}]', "step 2.error"),
        ('[{"at_seconds": 1, "explode": true}]', "step 1.explode"),
        ('[{"at_seconds": 1, "accept": "maybe"}]', "'response', 'callback', 'late'"),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    """A slip in a scenario is told with its place and the fields that steps have."""
    with pytest.raises(WrongScenario, match=r"bad-day\.json") as told:
        read_scenario(scenario(tmp_path, text), BASE)
    assert words in str(told.value)
