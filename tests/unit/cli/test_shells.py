"""Shells complete the command line, and a system that can't run an instance is told so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[3] / "README.md").read_text()
SURGELINE = str(Path(sys.executable).with_name("surgeline"))


def completed(words: str, shell: str = "fish") -> str:
    """Return the completions of a shell after some words, one a line, each with its help."""
    asked = {"_SURGELINE_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    asked["COMP_CWORD"] = words.rsplit(" ", maxsplit=1)[-1]
    return run([SURGELINE], asked).stdout


def run(command: list[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself, with more in its environment."""
    environ = os.environ | more | {"PATH": f"{Path(SURGELINE).parent}:{os.environ['PATH']}"}
    return subprocess.run(  # noqa: S603 - our own commands
        command, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def test_commands_subcommands_and_options_are_completed() -> None:
    """A word that was begun is completed to each command or option that begins so."""
    assert completed("surgeline con") == (
        "plain,config\tShow and publish the configuration.\n"
        "plain,conversation\tShow what happened, and why.\n"
        "plain,controller\tWatch and overrule the surge controller.\n"
    )
    assert "plain,check\t" in completed("surgeline kb ch")
    assert "plain,--handed-off\t" in completed("surgeline conversation list --h")


def test_a_command_is_completed_without_importing_any() -> None:
    """The names of the commands come from their summaries, so that a shell does not wait."""
    code = (
        "import sys; from cli.main import cli\n"
        "try: cli.main(prog_name='surgeline')\n"
        "finally: print(sorted(name for name in sys.modules if name.startswith('cli.')))"
    )
    asked = {"_SURGELINE_COMPLETE": "bash_complete", "COMP_WORDS": "surgeline ", "COMP_CWORD": "1"}
    *names, imported = run([sys.executable, "-c", code], asked).stdout.splitlines()
    assert "plain,erase" in names
    assert imported == "['cli.console', 'cli.lazy', 'cli.main', 'cli.version']"


def test_bash_completes_after_the_documented_line() -> None:
    """The line that the README gives for bash makes bash complete a command."""
    [line] = re.findall(r"^eval .*bash_source.*$", README, re.MULTILINE)
    shell = (
        f"{line}\n"
        "COMP_WORDS=(surgeline kb ver) COMP_CWORD=2\n"
        '_surgeline_completion surgeline; echo "${COMPREPLY[@]}"'
    )
    assert run(["bash", "-c", shell], {}).stdout == "versions\n"


@pytest.mark.parametrize(("shell", "begins"), [("zsh", "#compdef surgeline"), ("fish", "function")])
def test_other_shells_get_their_script(shell: str, begins: str) -> None:
    """The lines that the README gives for zsh and fish print a script of that shell."""
    assert f"_SURGELINE_COMPLETE={shell}_source surgeline" in README
    assert run([SURGELINE], {"_SURGELINE_COMPLETE": f"{shell}_source"}).stdout.startswith(begins)


def test_a_system_without_posix_locks_is_named(tmp_path: Path) -> None:
    """An instance that can't run on a system says where it runs, and makes no folder."""
    code = (
        "import sys; sys.modules['fcntl'] = None\n"
        "sys.argv = ['surgeline', 'up', '--home', 'home']\n"
        "from cli.main import main; main()"
    )
    environ = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == (
        "surgeline: this command runs on Linux and macOS; on Windows run it in WSL.\n"
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
