"""A child ends with its parent by this tether, even when the parent is killed with -9.

There are two ways at once. One is the kernel's parent-death signal (Linux). The other is a
lifeline, a pipe whose only write end is the supervisor's. The end of the pipe's file then means
that the supervisor is gone.
"""

import ctypes
import os
import signal
import sys
import threading

from local.home import names

_PR_SET_PDEATHSIG = 1


def tie(*, watch: bool = True) -> None:
    """Tie this process to its supervisor. Call this first, in the main thread.

    Ctrl-C in a terminal reaches every process of the group. The supervisor answers it, and tells
    its children in its own order. `watch` starts a thread for the lifeline.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if watch and (fd := os.environ.get(names.LIFELINE_FD)) is not None:
        threading.Thread(target=_watch, args=(int(fd),), name="lifeline", daemon=True).start()


def _watch(fd: int) -> None:
    while os.read(fd, 1):
        pass
    os._exit(1)
