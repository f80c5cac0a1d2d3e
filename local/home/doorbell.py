"""Doorbells are pipes that tell the sleeping workers of a queue about new messages.

A ring is one byte without a meaning of its own. A lost ring costs at most the worker's fallback
timeout.
"""

import os
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from local.home import names


class Doorbell:
    """Both ends of a doorbell, as the supervisor makes them."""

    def __init__(self) -> None:
        self.listen_fd, self.ring_fd = os.pipe()
        os.set_blocking(self.listen_fd, False)
        os.set_blocking(self.ring_fd, False)

    def close(self) -> None:
        """Close both ends."""
        os.close(self.listen_fd)
        os.close(self.ring_fd)


def ring(fd: int) -> None:
    """Wake one sleeper. A full pipe has enough rings, and a closed pipe has nobody to wake."""
    with suppress(BlockingIOError, BrokenPipeError):
        os.write(fd, b"\0")


def ringer(environ: Mapping[str, str]) -> Callable[[str], None]:
    """Return the function that the engine calls with a queue's name."""

    def call(queue_name: str) -> None:
        if (fd := environ.get(names.doorbell_fd(queue_name))) is not None:
            ring(int(fd))

    return call


class Sleeper:
    """A sleep that ends at a ring, at a signal or after a time, without polling.

    Several processes listen to one doorbell. Where the system can, a ring wakes only one of them.
    """

    def __init__(self, listen_fd: int, wake_fd: int) -> None:
        self._listen_fd = listen_fd
        self._wake_fd = wake_fd
        self._wait = _waiter(listen_fd, wake_fd)

    def sleep(self, seconds: float) -> None:
        """Wait at most so long, and use up all rings that have come until now."""
        if seconds > 0:
            self._wait(seconds)
        for fd in (self._listen_fd, self._wake_fd):
            with suppress(BlockingIOError):
                while os.read(fd, 4096):
                    pass


def _waiter(listen_fd: int, wake_fd: int) -> Callable[[float], object]:
    if hasattr(select, "epoll"):
        epoll = select.epoll()
        epoll.register(listen_fd, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        epoll.register(wake_fd, select.EPOLLIN)
        return epoll.poll
    poller = select.poll()
    poller.register(listen_fd, select.POLLIN)
    poller.register(wake_fd, select.POLLIN)
    return lambda seconds: poller.poll(seconds * 1000)


def seconds_until(moment: int | None, fallback_seconds: float) -> float:
    """Return how long to sleep until `moment` (epoch ms), and at most the fallback."""
    if moment is None:
        return fallback_seconds
    return min(fallback_seconds, max(0.0, moment / 1000 - time.time()))
