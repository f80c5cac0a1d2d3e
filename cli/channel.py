"""`surgeline channel` connects channels over signed webhooks, and simulates a receiving side."""

from collections.abc import Mapping
from typing import Any

import click

from cli.api import admin
from cli.console import admin_key_option, example, json_option, url_option
from cli.endpoints import add_endpoint, add_shared_commands, change_endpoint, replace_option
from cli.simulation import keys_of, run, secret_option, show_text_option, simulator_port
from local.simulators.channel import ChannelSimulator

ANSWERS = "The knowledge base that answers its questions (shop)."


@click.group()
def channel() -> None:
    """Connect, change and list channels, and simulate one."""


@channel.command(epilog=example("surgeline channel add app --reply-url http://127.0.0.1:8789/"))
@click.argument("channel_id", metavar="ID")
@click.option("--reply-url", required=True, metavar="URL", help="Where replies go.")
@click.option("--knowledge-base", metavar="NAME", help=ANSWERS)
@replace_option
@url_option
@admin_key_option
@json_option
def add(
    *,
    channel_id: str,
    reply_url: str,
    knowledge_base: str | None,
    url: str,
    admin_key: str | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Add the signed channel ID, or define it anew. The secret of a new channel is printed once."""
    wanted: dict[str, Any] = {"kind": "signed", "reply_url": reply_url}
    if knowledge_base:
        wanted["knowledge_base"] = knowledge_base
    add_endpoint(
        "channel",
        channel_id,
        wanted,
        admin(url, admin_key),
        replace=replace,
        as_json=as_json,
        lines=lambda posts: (
            f"Channel {channel_id} posts messages to {posts}",
            f"Replies go to {reply_url}",
        ),
    )


@channel.command(epilog=example("surgeline channel change app --knowledge-base returns"))
@click.argument("channel_id", metavar="ID")
@click.option("--reply-url", metavar="URL", help="Where replies go.")
@click.option("--knowledge-base", metavar="NAME", help=ANSWERS)
@url_option
@admin_key_option
def change(
    *,
    channel_id: str,
    reply_url: str | None,
    knowledge_base: str | None,
    url: str,
    admin_key: str | None,
) -> None:
    """Change the given fields of the channel ID, and leave its other fields."""
    given = {"reply_url": reply_url, "knowledge_base": knowledge_base}
    wanted = {name: value for name, value in given.items() if value is not None}
    change_endpoint("channel", channel_id, wanted, admin(url, admin_key))


def _line(each: Mapping[str, Any]) -> str:
    base, where = each.get("knowledge_base", ""), each.get("reply_url") or ""
    return f"{each['id']:<20} {each['kind']:<10} {base:<16} {where}"


add_shared_commands(
    channel,
    "channel",
    example_id="app",
    removal="Forget the channel ID and delete its secret. It accepts nothing a minute later.",
    listing="List the channels with their kind, their knowledge base, and where replies go.",
    line=_line,
)


@channel.command(
    epilog=example("surgeline channel simulate --port 8789 --secret whsec_... --show-text")
)
@simulator_port(8789)
@secret_option("SURGELINE_CHANNEL_SECRET")
@show_text_option
@click.option("--quiet", is_flag=True, help="Print only the first line.")
def simulate(port: int, secret: str | None, show_text: bool, quiet: bool) -> None:
    """Play a channel's receiving side: verify, keep each reply once, print one line for each.

    `GET /state` shows counts. `GET /replies?thread_id=` shows the replies received.
    """
    simulator = ChannelSimulator(
        secrets=keys_of(
            secret, "SURGELINE_CHANNEL_SECRET", "surgeline channel add ID --reply-url ..."
        ),
        say=(lambda _: None) if quiet else click.echo,
        show_text=show_text,
    )
    run(simulator.app(), port=port, what="Simulated channel")
