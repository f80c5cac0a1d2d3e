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
    DateOrMoment,
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
MOST_PAGES_WITHOUT = 20
"""So many pages in a row may have nothing that fits. Then the list stops, and says where."""


class Asked(TypedDict):
    """Which conversations are meant, as the options say it."""

    since: str | None
    until: str | None
    channel: str | None
    sender: str | None
    pool: str | None
    article: str | None
    language: str | None
    open: bool
    waiting: bool
    kept: bool
    promised: bool
    overdue: bool
    callback: bool
    unreached: bool
    unanswered: bool
    rejected: bool
    handed_off: bool
    after: str | None


@click.command(
    name="list",
    epilog=example(
        "surgeline conversation list --since 2h --handed-off",
        "surgeline conversation list --open --channel web --limit 20 --json",
        "surgeline conversation list --waiting --language ko",
        "surgeline conversation list --kept --since 7d",
        "surgeline conversation list --overdue --since 30d",
        "surgeline conversation list --channel shop --sender 'customer 4711'",
    ),
)
@click.option(
    "--since",
    type=DateOrMoment(),
    help="Only conversations opened at this time or later (default: 7 days ago).",
)
@click.option(
    "--until",
    type=DateOrMoment(),
    help="Only conversations opened before this time (default: now).",
)
@click.option("--channel", metavar="ID", help="Only conversations of this channel.")
@click.option(
    "--sender",
    metavar="ID",
    help="Only conversations of the sender whom the --channel calls so, whatever their age.",
)
@click.option("--pool", metavar="ID", help="Only conversations that this pool had.")
@click.option(
    "--article", metavar="ID", help="Only conversations with this article as answer or choice."
)
@click.option("--language", metavar="CODE", help="Only conversations in this language, such as ko.")
@click.option("--open", is_flag=True, help="Only conversations that are still open.")
@click.option("--waiting", is_flag=True, help="Only conversations that wait for a person now.")
@click.option(
    "--kept",
    is_flag=True,
    help="Only conversations whose request for a person is kept, because nobody was free.",
)
@click.option(
    "--promised", is_flag=True, help="Only conversations in which a person promised word by a time."
)
@click.option(
    "--overdue", is_flag=True, help="Only conversations whose promised time is over without a word."
)
@click.option(
    "--callback",
    is_flag=True,
    help="Only conversations whose customer chose a time or an address to be answered.",
)
@click.option(
    "--unreached",
    is_flag=True,
    help="Only conversations in which a reply did not reach the customer.",
)
@click.option(
    "--unanswered",
    is_flag=True,
    help="Only conversations in which the bot gave no article and no person wrote.",
)
@click.option(
    "--rejected", is_flag=True, help="Only conversations whose customer rejected an answer."
)
@click.option("--handed-off", is_flag=True, help="Only conversations for which a person was asked.")
@click.option("--after", metavar="PLACE", help="Go on where an earlier list stopped.")
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
    pages = _Pages(admin(url, admin_key), query, limit)
    if as_json:
        for each in pages:
            print_json_line(each)
    elif lines := list(pages):
        _print(lines)
    else:
        click.echo("No conversations.")
    if pages.after:
        looked = "" if pages.is_full else "Few fit, so not all were looked at. "
        click.echo(f"{looked}Go on with --after {pages.after}", err=True)


class _Pages:
    """The conversations page by page. `after` is where to go on, once they were listed."""

    def __init__(self, api: Api, query: dict[str, str], limit: int) -> None:
        self._api = api
        self._query = query
        self._left = limit
        self.after: str | None = None

    @property
    def is_full(self) -> bool:
        """Return whether as many were found as may be listed."""
        return self._left <= 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        without = 0
        while not self.is_full and without < MOST_PAGES_WITHOUT:
            page = {**self._query, "limit": str(min(self._left, MOST_A_PAGE))}
            if self.after:
                page["after"] = self.after
            answer = self._api.get(f"{PATH}?{urlencode(page)}")
            found = answer["conversations"]
            yield from found
            self._left -= len(found)
            self.after = answer["next_after"]
            if not self.after:
                return
            without = 0 if found else without + 1


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
            _with(each),
            "none" if wait is None else f"{wait / 1000:.1f} s",
            _said(each["answered"]),
            _said(each["handed_off"]),
        )
        table.add_row(*(plain(str(cell)) for cell in row))
    Console(width=WIDTH, markup=False, emoji=False, highlight=False, soft_wrap=True).print(table)


def _with(line: dict[str, Any]) -> str:
    """Return who has the conversation, or who ended it, and which time it was given."""
    if (chosen := line.get("callback")) and line.get("kept_until"):
        at = chosen["from"]
        return f"{line['owner']}, {chosen['by']} " + (f"from {at[:16]}Z" if at else "soon")
    if line.get("unreached"):
        return f"{line['owner']}, a reply did not arrive"
    if until := line.get("kept_until"):
        return f"{line['owner']}, kept to {until[:16]}Z"
    if until := line.get("promised_until"):
        is_over = "overdue since" if line.get("overdue") else "promised"
        return f"{line['owner']}, {is_over} {until[:16]}Z"
    return line["owner"] or f"ended by {line['ended_by'] or 'unknown'}"


def _said(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]
