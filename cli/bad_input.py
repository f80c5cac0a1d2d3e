"""`surgeline bad-input` sends hostile requests to a running instance and reports the effects."""

import asyncio
from pathlib import Path
from typing import Any

import click

from cli.console import (
    Failed,
    NotReachable,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    print_json,
    url_option,
)


@click.command("bad-input", epilog=example("surgeline bad-input", "surgeline bad-input --json"))
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path(".surgeline"),
    show_default=True,
    help="The instance's folder, whose logs are searched for what was sent.",
)
@url_option
@admin_key_option
@json_option
def bad_input(url: str, admin_key: str | None, home: Path, *, as_json: bool) -> None:
    """Send requests that no good client sends to each entrance, one after the other.

    The entrances are a signed channel and a pool of the run's own, and the chat page's API.

    Exits 1 when a status differs from the stated one, or when the instance answers with a 5xx. The
    same holds when state changes, or when a text appears in a log.
    """
    from local.badinput.run import run
    from local.load.channel import CannotDrive, Instance

    if not admin_key:
        raise WrongUse(
            "no admin key: run this in the folder that holds .surgeline/, or give --admin-key"
        )
    try:
        report = asyncio.run(run(Instance(url, admin_key), home / "logs"))
    except (CannotDrive, OSError) as error:
        raise NotReachable(str(error)) from error
    if as_json:
        print_json(report)
    else:
        _print_table(report)
    if not report["good"]:
        raise Failed("the instance did not behave as stated; see the column 'wrong'")


def _print_table(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("row", "sent", "as expected", "5xx", "state changed", "wrong", box=None)
    for name, row in report["by_row"].items():
        table.add_row(
            name,
            str(row["sent"]),
            str(row["as_expected"]),
            str(row["server_errors"]),
            str(row["state_changed"]),
            "; ".join(row["wrong"]) + (f" no reply: {row['no_reply']}" if row["no_reply"] else ""),
        )
    for name, why in report["no_entrance"].items():
        table.add_row(name, "-", "-", "-", "-", why)
    Console().print(table)
    found = report["text_in_logs"]
    looked = "logs not found, give --home" if found is None else f"{found} log lines"
    click.echo(
        f"{report['rows_good']} of {report['rows']} rows good, {report['sent']} sent,"
        f" {report['server_errors']} 5xx, {report['state_changed']} changed state,"
        f" {report['dead_letters']} dead letters,"
        f" customer text in {looked}"
    )
