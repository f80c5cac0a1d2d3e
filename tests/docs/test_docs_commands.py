"""The commands in the documents exist, and their links lead somewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.channel import simulate
from cli.main import COMMANDS, cli
from local.runner.addresses import channel_port, pool_port

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
SURGELINE = re.compile(r"^(?:\.venv/bin/)?surgeline ")
NAMED = re.compile(r"[`\"' ]surgeline ([a-z][^`\"'\n]*)")
MAKE = re.compile(r"(?:`|^\s*)make ([a-z][a-z-]*)((?: [A-Z_]+=)?)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
ANCHOR = re.compile(r"\]\((?!https?://)([^)#]*)#([^)]+)\)")
GUIDES = sorted((ROOT / "docs").glob("*.md"))
ON_THE_PATH = "`source .venv/bin/activate` puts "


def names(document: Path) -> str:
    return str(document.relative_to(ROOT))


def code_of(document: Path) -> Iterator[str]:
    """Yield each command line of a document: from its blocks for a shell, and from its spans."""
    text = document.read_text()
    for language, block in FENCED.findall(text):
        if language in {"", "sh"}:
            yield from block.replace("\\\n", " ").splitlines()
    for span in SPAN.findall(FENCED.sub("", text)):
        yield " ".join(span.split())


def commands_of(document: Path) -> Iterator[list[str]]:
    """Yield the words behind `surgeline` of each call in a document, or of `kb check` alone."""
    for line in code_of(document):
        for part in re.split(r"\s*(?:[|;#]|&&|\$\()\s*", line.strip()):
            if SURGELINE.search(part):
                yield part.split()[1:]
            elif re.match(r"[a-z-]+ [a-z]", part) and part.split()[0] in COMMANDS:
                yield part.split()


def found(words: list[str]) -> tuple[click.Command | None, list[str]]:
    """Return the command that words lead to, and the words that are left for it."""
    command: click.Command | None = cli
    left = list(words)
    while isinstance(command, click.Group) and left and re.fullmatch(r"[a-z][a-z-]*", left[0]):
        command = command.get_command(click.Context(command), left.pop(0))
    return command, left


def options_of(command: click.Command) -> set[str]:
    """Return every option that a command takes, `--help` among them."""
    known = command.get_params(click.Context(command))
    return {option for each in known for option in (*each.opts, *each.secondary_opts)} | {"--help"}


def every_command(group: click.Group = cli) -> Iterator[click.Command]:
    """Yield the commands of a group and of the groups in it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield from every_command(command) if isinstance(command, click.Group) else [command]


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_surgeline_command_and_its_options_exist(document: Path) -> None:
    """Each `surgeline …` in a document is a command of the command line, with options it takes."""
    for words in commands_of(document):
        command, left = found(words)
        assert command is not None, f"{document.name}: {' '.join(words)}"
        said = {word.partition("=")[0] for word in left if re.match(r"--[a-z]", word)}
        assert said <= options_of(command), f"{document.name}: {' '.join(words)}"


@pytest.mark.parametrize("room", ["cli", "functions", "infra", "layers", "local", "weights"])
def test_every_command_that_a_message_or_help_names_exists(room: str) -> None:
    """Each `surgeline …` in the code is a command of the command line, with options it takes."""
    for path in sorted((ROOT / room).rglob("*.py")):
        for said in NAMED.findall(path.read_text()):
            command, left = found(said.split())
            assert command is not None, f"{path}: {said}"
            options = {word.strip(".,;:)") for word in left if re.match(r"--[a-z]", word)}
            assert options <= options_of(command), f"{path}: {said}"


@pytest.mark.parametrize("guide", [*GUIDES, ROOT / "README.md"], ids=lambda path: path.name)
def test_every_option_that_a_guide_names_alone_exists(guide: Path) -> None:
    """Each option that stands in a guide without its command is one that some command takes."""
    known = set().union(*map(options_of, every_command()))
    said = {span.split()[0] for span in SPAN.findall(guide.read_text()) if span.startswith("--")}
    assert said <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_every_make_target_exists(document: Path) -> None:
    """Each `make …` in a document is a target that `make` lists, with a variable it knows."""
    listed = subprocess.run(  # our own Makefile
        ["make", "-s", "help"],  # noqa: S607 # the make that everything here is run with
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    targets = set(re.findall(r"make ([a-z-]+)", listed))
    variables = set(re.findall(r"(?:\$\(|ifdef )([A-Z_]+)", (ROOT / "Makefile").read_text()))
    for target, variable in MAKE.findall(document.read_text()):
        assert target in targets
        assert variable.strip(" =") in variables | {""}


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


def test_no_command_puts_a_key_on_the_list_of_processes() -> None:
    """Documents give keys as variables, because everybody on a machine can read arguments."""
    given = re.compile(r"--(?:admin|from)-key[ =][\"'$\w]")
    shown = [
        (names(document), line)
        for document in DOCUMENTS
        for line in code_of(document)
        if given.search(line)
    ]
    assert shown == []


def test_a_provider_is_played_where_the_samples_do_not_listen() -> None:
    """Every page's simulator has a port of its own beside `surgeline up` with its samples."""
    [port] = [each.default for each in simulate.params if each.name == "port"]
    usual = 8787
    assert port not in {usual, pool_port(usual), channel_port(usual)}
    pages = "".join(each.read_text() for each in DOCUMENTS if each.parent.name == "channels")
    assert set(re.findall(r"--api-base http://127\.0\.0\.1:(\d+)", pages)) == {str(port)}
