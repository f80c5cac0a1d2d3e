"""One real instance of the embedded home, every process of it, as a scenario drives it.

Its home is a copy of one that was started before, and its processes are forked from a nursery of
the tests. So a start neither imports everything nor builds the sample's knowledge anew. A test of
the start itself has the program started (`cold`), or the program on an empty folder (`first`).
"""

import atexit
import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import urllib3

from local.home.backend import EmbeddedBackend, open_home
from tests.warm import Started, warm

_READY_SECONDS = 90.0
_STOP_SECONDS = 25.0
_PR_SET_PDEATHSIG = 1
_UP = (str(Path(sys.executable).with_name("surgeline")), "up")
_OF_A_RUN = ("lock", "lanes", "logs", "schedules")
"""What a run leaves in its home for itself."""


class NotReady(AssertionError):
    """It ended, or took too long; the message has all that it printed and logged."""


@dataclass
class Instance:
    """Its folder, its port (the simulators have the next two), its process."""

    home: Path
    port: int
    arguments: tuple[str, ...] = ()
    program: tuple[str, ...] = _UP
    environ: Mapping[str, str] = field(default_factory=dict)
    begins: Literal["warm", "cold", "first"] = "warm"
    process: subprocess.Popen[bytes] | Started | None = field(default=None, repr=False)
    _http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=40.0), repr=False
    )

    # ------------------------------------------------------------ what a test needs to know

    @property
    def url(self) -> str:
        """The front."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pool_url(self) -> str:
        """The simulated pool (`/state`)."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def channel_url(self) -> str:
        """The simulated channel (`/state`, `/replies`)."""
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def admin_key(self) -> str:
        """The local admin key."""
        return (self.home / "admin-key").read_text().strip()

    @property
    def output(self) -> str:
        """What it printed since it was last started."""
        return self._printed.read_text(errors="replace")

    @property
    def logs(self) -> str:
        """Every log line of every process."""
        files = sorted((self.home / "logs").glob("*.log*"))
        return "".join(file.read_text(errors="replace") for file in files)

    @property
    def backend(self) -> EmbeddedBackend:
        """The adapters over the same folder, for looking from beside."""
        return open_home(self.home)

    def secret(self, name: str) -> str:
        """Return a secret of the instance, as `channels/demo`."""
        found = self.backend.secrets().get(name)
        assert found is not None, name
        return found

    def request(
        self, method: str, url: str, *, body: bytes | None = None, **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """Send one request to a whole URL or a path of the front, with hyphens for
        underscores in names.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        target = url if url.startswith("http") else self.url + url
        return self._http.request(method, target, body=body, headers=named)

    def pids(self) -> list[int]:
        """Return every process of the instance's group that is alive."""
        assert self.process is not None
        found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        return [pid for pid in found if _group(pid) == self.process.pid]

    # ------------------------------------------------------------ its life

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        options = ("--port", str(self.port), "--home", str(self.home), *self.arguments)
        environ = {**os.environ, "SURGELINE_TIER": "lexical", **self.environ}
        if self.begins != "first" and not self.home.exists():
            shutil.copytree(prepared_home(), self.home)
        if self.begins == "warm" and self.program == _UP and sys.platform == "linux":
            self._printed.write_bytes(b"")
            self.process = warm().start(("up", *options), self._printed, environ)
            return
        with self._printed.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                (*self.program, *options),
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_the_tests,  # noqa: PLW1509 - one system call, no lock
            )

    def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises NotReady."""
        self.launch()
        assert self.process is not None
        deadline = time.monotonic() + _READY_SECONDS
        while "Surgeline is ready" not in self.output:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NotReady(f"{self.output}\n{self.logs}")
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as Ctrl-C or a service manager would; its exit code."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.process.wait(_STOP_SECONDS)

    def kill9(self) -> None:
        """Kill every process at once with -9."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_STOP_SECONDS)

    def restart(self) -> None:
        """Start it again on the same folder and port; stopped first if it still runs."""
        if self.process is not None and self.process.poll() is None:
            assert self.stop() == 0, self.output
        self.start()

    @property
    def _printed(self) -> Path:
        return self.home.with_name(f"{self.home.name}.out")


@cache
def prepared_home() -> Path:
    """Return a home that was started and stopped once, with its keys and the sample's knowledge."""
    root = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    folder = Path(tempfile.mkdtemp(prefix="surgeline-home-", dir=root))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = folder / "home"
    home.mkdir(mode=0o700)  # what is there already is no copy
    first = Instance(home, free_port(), ("--no-simulators",))
    first.start()
    assert first.stop() == 0, first.output
    for name in _OF_A_RUN:
        left = home / name
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    return home


def free_port() -> int:
    """Return a port that is free now, with the two after it; below the range of outgoing
    connections.
    """
    for _ in range(200):
        port = random.SystemRandom().randrange(20_000, 32_000)
        if all(_is_free(port + offset) for offset in range(3)):
            return port
    raise AssertionError("no three free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _die_with_the_tests() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _group(pid: int) -> int | None:
    """Return the process group of a process that is alive (no zombie)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, _parent, group = stat.rpartition(")")[2].split()[:3]
    return None if state == "Z" else int(group)
