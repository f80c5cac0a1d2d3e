"""The home folder's lock lets one instance run per folder.

Children inherit the lock, so that a folder is free only when the last of them is gone.
"""

import fcntl
import os
import time
from pathlib import Path

_PATIENCE_SECONDS = 1.5


class Taken(Exception):
    """This instance cannot have something that it needs. The message says what to do."""


def lock(home: Path, port: int) -> int:
    """Make the folder, lock it, and say who holds it. Return the lock's file descriptor.

    An instance that was just killed gets a moment, because it may still be dying. Raises Taken,
    also where no such folder can be made.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "logs").mkdir(mode=0o700, exist_ok=True)
        fd = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Taken(
            f"the folder {home} cannot be used: {os.strerror(error.errno or 0)}. "
            "Choose another with --home: a folder that you may write to, or that can be made."
        ) from error
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


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
