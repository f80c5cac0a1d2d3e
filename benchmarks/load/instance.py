"""An instance of the run's own starts here in its own processes, and their use is measured."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

READY_SECONDS = 90.0
STOP_SECONDS = 25.0
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Running:
    """A running instance: its address, its admin key and its process group."""

    url: str
    admin_key: str
    group: int

    def processor_seconds(self) -> Mapping[str, float]:
        """Return the processor time so far by process name. Processes of one name are added up."""
        used: dict[str, float] = {}
        for pid in self._pids():
            with suppress(OSError):
                name = Path(f"/proc/{pid}/comm").read_text().strip()
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                used[name] = used.get(name, 0) + (int(fields[11]) + int(fields[12])) / _TICK
        return used

    def memory_mb(self) -> float:
        """Return the proportional memory of all its processes, which counts shared memory once."""
        total = 0
        for pid in self._pids():
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += next(int(each.split()[1]) for each in lines if each.startswith("Pss:"))
        return round(total / 1024, 1)

    def rss_mb(self) -> float:
        """Return the resident memory of all its processes, which counts shared memory in each."""
        pages = 0
        for pid in self._pids():
            with suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return round(pages * _PAGE_BYTES / 1024**2, 1)

    def _pids(self) -> list[int]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        found = []
        for pid in pids:
            with suppress(OSError):
                if os.getpgid(pid) == self.group:
                    found.append(pid)
        return found


@contextmanager
def surgeline(home: Path, *more: str) -> Iterator[Running]:
    """Run `surgeline up` in an empty folder. `more` are further options of it."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("surgeline")), "up", "--no-simulators"]
    options = ["--port", str(port), "--home", str(home), "--tier", "lexical", *more]
    with started([*command, *options], "Surgeline is ready") as process:
        key = (home / "admin-key").read_text().strip()
        yield Running(f"http://127.0.0.1:{port}", key, process.pid)


@contextmanager
def started(command: list[str], word: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process until the end of the block, from when it prints the word.

    Output goes to a file.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 # our own program
            command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _await_word(process, said, word.encode())
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await_word(process: subprocess.Popen[bytes], said: IO[bytes], word: bytes) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while word not in (so_far := os.pread(said.fileno(), 1_000_000, 0)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start: {so_far.decode()}")
        time.sleep(0.1)


def free_port() -> int:
    """Return a port that is free now."""
    for _ in range(100):
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")
