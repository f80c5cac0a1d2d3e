"""The home folder of an instance on this machine: who may read it, its files, its secrets.

Nothing is written, and no file is made or moved to a newer version.
"""

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from surgeline.errors import Unavailable

from cli.doctor.finding import REDRIVE, Finding, fail, ok, warn
from local.engine.upkeep import PATTERN, PROVISIONED, READABLE, SECRETS, check
from local.runner.lock import LOCK

NEEDED = ("ids", "admin")
_OTHERS = 0o077


def runs(home: Path) -> bool:
    """Return whether an instance runs on the folder."""
    try:
        lock = os.open(home / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def look_at_folder(home: Path, *, running: bool) -> Iterator[Finding]:
    """Yield the findings about the folder. A running instance counts its dead letters itself."""
    if not (home / SECRETS).exists():
        yield fail(
            "home",
            f"{home} holds no instance",
            "start one with `surgeline up`, or name its folder with --home; for a deployment "
            "give --env",
        )
        return
    yield _private(home)
    yield _whole(home)
    yield from _versions(home)
    yield from _secrets(home)
    if not running:
        yield _dead_letters(home)


def _private(home: Path) -> Finding:
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & _OTHERS:
        told = f"{home} is open to other users of this machine ({mode:o})"
        return fail("home", told, f"chmod 700 {home}")
    return ok("home", f"{home} is closed to other users")


def _whole(home: Path) -> Finding:
    try:
        check(home)
    except Unavailable as error:
        todo = "stop Surgeline, and bring the last backup back: `surgeline restore FILE`"
        return fail("files", str(error), todo)
    return ok("files", "every file can be read whole")


def _versions(home: Path) -> Iterator[Finding]:
    newer = []
    for path in sorted(home.rglob(PATTERN)):
        found, readable = _version(path), READABLE.get(path.name, 1)
        if found > readable:
            newer.append(path.name)
            told = f"{path.name} has version {found}, and this release reads {readable}"
            yield fail("versions", told, "run the release that wrote it, or a newer one")
        elif 0 < found < readable:
            newer.append(path.name)
            told = f"{path.name} has version {found}; the next start makes it {readable}"
            yield warn("versions", told, "make a backup before that: `surgeline backup`")
    if not newer:
        yield ok("versions", "this release reads every file")


def _secrets(home: Path) -> Iterator[Finding]:
    for name in NEEDED:
        if not _rows(home / SECRETS, "SELECT 1 FROM secrets WHERE name = ?", name):
            told = f"the secret {name!r} is missing, so callers are answered 401 or 503"
            yield fail("secrets", told, "start with `surgeline up`, or bring the last backup back")
            return
    key = home / PROVISIONED
    if not key.exists():
        told = f"{key} is gone, so commands have no admin key"
        yield warn("secrets", told, "the next start makes a new one")
        return
    yield ok("secrets", "the keys are there")


def _dead_letters(home: Path) -> Finding:
    counted = {
        path.stem: count
        for path in sorted((home / "queues").glob(PATTERN))
        if (count := len(_rows(path, "SELECT 1 FROM dead")))
    }
    if counted:
        told = ", ".join(f"{count} of {queue}" for queue, count in counted.items())
        return fail("dead letters", f"messages were set aside: {told}", REDRIVE)
    return ok("dead letters", "no message was set aside")


def _version(path: Path) -> int:
    [(found,)] = _rows(path, "PRAGMA user_version") or [(0,)]
    return int(found)


def _rows(path: Path, statement: str, *values: object) -> list[tuple[int, ...]]:
    """Return the rows, or none where the file can't be read; `files` tells that."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2.0)) as connection:
            return connection.execute(statement, values).fetchall()
    except sqlite3.Error:
        return []
