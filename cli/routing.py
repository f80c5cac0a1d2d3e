"""`surgeline routing` explains why a conversation was offered to some pools and not to others."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.api import admin, conversation_of
from cli.console import admin_key_option, example, json_option, plain, print_json, url_option


@click.group()
def routing() -> None:
    """Explain why pools were asked, or were not."""


@routing.command(epilog=example("surgeline routing explain tnvfrlmz4aq7ohe5c3v2gwk6txy-1"))
@click.argument("conversation_id", metavar="CONVERSATION")
@url_option
@admin_key_option
@json_option
def explain(conversation_id: str, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Print, for each time that pools were considered, every step and pool with its reason."""
    found = conversation_of(admin(url, admin_key), conversation_id)
    looked = [each for each in found["entries"] if each["routing"]]
    if as_json:
        print_json([_short(each) for each in looked])
        return
    if not looked:
        click.echo("No pool was looked for in this conversation.")
    for line in reasons(looked):
        click.echo(plain(line))


def reasons(entries: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the entries as lines for a person."""
    for entry in entries:
        yield f"{entry['at']}  #{entry['seq']} {entry['event'].replace('_', ' ')}"
        yield f"    decided: {entry['decision']}" + (f" ({entry['why']})" if entry["why"] else "")
        yield from (f"    {reason}" for reason in entry["routing"])


def _short(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("seq", "at", "event", "decision", "why", "routing")}
