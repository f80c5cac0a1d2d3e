"""The home folder is private, and its lock lets one instance run per folder.

Children inherit the lock, so that a folder is free only when the last of them is gone.
"""

import fcntl
import os
import shlex
import stat
import time
from pathlib import Path

LOCK = "lock"
_PATIENCE_SECONDS = 1.5
_OWNER_ONLY = 0o700
_OTHERS = 0o077


class Taken(Exception):
    """This instance cannot have something that it needs. The message says what to do."""


def make_private(home: Path) -> bool:
    """Make the folder, or close it to other users. Return whether it was open to them.

    A folder that holds other things than an instance is left as it is. Raises Taken for it, with
    the command to run, also where no such folder can be made.
    """
    try:
        home.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        if not stat.S_IMODE(home.stat().st_mode) & _OTHERS:
            return False
        held = {each.name for each in home.iterdir()}
    except OSError as error:
        raise _unusable(home, error) from error
    why = "it holds other things than an instance's"
    if not held or LOCK in held:
        try:
            home.chmod(_OWNER_ONLY)
        except OSError as error:
            why = os.strerror(error.errno or 0)
        else:
            return True
    raise Taken(
        f"the folder {home} is open to other users, and was not closed to them: {why}.\n"
        "Give the instance a folder of its own with --home, or close this one: "
        f"chmod 700 {shlex.quote(str(home))}"
    )


def lock(home: Path, port: int) -> int:
    """Lock the folder that `make_private` made, and return the lock's file descriptor.

    An instance that was just killed gets a moment, because it may still be dying. Raises Taken,
    which names the holder, also where the folder cannot be used.
    """
    try:
        (home / "logs").mkdir(mode=_OWNER_ONLY, exist_ok=True)
        fd = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(home, error) from error
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _try(fd):
        if time.monotonic() > deadline:
            holder = os.pread(fd, 200, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(fd)
            raise Taken(
                f"Surgeline already runs on {home} ({holder}).\n"
                "Stop that one with Ctrl-C, or start another beside it: "
                f"surgeline up --home OTHER-FOLDER --port {port + 10}"
            )
        time.sleep(0.05)
    os.ftruncate(fd, 0)
    os.pwrite(fd, f"process {os.getpid()}, http://127.0.0.1:{port}\n".encode(), 0)
    return fd


def _unusable(home: Path, error: OSError) -> Taken:
    return Taken(
        f"the folder {home} cannot be used: {os.strerror(error.errno or 0)}. "
        "Choose another with --home: a folder that you may write to, or that can be made."
    )


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
