"""A backup is one packed file: a manifest, and then every file that the manifest names."""

import hashlib
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from local.home.backup.manifest import NAME, BackupRefused, Kept, Manifest, read_manifest

STAGING: Final = ".backup-"
_CHUNK = 1 << 20
_MOST_MANIFEST_BYTES = 100_000_000


@contextmanager
def private_folder(inside: Path) -> Iterator[Path]:
    """Yield a folder that only its owner can read, and that is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=inside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(manifest: Manifest, staging: Path, file: Path) -> None:
    """Pack the files of the folder. The backup gets its name when it is whole."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                written = manifest.written()
                tar.addfile(_info(NAME, len(written)), BytesIO(written))
                for name, kept in manifest.files.items():
                    with (staging / name).open("rb") as content:
                        tar.addfile(_info(name, kept.bytes), content)
            raw.flush()
            os.fsync(raw.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def extract(file: Path, folder: Path | None) -> Manifest:
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
