"""A language is one file, one line, and its texts: a toy one is added to a copy of the house."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from surgeline.knowledge.text.languages import LANGUAGES as REGISTERED
from surgeline.knowledge.text.languages import language

ROOT = Path(__file__).parents[3]
TOY = Path(__file__).parent / "toy_language"
CORE = Path("layers/core/python")
LANGUAGES = CORE / "surgeline/knowledge/text/languages"
COPIED = (CORE, Path("functions"), Path("infra"), Path("local"), Path("web"))


def translated(file: Path) -> None:
    """Write the texts of a language beside the English ones, each with a mark."""
    texts = json.loads((file.parent / file.name.replace("eo", "en")).read_text("utf-8"))
    marked = {
        key: f"[eo] {text}" if isinstance(text, str) else [f"[eo] {each}" for each in text]
        for key, text in texts.items()
    }
    file.write_text(json.dumps(marked), encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the house with one more language."""
    copy = tmp_path_factory.mktemp("house")
    for part in COPIED:
        shutil.copytree(ROOT / part, copy / part)
    shutil.copy(TOY / "eo.py", copy / LANGUAGES)
    translated(copy / CORE / "surgeline/texts/eo.json")
    translated(copy / "local/simulators/phrases/eo.json")
    translated(copy / "web/chat/strings.eo.json")
    registry = copy / LANGUAGES / "__init__.py"
    text = registry.read_text("utf-8")
    registry.write_text(text.replace('    "fr",\n', '    "fr",\n    "eo",\n'), encoding="utf-8")
    return copy


def test_a_language_is_a_file_a_line_and_its_texts(house: Path) -> None:
    """A new language's articles are published and answered, with its own courtesies and notices."""
    asked = ("Kie estas mia mendo?", "Saluton!", "Mi volas paroli al homo")
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, str(TOY / "drive.py"), *asked],
        cwd=house,
        env=os.environ | {"PYTHONPATH": f"{house / CORE}{os.pathsep}{house}"},
        stdout=subprocess.PIPE,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])  # the lines before are logs
    question, greeting, wish = (told[each] for each in asked)
    assert told["published"] == 202
    assert question == ["Via mendo estas survoje."]
    assert greeting[0].startswith("[eo] Hello")
    assert all(line.startswith("[eo] ") for line in wish)
    assert wish
    assert '<option value="eo" lang="eo">Esperanto</option>' in told["page"]
    assert told["strings"] == 200
    assert told["agent"].startswith("[eo] Hello")


def test_every_language_has_its_texts() -> None:
    """Each language has one file of its own beside the registry, and no file of another."""
    for pattern in (
        "layers/core/python/surgeline/texts/*.json",
        "local/simulators/phrases/*.json",
        "web/chat/strings.*.json",
    ):
        codes = {path.stem.rpartition(".")[2] for path in ROOT.glob(pattern)}
        assert codes == set(REGISTERED), pattern
    for code in REGISTERED:
        assert language(code).code == code
        assert language(code).small_words or language(code).script
