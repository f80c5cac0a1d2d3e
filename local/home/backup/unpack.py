"""A backup is unpacked into a new home folder, which is there only once all of it is proved."""

import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from local.engine.still import described
from local.engine.upkeep import check
from local.home.backup.manifest import NAME, BackupRefused, Kept, Manifest, read_manifest

_CHUNK = 1 << 20
_MOST_MANIFEST_BYTES = 100_000_000


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
        manifest = _extract(file, beside)
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
    return _extract(file, None)


def _extract(file: Path, folder: Path | None) -> Manifest:
    """Read the backup, and write its files below the folder, if there is one."""
    try:
        with tarfile.open(file, mode="r|gz") as tar:
            members = iter(tar)
            manifest = read_manifest(_first(tar, members))
            missing = dict(manifest.files)
            for member in members:
                kept = missing.pop(member.name, None)
                content = tar.extractfile(member) if member.isfile() else None
                if kept is None or content is None:
                    raise BackupRefused(f"the backup has a member of no backup: {member.name!r}")
                _copy(content, kept, member.name, folder)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupRefused(f"{file} is no backup of Surgeline, or it was cut off") from error
    if missing:
        raise BackupRefused(f"{file} was cut off: it lacks {', '.join(sorted(missing))}")
    return manifest


def _first(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo]) -> bytes:
    first = next(members, None)
    content = tar.extractfile(first) if first and first.isfile() else None
    if first is None or content is None or first.name != NAME or first.size > _MOST_MANIFEST_BYTES:
        raise BackupRefused("this is no backup of Surgeline: its first member is no manifest")
    return content.read()


def _copy(content: IO[bytes], kept: Kept, name: str, folder: Path | None) -> None:
    """Write a member, and compare it with the manifest. Raises BackupRefused."""
    digest, size = hashlib.sha256(), 0
    target = Path(os.devnull) if folder is None else folder / name
    if folder is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > kept.bytes:
                break
            digest.update(chunk)
            file.write(chunk)
        if folder is not None:
            os.fchmod(file.fileno(), 0o600)
            file.flush()
            os.fsync(file.fileno())
    if (size, digest.hexdigest()) != (kept.bytes, kept.sha256):
        raise BackupRefused(f"the backup is damaged: {name} is not as it was written")


def _prove(manifest: Manifest, folder: Path) -> None:
    """Read every database, and count the rows of every table."""
    check(folder)
    for name, kept in manifest.files.items():
        if name.endswith(".sqlite"):
            version, rows = described(folder / name)
            if version != kept.version or rows != dict(kept.rows):
                raise BackupRefused(f"the backup is damaged: {name} lacks rows that it had")
