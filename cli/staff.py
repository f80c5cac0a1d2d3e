"""`surgeline staff` invites the company's own people, lists them, and signs them out."""

from collections.abc import Mapping
from typing import Any

import click

from cli.api import Api, Refused, admin, path
from cli.console import (
    Failed,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

COGNITO = "://cognito-idp."
DESK = "desk"
"""The pool that is made for the first agent where no pool works in the console yet."""


@click.group()
def staff() -> None:
    """Invite people, list them, and sign them out.

    An agent works in the console at /agent, a lead at /lead. An admin may also change the
    deployment and invite others.
    """


@staff.command(
    epilog=example(
        "surgeline staff invite Mina --role agent",
        "surgeline staff invite Lee --role agent --pool desk --pool returns",
        "surgeline staff invite Ann --role lead --json",
        "surgeline staff invite Ann --role lead --email ann@shop.example",
    )
)
@click.argument("name", metavar="NAME")
@click.option(
    "--role",
    type=click.Choice(["agent", "lead", "admin"]),
    required=True,
    help="What the person does.",
)
@click.option(
    "--pool",
    "pools",
    multiple=True,
    metavar="ID",
    help="A pool in which the person takes conversations. A new one is made. Without it an agent "
    "gets the only one.",
)
@click.option(
    "--email",
    metavar="ADDRESS",
    help="On AWS: the address whose account of the issuer may sign in as this person.",
)
@url_option
@admin_key_option
@json_option
def invite(
    *,
    name: str,
    role: str,
    pools: tuple[str, ...],
    email: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Print a link with which the person NAME signs in once, within three days.

    Customers see the name of an agent. The same name is the same person: a second invitation
    changes their role and pools, and lets them back in after a revocation.
    """
    api = admin(url, admin_key)
    made = None
    if role == "agent":
        pools, made = _pools_of(api, pools)
    given = {"name": name, "role": role, "pools": list(pools)} | ({"email": email} if email else {})
    answer = api.post("/v1/admin/staff", given)
    link = f"{api.url}{answer['path']}"
    issuer = api.get("/v1/staff/issuer")["issuer"] if email else ""
    if as_json:
        rest = {"person": answer["person"], "expires_at": answer["expires_at"]}
        print_json({"url": link} | rest | ({"pool_made": made} if made else {}))
        return
    if made:
        click.echo(f"Pool {made} is new: its people work in the console, at {api.url}/agent")
    click.echo(f"Send this link to {plain(answer['person']['name'])}. It signs in once:")
    click.echo(link)
    if email:
        click.echo(_how_to_prove(answer["person"]["email"], issuer))


@staff.command("list", epilog=example("surgeline staff list"))
@url_option
@admin_key_option
@json_option
def list_all(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """List everybody who was invited, with role, pools, and a password or address, if any."""
    people = admin(url, admin_key).get("/v1/admin/staff")["people"]
    if as_json:
        print_json(people)
        return
    for each in people:
        click.echo(plain(_line(each).rstrip()))


@staff.command(epilog=example("surgeline staff revoke Mina"))
@click.argument("name", metavar="NAME")
@url_option
@admin_key_option
def revoke(*, name: str, url: str, admin_key: str | None) -> None:
    """Sign the person NAME out everywhere, and void their invitations."""
    api = admin(url, admin_key)
    person = _named(api, name)
    api.post(path("admin", "staff", person["id"], "revoke"), {})
    click.echo(
        f"{plain(person['name'])} is signed out, and can't sign in until the next invitation"
    )


def _how_to_prove(email: str, issuer: str | None) -> str:
    """Return what has to be done so that an account with that address signs in."""
    if not issuer:
        return f"No issuer proves accounts here, so that {plain(email)} signs in with the link."
    if COGNITO not in issuer:
        return f"The account {plain(email)} of {plain(issuer)} signs in at /sign-in as well."
    return (
        "So that an account signs in as well, make it once in the pool of the deployment:\n"
        f"aws cognito-idp admin-create-user --user-pool-id {plain(issuer.rpartition('/')[2])}"
        f" --username {plain(email)} --user-attributes Name=email,Value={plain(email)}"
        " Name=email_verified,Value=true"
    )


def _named(api: Api, name: str) -> Mapping[str, Any]:
    """Return the person of that name or id. Raises Failed."""
    people: list[dict[str, Any]] = api.get("/v1/admin/staff")["people"]
    for each in people:
        if name == each["id"] or name.casefold() == each["name"].casefold():
            return each
    raise Failed(f"nobody here is called {plain(name)!r}; `surgeline staff list` lists everybody.")


def _pools_of(api: Api, named: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Return the agent's pools, and the one that had to be made for them. Raises Failed.

    Without a name the only pool of the console is meant.
    """
    pools = {
        each["id"]: each.get("reached_by")
        for each in api.get("/v1/admin/configuration")["configuration"]["pools"]
    }
    console = [id_ for id_, reached_by in pools.items() if reached_by == "console"]
    if not named and len(console) > 1:
        raise Failed(f"say in which pool the agent works: --pool {' or --pool '.join(console)}")
    wanted = named or tuple(console) or (DESK,)
    unknown = [each for each in wanted if each not in pools]
    if len(unknown) > 1:
        raise Failed(f"there are no pools {', '.join(unknown)}; `surgeline pool list` lists them.")
    if unknown:
        _make(api, unknown[0])
    return wanted, unknown[0] if unknown else None


def _make(api: Api, pool_id: str) -> None:
    """Make a pool whose people work in the console, and let it be asked first. Raises Failed."""
    wanted = {"kind": "in_house", "reached_by": "console", "priority": 1, "chats_per_seat": 3}
    try:
        api.put(path("admin", "pools", pool_id), wanted)
    except Refused as refused:
        raise Failed(f"the pool {pool_id!r} could not be made: {refused}") from refused


def _line(person: Mapping[str, Any]) -> str:
    revoked = "  revoked" if person["revoked"] else ""
    ways = ["password"] if person.get("has_password") else []
    ways += [person["email"]] if person.get("email") else []
    shown = f"  ({', '.join(ways)})" if ways else ""
    return f"{person['name']:<24} {person['role']:<6} {', '.join(person['pools'])}{shown}{revoked}"
