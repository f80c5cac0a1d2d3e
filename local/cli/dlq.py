"""`surgeline dlq`: the messages that could not be handled, and sending them round again."""

from datetime import UTC, datetime

import click
from rich import box
from rich.console import Console
from rich.table import Table

from local.cli.api import admin
from local.cli.console import admin_key_option, example, json_option, print_json, url_option

PATH = "/v1/admin/dead-letters"


@click.group()
def dlq() -> None:
    """List dead letters, and send them round again once the cause is mended."""


@dlq.command(name="list", epilog=example("surgeline dlq list --limit 20"))
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@url_option
@admin_key_option
@json_option
def list_(limit: int, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """List dead letters, oldest first; their content, which is customers' text, stays there."""
    letters = admin(url, admin_key).get(f"{PATH}?limit={limit}")["dead_letters"]
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


@dlq.command(epilog=example("surgeline dlq redrive --all", "surgeline dlq redrive ID ID"))
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All of them.")
@url_option
@admin_key_option
@json_option
def redrive(
    ids: tuple[str, ...], url: str, admin_key: str | None, *, every: bool, as_json: bool
) -> None:
    """Send dead letters back to their queues; exits 1 if fewer went than were named."""
    if bool(ids) == every:
        raise click.UsageError("name the dead letters to send, or give --all.")
    answer = admin(url, admin_key).post(f"{PATH}/redrive", {"all": True} if every else {"ids": ids})
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer['redriven']} sent round again.")
    if not every and answer["redriven"] < len(ids):
        raise click.exceptions.Exit(1)
