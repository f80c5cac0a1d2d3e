"""The supervisor asks the nursery for forks here, and learns how each fork ended."""

import asyncio
import json
import signal
import socket
from collections.abc import Sequence
from itertools import count

from local.runner.processes.children import Spec, spawn


class Fork:
    """A process that the nursery forked (see `children.Running`)."""

    def __init__(self, forks: "Forks", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forks = forks
        self._ended = asyncio.Event()

    def send_signal(self, signal: int) -> None:
        """Let the nursery signal the process. Only the nursery knows whose number it is."""
        if self.returncode is None:
            self._forks.ask({"signal": int(signal), "pid": self.pid})

    async def wait(self) -> int:
        """Wait for the end, and return the exit code, which is negative for a signal."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def end(self, code: int) -> None:
        """Note that the process has ended."""
        self.returncode = code
        self._ended.set()


class Forks:
    """A starter of processes through one nursery. The next start replaces a nursery that died."""

    def __init__(self, nursery: Spec) -> None:
        self._nursery = nursery
        self._lock = asyncio.Lock()
        self._keys = count()
        self._writer: asyncio.StreamWriter | None = None
        self._starting: dict[int, asyncio.Future[Fork]] = {}
        self._running: dict[int, Fork] = {}
        self._listener: asyncio.Task[None] | None = None

    async def start(self, spec: Spec) -> Fork:
        """Start a process. Return one that has ended already where the nursery could not fork."""
        async with self._lock:
            if self._writer is None:
                await self._open()
        key = next(self._keys)
        started: asyncio.Future[Fork] = asyncio.get_running_loop().create_future()
        self._starting[key] = started
        self.ask(
            {
                "start": key,
                "name": spec.name,
                "module": spec.module,
                "arguments": list(spec.arguments),
                "environ": dict(spec.environ),
            }
        )
        return await started

    def ask(self, request: dict[str, object]) -> None:
        """Send a request.

        The request is lost where the nursery is gone, together with all its children.
        """
        if self._writer is not None:
            self._writer.write(json.dumps(request).encode() + b"\n")

    async def close(self) -> None:
        """Let the nursery end."""
        if self._writer is not None:
            self._writer.close()
        if self._listener is not None:
            await self._listener

    async def _open(self) -> None:
        ours, theirs = socket.socketpair()
        fds = (*self._nursery.fds, theirs.fileno())
        arguments: Sequence[str] = (str(theirs.fileno()),)
        spec = Spec(self._nursery.name, self._nursery.module, arguments, self._nursery.environ, fds)
        process = await spawn(spec)
        theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._listener = asyncio.create_task(self._listen(reader, process))

    async def _listen(
        self, reader: asyncio.StreamReader, process: asyncio.subprocess.Process
    ) -> None:
        while line := await _line(reader):
            said = json.loads(line)
            if "started" in said:
                fork = self._running[said["pid"]] = Fork(self, said["pid"])
                _give(self._starting.pop(said["started"]), fork)
            else:
                self._running.pop(said["ended"]).end(said["code"])
        self._writer = None
        await process.wait()
        unborn = [Fork(self, 0) for _ in self._starting]
        for started, fork in zip(self._starting.values(), unborn, strict=True):
            _give(started, fork)
        for fork in (*self._running.values(), *unborn):  # the children were tied to the nursery
            fork.end(-signal.SIGKILL)
        self._running.clear()
        self._starting.clear()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Return what the nursery says next, or nothing where it is gone, even within a line."""
    try:
        return await reader.readline()
    except ConnectionError:
        return b""


def _give(started: asyncio.Future[Fork], fork: Fork) -> None:
    if not started.done():  # a stop may have cancelled whoever waited
        started.set_result(fork)
