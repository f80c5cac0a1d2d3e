"""Blobs as plain files below one folder, so that people can look at what is published.

Files, not rows: an artifact may be large, and a database would write it twice (log and file).
"""

import fcntl
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from surgeline.application.ports.refusals import Absent, Changed

from local.engine.errors import translated

LOCK: Final = ".lock"  # no key's name either


class FileBlobs:
    """ports.Blobs. `on_put` is told each key once its bytes are in place; `durable` syncs them.

    A key's segments become folders, percent-encoded where a file system would mind; unlike in S3,
    a key can't be the folder of another.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = False,
        on_put: Callable[[str], None] | None = None,
    ) -> None:
        self._folder = folder
        self._durable = durable
        self._on_put = on_put or (lambda _key: None)

    def get(self, key: str) -> bytes:
        """The bytes. Raises Absent, Unavailable."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise Absent(f"no blob {key}") from None
        except OSError as error:
            raise translated(error) from error

    def put(self, key: str, body: bytes) -> None:
        """Write beside, then rename: a reader sees the old bytes or the new ones."""
        path = self._path(key)
        beside = path.with_name(f".{uuid.uuid4()}")  # no key's name: theirs don't begin with a dot
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._write(beside, body)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
            self._sync(path.parent)
        except OSError as error:
            raise translated(error) from error
        self._on_put(key)

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """As `put`, one at a time in this folder, whichever process. Raises Changed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / LOCK).open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
                if self._now(key) != was:
                    raise Changed(f"{key} is not as it was")
                self.put(key, body)
        except OSError as error:
            raise translated(error) from error

    def _now(self, key: str) -> bytes | None:
        try:
            return self.get(key)
        except Absent:
            return None

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with the prefix, sorted."""
        files = (
            Path(folder, name).relative_to(self._folder)
            for folder, _folders, names in os.walk(self._folder)
            for name in names
            if not name.startswith(".")
        )
        keys = ("/".join(map(unquote, file.parts)) for file in files)
        return sorted(key for key in keys if key.startswith(prefix))

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(parts):
            raise ValueError(f"a key has no empty segments: {key!r}")
        return self._folder.joinpath(*(_file_name(part) for part in parts))

    def _write(self, path: Path, body: bytes) -> None:
        with path.open("xb") as file:
            file.write(body)
            if self._durable:
                file.flush()
                os.fsync(file.fileno())

    def _sync(self, folder: Path) -> None:
        if self._durable:  # the rename itself
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _file_name(part: str) -> str:
    """The segment as a file's name: no separator, and no dot at its beginning."""
    name = quote(part, safe="")
    return "%2E" + name[1:] if name.startswith(".") else name
