"""`surgeline conversation list`: who wrote, who answered, and how it stands."""

from collections.abc import Iterator
from typing import Any, TypedDict, Unpack
from urllib.parse import urlencode

import click
from rich import box
from rich.console import Console
from rich.table import Table

from cli.api import Api, admin
from cli.console import (
    Moment,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json_line,
    url_option,
)

PATH = "/v1/admin/conversations"
MOST_A_PAGE = 200
WIDTH = 160
"""Ids are for copying: the terminal may wrap a line, the table does not."""


class Asked(TypedDict):
    """Which conversations are meant, as the options say it."""

    since: str | None
    until: str | None
    channel: str | None
    handed_off: bool
    open: bool


@click.command(
    name="list",
    epilog=example(
        "surgeline conversation list --since 2h --handed-off",
        "surgeline conversation list --open --channel web --limit 20 --json",
    ),
)
@click.option(
    "--since",
    type=Moment(),
    help="Only conversations opened at this time or later (default: 7 days ago).",
)
@click.option(
    "--until", type=Moment(), help="Only conversations opened before this time (default: now)."
)
@click.option("--channel", metavar="ID", help="Only conversations of this channel.")
@click.option("--handed-off", is_flag=True, help="Only conversations for which a person was asked.")
@click.option("--open", is_flag=True, help="Only conversations that are still open.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="List at most so many.",
)
@url_option
@admin_key_option
@json_option
def list_conversations(
    limit: int,
    url: str,
    admin_key: str | None,
    *,
    as_json: bool,
    **asked: Unpack[Asked],
) -> None:
    """List conversations, the newest first, without their texts. --json prints an object a line."""
    query = {name: "yes" if value is True else str(value) for name, value in asked.items() if value}
    found = _found(admin(url, admin_key), query, limit)
    if as_json:
        for each in found:
            print_json_line(each)
        return
    lines = list(found)
    if not lines:
        click.echo("No conversations.")
        return
    _print(lines)


def _found(api: Api, query: dict[str, str], limit: int) -> Iterator[dict[str, Any]]:
    """Yield conversations page by page, until there are enough or no more."""
    left, after = limit, None
    while left > 0:
        page = {**query, "limit": str(min(left, MOST_A_PAGE))}
        if after:
            page["after"] = after
        answer = api.get(f"{PATH}?{urlencode(page)}")
        yield from answer["conversations"]
        left -= len(answer["conversations"])
        after = answer["next_after"]
        if not after:
            return


def _print(lines: list[dict[str, Any]]) -> None:
    table = Table(
        "Id", "Channel", "Opened", "State", "Owner", "First reply", "Answered", "Handed off",
        box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for each in lines:
        wait = each["first_reply_ms"]
        row = (
            each["conversation_id"],
            each["channel"],
            each["opened_at"][:19] + "Z",
            each["state"],
            each["owner"] or f"ended by {each['ended_by'] or 'unknown'}",
            "none" if wait is None else f"{wait / 1000:.1f} s",
            _said(each["answered"]),
            _said(each["handed_off"]),
        )
        table.add_row(*(plain(str(cell)) for cell in row))
    Console(width=WIDTH, markup=False, emoji=False, highlight=False, soft_wrap=True).print(table)


def _said(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]
