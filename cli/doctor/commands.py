"""The command `surgeline doctor`: which looks are taken, and how their findings are told."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.console import (
    KEY_FILE,
    Port,
    default_admin_key,
    example,
    json_option,
    print_json,
)
from cli.doctor.finding import SIGNS, Finding
from infra.environments import ENVIRONMENTS


@click.command(epilog=example("surgeline doctor", "surgeline doctor --env prod --url URL --json"))
@click.option(
    "--env",
    type=click.Choice(sorted(ENVIRONMENTS)),
    help="Look at this deployment on AWS, and not at this machine's instance.",
)
@click.option("--region", metavar="REGION", help="The region to use in place of the profile's.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=KEY_FILE.parent,
    show_default=True,
    help="The home folder of the instance on this machine.",
)
@click.option(
    "--port",
    type=Port(),
    envvar="PORT",
    default=8787,
    show_default=True,
    help="The port of the instance on this machine; $PORT is read too.",
)
@click.option("--url", metavar="URL", help="The address of the instance, if it is another.")
@click.option(
    "--admin-key",
    envvar="SURGELINE_ADMIN_KEY",
    metavar="KEY",
    help="An admin key of the instance: $SURGELINE_ADMIN_KEY, or the one in the home folder.",
)
@click.option(
    "--endpoints/--no-endpoints",
    default=True,
    show_default=True,
    help="Open a connection to each channel's and pool's endpoint. Nothing is sent.",
)
@json_option
def doctor(*, env: str | None, region: str | None, as_json: bool, **where: Any) -> None:  # noqa: ANN401 - click's options
    """Look at everything an instance stands on; say what is wrong, and what to do.

    Nothing is changed. No secret and no customer's text is printed, so the output may be passed
    on. The exit code is 1 if something does not work. Warnings alone exit 0.
    """
    found = list(_of_deployment(env, region, **where) if env else _of_machine(**where))
    failed = [each for each in found if each.level == "fail"]
    if as_json:
        print_json({"ok": not failed, "findings": [each.shown() for each in found]})
    else:
        _print(found)
    sys.exit(1 if failed else 0)


def _of_machine(
    *, home: Path, port: int, url: str | None, admin_key: str | None, endpoints: bool
) -> Iterator[Finding]:
    from cli.doctor.folder import look_at_folder, runs
    from cli.doctor.instance import look_at_instance
    from cli.doctor.machine import look_at_machine

    running = runs(home)
    yield from look_at_machine(home, port, runs=running)
    yield from look_at_folder(home, running=running)
    if running or url:
        key = admin_key or _key_of(home)
        yield from look_at_instance(url or f"http://127.0.0.1:{port}", key, endpoints=endpoints)


def _of_deployment(
    env: str,
    region: str | None,
    *,
    url: str | None,
    admin_key: str | None,
    endpoints: bool,
    home: Path,
    port: int,
) -> Iterator[Finding]:
    import botocore.session

    from cli.doctor.account import AwsCloud, look_at_account
    from cli.doctor.instance import look_at_instance

    del home, port  # of this machine
    session = botocore.session.get_session()
    if region:
        session.set_config_variable("region", region)
    named = session.get_config_variable("region")
    yield from look_at_account(ENVIRONMENTS[env], AwsCloud(session), named)
    if url:
        yield from look_at_instance(url, admin_key, endpoints=endpoints)


def _key_of(home: Path) -> str | None:
    try:
        return (home / KEY_FILE.name).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return default_admin_key()


def _print(found: list[Finding]) -> None:
    for each in found:
        click.echo(f"{SIGNS[each.level]}  {each.check:<14} {each.what}")
        if each.todo:
            click.echo(f"      {'':<14} {each.todo}")
    counts = {level: sum(each.level == level for each in found) for level in SIGNS}
    click.echo(f"\n{counts['ok']} fine, {counts['warn']} to watch, {counts['fail']} wrong")
