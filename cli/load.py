"""`surgeline load` sends traffic to a running instance and accounts for every reply."""

import asyncio
import secrets
import sys
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

SAMPLE = Path(__file__).parents[1] / "samples" / "shop.jsonl"
MIX_KINDS = ("repeated", "unanswerable", "handoff", "resend")


def mix_of(value: str) -> dict[str, float]:
    """Return `repeated=0.8,resend=0.05` as shares. Raises click.BadParameter."""
    shares: dict[str, float] = {}
    for part in filter(None, value.split(",")):
        kind, _, share = part.partition("=")
        try:
            shares[kind] = float(share)
        except ValueError:
            shares[kind] = -1
        if kind not in MIX_KINDS or not 0 <= shares[kind] <= 1:
            kinds = ", ".join(MIX_KINDS)
            raise click.BadParameter(f"use KIND=SHARE,… with {kinds} and shares from 0 to 1")
    if sum(shares.values()) > 1:
        raise click.BadParameter("the shares add up to more than 1")
    return shares


def _mix(_context: click.Context, _parameter: click.Parameter, value: str) -> dict[str, float]:
    return mix_of(value)


@click.command(
    epilog=example(
        "surgeline load --rate 150 --seconds 60",
        "surgeline load --rate 500 --seconds 30 --mix repeated=0.8,resend=0.02",
    )
)
@click.option("--rate", type=click.FloatRange(0.1, 20_000), default=50, help="Messages a second.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=20, help="The seconds to send for."
)
@click.option(
    "--curve",
    type=click.Choice(["step", "ramp", "peak"]),
    default="step",
    show_default=True,
    help="step has the full rate at once, ramp rises to it, peak rises and falls.",
)
@click.option(
    "--mix",
    callback=_mix,
    default="",
    metavar="KIND=SHARE,…",
    help="The shares of repeated, unanswerable, handoff and resend. The rest are all distinct.",
)
@click.option(
    "--threads",
    type=click.IntRange(0),
    default=0,
    help="The number of senders. 0 is a new sender for each message.",
)
@click.option(
    "--wait", "wait_seconds", type=float, default=60, help="The longest time to wait for replies."
)
@click.option("--seed", type=int, default=1, help="The same seed sends the same messages.")
@url_option
@admin_key_option
@json_option
def load(url: str, admin_key: str | None, *, as_json: bool, **how: Any) -> None:  # noqa: ANN401 # click's
    """Send messages over a signed channel of the run's own and wait for every reply.

    Exits 1 when an acknowledged message was lost, doubled or answered out of order.
    """
    from local.load.drive import CannotDrive, Instance, drive
    from local.load.traffic import Mix, arrivals, messages, questions_of

    if not admin_key:
        raise WrongUse(
            "no admin key: run this in the folder that holds .surgeline/, or give --admin-key"
        )
    rate, seconds = how["rate"], how["seconds"]
    traffic = messages(
        questions_of(SAMPLE.read_bytes()),
        arrivals(how["curve"], rate, seconds),
        Mix(**how["mix"]),
        threads=how["threads"],
        seed=how["seed"],
        name=f"run{secrets.token_hex(3)}",
    )
    shown = _Bar(int(rate * seconds)) if sys.stderr.isatty() and not as_json else None
    try:
        ledger = asyncio.run(
            drive(
                Instance(url, admin_key),
                traffic,
                wait_seconds=how["wait_seconds"],
                progress=shown,
            )
        )
    except CannotDrive as error:
        raise NotReachable(str(error)) from error
    finally:
        if shown:
            shown.close()
    report = ledger.report(rate, seconds)
    if as_json:
        print_json(report)
    else:
        _print_table(report)
    if report["lost"] or report["duplicated"] or report["out_of_order"]:
        raise Failed("not every acknowledged message got exactly one reply, in order")


class _Bar:
    """A progress bar of replies on stderr."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True)
        self._sent = self._progress.add_task("sent", total=total)
        self._replied = self._progress.add_task("replied", total=total)
        self._progress.start()

    def __call__(self, ledger: Any) -> None:  # noqa: ANN401 # imported late
        self._progress.update(self._sent, completed=ledger.sent)
        self._progress.update(self._replied, completed=len(ledger.messages) - ledger.waiting)

    def close(self) -> None:
        self._progress.stop()


def _print_table(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in report.items():
        if isinstance(value, dict):
            shown = "  ".join(f"{key} {each}" for key, each in value.items()) or "-"
        else:
            shown = str(value)
        table.add_row(name, shown)
    Console().print(table)
