"""The tests' own nursery has imported the product, and forks each `surgeline up` and its nursery.

    python -m tests.warm SOCKET_FD

A start of the program imports everything twice, in the supervisor and in its nursery. That is most
of what a start takes of the processor. From here on, nothing differs. Each process has the parent,
the group, the descriptors, the environment and the signals that it has after a start by hand.
The nursery is for Linux only, as the product's is.
"""

import asyncio
import atexit
import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_NAME = 15
_PR_SET_PDEATHSIG = 1
_NURSERY = "local.runner.processes.nursery"
_ALSO = ("cli.up", "cli.tethered", "cli.pool", "cli.channel", "local.simulators.channel")
_INHERITED = (0, 1, 2)
COMMAND_SECONDS = 60


class Started:
    """A process that was forked: what the tests use of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def end(self, code: int) -> None:
        """Note how the process ended."""
        self.returncode = code
        self._ended.set()

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and return the exit code. Raises TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("surgeline", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal the process, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


class Warm:
    """The nursery, and a thread that hears from it which processes began and ended."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        fd = theirs.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - our own program; it ends as we hang up
            (sys.executable, "-m", "tests.warm", str(fd)),
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._keys = count()
        self._changed = threading.Condition()
        self._begun: dict[int, Started] = {}
        self._running: dict[int, Started] = {}
        self._listener = threading.Thread(target=self._listen, name="warm", daemon=True)
        self._listener.start()

    def start(self, words: Sequence[str], output: Path, environ: Mapping[str, str]) -> Started:
        """Start `surgeline` with these words. What it prints goes to a file."""
        key = next(self._keys)
        request = {
            "start": key,
            "name": "surgeline",
            "module": "tests.warm",
            "arguments": [str(output.absolute()), str(Path.cwd()), *words],
            "environ": dict(environ),
        }
        with self._changed:
            self._ours.sendall(json.dumps(request).encode() + b"\n")
            self._changed.wait_for(lambda: key in self._begun)
            return self._begun.pop(key)

    def close(self) -> None:
        """Hang up, so that the nursery ends, and whatever it forked with it."""
        self._ours.shutdown(socket.SHUT_RDWR)
        self._process.wait(10)
        self._listener.join(10)

    def _listen(self) -> None:
        for line in self._ours.makefile("rb"):
            said = json.loads(line)
            with self._changed:
                if "started" in said:
                    begun = self._begun[said["started"]] = Started(said["pid"])
                    self._running[begun.pid] = begun
                else:
                    self._running.pop(said["ended"]).end(said["code"])
                self._changed.notify_all()


@cache
def warm() -> Warm:
    """Return the one nursery of this process of tests."""
    made = Warm()
    atexit.register(made.close)
    return made


def begin(
    words: Sequence[str], output: Path, environ: Mapping[str, str]
) -> Started | subprocess.Popen[bytes]:
    """Start a command in a process of its own. What it prints goes to a file."""
    output.write_bytes(b"")
    if sys.platform == "linux":
        return warm().start(words, output, environ)
    command = (sys.executable, "-c", "from cli.main import main; main()", *words)
    with output.open("wb") as printed:
        return subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, env=environ
        )


def surgeline(*words: str | Path) -> tuple[int, str]:
    """Run a command in a process of its own, and return its exit code and what it printed."""
    with tempfile.TemporaryDirectory(prefix="surgeline-") as folder:
        output = Path(folder) / "printed"
        code = begin([str(each) for each in words], output, os.environ).wait(COMMAND_SECONDS)
        return code, output.read_text()


# ---------------------------------------------------------------- in the nursery, and in its forks


def main(output: str, folder: str, *words: str) -> NoReturn:
    """Be `surgeline` with these words, as if the program had been started."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    printed = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(folder)
    sys.argv = ["surgeline", *words]
    code: object = 0
    try:
        import_module("cli.main").main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - what an interpreter prints at its end
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


class _Forked:
    """The nursery of an instance, as `asyncio.subprocess.Process` shows it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    async def wait(self) -> int:
        """Wait for the end."""
        _, status = await asyncio.to_thread(os.waitpid, self.pid, 0)
        return os.waitstatus_to_exitcode(status)


async def _fork(spec: Any) -> Any:
    """Fork an instance's nursery where the product starts an interpreter, and leave others so."""
    from local.runner.processes.children import spawn

    if spec.module != _NURSERY:
        return await spawn(spec)
    pid = os.fork()
    if pid:
        return _Forked(pid)
    try:
        _be_nursery(spec)
    finally:
        os._exit(1)


def _be_nursery(spec: Any) -> None:
    gc.freeze()  # what the supervisor left must not close a descriptor of ours by its number
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    kept = {*_INHERITED, *spec.fds}
    for fd in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
        if fd not in kept:
            with suppress(OSError):
                os.close(fd)
    os.environ.clear()
    os.environ.update(spec.environ)
    ctypes.CDLL(None).prctl(_PR_SET_NAME, b"nursery", 0, 0, 0)
    import_module(_NURSERY).main(*spec.arguments)
    os._exit(0)


def _serve(fd: str) -> None:
    from local.home import plan
    from local.runner.processes import forks, nursery

    nursery._import_all(plan.named(plan.DEFAULT_NAME))
    for module in _ALSO:
        import_module(module)
    gc.collect()
    gc.freeze()
    vars(forks)["spawn"] = _fork  # an interpreter would import it all again
    nursery.Nursery(socket.socket(fileno=int(fd))).run()
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
