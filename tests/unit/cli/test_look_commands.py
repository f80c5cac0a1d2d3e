"""`surgeline look` shows, changes and takes back, and never sends a field that nobody named."""

from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

LOOK = "/v1/admin/look"
VERSIONS = "/v1/admin/configuration/versions"
FORMER = "/v1/admin/configuration"
FOUND: dict[str, Any] = {
    "version": "v2",
    "company": {"name": "Lamps", "texts": {"en": {"greeting": "Hi"}}, "starters": {}},
    "brands": {"bulbs": {"name": "Bulbs"}},
    "texts": {"en": {"greeting": "Hello."}},
    "page_words": ["title"],
}


@pytest.fixture
def found(instance: FakeInstance) -> FakeInstance:
    """Return an instance with a look."""
    instance.answer(f"GET {LOOK}", FOUND)
    instance.answer(f"PUT {LOOK}", {"version": "v3"})
    return instance


def test_the_look_and_the_texts_are_shown(found: FakeInstance, operator: Run) -> None:
    """Fields that are set are printed, and the texts that they may replace."""
    told = operator("look", "show")
    assert told.exit_code == 0, told.output
    assert "Lamps" in told.output
    assert "en.greeting" in told.output
    assert "Hello." in operator("look", "texts").output
    assert operator("look", "texts", "--language", "xx").exit_code == 2


def test_only_named_fields_change(found: FakeInstance, operator: Run, tmp_path: Path) -> None:
    """The rest of the look stays, and the version says what the change was made from."""
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    given = ["--accent", "#7a1f5c", "--logo", str(logo), "--text", "en.greeting=", "--text"]
    told = operator("look", "change", *given, "fr.left=Au revoir", "--starter", "en=Open?")
    assert told.exit_code == 0, told.output
    [put] = found.requests("PUT")
    assert put.json == {
        "company": {
            "name": "Lamps",
            "accent": "#7a1f5c",
            "logo": "data:image/svg+xml;base64,PHN2Zy8+",
            "texts": {"fr": {"left": "Au revoir"}},
            "starters": {"en": ["Open?"]},
        }
    }


def test_a_brand_changes_alone(found: FakeInstance, operator: Run) -> None:
    """The other brands are sent as they are, and the company's look is not sent."""
    assert operator("look", "change", "--brand", "x", "--name", "X").exit_code == 0
    [put] = found.requests("PUT")
    assert put.json == {
        "brands": {"bulbs": {"name": "Bulbs"}, "x": {"name": "X", "texts": {}, "starters": {}}}
    }


@pytest.mark.parametrize(
    "given", [("--text", "greeting=Hi"), ("--text", "en.greeting"), ("--starter", "Open?")]
)
def test_a_misspelt_text_is_told(
    found: FakeInstance, operator: Run, given: tuple[str, ...]
) -> None:
    """The form is named, and nothing is sent."""
    told = operator("look", "change", *given)
    assert told.exit_code == 2
    assert "write LANGUAGE" in told.output
    assert found.requests("PUT") == []


def test_undo_brings_the_last_other_look_back(found: FakeInstance, operator: Run) -> None:
    """Versions with the same look are passed over."""
    versions = [{"version": each, "until": None} for each in ("v2", "v1", "v0")]
    found.answer(f"GET {VERSIONS}", {"versions": versions})
    same = {"company": FOUND["company"], "brands": FOUND["brands"]}
    other = {"company": {"name": "Old"}, "brands": {}}
    found.answer(f"GET {FORMER}", {"configuration": same}, {"configuration": other})
    assert operator("look", "undo").exit_code == 0
    [put] = found.requests("PUT")
    assert put.json == other
