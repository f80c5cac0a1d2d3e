"""Names are resolved to addresses here, within a deadline.

The guard decides which addresses may be called.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

KEEP_SECONDS = 30
MAX_NAMES = 1_024

# The shape of socket.getaddrinfo: (family, type, protocol, canonical name, socket address) each.
Resolve = Callable[..., Sequence[tuple[Any, ...]]]

_Name = tuple[str, int]


class Resolver:
    """Addresses of names, kept for half a minute. Failures are not kept.

    The system's look-up takes no timeout. So it runs on a thread of its own, at most one a name,
    and its callers give up at the deadline.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._lock = threading.Lock()
        self._known: dict[_Name, tuple[float, tuple[str, ...]]] = {}
        self._pending: dict[_Name, Future[tuple[str, ...]]] = {}

    def addresses(self, host: str, port: int, *, timeout_seconds: float) -> tuple[str, ...]:
        """Return every address of a name, in the system's order, each once.

        Raises TimeoutError, and the errors of the look-up (OSError, UnicodeError).
        """
        name = (host, port)
        with self._lock:
            until, addresses = self._known.get(name, (0.0, ()))
            if until > time.monotonic():
                return addresses
            pending = self._pending.get(name)
            if pending is None:
                pending = self._pending[name] = Future()
                threading.Thread(target=self._look_up, args=(name, pending), daemon=True).start()
        return pending.result(timeout=timeout_seconds)

    def _look_up(self, name: _Name, pending: Future[tuple[str, ...]]) -> None:
        try:
            found = self._resolve(name[0], name[1], type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))
        except Exception as error:  # noqa: BLE001 - raised again in every thread that waits
            with self._lock:
                del self._pending[name]
            pending.set_exception(error)
            return
        with self._lock:
            del self._pending[name]
            if len(self._known) >= MAX_NAMES:
                self._known.clear()
            self._known[name] = (time.monotonic() + KEEP_SECONDS, addresses)
        pending.set_result(addresses)
