"""A home folder is packed as of one moment, while its instance runs or stands still.

Everything is kept but what a start makes anew (`LEFT_OUT`). The secrets and the admin key are kept
too, because threads, tokens and signatures hang on them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from local.engine.still import Snapshot, held_still
from local.engine.upkeep import PATTERN
from local.home.backup.archive import STAGING, private_folder, write
from local.home.backup.manifest import BackupRefused, Manifest, kept_of

LEFT_OUT: Final = {
    "lock": "says which process runs on the folder",
    "logs": "tells of this machine, and no start reads it",
    "waiting": "counts the requests of this moment",
    "sign-in-link": "signs somebody in once, and a start makes a new one",
}
"""The entries of a home folder that a backup leaves out, each with its reason."""
_IN_PLACE = "lanes"
"""Lanes write their small files in place. What they name is tried again at once after a restore."""
_UNFINISHED = ("-wal", "-shm", ".lock", ".new")


def pack(
    home: Path, file: Path, *, release: str, look: Callable[[Path], Snapshot] = Snapshot
) -> Manifest:
    """Write a backup of the home to a new file that only its owner can read.

    The file gets its name when it is whole. `look` takes the snapshot of a file. Raises
    BackupRefused, Damaged.
    """
    databases = sorted(path.relative_to(home) for path in home.rglob(PATTERN))
    if not databases:
        raise BackupRefused(f"{home} holds no instance: name its folder with --home")
    if file.exists():
        raise BackupRefused(f"{file} is there already: choose another name")
    if home.resolve() in file.resolve().parents:
        raise BackupRefused(f"{file} would lie in the home itself: choose another place")
    try:
        with private_folder(home) as held, private_folder(file.parent) as staging:
            made_at = datetime.now(UTC)
            _take(home, databases, held, staging, look)
            kept = {str(name): kept_of(staging / name) for name in sorted(_below(staging))}
            manifest = Manifest(made_at.isoformat(timespec="seconds"), release, kept)
            write(manifest, staging, file)
    except OSError as error:
        raise BackupRefused(
            f"the backup could not be written: {error.strerror or error} ({error.filename or file})"
        ) from error
    return manifest


def forget_unfinished(home: Path) -> None:
    """Delete what a backup left in the home that was killed, because it keeps erased files."""
    for each in home.glob(f"{STAGING}*"):
        shutil.rmtree(each, ignore_errors=True)


def _take(
    home: Path,
    databases: list[Path],
    held: Path,
    staging: Path,
    look: Callable[[Path], Snapshot],
) -> None:
    """Copy all of the home to the staging folder, as it was at one moment.

    Blobs and settings are never written in place. So a second name keeps each of them as it is, at
    once.
    """
    with ExitStack() as stack:
        with held_still([home / each for each in databases]):
            snapshots = [(name, look(home / name)) for name in databases]
            for _, snapshot in snapshots:
                stack.callback(snapshot.close)
            for name in _others(home):
                keep = shutil.copyfile if name.parts[0] == _IN_PLACE else _second_name
                keep(home / name, _place(held / name))
        for name, snapshot in snapshots:
            snapshot.copy(_place(staging / name))
    for name in _below(held):
        shutil.copyfile(held / name, _place(staging / name))


def _others(home: Path) -> Iterator[Path]:
    """Yield the files of a home that are kept beside its databases."""
    for name in _below(home):
        first = name.parts[0]
        is_left_out = first in LEFT_OUT or first.startswith(STAGING)
        if not is_left_out and not name.name.endswith((*_UNFINISHED, ".sqlite")):
            yield name


def _below(folder: Path) -> Iterator[Path]:
    for each, _, names in os.walk(folder):
        yield from (Path(each, name).relative_to(folder) for name in names)


def _place(path: Path) -> Path:
    """Return the path, in a folder that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _second_name(path: Path, other: Path) -> None:
    with suppress(FileNotFoundError):  # somebody deleted it, as a sweep of old mails does
        try:
            other.hardlink_to(path)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without second names
            shutil.copyfile(path, other)
