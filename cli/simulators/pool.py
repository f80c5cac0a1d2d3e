"""`surgeline pool simulate` plays a vendor, or the people of a tool in which a pool works."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli.channel_fields import field_option, setting_option
from cli.console import WrongUse, example, url_option
from cli.pool_tools import TOOLS
from cli.simulation import (
    COUNT,
    PORT,
    SECONDS,
    SHARE,
    keys_of,
    number,
    run,
    secret_option,
    show_text_option,
)
from cli.simulators.tool import Asked, play_tool
from local.simulators.desk import Behaviour, Desk
from local.simulators.pool import PoolSimulator
from local.simulators.scenario import Turn, WrongScenario, read_scenario

WEBHOOK = "webhook"
PORT_OF_A_VENDOR, PORT_OF_A_TOOL = 8788, 8791


@click.command(
    epilog=example(
        "surgeline pool simulate --port 8788 --pool vendor --secret whsec_...",
        "surgeline pool simulate --accept late --error 0.2 --drop 0.1 --seed 7",
        "surgeline pool simulate --scenario bad-day.json",
        "surgeline pool simulate --reached-by slack --pool team --field signing_secret=@FILE "
        "--field bot_token=@FILE --show-text",
    )
)
@click.option(
    "--reached-by",
    type=click.Choice([WEBHOOK, *TOOLS]),
    default=WEBHOOK,
    show_default=True,
    help="What is played: a vendor's endpoint, or a tool with the people who work in it.",
)
@click.option(
    "--port",
    type=PORT,
    metavar="PORT",
    help="Where the simulator takes Surgeline's events, on 127.0.0.1 (8788, of a tool 8791).",
)
@url_option
@click.option(
    "--pool",
    "pool_id",
    metavar="ID",
    default="vendor",
    show_default=True,
    help="The pool whose people are played.",
)
@secret_option("SURGELINE_POOL_SECRET")
@field_option
@setting_option
@click.option("--hook-url", metavar="URL", help="Where the tool's events go, if not to --url.")
@click.option(
    "--by-hand", is_flag=True, help="The people of a tool do only what you type, line by line."
)
@click.option(
    "--accept",
    type=click.Choice(["response", "callback", "late", "never"]),
    default="callback",
    show_default=True,
    help="The way to accept an offer: in the response, by an own event (callback), too late, "
    "or never.",
)
@number("--agents", COUNT, 20, "Agents at work, each with up to five chats.")
@number("--ring-seconds", SECONDS, 1.0, "How long an agent takes to accept.")
@number("--reply-after", SECONDS, 1.5, "How long an agent types.", "reply_after_seconds")
@number(
    "--resolve-after-replies",
    COUNT,
    5,
    "The replies before the agent closes. Thanks close at once.",
)
@number(
    "--resolve-after-silence",
    SECONDS,
    30.0,
    "Close when the customer has written nothing for so long.",
    "resolve_after_silence_seconds",
)
@number("--decline", SHARE, 0.0, "The share of offers that are declined.")
@number("--hang", SHARE, 0.0, "The share of requests that get no answer.")
@number("--error", SHARE, 0.0, "The share of requests that are answered with an error.")
@number(
    "--drop", SHARE, 0.0, "The share of conversations that are accepted and then left in silence."
)
@number(
    "--return",
    SHARE,
    0.0,
    "The share of conversations that end by going back to the bot.",
    "give_back",
)
@number("--duplicated", SHARE, 0.0, "The share of a tool's events that come twice.")
@number("--reordered", SHARE, 0.0, "The share of a tool's events that come late.")
@number("--seed", click.INT, 0, "The start of the random choices. The same number repeats them.")
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help='The behaviour by time: [{"at_seconds": 60, "error": 1}, {"at_seconds": 90}].',
)
@show_text_option
@click.option("--quiet", is_flag=True, help="Print only the first line.")
def simulate(
    *,
    reached_by: str,
    port: int | None,
    url: str,
    pool_id: str,
    secret: str | None,
    scenario: Path | None,
    show_text: bool,
    quiet: bool,
    fields: tuple[str, ...],
    settings: tuple[str, ...],
    hook_url: str | None,
    by_hand: bool,
    duplicated: float,
    reordered: float,
    **behaviour: Any,  # noqa: ANN401 - the options named like Behaviour's fields
) -> None:
    """Play a pool that accepts offers, replies as agents and resolves; options add failures.

    `GET /state` shows its counts. Texts are printed only with --show-text. Each step of a
    --scenario changes the options' values from so many seconds after the start until the next step.

    With --reached-by, the pool's own tool is played, with the pool's --field values. Its server is
    on the port, and its people do all this there. With --by-hand they do what you type instead, for
    the newest offer: accept, decline, resolve, or an answer to the customer.
    """
    base = Behaviour(**behaviour)
    say = (lambda _: None) if quiet else click.echo
    turns = _turns(scenario, base)
    if reached_by != WEBHOOK:
        asked = Asked(reached_by, pool_id, url, port or PORT_OF_A_TOOL, hook_url, fields, settings)
        late = {"duplicated": duplicated, "reordered": reordered}
        play_tool(asked, base, by_hand=by_hand, say=say, show_text=show_text, turns=turns, **late)
        return
    if fields or settings or hook_url or by_hand or duplicated or reordered:
        tools = ", ".join(TOOLS)
        raise WrongUse(f"--field and the like are for tools; name one with --reached-by: {tools}.")
    simulator = PoolSimulator(
        Desk(base),
        secrets=keys_of(
            secret, "SURGELINE_POOL_SECRET", f"surgeline pool add {pool_id} --endpoint ..."
        ),
        events_url=f"{url.rstrip('/')}/v1/pools/{pool_id}/events",
        say=say,
        show_text=show_text,
        scenario=turns,
    )
    if port is None:
        port = PORT_OF_A_VENDOR
    run(simulator.app(), port=port, what=f"Simulated pool {pool_id}")


def _turns(scenario: Path | None, base: Behaviour) -> Sequence[Turn]:
    """Return the turns of the file. Raises WrongUse."""
    try:
        return read_scenario(scenario, base) if scenario else ()
    except WrongScenario as error:
        raise WrongUse(str(error)) from error
