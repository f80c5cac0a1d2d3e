"""`python -m benchmarks customers` times offers and answers beside a customer system that hangs.

It starts an instance of its own. A customer's message is timed from its request to the offer's or
the reply's arrival: without a system, with one that finds everybody, and with one that never
answers. The kinds take turns, so that they share the machine's weather. Then the one context of
conversations whose customer was found is timed, as a pool asks for it.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from surgeline.adapters.signing.standard_webhooks import decode_secret, sign

from benchmarks.load.instance import Running, surgeline

PERSON, QUESTION = "I want to talk to a person", "Where is my order?"
KINDS = ("none", "found", "hanging")
PROMISED_MS, CONTEXT_MS = 20, 200
WAIT_SECONDS, HANG_SECONDS = 30.0, 5.0
CHANGED_SECONDS = 6.0
"""So long after a change every process has read the configuration."""
SETTLE_SECONDS, NEWEST = 2.0, 5
OK, TAKEN = 200, 202
Json = dict[str, Any]


class World:
    """The app, the pool and the company's system, as one server. It keeps when what came."""

    def __init__(self) -> None:
        self.kind = "none"
        self.came: dict[str, tuple[float, Json]] = {}
        self.news = threading.Condition()

    def take(self, path: str, body: Json) -> Json:
        """Take one request, and return the answer's body."""
        at = time.perf_counter()
        if path.startswith("/system/"):
            if self.kind == "hanging":
                time.sleep(HANG_SECONDS)
            return _customer() if path == "/system/lookup" else {"id": "k-1"}
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


def _customer() -> Json:
    order = {"id": "o-9", "number": "1042", "status": "shipped"}
    orders = [order | {"id": f"o-{number}"} for number in range(5)]
    return {"found": True, "customer": {"id": "c-17", "name": "Kim"}, "orders": orders}


@contextmanager
def listening(world: World) -> Iterator[str]:
    """Serve the world on a free port, and yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = json.dumps(world.take(self.path, json.loads(body))).encode()
            self.send_response(OK)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked does not wait for a system that hangs
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Client:
    """Calls an instance as its admin, its app and its pool."""

    def __init__(self, running: Running) -> None:
        self._http = HTTPConnection(urlsplit(running.url).netloc, timeout=WAIT_SECONDS)
        self._admin = {"authorization": f"Bearer {running.admin_key}"}

    def admin(self, method: str, path: str, body: Json | None = None) -> Json:
        """Make one call of the admin API."""
        status, told = self._call(method, f"/v1/admin/{path}", body or {}, self._admin)
        if status not in {OK, 201, 204}:
            raise SystemExit(f"{method} {path} was refused: {told}")
        return told

    def signed(self, path: str, secret: str, body: Json) -> tuple[float, Json]:
        """Send a signed body. Return the milliseconds, and the answer."""
        raw = json.dumps(body).encode()
        now = int(time.time())
        proof = sign([decode_secret(secret)], webhook_id="bench", timestamp=now, body=raw)
        began = time.perf_counter()
        status, told = self._call("POST", path, raw, proof)
        if status not in {OK, TAKEN}:
            raise SystemExit(f"{path} was refused: {told}")
        return (time.perf_counter() - began) * 1000, told

    def _call(
        self, method: str, path: str, body: Json | bytes, headers: Mapping[str, str]
    ) -> tuple[int, Json]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json", **headers}
        self._http.request(method, path, raw, sent)
        answer = self._http.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


class Run:
    """One run over an instance whose app and pool are the world at `base`."""

    def __init__(self, client: Client, world: World, base: str) -> None:
        self.client, self.world, self.base = client, world, base
        told = client.admin("PUT", "channels/app", {"kind": "signed", "reply_url": f"{base}/app"})
        self.app = told["secret"]
        pool = {"kind": "outsourced", "url": f"{base}/pool", "seats": 1_000, "priority": 100}
        self.pool = client.admin("PUT", "pools/bench", pool)["secret"]
        self.known: list[str] = []

    def connect(self, kind: str) -> None:
        """Let the company's system be of this kind."""
        self.world.kind = kind
        if kind == "none":
            self.client.admin("DELETE", "customer-data")
        else:
            self.client.admin("PUT", "customer-data", {"url": f"{self.base}/system"})
        time.sleep(CHANGED_SECONDS)

    def timed(self, sender: str, text: str) -> float:
        """Write as a new customer. Return the milliseconds to the offer, or to the reply."""
        tag = f"offer-{sender}" if text == PERSON else sender
        about = {"email": f"{sender}@shop.example", "tag": tag}
        body = {"event_id": sender, "sender": sender, "text": text, "customer": about}
        began = time.perf_counter()
        self.client.signed("/v1/channels/app/messages", self.app, body)
        at, data = self.world.wait_for(tag)
        if self.world.kind == "found" and text == PERSON:
            self.known.append(data["conversation_id"])
        return (at - began) * 1000

    def contexts(self, times: int) -> list[float]:
        """Ask for the context of the newest known customers. Return the milliseconds of each.

        It is asked within the time of their offers, because nobody accepts them.
        """
        took = []
        time.sleep(SETTLE_SECONDS)
        for number in range(times):
            asked = {"conversation_id": self.known[-1 - number % NEWEST]}
            each, told = self.client.signed("/v1/pools/bench/contexts", self.pool, asked)
            if told["customer_data"]["state"] != "found":
                raise SystemExit(f"the context has no customer: {told['customer_data']}")
            took.append(each)
        return took


def main() -> int:
    """Measure and print. Return 1 where a system delays more than promised."""
    parser = argparse.ArgumentParser("benchmarks customers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often the kinds take turns")
    parser.add_argument("--each", type=int, default=40, help="messages of a kind in a round")
    parser.add_argument("--contexts", type=int, default=200, help="contexts in a round")
    asked = parser.parse_args()
    offers: dict[str, list[float]] = {kind: [] for kind in KINDS}
    answers: dict[str, list[float]] = {kind: [] for kind in KINDS}
    contexts: list[float] = []
    world = World()
    with (
        tempfile.TemporaryDirectory() as folder,
        surgeline(Path(folder) / "home") as running,
        listening(world) as base,
    ):
        run = Run(Client(running), world, base)
        run.connect("found")
        for number in range(5):  # so that every process is warm
            run.timed(f"warm-{number}", PERSON)
        for turn in range(asked.rounds):
            for kind in KINDS:
                run.connect(kind)
                for number in range(asked.each):
                    name = f"{kind}-{turn}-{number}"
                    offers[kind].append(run.timed(f"p-{name}", PERSON))
                    answers[kind].append(run.timed(f"q-{name}", QUESTION))
                if kind == "found":
                    contexts += run.contexts(asked.contexts)
    late = 0.0
    print("milliseconds from the request to the arrival, by the company's system")
    for what, found in (("offer", offers), ("answer", answers)):
        for kind in KINDS:
            p95 = quantiles(found[kind], n=20)[-1]
            print(f"{what:7} {kind:8} median {median(found[kind]):7.1f}   p95 {p95:7.1f}")
        late = max(late, median(found["hanging"]) - median(found["none"]))
    p95 = quantiles(contexts, n=20)[-1]
    print(f"context         median {median(contexts):7.1f}   p95 {p95:7.1f}")
    return int(late > PROMISED_MS or p95 > CONTEXT_MS)


if __name__ == "__main__":
    sys.exit(main())
