"""Every child process of the supervisor begins here, and learns here when to stop.

The work of each process lives in `lane`, `front` and `upload`.
"""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from local.home import names, plan
from local.runner.processes import logs, tether


@dataclass(frozen=True, slots=True)
class Child:
    """This process: its name, the home folder, the plan, and the environment of its start."""

    name: str
    home: Path
    plan: plan.Plan
    environ: Mapping[str, str]

    def ready(self) -> None:
        """Tell the supervisor that the process is ready, if there is a supervisor."""
        if (fd := self.environ.get(names.READY_FD)) is not None:
            os.write(int(fd), f"{self.name}\n".encode())


def begin(name: str) -> Child:
    """Tie the process to its supervisor, send its output to its log, and read its environment."""
    tether.tie()
    environ = dict(os.environ)
    home = Path(environ[names.HOME])
    logs.install(name, home / "logs")
    return Child(name, home, plan.named(environ.get(names.PLAN, plan.DEFAULT_NAME)), environ)


class StopSignal:
    """SIGTERM as a flag and as a readable file descriptor. The event in hand goes on."""

    def __init__(self) -> None:
        self.is_set = False
        self.fd, write_fd = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(write_fd, False)
        signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_set = True


def end(code: int = 0) -> NoReturn:
    """End the process at once, so that threads which still wait for something do not hold it."""
    sys.stdout.flush()
    os._exit(code)
