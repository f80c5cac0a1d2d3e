"""These fixtures are a stage for the handlers and endpoints on loopback that remember requests."""

import json
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from local.published.schemas import schemas
from local.virtual.home import VirtualHome
from local.virtual.network import Answer
from local.virtual.shop import CHANNEL_URL, Shop
from tests.functions.stage import Stage

STOPS_WITHIN_SECONDS = 0.05
"""Half a second is the library's, which every test with an endpoint would wait at its end."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the real handlers over an empty home, with a small knowledge base."""
    made = Stage(tmp_path)
    made.publish()
    return made


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., tuple[VirtualHome, Shop]]]:
    """Yield a factory of homes, and the shop in each, whose channel takes every reply."""
    homes: list[VirtualHome] = []

    def make(**how: Any) -> tuple[VirtualHome, Shop]:
        home = VirtualHome(tmp_path / str(len(homes)), **how)
        homes.append(home)
        home.network.serve(CHANNEL_URL, lambda _post: Answer())
        shop = Shop(home)
        shop.publish()
        return home, shop

    yield make
    for home in homes:
        home.close()


@cache
def published() -> dict[str, jsonschema.Draft202012Validator]:
    """Return what holds an event to its schema, by its type."""
    return {name: jsonschema.Draft202012Validator(each) for name, each in schemas().items()}


class Endpoint:
    """An HTTP endpoint on loopback; `answer(body) -> (status, reply)` may be replaced."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]] = lambda _: (200, {})
        self.headers: dict[str, str] = {}
        self.unpublished: list[str] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # the library's name
                raw = self.rfile.read(int(self.headers["content-length"]))
                body = json.loads(raw)
                endpoint.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                endpoint.compare(body)
                status, reply = endpoint.answer(body)
                payload = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(payload)))
                for name, value in endpoint.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: object) -> None:
                """Keep the tests' output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        serve = partial(self._server.serve_forever, poll_interval=STOPS_WITHIN_SECONDS)
        threading.Thread(target=serve, daemon=True).start()

    def compare(self, body: dict[str, Any]) -> None:
        """Note what an event has that its published schema rules out."""
        try:
            published()[body["type"]].validate(body)
        except jsonschema.ValidationError as error:
            self.unpublished.append(f"{body['type']}: {error.message}")

    def types(self) -> list[str]:
        """Return the types of the events it got, in order."""
        return [body["type"] for _, body in self.got]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """One endpoint, for the channel and the pool alike."""
    made = Endpoint()
    yield made
    made.close()
    assert made.unpublished == [], "what was sent is not what is published"


@pytest.fixture
def wired(tmp_path: Path, endpoint: Endpoint) -> Stage:
    """Return a stage whose channel and pool are the endpoint."""
    made = Stage(tmp_path, pool_url=endpoint.url + "pool", reply_url=endpoint.url + "channel")
    made.publish()
    return made


@pytest.fixture
def two(wired: Stage, endpoint: Endpoint) -> Stage:
    """Return a pool with an endpoint that the tests break, and another one after it."""
    pools = {"vendor": endpoint.url + "bad", "second": endpoint.url + "good"}
    wired.configure(
        pools=[{"id": id_, "kind": "outsourced", "url": url} for id_, url in pools.items()],
        channels=[{"id": "shop", "kind": "signed", "reply_url": endpoint.url + "channel"}],
    )
    wired.backend.secrets().put("pools/second", wired.secret)
    wired.clock.advance(6)
    return wired
