"""`surgeline backlog` brings an existing queue in, and answers or offers it at a person's word."""

import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from surgeline.adapters.past.conversation import Past, PastConversation
from surgeline.adapters.past.read import PastRefused, first_problems, read_past
from surgeline.adapters.past.reasons import LEFT_OUT
from surgeline.adapters.past.waiting import meant
from surgeline.domain.ids import NAME_FORM, is_name

from cli.api import Api, admin, path
from cli.backlog.bring import Brought, bring, name_of
from cli.backlog.words import Ticket, answerable, lines_of
from cli.console import (
    Failed,
    Moment,
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

PATH: Final = "/v1/admin/backlogs"
_PATIENCE_SECONDS: Final = 120.0
_PAUSE_SECONDS: Final = 0.5

article_option = click.option(
    "--article",
    "articles",
    multiple=True,
    metavar="ID",
    help="Only tickets whose nearest article is this. `none` stands for tickets without one.",
)
before_option = click.option(
    "--before",
    "until",
    type=Moment(),
    help="Only tickets whose customer wrote last before this time, as 3d or 2026-03-01T00:00:00Z.",
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask before anything is sent.")


@click.group()
def backlog() -> None:
    """Bring an existing queue in, and answer or offer it at your word."""


@backlog.command(
    name="import",
    epilog=example(
        "surgeline backlog import support.mbox --channel mail",
        "surgeline backlog import tickets.json --channel mail --name zendesk-november",
        "surgeline backlog import queue.csv --channel mail --column sender=Kunde",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", required=True, metavar="ID", help="The channel that answers go out by.")
@click.option("--name", metavar="NAME", help="The backlog's name. Without one: the file's name.")
@click.option(
    "--ours",
    multiple=True,
    metavar="ADDRESS",
    help="An address of the team in a mailbox, or a domain as @shop.example. Repeat it for more.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The table's column for sender, text, at, id, subject, by, name, language or status.",
)
@click.option("--all", "whole", is_flag=True, help="Also bring in closed and answered tickets.")
@click.option("--dry-run", is_flag=True, help="Only read the file, and say what would come in.")
@url_option
@admin_key_option
@json_option
def import_(
    *,
    file: Path,
    channel: str,
    name: str | None,
    ours: tuple[str, ...],
    columns: tuple[str, ...],
    whole: bool,
    dry_run: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Bring the tickets of FILE in as conversations. Nobody is written to.

    FILE is a mailbox (.mbox), a table (.csv), or JSON as Zendesk, Chatwoot or Intercom export it.
    A second time changes nothing. Lines that can't be read are named, and the others come in.
    """
    backlog_id = name or name_of(file)
    if not is_name(backlog_id):
        raise WrongUse(f"--name: {plain(backlog_id)!r} is no name; names have {NAME_FORM}")
    try:
        past = read_past(file, ours=ours, columns=_columns(columns))
    except PastRefused as refused:
        raise Failed(str(refused)) from refused
    brought = Brought(backlog_id, channel, past.format, left_out=Counter(past.left_out))
    tickets = meant(past.conversations, brought.left_out, whole=whole)
    if not as_json:
        _tell_file(past, brought, len(tickets))
    found: list[Ticket] = []
    if not dry_run and tickets:
        api = admin(url, admin_key)
        _send(api, brought, tickets)
        found = _settled(api, backlog_id)
    if as_json:
        print_json(
            {
                "backlog": backlog_id,
                "format": past.format,
                "tickets": len(tickets),
                "new": brought.new,
                "left_out": {LEFT_OUT[code]: count for code, count in brought.left_out.items()},
                "problems": [str(each) for each in past.problems],
            }
        )
    elif found:
        click.echo(f"{brought.new:,} new in the backlog {backlog_id!r}. Nobody was written to.")
        _tell(found)
        click.echo(f"Next: surgeline backlog answer {backlog_id}, or backlog offer, or withdraw")


@backlog.command(name="list", epilog=example("surgeline backlog list"))
@url_option
@admin_key_option
@json_option
def list_backlogs(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """List the backlogs that were brought in."""
    found = admin(url, admin_key).get(PATH)
    if as_json:
        print_json(found)
        return
    for each in found["backlogs"]:
        click.echo(plain(f"{each['id']}  {each['channel']}  {each['format']}  {each['made_at']}"))
    if not found["backlogs"]:
        click.echo("No backlog was brought in. Bring one in with `surgeline backlog import FILE`.")


@backlog.command(
    epilog=example("surgeline backlog show support", "surgeline backlog show support --tickets")
)
@click.argument("name", metavar="BACKLOG")
@click.option("--tickets", is_flag=True, help="Also list each ticket.")
@click.option("--read", is_flag=True, help="Read all words anew first, after a publication.")
@url_option
@admin_key_option
@json_option
def show(
    *, name: str, tickets: bool, read: bool, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Say how a BACKLOG stands, and what the promise would answer, by topic and by age."""
    api = admin(url, admin_key)
    if read:
        _act(api, name, {"act": "read"})
    found = _settled(api, name)
    if as_json:
        print_json({"backlog": name, "tickets": found})
        return
    _tell(found)
    for each in found if tickets else ():
        near = each["article_id"] or "none"
        line = f"{each['since'][:16]}Z  {each['state']:<10} {each['finding']:<9} {near}"
        click.echo(plain(f"{line}  {each['key']}  {each['conversation_id'] or ''}"))


@backlog.command(
    epilog=example(
        "surgeline backlog answer support",
        "surgeline backlog answer support --article en-order-status --limit 50 --yes",
    )
)
@click.argument("name", metavar="BACKLOG")
@article_option
@before_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@yes_option
@url_option
@admin_key_option
@json_option
def answer(
    *,
    name: str,
    articles: tuple[str, ...],
    until: str | None,
    limit: int | None,
    yes: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Have the bot answer what the promise allows in BACKLOG, after you have said yes."""
    api = admin(url, admin_key)
    may = answerable(_tickets(api, name), articles)
    if not may:
        raise Failed("the promise allows no answer there; `backlog show` says what it found.")
    most = min(limit, may) if limit else may
    _confirm(f"Send at most {counted(most, 'answer')} to customers now?", yes=yes)
    wish = {"act": "answer", "articles": list(articles), "until": until}
    asked = _act(api, name, wish, most=limit)
    _said(as_json, asked, "answer", "on the way; each is read again before it is sent")


@backlog.command(
    epilog=example("surgeline backlog offer support --pool vendor --before 7d --limit 20")
)
@click.argument("name", metavar="BACKLOG")
@click.option("--pool", required=True, metavar="ID", help="The pool that is asked.")
@article_option
@before_option
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=20,
    show_default=True,
    help="At most so many. The pool's free seats and its cap of the day bound it further.",
)
@yes_option
@url_option
@admin_key_option
@json_option
def offer(
    *,
    name: str,
    pool: str,
    articles: tuple[str, ...],
    until: str | None,
    limit: int,
    yes: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Offer a slice of BACKLOG to a pool, the oldest first. The customer hears its people first."""
    api = admin(url, admin_key)
    _confirm(f"Offer at most {counted(limit, 'conversation')} to {plain(pool)} now?", yes=yes)
    wish = {"act": "offer", "pool": pool, "articles": list(articles), "until": until}
    asked = _once(api, name, {**wish, "limit": limit})["conversations"]
    _said(as_json, asked, "conversation", f"offered to {plain(pool)}")


@backlog.command(
    epilog=example(
        "surgeline backlog recall support", "surgeline backlog recall support --pool vendor"
    )
)
@click.argument("name", metavar="BACKLOG")
@click.option("--pool", metavar="ID", help="Only the offers to this pool.")
@article_option
@before_option
@url_option
@admin_key_option
@json_option
def recall(
    *,
    name: str,
    pool: str | None,
    articles: tuple[str, ...],
    until: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Take the open offers of BACKLOG back. What a pool has taken stays with it."""
    api = admin(url, admin_key)
    wish = {"act": "recall", "pool": pool, "articles": list(articles), "until": until}
    _said(as_json, _act(api, name, wish), "offer", "taken back")


@backlog.command(epilog=example("surgeline backlog withdraw support"))
@click.argument("name", metavar="BACKLOG")
@article_option
@before_option
@yes_option
@url_option
@admin_key_option
@json_option
def withdraw(
    *,
    name: str,
    articles: tuple[str, ...],
    until: str | None,
    yes: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Take out of BACKLOG again whatever nobody has answered, and forget its words."""
    api = admin(url, admin_key)
    _confirm(
        f"Take the silent conversations of {plain(name)} out, and forget their words?", yes=yes
    )
    wish = {"act": "withdraw", "articles": list(articles), "until": until}
    _said(as_json, _act(api, name, wish), "conversation", "taken out")


# ---------------------------------------------------------------- the instance


def _send(api: Api, brought: Brought, tickets: list[PastConversation]) -> None:
    shows = sys.stderr.isatty()
    for sent in bring(api, brought, tickets):
        if shows:
            click.echo(f"\r{sent:,} of {len(tickets):,}", err=True, nl=sent == len(tickets))


def _act(api: Api, name: str, wish: Mapping[str, Any], *, most: int | None = None) -> int:
    """Have a wish done page by page. Return for how many conversations."""
    asked, after = 0, ""
    while most is None or asked < most:
        room = 1_000 if most is None else min(1_000, most - asked)
        answer = _once(api, name, {**wish, "limit": room, "after": after})
        asked += answer["conversations"]
        after = answer["next_after"]
        if after is None:
            break
    return asked


def _once(api: Api, name: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    body = {key: value for key, value in wish.items() if value not in (None, "")}
    answer: dict[str, Any] = api.post(path("admin", "backlogs", name, "acts"), body)
    return answer


def _tickets(api: Api, name: str) -> list[Ticket]:
    place, found, after = path("admin", "backlogs", name), [], ""
    while after is not None:
        page = api.get(f"{place}?after={after}" if after else place)
        found += page["tickets"]
        after = page["next_after"]
    return found


def _settled(api: Api, name: str) -> list[Ticket]:
    """Return the tickets once none is on its way any more, or after a while."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        found = _tickets(api, name)
        if time.monotonic() > until or all(each["state"] != "coming" for each in found):
            return found
        time.sleep(_PAUSE_SECONDS)


# ---------------------------------------------------------------- the person


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for each in given:
        field, equals, column = each.partition("=")
        if not equals or not column.strip():
            raise WrongUse(
                f"--column: use FIELD=COLUMN, as in sender=Customer, not {plain(each)!r}"
            )
        columns[field.strip()] = column.strip()
    return columns


def _confirm(question: str, *, yes: bool) -> None:
    """Ask the person at the terminal. Without one, refuse what was not confirmed before."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise WrongUse("this tells people something: say --yes where nobody can be asked.")
    click.confirm(question, abort=True)


def _tell_file(past: Past, brought: Brought, tickets: int) -> None:
    for line in first_problems(past.problems):
        click.echo(plain(line), err=True)
    click.echo(f"{past.format}: {counted(tickets, 'ticket')} to bring in")
    for code, number in sorted(brought.left_out.items()):
        click.echo(f"  {number:>7,}  left out: {LEFT_OUT[code]}")


def _tell(found: list[Ticket]) -> None:
    for line in lines_of(found):
        click.echo(plain(line))


def _said(as_json: bool, number: int, noun: str, words: str) -> None:
    if as_json:
        print_json({"conversations": number})
    else:
        click.echo(f"{counted(number, noun)} {words}. `surgeline backlog show` says how it goes.")
