"""`surgeline channel`: connect a channel over signed webhooks, or simulate its receiving side."""

from typing import Any

import click

from cli.api import admin, path
from cli.console import admin_key_option, example, json_option, print_json, url_option
from cli.rotation import finish_option, rotate_secret
from cli.simulation import PORT, keys_of, run, secret_option, show_text_option
from local.simulators.channel import ChannelSimulator


@click.group()
def channel() -> None:
    """Connect a channel, or simulate one."""


@channel.command(epilog=example("surgeline channel add app --reply-url http://127.0.0.1:8789/"))
@click.argument("channel_id", metavar="ID")
@click.option("--reply-url", required=True, metavar="URL", help="Where replies go.")
@click.option("--knowledge-base", metavar="NAME", help="What its questions are answered from.")
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
    as_json: bool,
) -> None:
    """Add or change the signed channel ID; the secret of a new one is printed once."""
    wanted: dict[str, Any] = {"kind": "signed", "reply_url": reply_url}
    if knowledge_base:
        wanted["knowledge_base"] = knowledge_base
    answer = admin(url, admin_key).put(path("admin", "channels", channel_id), wanted)
    if as_json:
        print_json(answer)
        return
    click.echo(f"Channel {channel_id} posts messages to {url}/v1/channels/{channel_id}/messages")
    click.echo(f"Replies go to {reply_url}")
    if "secret" in answer:
        click.echo(f"Secret of both directions, shown only now: {answer['secret']}")


@channel.command(
    epilog=example("surgeline channel rotate app", "surgeline channel rotate app --finish")
)
@click.argument("channel_id", metavar="ID")
@finish_option
@url_option
@admin_key_option
@json_option
def rotate(
    channel_id: str, url: str, admin_key: str | None, *, finish: bool, as_json: bool
) -> None:
    """Make a new secret for the channel ID beside the old one, and print it once.

    Both are good, and both sign, until --finish.
    """
    rotate_secret("channel", channel_id, admin(url, admin_key), finish=finish, as_json=as_json)


@channel.command(
    epilog=example("surgeline channel simulate --port 8789 --secret whsec_... --show-text")
)
@click.option("--port", type=PORT, metavar="PORT", default=8789, show_default=True)
@secret_option("SURGELINE_CHANNEL_SECRET")
@show_text_option
@click.option("--quiet", is_flag=True, help="Print only the first line.")
def simulate(port: int, secret: str | None, show_text: bool, quiet: bool) -> None:
    """Be a channel's receiving side: verify, keep each reply once, print one line for each.

    `GET /state` shows counts, `GET /replies?thread_id=` what was received.
    """
    simulator = ChannelSimulator(
        secrets=keys_of(
            secret, "SURGELINE_CHANNEL_SECRET", "surgeline channel add ID --reply-url ..."
        ),
        say=(lambda _: None) if quiet else click.echo,
        show_text=show_text,
    )
    run(simulator.app(), port=port, what="Simulated channel")
