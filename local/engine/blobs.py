"""Blobs are plain files below one folder, so that people can look at the published artifacts.

Blobs are not rows, because a database would write a large artifact twice: to its log and to its
file.
"""

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from surgeline.application.ports.refusals import Absent, Changed

from local.engine.errors import translated

PUTS: Final = 20
_KEPT_NAMES: Final = 256  # each message reads the same few pointers
_SMALL: Final = 65_536
_MOST_SMALL: Final = 256
LOCK: Final = ".lock"  # no key has this name, because no key's name begins with a dot


class FileBlobs:
    """Blobs in a folder (see ports.Blobs).

    `on_put` receives each key after the bytes of the key are in place. `durable` syncs the bytes to
    the disk. With `alone` no other process changes the folder, so small bodies are kept in memory.

    The segments of a key become folders. Characters that a file system may refuse are
    percent-encoded. Unlike in S3, a key cannot be the folder of another key.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = False,
        alone: bool = False,
        on_put: Callable[[str], None] | None = None,
    ) -> None:
        self._folder = folder
        self._durable = durable
        self._on_put = on_put or (lambda _key: None)
        self._small: dict[str, bytes] | None = {} if alone else None

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises Absent, Unavailable."""
        if self._small and key in self._small:
            return self._small[key]
        try:
            body = self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise Absent(f"no blob {key}") from None
        except OSError as error:
            raise translated(error) from error
        if self._small is not None and len(body) <= _SMALL and len(self._small) < _MOST_SMALL:
            self._small[key] = body
        return body

    def put(self, key: str, body: bytes) -> None:
        """Write beside, then rename: a reader sees the old bytes or the new ones.

        A `delete` beside it may take an empty folder away: before the bytes are written, or while
        `mkdir` finds the folder there and looks at it. Then `put` begins again.
        """
        path = self._path(key)
        self._forget(key)
        for left in reversed(range(PUTS)):
            try:
                self._put(path, body)
                break
            except (FileNotFoundError, FileExistsError) as error:  # a `delete` took the folder away
                if not left:
                    raise translated(error) from error
            except OSError as error:
                raise translated(error) from error
        self._on_put(key)

    def _put(self, path: Path, body: bytes) -> None:
        beside = path.with_name(f".{uuid.uuid4()}")  # no key has this name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._write(beside, body)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        self._sync(path.parent)

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """Write as `put` does, if the bytes are still `was`. Raises Changed.

        A lock on the folder lets one process swap at a time.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / LOCK).open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # closing the file releases the lock
                if self._now(key) != was:
                    raise Changed(f"others changed the blob {key} meanwhile")
                self.put(key, body)
        except OSError as error:
            raise translated(error) from error

    def _forget(self, key: str) -> None:
        if self._small is not None:
            self._small.pop(key, None)

    def _now(self, key: str) -> bytes | None:
        try:
            return self.get(key)
        except Absent:
            return None

    def delete(self, key: str) -> None:
        """Delete the file, and the folders that are empty without it."""
        path = self._path(key)
        self._forget(key)
        try:
            path.unlink(missing_ok=True)
            self._sync(path.parent)
            for folder in path.parents:
                if folder == self._folder:
                    break
                folder.rmdir()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise translated(error) from error

    def forget(self, prefix: str, *, before: int) -> int:
        """Delete the files below a prefix that were written before a time (epoch ms).

        Return how many that were.
        """
        old = [key for key in self.keys(prefix) if self._written(key) < before]
        for key in old:
            self.delete(key)
        return len(old)

    def _written(self, key: str) -> float:
        try:
            return self._path(key).stat().st_mtime * 1000
        except FileNotFoundError:
            return float("inf")  # somebody else has deleted it

    def link(self, key: str, *, headers: Mapping[str, str]) -> None:
        """Return None, because this home answers with the bytes themselves."""
        del key, headers

    def room(self) -> int:
        """Return how many bytes are free on the disk of the folder."""
        there = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        return shutil.disk_usage(there).free

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with the prefix, sorted."""
        parts = prefix.split("/")[:-1]
        begin = self._folder.joinpath(*map(_file_name, parts)) if all(parts) else self._folder
        base = len(self._folder.parts)
        walked = ((Path(folder), names) for folder, _folders, names in os.walk(begin))
        keys = (
            "/".join(map(unquote, (*folder.parts[base:], name)))
            for folder, names in walked
            for name in names
            if not name.startswith(".")
        )
        return sorted(key for key in keys if key.startswith(prefix))

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(parts):
            raise ValueError(
                f"the blob key {key!r} has an empty segment: write a name between the slashes"
            )
        path = self._folder.joinpath(*(_file_name(part) for part in parts))
        if "=" in key:
            self._take_over(self._folder.joinpath(*(_former_name(part) for part in parts)), path)
        return path

    def _take_over(self, former: Path, path: Path) -> None:
        """Move a file from where an earlier release kept it. Only that release writes there."""
        if former.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # another process moves it
                former.replace(path)
                former.parent.rmdir()

    def _write(self, path: Path, body: bytes) -> None:
        with path.open("xb") as file:
            file.write(body)
            if self._durable:
                file.flush()
                os.fsync(file.fileno())

    def _sync(self, folder: Path) -> None:
        if self._durable:  # make the rename durable too
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@lru_cache(_KEPT_NAMES)
def _file_name(part: str) -> str:
    """Return the segment as a file name without a separator and without a dot at the beginning."""
    return _former_name(part).replace("%3D", "=")  # the folders of days are read as partitions


def _former_name(part: str) -> str:
    """Return the name that earlier releases gave the segment."""
    name = quote(part, safe="")
    return "%2E" + name[1:] if name.startswith(".") else name
