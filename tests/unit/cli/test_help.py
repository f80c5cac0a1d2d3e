"""Help, errors and exits that hold for every command."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from fake_instance import Run

from cli.main import ALSO, cli

COMMANDS = (
    "up",
    "send",
    "status",
    "doctor",
    "backlog answer",
    "backlog import",
    "backlog list",
    "backlog offer",
    "backlog recall",
    "backlog show",
    "backlog withdraw",
    "backup",
    "restore",
    "move",
    "load",
    "bad-input",
    "key add",
    "key list",
    "key remove",
    "kb approve",
    "alert list",
    "alert acknowledge",
    "alert set",
    "config copy",
    "config diff",
    "subscription add",
    "subscription check",
    "subscription list",
    "subscription remove",
    "kb candidates",
    "kb check",
    "kb build",
    "kb decline",
    "kb discard",
    "kb draft",
    "kb drafts",
    "kb due",
    "kb eval",
    "kb export",
    "kb explain",
    "kb diff",
    "kb import",
    "kb notices",
    "kb phrasings",
    "kb states",
    "pool onboard",
    "kb promote",
    "kb demote",
    "kb propose",
    "kb publish",
    "kb release",
    "kb reviewed",
    "kb review sample",
    "kb review upload",
    "kb rollback",
    "kb site",
    "kb start",
    "kb test",
    "kb traffic",
    "kb undo",
    "kb versions",
    "kb weights",
    "pool add",
    "pool change",
    "pool pause",
    "pool drain",
    "pool resume",
    "pool remove",
    "pool rotate",
    "pool list",
    "pool ping",
    "pool check",
    "pool simulate",
    "channel add",
    "channel change",
    "channel check",
    "channel close",
    "channel list",
    "channel open",
    "channel remove",
    "channel rotate",
    "channel simulate",
    "config show",
    "on-call answer",
    "on-call calendar",
    "on-call call",
    "on-call close",
    "on-call ledger",
    "on-call offer",
    "on-call override",
    "on-call show",
    "on-call swap",
    "on-call undo",
    "controller approve",
    "controller explain",
    "controller forecast",
    "controller mode",
    "controller override",
    "controller show",
    "config publish",
    "look show",
    "look texts",
    "look change",
    "look undo",
    "conversation list",
    "conversation show",
    "audit",
    "crisis on",
    "crisis off",
    "crisis status",
    "crisis profile",
    "incident publish",
    "incident list",
    "incident watch",
    "incident end",
    "staff invite",
    "staff list",
    "staff revoke",
    "staffing",
    "report",
    "forecast",
    "simulate",
    "routing explain",
    "cost",
    "capacity",
    "deploy check",
    "secret init",
    "secret rotate",
    "secret set",
    "secret show",
    "delivery list",
    "delivery replay",
    "customer connect",
    "customer check",
    "customer show",
    "customer disconnect",
    "customer export",
    "erase",
    "dlq list",
    "dlq redrive",
)
ADMIN = (
    ("status",),
    ("config", "show"),
    ("conversation", "list"),
    ("conversation", "show", "tone-1"),
    ("report", "daily"),
    ("crisis", "on", "calm"),
    ("crisis", "off"),
    ("crisis", "status"),
    ("incident", "list"),
    ("incident", "watch"),
    ("incident", "end", "i1"),
    ("incident", "publish", "--text", "Late."),
    ("kb", "review", "sample", "3"),
    ("kb", "drafts", "shop"),
    ("kb", "due", "shop"),
    ("kb", "notices", "shop"),
    ("kb", "phrasings", "shop"),
    ("routing", "explain", "tone-1"),
    ("delivery", "list"),
    ("delivery", "replay", "n1"),
    ("dlq", "list"),
    ("dlq", "redrive", "--all"),
    ("pool", "add", "vendor", "--endpoint", "http://127.0.0.1:1/"),
    ("pool", "pause", "vendor"),
    ("pool", "remove", "vendor"),
    ("pool", "rotate", "vendor"),
    ("channel", "rotate", "app"),
    ("channel", "check", "app"),
    ("pool", "list"),
    ("pool", "ping", "vendor"),
    ("channel", "add", "app", "--reply-url", "http://127.0.0.1:1/"),
)


def python(code: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env)  # noqa: S603 - our own code


def leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for each in command.list_commands(context):
        child = command.get_command(context, each)
        assert child
        yield from leaves(child, f"{name} {each}".strip())


def test_every_command_is_known_here() -> None:
    """The list above is complete, so that what follows holds for all."""
    assert sorted(name for name, _ in leaves(cli)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(surgeline: Run, name: str) -> None:
    """`--help` says what it does, and shows a command to copy."""
    result = surgeline(*name.split(), "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert f"  surgeline {name}" in result.output


@pytest.mark.parametrize(("name", "known"), ALSO.items())
def test_a_command_has_its_other_name(surgeline: Run, name: str, known: str) -> None:
    """Who types the other name gets the same command, and the list has it once."""
    asked = surgeline(name, "--help")
    assert asked.exit_code == 0
    first, _, commands = asked.output.partition("Commands:")
    assert f" {name} " in first
    assert commands == surgeline(known, "--help").output.partition("Commands:")[2]
    assert f"  {name} " not in surgeline("--help").output


def test_every_option_says_what_it_is_for() -> None:
    """Every option that `--help` lists has a help text."""
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in leaves(cli)
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not option.help
    ]
    assert silent == []


def test_help_is_there_at_once() -> None:
    """The list of commands imports no command, and so neither aiohttp nor numpy nor rich."""
    code = (
        "import sys, cli.main as m\n"
        "try: m.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'numpy', 'rich', 'urllib3', 'pydantic', 'boto3'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(code).check_returncode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 3, "0.3 s of a processor; tenfold here"


@pytest.mark.enable_socket
@pytest.mark.parametrize("args", [*ADMIN, ("send", "hi", "--timeout", "1")], ids=" ".join)
def test_an_instance_that_is_not_there_is_exit_2(surgeline: Run, args: tuple[str, ...]) -> None:
    """The message names the address and says what to do; there is no traceback."""
    result = surgeline(*args, "--url", "http://127.0.0.1:9", env={"SURGELINE_ADMIN_KEY": "key"})
    assert result.exit_code == 2
    assert "http://127.0.0.1:9" in result.output
    assert "surgeline up" in result.output


@pytest.mark.parametrize("args", ADMIN, ids=" ".join)
def test_without_a_key_an_operator_is_told_where_to_get_one(
    surgeline: Run, args: tuple[str, ...]
) -> None:
    """A command without a key exits with 2 and says where to get one, before any call."""
    result = surgeline(*args)
    assert result.exit_code == 2
    assert "SURGELINE_ADMIN_KEY" in result.output


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("send",), "TEXT"),
        (("dlq", "redrive"), "--all"),
        (("dlq", "redrive", "d1", "--all"), "--all"),
        (("dlq", "list", "--limit", "0"), "--limit"),
        (("kb", "check", "absent.jsonl"), "absent.jsonl"),
        (("kb", "eval", "--kb", "absent.jsonl"), "absent.jsonl"),
        (("pool", "simulate"), "SURGELINE_POOL_SECRET"),
        (("pool", "simulate", "--secret", "whsec_short"), "secret"),
        (("pool", "simulate", "--drop", "2"), "--drop"),
        (("channel", "simulate"), "SURGELINE_CHANNEL_SECRET"),
        (("send", "hi", "--url", "localhost"), "http://"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_use_is_exit_2_with_a_word_on_it(
    surgeline: Run, args: tuple[str, ...], word: str
) -> None:
    """Missing, contradicting and impossible arguments."""
    result = surgeline(*args)
    assert result.exit_code == 2
    assert word in result.output


@pytest.mark.parametrize("port", ["abc", "0", "99999", "87 87"])
@pytest.mark.parametrize("args", [("up",), ("status",), ("send", "hi")], ids=" ".join)
def test_a_wrong_port_of_the_environment_is_one_sentence(
    surgeline: Run, args: tuple[str, ...], port: str
) -> None:
    """A wrong PORT is refused in one line with the refused value and what is accepted."""
    result = surgeline(*args, env={"PORT": port, "SURGELINE_ADMIN_KEY": "key"})
    assert result.exit_code == 2
    assert result.output == (
        f"Error: a port is a number from 1 to 65535, not {port!r}; "
        "mend --port, or PORT in the environment.\n"
    )


@pytest.mark.parametrize("debug", [False, True])
def test_a_bug_is_one_line_unless_asked_for_more(*, debug: bool) -> None:
    """`SURGELINE_DEBUG=1` brings the traceback back."""
    code = "import cli.main as m\nm.cli.main = lambda **_: 1 / 0\nm.main()\n"
    env = {**os.environ, "SURGELINE_DEBUG": "1" if debug else ""}
    ended = python(code, env)
    assert ended.returncode == 1
    assert ("Traceback" in ended.stderr) == debug
    assert "ZeroDivisionError" in ended.stderr
