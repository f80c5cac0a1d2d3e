"""`surgeline dlq` lists the messages that could not be handled, and sends them again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

import click
from rich import box
from rich.console import Console
from rich.table import Table

from cli.api import Api, admin
from cli.console import (
    Command,
    Moment,
    admin_key_option,
    example,
    json_option,
    print_json,
    url_option,
)

PATH = "/v1/admin/dead-letters"
QUEUES = ("events", "deliveries", "timers")
MOST = 1000


class Which(TypedDict):
    """The options that choose dead letters."""

    queue: str | None
    endpoint: str | None
    since: str | None
    until: str | None


def which(command: Command) -> Command:
    """Add the options that choose dead letters to a command."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--queue", type=click.Choice(QUEUES), help="Only dead letters of this queue."),
        click.option(
            "--endpoint", metavar="channel:ID|pool:ID", help="Only deliveries to this endpoint."
        ),
        click.option(
            "--since", type=Moment(), help="Only dead letters sent at this time or later."
        ),
        click.option("--until", type=Moment(), help="Only dead letters sent before this time."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def dlq() -> None:
    """List dead letters, and send them again once the cause is mended."""


@dlq.command(
    name="list",
    epilog=example("surgeline dlq list --limit 20", "surgeline dlq list --endpoint channel:app"),
)
@click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=100,
    show_default=True,
    help="List at most so many.",
)
@which
@url_option
@admin_key_option
@json_option
def list_(
    limit: int, url: str, admin_key: str | None, *, as_json: bool, **asked: Unpack[Which]
) -> None:
    """List dead letters, the oldest first. Their content is customers' text and is not shown."""
    letters = _found(admin(url, admin_key), asked, limit)
    if as_json:
        print_json(letters)
        return
    if not letters:
        click.echo("No dead letters.")
        return
    table = Table("Id", "Queue", "Group", "Sent", "Tries", box=box.SIMPLE_HEAD)
    for each in letters:
        sent = datetime.fromtimestamp(each["sent_at"] / 1000, UTC).isoformat(timespec="seconds")
        tries = str(each["receive_count"])
        table.add_row(each["id"], each["queue"], each["group"] or "-", sent, tries)
    Console(markup=False, emoji=False, highlight=False, soft_wrap=True).print(table)


@dlq.command(
    epilog=example(
        "surgeline dlq redrive --all",
        "surgeline dlq redrive ID ID",
        "surgeline dlq redrive --endpoint pool:vendor --since 2h",
    )
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="Send all dead letters.")
@which
@url_option
@admin_key_option
@json_option
def redrive(
    ids: tuple[str, ...],
    url: str,
    admin_key: str | None,
    *,
    every: bool,
    as_json: bool,
    **asked: Unpack[Which],
) -> None:
    """Send dead letters back to their queues.

    Exits 1 if fewer were sent than were named, or if one call could not send all of them.
    """
    narrowed = any(asked.values())
    if [bool(ids), every, narrowed].count(True) != 1:
        raise click.UsageError("name dead letters by ID, choose them by an option, or give --all.")
    api = admin(url, admin_key)
    if narrowed:
        ids = tuple(each["id"] for each in _found(api, asked, MOST))
    answer = api.post(f"{PATH}/redrive", {"all": True} if every else {"ids": ids})
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer['redriven']} sent again.")
    if answer.get("more"):
        click.echo("There are more: run the command again.", err=True)
    if answer.get("more") or (not every and answer["redriven"] < len(ids)):
        raise click.exceptions.Exit(1)


def _found(api: Api, asked: Which, limit: int) -> list[dict[str, Any]]:
    """Return the chosen dead letters of those that the instance lists, the oldest `MOST` ones."""
    narrowed = any(asked.values())
    listed = api.get(f"{PATH}?limit={MOST if narrowed else limit}")["dead_letters"]
    if len(listed) == MOST:
        click.echo(f"Only the oldest {MOST} dead letters are looked at.", err=True)
    return [each for each in listed if _is_meant(each, asked)][:limit]


def _is_meant(letter: dict[str, Any], asked: Which) -> bool:
    target = asked["endpoint"]
    if asked["queue"] not in (None, letter["queue"]):
        return False
    # A delivery's group consists of its thread and its endpoint, with dots between them.
    if target and not (letter["group"] or "").endswith("." + target.replace(":", ".")):
        return False
    since, until = (_milliseconds(asked[name]) for name in ("since", "until"))
    sent_at = letter["sent_at"]
    return (since is None or sent_at >= since) and (until is None or sent_at < until)


def _milliseconds(moment: str | None) -> float | None:
    return None if moment is None else datetime.fromisoformat(moment).timestamp() * 1000
