"""The commands in the documents exist, and their links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.main import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = re.compile(
    r"(?:\.venv/bin/|`|^\s*)surgeline ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", re.MULTILINE
)
MAKE = re.compile(r"(?:`|^\s*)make ([a-z][a-z-]*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
ANCHOR = re.compile(r"\]\((?!https?://)([^)#]*)#([^)]+)\)")
GUIDES = sorted((ROOT / "docs").glob("*.md"))
ON_THE_PATH = "`source .venv/bin/activate` puts "


def names(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_surgeline_command_exists(document: Path) -> None:
    """Each `surgeline …` in a document is a command of the command line."""
    for said in COMMAND.findall(document.read_text()):
        command: click.Command | None = cli
        context = click.Context(cli)
        for word in said.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(context, word)
            assert command is not None, f"{document.name}: surgeline {said}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_make_target_exists(document: Path) -> None:
    """Each `make …` in a document is a target that `make` lists."""
    listed = subprocess.run(  # our own Makefile
        ["make", "-s", "help"],  # noqa: S607 # the make that everything here is run with
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    targets = set(re.findall(r"make ([a-z-]+)", listed))
    assert set(MAKE.findall(document.read_text())) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_link_leads_somewhere(document: Path) -> None:
    """Each relative link is a file or folder of the repository."""
    for target in LINK.findall(document.read_text()):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_link_to_a_heading_finds_it(document: Path) -> None:
    """Each link to a part of a document names a heading of that document."""
    for target, anchor in ANCHOR.findall(document.read_text()):
        there = (document.parent / target).resolve() if target else document
        headings = re.findall(r"^#+ (.*)$", there.read_text(), re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
        assert anchor in slugs, f"{document.name}: {target}#{anchor}"


@pytest.mark.parametrize("guide", GUIDES, ids=names)
def test_a_guide_with_commands_says_how_to_have_them(guide: Path) -> None:
    """A guide whose shell blocks begin with `surgeline` says how to have it on the PATH."""
    text = guide.read_text()
    if re.search(r"^surgeline ", text, re.MULTILINE):
        assert ON_THE_PATH in " ".join(text.split())


def test_the_readmes_article_is_a_valid_one(tmp_path: Path) -> None:
    """The example article in the README passes `surgeline kb check`."""
    [block] = re.findall(
        r"```json\n\s*(\{.*?\})\n\s*```", (ROOT / "README.md").read_text(), re.DOTALL
    )
    file = tmp_path / "my-articles.jsonl"
    file.write_text(block + "\n")
    checked = subprocess.run(  # noqa: S603 # our own command
        [str(Path(sys.executable).with_name("surgeline")), "kb", "check", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "no problems" in checked.stdout
