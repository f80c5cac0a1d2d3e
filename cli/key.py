"""`surgeline key` makes admin keys for programs, lists them, and removes them."""

import click

from cli.api import admin, path
from cli.console import admin_key_option, example, json_option, plain, print_json, url_option

SCOPES = ("read", "lead", "write")


@click.group()
def key() -> None:
    """Make keys for programs, list them, and remove them.

    A key has a name, which the record of changes tells, and a scope. People sign in instead.
    """


@key.command(
    epilog=example(
        "surgeline key add dashboard --scope read",
        "surgeline key add shop-backend --scope write --json",
    )
)
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="read: read everything. lead: also run the day. write: change everything.",
)
@url_option
@admin_key_option
@json_option
def add(*, name: str, scope: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Make the key NAME, and print it once.

    Only its hash is kept. Who loses a key removes it and makes another one.
    """
    answer = admin(url, admin_key).post("/v1/admin/keys", {"name": name, "scope": scope})
    if as_json:
        print_json(answer)
        return
    click.echo(f"The key {plain(answer['name'])} ({answer['scope']}), shown only now:")
    click.echo(answer["key"])


@key.command("list", epilog=example("surgeline key list"))
@url_option
@admin_key_option
@json_option
def list_all(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """List the names and scopes of all keys."""
    keys = admin(url, admin_key).get("/v1/admin/keys")["keys"]
    if as_json:
        print_json(keys)
        return
    for each in keys:
        click.echo(plain(f"{each['name']:<24} {each['scope']}"))


@key.command(epilog=example("surgeline key remove dashboard"))
@click.argument("name", metavar="NAME")
@url_option
@admin_key_option
def remove(*, name: str, url: str, admin_key: str | None) -> None:
    """Remove the key NAME. Within a minute it opens nothing any more."""
    admin(url, admin_key).delete(path("admin", "keys", name))
    click.echo(f"The key {plain(name)} is removed, and opens nothing within a minute")
