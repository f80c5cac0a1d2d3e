"""A backup is unpacked into a new home folder, which is there only once all of it is proved."""

import shutil
from pathlib import Path

from local.engine.still import described
from local.engine.upkeep import check
from local.home.backup.archive import extract
from local.home.backup.manifest import MACHINE, BackupRefused, Manifest


def unpack(file: Path, home: Path) -> Manifest:
    """Make the home from the backup, and prove every file and row. Raises BackupRefused, Damaged.

    A home that is there already stays as it is.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupRefused(
            f"{home} is there already, and nothing in it is overwritten: move it away, or name "
            "another folder with --home"
        )
    beside = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(mode=0o700, parents=True)
        manifest = extract(file, beside)
        if manifest.home != MACHINE:
            raise BackupRefused(f"{file} is of a deployment on AWS: restore it with --env")
        _prove(manifest, beside)
        if home.exists():
            home.rmdir()
        beside.replace(home)
    except OSError as error:
        raise BackupRefused(f"{error.filename or file}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return manifest


def verify(file: Path) -> Manifest:
    """Read a whole backup, and compare every file with its digest. Raises BackupRefused."""
    return extract(file, None)


def _prove(manifest: Manifest, folder: Path) -> None:
    """Read every database, and count the rows of every table."""
    check(folder)
    for name, kept in manifest.files.items():
        if name.endswith(".sqlite"):
            version, rows = described(folder / name)
            if version != kept.version or rows != dict(kept.rows):
                raise BackupRefused(f"the backup is damaged: {name} lacks rows that it had")
