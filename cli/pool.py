"""`surgeline pool` connects pools of agents, checks their way, and plays a vendor."""

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any

import click

from cli.api import admin, path
from cli.channel_fields import field_option, setting_option
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.endpoints import add_endpoint, add_shared_commands, change_endpoint, replace_option
from cli.onboard.command import onboard
from cli.pool_fields import PARAMETERS, address_options, addresses_of, field_flags, fields_of
from cli.pool_states import sentence_of, states_of
from cli.pool_tools import TOOLS, add_tool, check_tool, settings_of
from cli.simulation import PORT, SECONDS, keys_of, number, secret_option
from cli.simulators.pool import simulate
from local.conformance.check import Check

PUBLIC_URL = "The address of this system as the tool calls it, if it is not --instance."


@click.group()
def pool() -> None:
    """Connect, change and watch pools of agents, and check or simulate a vendor."""


@pool.command(
    epilog=example(
        "surgeline pool add vendor --endpoint http://127.0.0.1:8788/",
        "surgeline pool add vendor --endpoint https://vendor.example/hook --seats 40 --language en",
        "surgeline pool add desk --kind in_house --endpoint https://desk.example/hook --zone "
        'Europe/Paris --open "mon 09:00-18:00"',
        "surgeline pool add desk --reached-by console --chats-per-seat 3",
        "surgeline pool add team --reached-by email --setting mailbox=team@shop.example "
        "--field address=desk@shop.example --field host=smtp.example.com",
    )
)
@click.argument("pool_id", metavar="ID")
@address_options
@field_flags
@field_option
@setting_option
@click.option("--public-url", metavar="URL", help=PUBLIC_URL)
@replace_option
@admin_key_option
@json_option
def add(  # the flags of every way to reach a pool
    *,
    pool_id: str,
    fields: tuple[str, ...],
    settings: tuple[str, ...],
    public_url: str | None,
    admin_key: str | None,
    replace: bool,
    as_json: bool,
    **options: Any,  # noqa: ANN401 - the flags of a pool's addresses and fields
) -> None:
    """Add the pool ID, or define it anew. The secret of a new pool is printed once.

    A pool that works in a tool of its own needs the tool's settings and fields. Which they are and
    where to find them is told where one is missing.
    """
    if options["reached_by"] in TOOLS:  # --url can only be the instance, as everywhere else
        add_tool(
            pool_id,
            fields_of(options | {"url": options["endpoint"]}) | settings_of(settings),
            fields,
            admin(options["url"] or options["instance"], admin_key),
            public_url=public_url,
            replace=replace,
            as_json=as_json,
        )
        return
    endpoint, instance = addresses_of(options)
    if fields or settings or public_url:
        raise WrongUse(
            "--field, --setting and --public-url are for tools; "
            f"name one with --reached-by: {', '.join(TOOLS)}."
        )
    is_inside = endpoint is None and options["kind"] == "in_house"
    is_console = options["reached_by"] == "console" or (is_inside and not options["reached_by"])
    if endpoint is None and not is_console:
        raise WrongUse(
            "say where the pool takes in events: --endpoint URL. Your own people without a "
            "system of theirs work in the console: --kind in_house."
        )
    usual = {"kind": "in_house", "reached_by": "console"} if is_console else {"kind": "outsourced"}
    wanted = usual | fields_of(options | {"url": endpoint})
    add_endpoint(
        "pool",
        pool_id,
        wanted,
        admin(instance, admin_key),
        replace=replace,
        as_json=as_json,
        lines=lambda posts: (
            (
                f"Pool {pool_id} is offered conversations in the console, at {instance}/agent",
                f"Invite its people: surgeline staff invite NAME --role agent --pool {pool_id}",
            )
            if is_console
            else (
                f"Pool {pool_id} is offered conversations at {endpoint}",
                f"The pool posts its own events to {posts}",
            )
        ),
        fields=PARAMETERS,
    )


@pool.command(epilog=example("surgeline pool change vendor --seats 60 --daily-cap 900"))
@click.argument("pool_id", metavar="ID")
@address_options
@field_flags
@admin_key_option
def change(
    *,
    pool_id: str,
    admin_key: str | None,
    **options: Any,  # noqa: ANN401 - as `add`
) -> None:
    """Change the given fields of the pool ID, and leave its other fields.

    --open replaces the hours of that day or date. --holiday adds a date. The zone of a pool that
    has hours need not be repeated.
    """
    endpoint, instance = addresses_of(options, change=True)
    wanted = fields_of(options | {"url": endpoint}, change=True)
    change_endpoint("pool", pool_id, wanted, admin(instance, admin_key), PARAMETERS)


def _standing_command(name: str, fields: dict[str, Any], help_: str, outcome: str) -> None:
    """Add a command that changes only a pool's standing."""

    @pool.command(name, help=help_, epilog=example(f"surgeline pool {name} vendor"))
    @click.argument("pool_id", metavar="ID")
    @url_option
    @admin_key_option
    def change_standing(pool_id: str, url: str, admin_key: str | None) -> None:
        admin(url, admin_key).patch(path("admin", "pools", pool_id), fields)
        click.echo(f"Pool {pool_id} {outcome}")


_standing_command(
    "pause",
    {"paused": True},
    "Offer the pool ID nothing, until `pool resume`. The pool keeps its conversations.",
    "is paused: it is offered nothing, and keeps its conversations",
)
_standing_command(
    "drain",
    {"draining": True},
    "Offer the pool ID only customers of its own who come back. The pool keeps its conversations.",
    "drains: it is offered nothing but its own customers",
)
_standing_command(
    "resume",
    {"paused": False, "draining": False},
    "Offer the pool ID conversations again, after a pause, draining, or an answer of 410.",
    "is offered conversations",
)


def _line(each: Mapping[str, Any]) -> str:
    where = each.get("url") or each.get("reached_by")
    now = each.get("now")
    seats = f"  {_seats(now)}, {now['waiting']} wait" if now else ""
    return f"{each['id']:<20} {each['kind']:<10} {_standing(each):<8} {where}{seats}"


def _standing(each: Mapping[str, Any]) -> str:
    """Return how the pool stands now, or as configured where the instance does not tell."""
    if "now" in each:
        return sentence_of(each["now"])
    if each.get("paused"):
        return "paused"
    return "drains" if each.get("draining") else "open"


def _seats(now: Mapping[str, Any]) -> str:
    if now["seats"] is None:
        return "bounds itself"
    return f"{now['taken']} of {now['seats']} seats"


pool.add_command(onboard)
pool.add_command(simulate)
add_shared_commands(
    pool,
    "pool",
    example_id="vendor",
    removal="Forget the pool ID and delete its secret. Its conversations find the next pool at "
    "once.",
    listing="List the pools in the order in which they are asked: by priority, then as configured.",
    line=_line,
    rank=lambda each: -each.get("priority", 0),
    states=states_of,
)


@pool.command(epilog=example("surgeline pool ping vendor"))
@click.argument("pool_id", metavar="ID")
@url_option
@admin_key_option
@json_option
def ping(pool_id: str, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Let the instance send the pool ID a signed `pool.ping` now.

    Exits 1 unless the pool took it.
    """
    pinged = admin(url, admin_key).post(path("admin", "pools", pool_id, "ping"), {})
    if as_json:
        print_json(pinged)
    else:
        took = "took" if pinged["taken"] else "did not take"
        click.echo(f"Pool {pool_id} {took} it: {pinged['outcome']}, {pinged['milliseconds']} ms")
    if not pinged["taken"]:
        raise click.exceptions.Exit(1)


@pool.command(
    epilog=example(
        "surgeline pool check https://vendor.example/hook --secret whsec_...",
        "surgeline pool check http://127.0.0.1:8788/ --port 8797 --json",
        "surgeline pool check team",
    )
)
@click.argument("target", metavar="URL|ID")
@url_option
@admin_key_option
@secret_option("SURGELINE_POOL_SECRET")
@click.option(
    "--port",
    type=PORT,
    metavar="PORT",
    default=8797,
    show_default=True,
    help="Where the vendor's own events arrive, at /v1/pools/ANY/events.",
)
@number("--patience", SECONDS, 20.0, "The longest time to wait for each answer.")
@json_option
def check(
    *,
    target: str,
    secret: str | None,
    port: int,
    patience: float,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Play Surgeline against the vendor's endpoint URL, and report the result point by point.

    The vendor posts its own events to this machine meanwhile. A vendor elsewhere needs a tunnel to
    this machine. Exits 1 if a point failed.

    With the ID of a pool that works in a tool, the tool's settings are tried instead, and nothing
    is sent to anybody.
    """
    if "://" not in target:
        if not check_tool(target, admin(url, admin_key), as_json=as_json):
            raise click.exceptions.Exit(1)
        return
    keys = keys_of(secret, "SURGELINE_POOL_SECRET", "surgeline pool add ID --endpoint ...")
    try:
        points = asyncio.run(Check(target, keys, patience=patience).run(port=port))
    except OSError as error:
        raise WrongUse(f"port {port}: {os.strerror(error.errno or 0)}; use --port.") from error
    for each in points:
        if as_json:
            click.echo(json.dumps(each.as_dict()))
        else:
            click.echo(f"{'ok    ' if each.passed else 'FAILED'}  {each.point}: {plain(each.why)}")
    if not all(each.passed for each in points):
        raise click.exceptions.Exit(1)
