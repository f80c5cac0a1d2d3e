"""`surgeline delivery` shows the sends to channels and pools, and replays them."""

from collections.abc import Callable
from typing import Any, TypedDict, Unpack
from urllib.parse import urlencode

import click
from rich import box
from rich.console import Console
from rich.table import Table

from cli.api import admin
from cli.console import (
    Command,
    DateOrMoment,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

PATH = "/v1/admin/deliveries"
STATES = ("delivered", "failed", "expired", "retrying")
WIDTH = 160
"""Ids are for copying. The terminal may wrap a line, but the table does not wrap ids."""


class Which(TypedDict):
    """The options that choose deliveries."""

    endpoint: str | None
    conversation: str | None
    since: str | None
    until: str | None
    state: str | None
    limit: int


def which(command: Command) -> Command:
    """Add the options that choose deliveries to a command."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option(
            "--endpoint", metavar="channel:ID|pool:ID", help="Only deliveries to this endpoint."
        ),
        click.option("--conversation", metavar="ID", help="Only deliveries of this conversation."),
        click.option(
            "--since",
            type=DateOrMoment(),
            help="Only deliveries made since this time (default: 1 day ago).",
        ),
        click.option(
            "--until",
            type=DateOrMoment(),
            help="Only deliveries made before this time (default: now).",
        ),
        click.option("--state", type=click.Choice(STATES), help="Only deliveries in this state."),
        click.option(
            "--limit",
            type=click.IntRange(1, 1000),
            default=100,
            show_default=True,
            help="Take at most so many.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def delivery() -> None:
    """List the deliveries to channels and pools, and send them again under the same webhook id."""


@delivery.command(
    name="list",
    epilog=example(
        "surgeline delivery list --endpoint pool:vendor --since 2h --state failed",
        "surgeline delivery list --id n2wq6xbn4vkr7tyemdzlacu5hfi --json",
    ),
)
@click.option("--id", "id_", metavar="ID", help="Only the delivery of this webhook id.")
@which
@url_option
@admin_key_option
@json_option
def list_(
    id_: str | None, url: str, admin_key: str | None, *, as_json: bool, **asked: Unpack[Which]
) -> None:
    """List deliveries, the newest first, without their texts. --json has every attempt kept."""
    query = {name: value for name, value in {**asked, "id": id_}.items() if value is not None}
    found = admin(url, admin_key).get(f"{PATH}?{urlencode(query)}")["deliveries"]
    _tell_of_more(len(found), asked["limit"])
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("No deliveries.")
        return
    table = Table("Id", "Endpoint", "Event", "Decided", "State", "Attempts", box=box.SIMPLE_HEAD)
    for each in found:
        decided = each["decided_at"][:19] + "Z"
        tries = f"{each['attempts']}, the last: {each['outcome']}"
        row = (each["id"], each["target"], each["event"], decided, each["end"] or "retrying", tries)
        table.add_row(*(plain(str(cell)) for cell in row))
    Console(width=WIDTH, markup=False, emoji=False, highlight=False, soft_wrap=True).print(table)


@delivery.command(
    epilog=example(
        "surgeline delivery replay --endpoint pool:vendor --since 2h",
        "surgeline delivery replay n2wq6xbn4vkr7tyemdzlacu5hfi --since 3d",
    )
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@which
@url_option
@admin_key_option
@json_option
def replay(
    ids: tuple[str, ...], url: str, admin_key: str | None, *, as_json: bool, **asked: Unpack[Which]
) -> None:
    """Send deliveries again. Without IDs these are the failed ones, unless --state says otherwise.

    Exits 1 if a delivery that was named was not sent.
    """
    if not (ids or asked["endpoint"] or asked["conversation"]):
        raise click.UsageError("name deliveries by ID, or give --endpoint or --conversation.")
    body = {name: value for name, value in {**asked, "ids": ids}.items() if value}
    answer = admin(url, admin_key).post(f"{PATH}/replay", body)
    if not ids:
        _tell_of_more(len(_known(answer)), asked["limit"])
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{len(answer['replayed'])} sent again.")
        for each in answer["skipped"]:
            click.echo(f"{plain(each['id'])}: {plain(each['why'])}")
        for each in sorted(set(ids) - _known(answer)):
            click.echo(f"{plain(each)}: not found in that time; see --since, --conversation")
    if set(ids) - set(answer["replayed"]):
        raise click.exceptions.Exit(1)


def _tell_of_more(found: int, limit: int) -> None:
    if found >= limit:
        click.echo(f"These are the newest {limit}. There may be more: see --limit.", err=True)


def _known(answer: dict[str, Any]) -> set[str]:
    return {*answer["replayed"], *(each["id"] for each in answer["skipped"])}
