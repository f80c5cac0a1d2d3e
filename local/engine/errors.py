"""The errors of SQLite and of the file system are translated here into the errors of the ports."""

import errno
import logging
import sqlite3
from pathlib import Path
from typing import Final, NoReturn

from surgeline.application.ports.refusals import Throttled
from surgeline.errors import Unavailable

_THROTTLED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_UNAVAILABLE: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_OUT_OF_RESOURCES: Final = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}

log = logging.getLogger(__name__)


class Damaged(Unavailable):
    """A file does not hold the bytes that were written to it.

    The message names the file and says how to restore the file.
    """

    code = "store_damaged"

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"the file {path} is damaged ({what}): stop Surgeline, "
            "and put the file from your last backup in its place"
        )
        self.path = path


class Newer(Unavailable):
    """A newer release has written a file. The message says what to do."""

    code = "store_newer"

    def __init__(self, path: Path, found: int, readable: int) -> None:
        super().__init__(
            f"the file {path} has version {found}, and this release reads {readable}: "
            "start the release that wrote the file, or name another home folder"
        )


def translated(error: Exception, path: Path | None = None) -> Exception:
    """Return the port's error for an error of SQLite or the file system.

    Return the error itself if it is a bug.
    """
    if isinstance(error, OSError):
        return Unavailable(str(error)) if error.errno in _OUT_OF_RESOURCES else error
    if not isinstance(error, sqlite3.Error):
        return error
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the extended code says too much
    if primary in _THROTTLED:
        return Throttled(str(error))
    if primary in _UNAVAILABLE:
        return Unavailable(str(error))
    if primary in _DAMAGED and path is not None:
        return Damaged(path, str(error))
    return error


def refuse(error: Exception, path: Path) -> NoReturn:
    """Raise the translated error. Log a damaged file as an error, because people see the log."""
    refusal = translated(error, path)
    if isinstance(refusal, Damaged):
        log.error("%s", refusal)
    if refusal is error:
        raise error
    raise refusal from error
