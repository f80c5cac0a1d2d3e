"""`surgeline config` shows and publishes the configuration, which is one versioned document."""

import json
from pathlib import Path
from typing import Any

import click

from cli.api import admin
from cli.console import WrongUse, admin_key_option, example, json_option, print_json, url_option
from cli.endpoints import meant

PATH = "/v1/admin/configuration"
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.group()
def config() -> None:
    """Show and publish the configuration: channels, pools, rules."""


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
