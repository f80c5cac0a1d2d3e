"""`surgeline customer export` writes everything that is held about one customer into one file."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import click

from cli.api import Api, admin
from cli.console import (
    Failed,
    admin_key_option,
    counted,
    example,
    json_option,
    print_json,
    url_option,
)

PATH = "/v1/admin/customers/export"
ABOUT = (
    "Everything that Surgeline holds about one customer on one channel. `customer` is what is "
    "known of them now. `entries` are what they and we did, in order, with every text. "
    "`deliveries` say how each message to them went. `mails` are their mails as they came. "
    "`files` are what they sent: each path, put behind this system's address, opens one for a day. "
    "`elsewhere` are the chats that a closed channel sent them on to, in the same form."
)


@click.command(
    "export",
    epilog=example(
        "surgeline customer export --channel app --sender customer-17 --out customer-17.json"
    ),
)
@click.option("--channel", required=True, metavar="ID", help="The channel.")
@click.option(
    "--sender", required=True, metavar="SENDER", help="The sender's name, as the channel gives it."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, which must not be there yet. customer-THREAD.json, if not given.",
)
@url_option
@admin_key_option
@json_option
def export(
    *,
    channel: str,
    sender: str,
    out: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write everything that is held about a sender into one JSON file that people can read.

    The file holds all that an erasure would delete. Only you can read it. The audit record says
    that it was asked for.
    """
    found = everything(admin(url, admin_key), channel, sender)
    place = out or Path(f"customer-{found['thread_id']}.json")
    _write(place, {"about": ABOUT, "channel": channel, "sender": sender, **found})
    told = {name: len(found[name]) for name in ("entries", "deliveries", "mails", "dead_letters")}
    if as_json:
        print_json({"file": str(place), "known": found["known"], **told})
        return
    if not found["known"]:
        click.echo("Nothing is held of such a sender. Check how the channel spells the sender.")
    click.echo(
        f"{place}: {counted(told['entries'], 'event')}, {counted(told['mails'], 'mail')} and "
        f"{counted(told['dead_letters'], 'dead letter')}."
    )


def everything(api: Api, channel: str, sender: str) -> dict[str, Any]:
    """Return all pages put together, with the stored mails as texts. Raises Refused."""
    whom = {"channel": channel, "sender": sender}
    found = _whole(api, whom)
    others = [each for each in found.pop("threads", []) if each != found["thread_id"]]
    found["elsewhere"] = [_whole(api, {**whom, "thread": each}) for each in others]
    return found


def _whole(api: Api, whom: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = api.post(PATH, whom)
    while (after := found.pop("next_after")) is not None:
        page = api.post(PATH, {**whom, "after": after})
        found["next_after"] = page["next_after"]
        for name in ("entries", "deliveries"):
            found[name] += page[name]
    found["mails"] = [_mail(api.post(PATH, {**whom, "mail": each})) for each in found["mails"]]
    return found


def _mail(told: dict[str, Any]) -> dict[str, Any]:
    """Return a mail as text. A mail that no answer holds is named with its size."""
    kept = {"name": told["name"], "bytes": told["bytes"]}
    if told["base64"] is None:
        return {**kept, "text": None, "why": "too large for the API: it lies below mail-kept/"}
    raw = base64.b64decode(told["base64"])
    return {**kept, "text": raw.decode("utf-8", "replace")}


def _write(place: Path, found: dict[str, Any]) -> None:
    """Write the file, which only its owner can read. Raises Failed."""
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=1)
            file.write("\n")
    except FileExistsError as error:
        raise Failed(f"{place} is there already: choose another name with --out") from error
    except OSError as error:
        raise Failed(f"{place} can't be written: {error.strerror}") from error
