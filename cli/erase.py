"""`surgeline erase` deletes everything that one sender and we said on one channel."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.api import admin
from cli.console import (
    Failed,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

PATH = "/v1/admin/erasures"
STEP_SECONDS = 0.3


@click.command(epilog=example("surgeline erase --channel app --sender customer-17"))
@click.option("--channel", required=True, metavar="ID", help="The channel.")
@click.option(
    "--sender", required=True, metavar="SENDER", help="The sender's name, as the channel gives it."
)
@click.option(
    "--wait", default=60.0, show_default=True, metavar="SECONDS", help="How long to wait for it."
)
@url_option
@admin_key_option
@json_option
def erase(
    *, channel: str, sender: str, wait: float, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Delete every text of a sender's thread. Texts on their way are dropped when they arrive.

    An open conversation ends, and its pool is told. A message that the sender writes afterwards
    begins a new conversation.

    Stored mails, files, reviews and words in drafts go at once. The command asks again until the
    texts and dead letters are gone too, or until --wait is over. Then it says what is left, and
    which packs and reports redacted words of the sender went out with.
    """
    instance = admin(url, admin_key)
    end = time.monotonic() + wait
    asked = {"channel": channel, "sender": sender}
    while (answer := instance.post(PATH, asked))["erased_at"] is None:
        if time.monotonic() >= end:
            raise Failed(_left(answer))
        time.sleep(STEP_SECONDS)
    if as_json:
        print_json(answer)
        return
    if not answer.get("known", True):
        click.echo("Nothing was kept of such a sender. Check how the channel spells the sender.")
    click.echo(f"Nothing of the thread is kept any more (erased at {answer['erased_at']}).")
    for line in _copies(answer):
        click.echo(plain(line))
    if answer["dead_letters"]:
        click.echo(f"{answer['dead_letters']} dead letters of it were sent round, to be dropped.")


def _copies(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield where words of the customer went that no erasure reaches."""
    copies = answer.get("copies", [])
    if copies:
        yield "Redacted words of it went out, and nobody but their readers can delete these:"
    for each in copies:
        of = f"the pack of the pool {each['name']}: write it anew with `surgeline pool onboard`"
        to = f"a report for the subscriber {each['name']}"
        yield f"  {each['at'][:10]}  {of if each['kind'] == 'pack' else to}"


def _left(answer: Mapping[str, Any]) -> str:
    """Return what an erasure that was not done in time has still to do."""
    if answer.get("dead_letters") == "more":
        left = "The texts are gone. Some dead letters were not looked at yet."
    else:
        left = (
            "The thread's events may wait for the worker, or deleted data is on the disk yet. "
            "So its texts and dead letters may still be kept."
        )
    return (
        f"the erasure is queued, but was not done in time. {left} It is finished once a day by "
        "itself. Run the same command again to see it done."
    )
