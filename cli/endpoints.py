"""The commands for channels and pools share this module."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Literal

import click

from cli.api import Api, Refused, admin, path
from cli.channel_fields import field_option, fields_of
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

Kind = Literal["channel", "pool"]
POSTS: Mapping[Kind, str] = {"channel": "messages", "pool": "events"}
"""Each kind posts these to the instance, below its own path."""

TAKEN_UP = "It is in use within a minute, on a local instance at once."

NO_FIELDS: Mapping[str, str] = MappingProxyType({})

finish_option = click.option(
    "--finish", is_flag=True, help="Drop the old secret, so that only the newest is accepted."
)

replace_option = click.option(
    "--replace", is_flag=True, help="Replace an endpoint of another kind that has this id."
)


def meant(**words: bool) -> str:
    """Return the query that confirms an intention, as `?replace=yes`."""
    query = "&".join(f"{word}=yes" for word, is_meant in words.items() if is_meant)
    return f"?{query}" if query else ""


def add_endpoint(
    kind: Kind,
    id_: str,
    wanted: Mapping[str, Any],
    api: Api,
    *,
    replace: bool,
    as_json: bool,
    lines: Callable[[str], tuple[str, str]],
    fields: Mapping[str, str] = NO_FIELDS,
) -> None:
    """Define the channel or pool ID, and print where both sides post and a new secret.

    `lines` are the two addresses in words, from the address at which the instance takes posts.
    """
    with told_by_flags(fields):
        answer = api.put(path("admin", f"{kind}s", id_) + meant(replace=replace), wanted)
    posts = f"{api.url}{path(f'{kind}s', id_, POSTS[kind])}"
    if as_json:
        print_json(answer | {f"{POSTS[kind]}_url": posts})
        return
    for line in lines(posts):
        click.echo(line)
    if "secret" in answer:
        click.echo(f"Secret of both directions, shown only now: {answer['secret']}")


def change_endpoint(
    kind: Kind,
    id_: str,
    wanted: Mapping[str, Any],
    api: Api,
    fields: Mapping[str, str] = NO_FIELDS,
) -> None:
    """Change the given fields of the channel or pool ID, and name them. Raises WrongUse."""
    if not wanted:
        raise WrongUse(f"nothing to change was given; `surgeline {kind} change --help` lists it.")
    with told_by_flags(fields):
        api.patch(path("admin", f"{kind}s", id_), wanted)
    click.echo(f"{kind.capitalize()} {id_} is changed: {', '.join(wanted)}")


@contextmanager
def told_by_flags(fields: Mapping[str, str]) -> Iterator[None]:
    """Tell the instance's problems with fields by the flags that gave them. Raises WrongUse.

    `fields` names the option's parameter of each field that is called otherwise. A field's parts
    belong to the same flag, unless they have one of their own.
    """
    try:
        yield
    except Refused as refused:
        problems = refused.error.get("problems")
        if not problems:
            raise
        context = click.get_current_context()
        told = [_by_flag(str(each), context, fields) for each in problems]
        raise WrongUse("\n".join(told)) from refused


def _by_flag(problem: str, context: click.Context, fields: Mapping[str, str]) -> str:
    """Return the problem with its flag and the refused value, or as it is where no flag fits.

    The value of a provider's field is never repeated.
    """
    place, _, words = problem.partition(": ")
    if place.startswith("fields."):
        return f"--field {place.removeprefix('fields.')}: {words}"
    name = fields.get(_longest(place, fields), place.partition("[")[0])
    option = next((each for each in context.command.params if each.name == name), None)
    if option is None or not words:
        return problem
    value: Any = context.params.get(name)
    given = [str(each) for each in value] if isinstance(value, tuple) else [str(value)]
    said = "" if value is None or any(each in words for each in given) else f" {', '.join(given)}"
    return f"{option.opts[0]}{said}: {words}"


def _longest(place: str, fields: Mapping[str, str]) -> str:
    """Return the longest name of `fields` that is the place or contains it."""
    around = [
        name for name in fields if place == name or place.startswith((f"{name}.", f"{name}["))
    ]
    return max(around, key=len, default="")


def add_shared_commands(
    group: click.Group,
    kind: Kind,
    *,
    example_id: str,
    removal: str,
    listing: str,
    line: Callable[[Mapping[str, Any]], str],
    rank: Callable[[Mapping[str, Any]], int] = lambda _: 0,
    states: Callable[[Api], Mapping[str, Mapping[str, Any]]] = lambda _: {},
) -> None:
    """Add the commands `remove`, `rotate` and `list` for channels or pools to their group.

    `removal` and `listing` are their help. The list has a `line` for each, the lowest `rank` first.
    `states` tells how each stands now, which becomes the field `now` of each.
    """

    @group.command(help=removal, epilog=example(f"surgeline {kind} remove {example_id}"))
    @click.argument("id_", metavar="ID")
    @url_option
    @admin_key_option
    def remove(id_: str, url: str, admin_key: str | None) -> None:
        admin(url, admin_key).delete(path("admin", f"{kind}s", id_))
        click.echo(f"{kind.capitalize()} {id_} is removed")

    rotate_example = f"surgeline {kind} rotate {example_id}"

    @group.command(
        help=f"Make a new secret for the {kind} ID beside the old one, and print the new one once."
        "\n\nBoth secrets are accepted, and both sign, until --finish."
        " What has a provider or a tool takes its new fields instead.",
        epilog=example(rotate_example, f"{rotate_example} --finish"),
    )
    @click.argument("id_", metavar="ID")
    @finish_option
    @field_option
    @url_option
    @admin_key_option
    @json_option
    def rotate(
        id_: str,
        url: str,
        admin_key: str | None,
        *,
        finish: bool,
        as_json: bool,
        fields: tuple[str, ...],
    ) -> None:
        asked: dict[str, Any] = {"finish": finish}
        if fields:
            asked["fields"] = fields_of(fields)
        with told_by_flags({}):
            answer = admin(url, admin_key).post(path("admin", f"{kind}s", id_, "secret"), asked)
        if as_json:
            print_json(answer)
        else:
            _tell_rotation(kind, id_, answer, finish=finish)

    @group.command("list", help=listing, epilog=example(f"surgeline {kind} list --json"))
    @url_option
    @admin_key_option
    @json_option
    def list_all(url: str, admin_key: str | None, *, as_json: bool) -> None:
        api = admin(url, admin_key)
        found = api.get("/v1/admin/configuration")["configuration"][f"{kind}s"]
        found.sort(key=rank)
        known = states(api) if found else {}
        for each in found:
            each.update({"now": known[each["id"]]} if each["id"] in known else {})
        if as_json:
            print_json(found)
            return
        for each in found:
            click.echo(plain(line(each).rstrip()))


def _tell_rotation(kind: Kind, id_: str, answer: Mapping[str, Any], *, finish: bool) -> None:
    """Say what a rotation changed, and what to do next."""
    if finish and not answer["dropped"]:
        click.echo(f"The secret of the {kind} {id_} was the only one already")
    elif finish:
        click.echo(
            f"Only the newest secret of the {kind} {id_} is accepted from now on. {TAKEN_UP}"
        )
    elif "secret" not in answer:
        click.echo(f"The new fields are used from now on, beside the old ones. {TAKEN_UP}")
        click.echo(f"Once the provider uses them too: surgeline {kind} rotate {id_} --finish")
    else:
        click.echo(f"New secret of both directions, shown only now: {answer['secret']}")
        click.echo(f"{answer['good']} secrets are accepted, and each signs. {TAKEN_UP}")
        click.echo(f"Once the other side uses it: surgeline {kind} rotate {id_} --finish")
