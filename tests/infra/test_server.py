"""The files for a server of one's own are well-formed, and name only what there is."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from cli.main import cli
from local.runner import up
from tests.docs.test_docs_commands import found, options_of

SERVER = Path(__file__).parents[2] / "server"
ROOT = SERVER.parent
UNITS = sorted(SERVER.glob("surgeline*"))
SECTIONS = {"Unit", "Service", "Timer", "Install"}
INSTRUCTIONS = {
    *("FROM", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "ENV", "VOLUME", "STOPSIGNAL"),
    *("HEALTHCHECK", "ENTRYPOINT", "CMD"),
}


def settings(unit: Path) -> list[tuple[str, str, str]]:
    """Return each section, name and value of a unit."""
    section, rows = "", []
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            rows.append((section, name, value))
    return rows


def value(unit: Path, name: str) -> str:
    [one] = [each for _, found_name, each in settings(unit) if found_name == name]
    return one


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_read_by_systemd(unit: Path, tmp_path: Path) -> None:
    """`systemd-analyze verify` knows every directive, where this machine has it."""
    assert {section for section, _, _ in settings(unit)} <= SECTIONS
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd on this machine")
    for each in UNITS:  # the paths of an installation are not here
        text = each.read_text().replace("/opt/surgeline/.venv/bin/surgeline", "/bin/true")
        (tmp_path / each.name).write_text(text)
    done = subprocess.run(  # noqa: S603 - the system's own command
        [analyze, "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if unit.name in line]
    assert complaints == []


def test_a_directive_that_systemd_does_not_know_would_be_found(tmp_path: Path) -> None:
    """The check above sees a misspelt name."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd on this machine")
    unit = tmp_path / "a.service"
    unit.write_text("[Service]\nExecStart=/bin/true\nProtectSystemm=strict\n")
    done = subprocess.run(  # noqa: S603 - as above
        [analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert "ProtectSystemm" in done.stderr


def commands() -> list[list[str]]:
    """Return the words behind each `surgeline` in the units and in the container file."""
    lines = [
        line for unit in UNITS for line in re.findall(r"bin/surgeline ([^'\n]+)", unit.read_text())
    ]
    container = (SERVER / "Containerfile").read_text()
    [default] = re.findall(r"^CMD \[(.*)\]$", container, re.MULTILINE)
    return [*map(shlex.split, lines), [each.strip(' "') for each in default.split(",")]]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_units_and_image_start_commands_that_exist(words: list[str]) -> None:
    """Each command that a server runs is one of the command line, with options that it takes."""
    command, left = found(words)
    assert command is not None
    assert not isinstance(command, click.Group)
    assert {each for each in left if each.startswith("--")} <= options_of(command)
    assert words[0] in cli.list_commands(click.Context(cli))


def test_a_service_gives_up_where_a_person_is_needed() -> None:
    """The codes of a taken port and of a damaged file begin no loop of starts.

    A start that took too long, and a fault of ours, may go away with another one.
    """
    given_up = value(SERVER / "surgeline.service", "RestartPreventExitStatus")
    assert given_up == f"{up._WRONG_USE} {up._UNREADABLE}"
    assert "--quiet" in value(SERVER / "surgeline.service", "ExecStart")


def instructions() -> list[str]:
    """Return the instructions of the container file, each on one line."""
    text = (SERVER / "Containerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_container_file_has_known_instructions_alone() -> None:
    """A misspelt instruction would end the build that nobody can try here."""
    assert {line.split()[0] for line in instructions()} <= INSTRUCTIONS
    assert instructions()[0].startswith("FROM ")


def test_every_file_that_the_image_copies_is_here() -> None:
    """Nothing that is copied by name is missing, and no state or key of a checkout is copied."""
    named = [
        each
        for line in instructions()
        if line.startswith("COPY requirements")
        for each in line.split()[1:-1]
    ]
    assert len(named) == 3
    assert [each for each in named if not (ROOT / each).is_file()] == []
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".surgeline", ".venv", "build"} <= set(ignored)


def test_the_image_runs_as_a_user_of_its_own() -> None:
    """The last user of the image is not root, and both images have one version of Python.

    Its home is empty and closed to others, because `up` refuses any other folder.
    """
    [made] = [line for line in instructions() if "useradd" in line]
    assert "--no-create-home" in made
    assert "install -d -m 0700 -o surgeline -g surgeline /var/lib/surgeline" in made
    users = [line for line in instructions() if line.startswith("USER ")]
    assert users == ["USER surgeline"]
    bases = {line.split()[1] for line in instructions() if line.startswith("FROM ")}
    assert len(bases) == 1
