"""`surgeline backup` packs an instance of this machine, and `surgeline restore` brings it back."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from surgeline.errors import Unavailable

from cli.console import Failed, counted, example, json_option, print_json
from cli.version import release
from local.home.backup.manifest import BackupRefused, Manifest

HOME = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=example("surgeline backup /var/backups/surgeline-today.tar.gz", "surgeline backup")
)
@click.argument("file", type=FILE, required=False)
@click.option(
    "--home",
    type=HOME,
    default=Path(".surgeline"),
    show_default=True,
    help="The home folder of the instance.",
)
@click.option("--check", "only_check", is_flag=True, help="Only read FILE, and prove it.")
@json_option
def backup(file: Path | None, *, home: Path, only_check: bool, as_json: bool) -> None:
    """Pack an instance of this machine into FILE, while it runs or stands still.

    The backup has everything as it was at one moment. It is read again and proved before the
    command ends. It holds customers' texts, all secrets and the admin key: keep it as you keep
    those. FILE is surgeline-TIME.tar.gz in this folder, if not given.
    """
    from local.home.backup.pack import pack
    from local.home.backup.unpack import verify

    if only_check and file is None:
        raise click.UsageError("name the FILE to check")
    place = file or Path(f"surgeline-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz")
    if not only_check:
        _or_failed(lambda: pack(home, place, release=release()))
    _told(_or_failed(lambda: verify(place)), place, as_json=as_json)
    if not as_json and not only_check:
        click.echo("It holds customers' texts, all secrets and the admin key.")


@click.command(
    epilog=example("surgeline restore /var/backups/surgeline-today.tar.gz --home .surgeline")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--home",
    type=HOME,
    default=Path(".surgeline"),
    show_default=True,
    help="The folder to make. Nothing in it is overwritten.",
)
@json_option
def restore(file: Path, *, home: Path, as_json: bool) -> None:
    """Make the home folder of an instance from a backup. Then start it with `surgeline up`.

    Each file and each row is compared with the backup before the folder gets its name. Replies
    that were sent after the backup are sent again under the same ids. Repeat the erasures that
    were done after it.
    """
    from local.home.backup.unpack import unpack

    _told(_or_failed(lambda: unpack(file, home)), home, as_json=as_json)
    if not as_json:
        click.echo(f"Start it with: surgeline up --home {home}")


def _or_failed(act: Callable[[], Manifest]) -> Manifest:
    """Return what the act returns; its refusals end the command. Raises Failed."""
    try:
        return act()
    except (BackupRefused, Unavailable) as error:
        raise Failed(str(error)) from error


def _told(manifest: Manifest, place: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"place": str(place), **_summary(manifest)})
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
