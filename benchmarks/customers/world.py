"""The app, the pool and the company's customer system of a measurement are one server here.

The system is of one kind at a time. Each fault of a system is a way to answer.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

OK = 200
WAIT_SECONDS, HANG_SECONDS = 30.0, 5.0
DRIPS, DRIP_SECONDS = 100, 0.05
"""A slow system sends so many bytes, with so long between two of them."""
HUGE_BYTES: Final = 8_000_000
Json = dict[str, Any]


def _found() -> Json:
    order = {"id": "o-9", "number": "1042", "status": "shipped"}
    orders = [order | {"id": f"o-{number}"} for number in range(5)]
    return {"found": True, "customer": {"id": "c-17", "name": "Kim"}, "orders": orders}


class Handler(BaseHTTPRequestHandler):
    """Takes what an instance sends to `world`."""

    world: "World"

    def do_POST(self) -> None:
        """Answer a look-up as the system of the kind does, and take everything else."""
        body = self.rfile.read(int(self.headers["content-length"]))
        with suppress(OSError):  # whoever asked waits no longer
            if self.path == "/system/lookup":
                ANSWERS[self.world.kind](self)
            else:
                self.say(json.dumps(self.world.take(self.path, json.loads(body))).encode())

    def say(self, body: bytes, status: int = OK, more: Mapping[str, str] | None = None) -> None:
        """Send a whole answer, with `more` headers."""
        self.begin(len(body), status, more)
        self.wfile.write(body)

    def begin(
        self, length: int, status: int = OK, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send an answer's head."""
        self.send_response(status)
        for name, value in {"content-length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _hang(to: Handler) -> None:
    time.sleep(HANG_SECONDS)
    to.say(b"{}")


def _drip(to: Handler) -> None:
    to.begin(DRIPS)
    for _ in range(DRIPS):
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(DRIP_SECONDS)


def _hostile(to: Handler) -> None:
    odd = {"id": "\u202e\u0000", "name": ["x"] * 9}
    whole = {"found": True, "customer": odd, "orders": [1, None], "deep": 0}
    to.say(json.dumps(whole).replace(": 0}", f": {'[' * 90_000}").encode())


ANSWERS: Mapping[str, Callable[[Handler], None]] = {
    "found": lambda to: to.say(json.dumps(_found()).encode()),
    "hanging": _hang,
    "slow": _drip,
    "wrong": lambda to: to.say(b"<html>not a customer</html>"),
    "moved": lambda to: to.say(b"", 302, {"location": "/system/elsewhere"}),
    "huge": lambda to: to.say(b'{"found": true, "customer": {"id": "' + b"x" * HUGE_BYTES),
    "hostile": _hostile,
}
"""The kinds of systems, with the way in which each answers a look-up."""


class World:
    """The app and the pool, which keep when what came, beside a system of one kind."""

    def __init__(self) -> None:
        self.kind = "found"
        self.came: dict[str, tuple[float, Json]] = {}
        self.news = threading.Condition()

    def take(self, path: str, body: Json) -> Json:
        """Take one request, and return the answer's body."""
        at = time.perf_counter()
        if path.startswith("/system/"):
            return {"id": "k-1"}
        data = body.get("data", {})
        if path == "/pool" and body.get("type") != "handoff.offered":
            return {}
        key = data["context"]["customer"]["attributes"]["tag"] if path == "/pool" else None
        with self.news:
            self.came.setdefault(key or str(data.get("sender")), (at, data))
            self.news.notify_all()
        return {}

    def wait_for(self, key: str) -> tuple[float, Json]:
        """Return when the key came first, with what came."""
        with self.news:
            if not self.news.wait_for(lambda: key in self.came, WAIT_SECONDS):
                raise SystemExit(f"nothing came for {key}")
            return self.came[key]


@contextmanager
def listening(world: World) -> Iterator[str]:
    """Serve the world on a free port, and yield its URL."""
    bound = type("Bound", (Handler,), {"world": world})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
