"""`surgeline --version` names the release and its commit."""

import subprocess
from pathlib import Path

from fake_instance import Run

from cli import version

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@shop.example", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - git, in a folder of the test
        (*GIT, "-C", str(folder), *arguments), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_version_is_one_line(surgeline: Run) -> None:
    """The line begins with the name, and has the version of the package."""
    told = surgeline("--version")
    assert told.exit_code == 0
    assert told.output.startswith("surgeline 0.")
    assert told.output.count("\n") == 1


def test_a_checkout_names_its_commit(tmp_path: Path) -> None:
    """A changed file is told, because it is not what the commit says."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    commit = git(tmp_path, "rev-parse", "--short", "HEAD")
    assert version.commit_of(tmp_path) == commit
    (tmp_path / "file").write_text("2")
    assert version.commit_of(tmp_path) == f"{commit}.changed"


def test_an_archive_carries_its_commit(tmp_path: Path) -> None:
    """`git archive` writes the commit into the file, as `.gitattributes` says."""
    assert version.commit_of(tmp_path, archived="3f2a1bc") == "3f2a1bc"
    attributes = (version.ROOT / ".gitattributes").read_text()
    assert "cli/version.py export-subst" in attributes


def test_no_commit_is_known_without_either(tmp_path: Path) -> None:
    """An installed package in somebody else's checkout does not name their commit."""
    assert version.commit_of(tmp_path) == ""
