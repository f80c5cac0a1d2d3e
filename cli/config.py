"""`surgeline config` shows, compares and publishes the configuration, one versioned document."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from cli.api import admin
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.endpoints import meant

PATH = "/v1/admin/configuration"
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.group()
def config() -> None:
    """Show, compare, copy and publish the configuration: channels, pools, rules."""


@config.command(epilog=example("surgeline config show > configuration.json"))
@url_option
@admin_key_option
@json_option
def show(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Print the configuration in force as `publish` takes it. --json adds its version."""
    found = admin(url, admin_key).get(PATH)
    print_json(found if as_json else found["configuration"])
    if not as_json:
        click.echo(f"version {found['version'] or 'none'}", err=True)


@config.command(epilog=example("surgeline config publish configuration.json"))
@click.argument("file", type=FILE)
@click.option(
    "--remove",
    is_flag=True,
    help="Remove the channels and pools that FILE leaves out, with their secrets.",
)
@click.option(
    "--unreadable",
    is_flag=True,
    help="Replace a configuration of a newer release, which this release can't read.",
)
@url_option
@admin_key_option
@json_option
def publish(
    *,
    file: Path,
    url: str,
    admin_key: str | None,
    remove: bool,
    unreadable: bool,
    as_json: bool,
) -> None:
    """Check FILE and put it in force.

    A FILE with problems changes nothing, and each problem is printed.

    A FILE may hold the version that `show --json` adds. Then it is refused if another version is in
    force by now. A FILE without a channel or pool that exists is refused unless --remove says that
    the removal is meant. A configuration that this release can't read is replaced only with
    --unreadable.
    """
    version, configuration = _document(file)
    headers = {"If-Match": version} if version else {}
    route = PATH + meant(remove=remove, unreadable=unreadable)
    answer = admin(url, admin_key).put(route, configuration, headers=headers)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"version {answer['version']} is in force within seconds")


other_options = (
    click.option(
        "--from",
        "source",
        metavar="URL|FILE",
        required=True,
        help="The other instance, or a file that `config show` wrote.",
    ),
    click.option(
        "--from-key",
        metavar="KEY",
        envvar="SURGELINE_FROM_ADMIN_KEY",
        help="The admin key of the other instance. $SURGELINE_FROM_ADMIN_KEY is read, too.",
    ),
    click.option(
        "--addresses",
        is_flag=True,
        help="Heed addresses as well: of channels, pools, subscriptions and the customers' system.",
    ),
)


def from_other(command: Any) -> Any:  # noqa: ANN401 - click's
    """Give a command the options that name the configuration to compare with."""
    for option in reversed(other_options):
        command = option(command)
    return command


@config.command(
    epilog=example(
        "surgeline config diff --from https://staging.example --url https://chat.example",
        "surgeline config diff --from configuration.json",
    )
)
@from_other
@url_option
@admin_key_option
@json_option
def diff(
    *,
    source: str,
    from_key: str | None,
    addresses: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Print what would change at --url if the configuration of --from were in force there.

    Addresses are left out unless --addresses is given, because those of staging differ. Exits 1 if
    anything would change.
    """
    here = admin(url, admin_key).get(PATH)["configuration"]
    wanted = _adopted(here, _of(source, from_key), addresses=addresses)
    changes = list(differences(here, wanted))
    if as_json:
        print_json([{"place": place, "from": old, "to": new} for place, old, new in changes])
    else:
        _print_changes(changes)
    if changes:
        raise click.exceptions.Exit(1)


@config.command(
    epilog=example(
        "surgeline config copy --from https://staging.example --url https://chat.example"
    )
)
@from_other
@click.option("--yes", is_flag=True, help="Copy without asking.")
@click.option("--remove", is_flag=True, help="Remove the channels and pools that --from lacks.")
@url_option
@admin_key_option
@json_option
def copy(
    *,
    source: str,
    from_key: str | None,
    addresses: bool,
    yes: bool,
    remove: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Put the configuration of --from in force at --url, after showing what changes.

    Each instance keeps its own addresses unless --addresses is given, and always its own secrets. A
    channel or pool that is new has no secret yet: `pool rotate` and `channel rotate` make one.
    Knowledge is published apart. Nothing is copied if somebody changes the target meanwhile.
    """
    target = admin(url, admin_key)
    found = target.get(PATH)
    here = found["configuration"]
    wanted = _adopted(here, _of(source, from_key), addresses=addresses)
    changes = list(differences(here, wanted))
    if not as_json:
        _print_changes(changes)
    if not changes or not (yes or _agreed(target.url)):
        return
    headers = {"If-Match": found["version"]} if found["version"] else {}
    answer = target.put(PATH + meant(remove=remove, unreadable=False), wanted, headers=headers)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"version {answer['version']} is in force within seconds")


def _agreed(url: str) -> bool:
    """Return whether the person at the terminal wants the changes."""
    if not sys.stdin.isatty():
        raise WrongUse("nothing was copied: nobody can be asked here, so add --yes.")
    return click.confirm(f"Put this in force at {url}?")


def _print_changes(changes: list[tuple[str, Any, Any]]) -> None:
    for place, old, new in changes:
        click.echo(plain(f"{place}: {_said(old)} -> {_said(new)}"))
    if not changes:
        click.echo("Both are the same.")


def _said(value: Any) -> str:  # noqa: ANN401 - JSON
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _of(source: str, key: str | None) -> Any:  # noqa: ANN401 - JSON
    """Return the configuration of another instance, or of a file."""
    if source.startswith(("http://", "https://")):
        return admin(source, key).get(PATH)["configuration"]
    if not Path(source).is_file():
        raise WrongUse(f"--from {source}: give a URL, or a file that `config show` wrote.")
    return _document(Path(source))[1]


ADDRESSES = ("url", "to", "channel", "api_base", "reply_url", "address", "smarthost")
"""The fields that say where something is. An instance keeps its own."""
SYSTEM = "customers"
"""The company's own system. An instance keeps its own, because its secrets are sent there."""
BY_ID = ("channels", "pools", "subscriptions")


def _adopted(here: Mapping[str, Any], there: Mapping[str, Any], *, addresses: bool) -> Any:  # noqa: ANN401 - JSON
    """Return the other configuration with the addresses that this one has."""
    if addresses:
        return there
    adopted = {name: value for name, value in there.items() if name != SYSTEM}
    if SYSTEM in here:
        adopted[SYSTEM] = here[SYSTEM]
    for part in (each for each in BY_ID if each in there):
        own = {each.get("id"): each for each in here.get(part, ())}
        adopted[part] = [
            each | {name: known[name] for name in ADDRESSES if name in known}
            if (known := own.get(each.get("id")))
            else each
            for each in there[part]
        ]
    return adopted


def differences(
    here: Any,  # noqa: ANN401 - JSON
    there: Any,  # noqa: ANN401 - JSON
    place: str = "",
) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place that differs, with both values. Items with an id are compared by it."""
    if isinstance(here, Mapping) and isinstance(there, Mapping):
        for name in sorted({*here, *there}):
            at = f"{place}.{name}" if place else name
            yield from differences(here.get(name), there.get(name), at)
    elif _are_items(here) and _are_items(there) and (here or there):
        own, new = ({each["id"]: each for each in items} for items in (here, there))
        yield from differences(own, new, place)
        kept = [
            [each["id"] for each in items if each["id"] in own and each["id"] in new]
            for items in (here, there)
        ]
        if kept[0] != kept[1]:
            yield f"{place} in order", kept[0], kept[1]
    elif here != there:
        yield place, here, there


def _are_items(value: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(value, list) and all(isinstance(e, Mapping) and "id" in e for e in value)


def _document(file: Path) -> tuple[str | None, Any]:  # JSON, checked by the instance
    """Return the version that a file was made from, if the file holds it, and its configuration."""
    with click.open_file(str(file), encoding="utf-8-sig") as opened:
        try:
            value = json.load(opened)
        except json.JSONDecodeError as error:
            place = f"{file}:{error.lineno}:{error.colno}"
            raise WrongUse(f"{place}: not valid JSON: {error.msg}.") from error
        except (ValueError, RecursionError) as error:
            raise WrongUse(f"{file}: not JSON in UTF-8.") from error
    if isinstance(value, dict) and set(value) == {"version", "configuration"}:
        return value["version"], value["configuration"]
    return None, value
