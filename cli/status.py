"""`surgeline status` shows if an instance is there, and its settings."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.api import admin
from cli.console import admin_key_option, example, json_option, print_json, url_option
from cli.pool_states import sentence_of


@click.command(epilog=example("surgeline status --json"))
@url_option
@admin_key_option
@json_option
def status(url: str, admin_key: str | None, as_json: bool) -> None:
    """Show the state of an instance. Exits 2 when the instance can't be reached."""
    found = admin(url, admin_key).get("/v1/admin/status")
    if as_json:
        print_json(found)
        return
    bases = [f"{name} ({version or 'none'})" for name, version in found["knowledge"].items()]
    rows = {
        "status": found["status"],
        "configuration": found["configuration"] or "none",
        "channels": ", ".join(found["channels"]) or "none",
        "pools": ", ".join(_pools(found)) or "none",
        "knowledge": ", ".join(bases) or "none",
        "unreadable": ", ".join(found.get("unreadable", ())) or "none",
        "waiting": ", ".join(_waiting(found.get("backlog", {}))) or "nothing",
        "dead letters": found["dead_letters"],
    }
    for name, value in rows.items():
        click.echo(f"{name:<14} {value}")
    for trouble in found.get("troubles", ()):
        click.echo(f"trouble: {trouble}")


def _pools(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield each pool with its state, if the instance tells the states."""
    states = found.get("pool_states", {})
    for pool in found["pools"]:
        yield f"{pool} ({sentence_of(states[pool])})" if pool in states else pool


def _waiting(backlog: Mapping[str, Any]) -> Iterator[str]:
    """Yield a few words for each queue in which messages wait."""
    for queue, found in backlog.items():
        if found["waiting"]:
            oldest = found["oldest_seconds"]
            yield f"{found['waiting']} in {queue}" + (f" (oldest {oldest} s)" if oldest else "")
