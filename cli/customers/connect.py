"""The system that knows a company's customers is connected, tried and disconnected here."""

import click

from cli.api import admin
from cli.channel_fields import field_option, fields_of
from cli.console import (
    Failed,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.endpoints import told_by_flags

PATH = "/v1/admin/customer-data"
WANTED = ("profile", "orders", "cases")
NONE = "No system is connected. `surgeline customer connect URL` connects one."


@click.command(
    epilog=example(
        "surgeline customer connect https://shop.example/surgeline",
        "surgeline customer connect https://shop.example/surgeline --cases --notes",
    )
)
@click.argument("system_url", metavar="URL")
@click.option(
    "--kind", default="own", show_default=True, metavar="KIND",
    help="The kind of the system. `own` is one that speaks docs/customer-data.md.",
)  # fmt: skip
@click.option(
    "--want",
    "wanted",
    multiple=True,
    type=click.Choice(WANTED),
    help="What is asked of it. Repeatable. Everything, if not given.",
)
@click.option("--cases", is_flag=True, help="Open a case when a customer asks for a person.")
@click.option("--notes", is_flag=True, help="Keep a pool's summary of the end with the customer.")
@field_option
@url_option
@admin_key_option
@json_option
def connect(
    *,
    system_url: str,
    kind: str,
    wanted: tuple[str, ...],
    cases: bool,
    notes: bool,
    fields: tuple[str, ...],
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Connect the system at URL, which knows your customers, their orders and their cases.

    It is asked only when a person is asked for, or when an article names a value of an order. It
    takes the place of the system that was connected before.
    """
    body = {
        "kind": kind,
        "url": system_url,
        "want": list(wanted or WANTED),
        "cases": cases,
        "notes": notes,
        "fields": fields_of(fields),
    }
    with told_by_flags({"customers.url": "system_url", "customers.kind": "kind"}):
        answered = admin(url, admin_key).put(PATH, body)
    if as_json:
        print_json(answered)
        return
    click.echo(f"Customers are looked up at {plain(system_url)} ({plain(kind)}).")
    if "secret" in answered:
        click.echo(f"Its secret, shown only now: {answered['secret']}")
    click.echo("`surgeline customer check` tries it.")


@click.command(epilog=example("surgeline customer check"))
@url_option
@admin_key_option
@json_option
def check(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """Try the connected system: whether it answers, and whether it refuses a forged request."""
    found = admin(url, admin_key).post(f"{PATH}/check", {})["findings"]
    if as_json:
        print_json(found)
    else:
        for each in found:
            mark = "fine " if each["ok"] else "wrong"
            click.echo(plain(f"{mark}  {each['name']:<10} {each['said']}"))
    if not all(each["ok"] for each in found):
        raise Failed("the system does not answer as it should; the lines above say what to mend")


@click.command(epilog=example("surgeline customer show"))
@url_option
@admin_key_option
@json_option
def show(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """Say which system is connected, and what is asked of it."""
    found = admin(url, admin_key).get(PATH)["customers"]
    if as_json:
        print_json(found)
        return
    if found is None:
        click.echo(NONE)
        return
    told = [name for name in ("cases", "notes") if found[name]]
    click.echo(plain(f"{found['url']} ({found['kind']}) is asked for {', '.join(found['want'])}."))
    click.echo(f"It is told of {' and '.join(told)}." if told else "It is told nothing.")


@click.command(epilog=example("surgeline customer disconnect"))
@url_option
@admin_key_option
def disconnect(*, url: str, admin_key: str | None) -> None:
    """Disconnect the system, so that nobody is looked up, and delete its secret."""
    admin(url, admin_key).delete(PATH)
    click.echo("Nobody is looked up any more. What conversations hold stays until they are erased.")
