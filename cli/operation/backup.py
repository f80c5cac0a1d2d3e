"""`surgeline backup` packs an instance or a deployment, and `surgeline restore` brings it back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from surgeline.errors import Unavailable

from cli.console import Failed, Moment, counted, example, json_option, print_json
from cli.operation.account import signed_in
from cli.version import release
from infra.environments import ENVIRONMENTS
from local.home.backup.manifest import BackupRefused, Manifest

if TYPE_CHECKING:
    from local.deployed.parts import Deployed

HOME = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
_T = TypeVar("_T")
env_option = click.option(
    "--env",
    type=click.Choice(sorted(ENVIRONMENTS)),
    help="The deployment on AWS, in place of a home folder.",
)
region_option = click.option(
    "--region", metavar="REGION", help="The region to use in place of the profile's."
)


@click.command(
    epilog=example(
        "surgeline backup /var/backups/surgeline-today.tar.gz",
        "surgeline backup prod.tar.gz --env prod",
        "surgeline backup prod-before.tar.gz --env prod --at 2h",
    )
)
@click.argument("file", type=FILE, required=False)
@click.option(
    "--home",
    type=HOME,
    default=Path(".surgeline"),
    show_default=True,
    help="The home folder of the instance.",
)
@env_option
@region_option
@click.option(
    "--at",
    type=Moment(),
    help="Pack table and bucket of a deployment as they were: a time, or 30m, 2h, 3d ago.",
)
@click.option("--check", "only_check", is_flag=True, help="Only read FILE, and prove it.")
@json_option
def backup(
    file: Path | None,
    *,
    home: Path,
    env: str | None,
    region: str | None,
    at: str | None,
    only_check: bool,
    as_json: bool,
) -> None:
    """Pack an instance of this machine, or a deployment, into FILE, while it works.

    A home folder is packed as it was at one moment, and a deployment's threads each at one. The
    file is read again and proved before the command ends. It holds customers' texts, all secrets
    and the admin key: keep it as you keep those. FILE is surgeline-TIME.tar.gz in this folder, if
    not given.
    """
    from local.home.backup.pack import pack
    from local.home.backup.unpack import verify

    if only_check and file is None:
        raise click.UsageError("name the FILE to check")
    if at and not env:
        raise click.UsageError("--at is for a deployment: name it with --env")
    place = file or Path(f"surgeline-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz")
    waiting: Mapping[str, int] = {}
    if not only_check and env:
        waiting = _taken(env, region, place, at)
    elif not only_check:
        _or_failed(lambda: pack(home, place, release=release()))
    manifest = _or_failed(lambda: verify(place))
    more = {"waiting": waiting} if waiting else {}
    _told(manifest, place, as_json=as_json, more=more)
    if as_json:
        return
    if left := {name: count for name, count in waiting.items() if count}:
        told = ", ".join(f"{name} {count}" for name, count in left.items())
        click.echo(f"Messages that wait in queues are not in it: {told}.")
    if not only_check:
        click.echo("It holds customers' texts, all secrets and the admin key.")


@click.command(
    epilog=example(
        "surgeline restore /var/backups/surgeline-today.tar.gz --home .surgeline",
        "surgeline restore prod.tar.gz --env prod",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--home",
    type=HOME,
    default=Path(".surgeline"),
    show_default=True,
    help="The folder to make. Nothing in it is overwritten.",
)
@env_option
@region_option
@json_option
def restore(file: Path, *, home: Path, env: str | None, region: str | None, as_json: bool) -> None:
    """Make the home folder of an instance from a backup, or bring a deployment back.

    Each file and each row is compared with the backup before the folder gets its name. A deployment
    gets what it lacks, and what it has stays as it is. Its functions stand still meanwhile. Replies
    that were sent after the backup are sent again under the same ids. Repeat the erasures that were
    done after it.
    """
    from local.home.backup.unpack import unpack

    if env:
        _brought(env, region, file, as_json=as_json)
        return
    _told(_or_failed(lambda: unpack(file, home)), home, as_json=as_json)
    if not as_json:
        click.echo(f"Start it with: surgeline up --home {home}")


def _taken(env: str, region: str | None, file: Path, at: str | None) -> Mapping[str, int]:
    from local.deployed.take import take

    deployed = _deployed(env, region)
    moment = datetime.fromisoformat(at) if at else None
    return _or_failed(
        lambda: take(deployed, file, release=release(), at=moment, say=_progress)
    ).waiting


def _brought(env: str, region: str | None, file: Path, *, as_json: bool) -> None:
    from local.deployed.bring import bring

    deployed = _deployed(env, region)
    brought = _or_failed(lambda: bring(deployed, file, _progress))
    if as_json:
        print_json(asdict(brought))
        return
    click.echo(
        f"{counted(brought.threads, 'thread')} came back, with {counted(brought.items, 'item')} in "
        f"all, {counted(brought.objects, 'object')} and {counted(brought.secrets, 'secret')}, as "
        f"of {brought.made_at}. {counted(brought.left, 'thread')} stayed as they are."
    )
    click.echo(
        f"{counted(brought.events, 'event')} and {counted(brought.timers, 'timer')} that may have "
        "waited in queues were sent again. The functions work again."
    )


def _deployed(env: str, region: str | None) -> "Deployed":
    from local.deployed.parts import deployed

    try:
        return deployed(*signed_in(env, region))
    except LookupError as error:
        raise Failed(str(error)) from error


def _progress(text: str) -> None:
    click.echo(text, err=True)


def _or_failed(act: Callable[[], _T]) -> _T:
    """Return what the act returns; its refusals end the command. Raises Failed."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return act()
    except (BackupRefused, Unavailable, BotoCoreError, ClientError) as error:
        raise Failed(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Failed(f"{where}{error.strerror or error}") from error


def _told(
    manifest: Manifest, place: Path, *, as_json: bool, more: Mapping[str, Any] | None = None
) -> None:
    if as_json:
        print_json({"place": str(place), **_summary(manifest), **(more or {})})
        return
    click.echo(
        f"{place}: {counted(len(manifest.files), 'file')} and {counted(manifest.rows(), 'row')}, "
        f"as of {manifest.made_at}, by release {manifest.release}. All of it is proved."
    )


def _summary(manifest: Manifest) -> Mapping[str, Any]:
    return {
        "made_at": manifest.made_at,
        "release": manifest.release,
        "format": manifest.format,
        "files": len(manifest.files),
        "bytes": sum(each.bytes for each in manifest.files.values()),
        "rows": manifest.rows(),
    }
