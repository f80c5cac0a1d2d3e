"""The nursery imports everything once, and forks the instance's processes from itself.

    python -m local.runner.processes.nursery SOCKET_FD

The forks start at once and share the memory of the imports. The nursery is for Linux only, and
elsewhere each process is spawned. The nursery has one thread and runs no work of its own.

Requests come over a socket, one JSON object a line. `{"start": key, "name", "module", "arguments",
"environ"}` answers `{"started": key, "pid"}`. `{"signal": number, "pid"}` answers nothing. Each end
is told as `{"ended": pid, "code"}`.
"""

import ctypes
import gc
import json
import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from local.home import names, plan
from local.runner.processes import child, tether

PROCESSES = (
    "local.runner.front.front",
    "local.runner.lanes.lane",
    "local.runner.provision",
    "local.runner.lanes.upload",
    "local.runner.lanes.schedule",
)
_PR_SET_NAME = 15

log = logging.getLogger(__name__)


class Nursery:
    """The loop of the nursery, which reads requests, forks processes and tells their ends."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._partial = b""
        self._children: set[int] = set()
        self._wake_fd, write_fd = os.pipe()
        os.set_blocking(self._wake_fd, False)
        os.set_blocking(write_fd, False)
        signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # children are reaped here

    def run(self) -> None:
        """Serve requests until the supervisor hangs up."""
        while True:
            ready, _, _ = select.select([self._requests.fileno(), self._wake_fd], [], [])
            if self._wake_fd in ready:
                os.read(self._wake_fd, 4096)
                self._tell_ends()
            if self._requests.fileno() in ready and not self._answer():
                return

    def _answer(self) -> bool:
        received = self._requests.recv(65_536)
        *lines, self._partial = (self._partial + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "start" in request:
                self._start(request)
            elif request["pid"] in self._children:
                os.kill(request["pid"], request["signal"])
        return bool(received)

    def _start(self, request: Mapping[str, Any]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._requests.close()
            _be(request, parent)
        self._children.add(pid)
        self._tell({"started": request["start"], "pid": pid})

    def _tell_ends(self) -> None:
        for pid in list(self._children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._children.discard(pid)
                self._tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, answer: Mapping[str, object]) -> None:
        self._requests.sendall(json.dumps(answer).encode() + b"\n")


def _be(request: Mapping[str, Any], parent: int) -> NoReturn:
    """Become the process of the request."""
    try:
        os.environ.clear()
        os.environ.update(request["environ"])
        ctypes.CDLL(None).prctl(_PR_SET_NAME, request["name"].encode()[:15], 0, 0, 0)
        module = import_module(request["module"])
        if os.getppid() == parent:
            module.main(*request["arguments"])
    except Exception:
        log.exception("the process %s failed", request["name"])
        child.end(1)
    child.end()


def _import_all(chosen: plan.Plan) -> None:
    gc.disable()  # nothing that is imported becomes garbage, and looking takes a tenth of the start
    handlers = [chosen.handler_module(function.name) for function in chosen.functions]
    for module in (*PROCESSES, *handlers):
        with suppress(Exception):  # whoever needs the module meets the error again, and tells it
            import_module(module)
    gc.collect()
    gc.freeze()
    gc.enable()


def main(fd: str) -> None:
    """Fork on request until the supervisor hangs up."""
    tether.tie(watch=False)
    requests = socket.socket(fileno=int(fd))
    _import_all(plan.named(os.environ[names.PLAN]))
    with suppress(ConnectionError):
        Nursery(requests).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
