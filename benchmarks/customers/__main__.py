"""`python -m benchmarks customers` times offers and answers beside systems that find or fail.

It starts an instance of its own. A customer's message is timed from its request to the offer's or
the reply's arrival: without a system, with one that finds everybody, and with one of each fault.
The kinds take turns, so that they share the machine's weather. A question whose answer names a
value is timed too, which comes with its value or with its fallback. Then the one context of
conversations whose customer was found is timed, as a pool asks for it.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlsplit

from surgeline.adapters.signing.standard_webhooks import decode_secret, sign

from benchmarks.customers.world import ANSWERS, OK, WAIT_SECONDS, Json, World, listening
from benchmarks.load.instance import Running, surgeline

PERSON, QUESTION = "I want to talk to a person", "Where is my order?"
VALUED = "Which number does my newest order have?"
FALLBACK, VALUE = "is in your account", "1042"
NONE: Final = "none"
FOUND: Final = "found"
KINDS = (NONE, *ANSWERS)
PROMISED_MS, CONTEXT_MS, VALUED_MS = 20, 200, 900
CHANGED_SECONDS = 6.0
"""So long after a change every process has read the configuration."""
REST_SECONDS = 32.0
"""A system that failed too often is asked again after 30 seconds."""
SETTLE_SECONDS, NEWEST = 2.0, 5
TAKEN = 202
MOST_VALUED = 4
"""So many answers of a turn name a value. After more failures a system rests and is not asked."""
ARTICLE = {
    "id": "en-order-number",
    "title": "The number of an order",
    "language": "en",
    "questions": [VALUED, "What is my order number?", "Tell me the number of my newest order"],
    "answer": f"Your order number {{order.number|{FALLBACK}}}.",
}
SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
Times = dict[str, list[float]]


class Client:
    """Calls an instance as its admin, its app and its pool."""

    def __init__(self, running: Running) -> None:
        self._http = HTTPConnection(urlsplit(running.url).netloc, timeout=WAIT_SECONDS)
        self._admin = {"authorization": f"Bearer {running.admin_key}"}

    def admin(self, method: str, path: str, body: Json | bytes | None = None) -> Json:
        """Make one call of the admin API."""
        status, told = self._call(method, f"/v1/admin/{path}", body or {}, self._admin)
        if status not in {OK, 201, TAKEN, 204}:
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
        kind = (
            "application/x-ndjson" if path.startswith("/v1/admin/knowledge") else "application/json"
        )
        self._http.request(method, path, raw, {"content-type": kind, **headers})
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
        self.kind = NONE
        self.offers: Times = defaultdict(list)
        self.answers: Times = defaultdict(list)
        self.values: Times = defaultdict(list)
        self.wrong: list[str] = []

    def publish(self) -> None:
        """Publish the sample shop with an article that names a value, and wait until it counts."""
        articles = SAMPLE.read_text().splitlines()
        raw = "\n".join([*articles, json.dumps(ARTICLE)]).encode()
        version = self.client.admin("PUT", "knowledge/shop", raw)["version"]
        while self.client.admin("GET", "knowledge/shop")["current"] != version:
            time.sleep(0.2)

    def connect(self, kind: str) -> None:
        """Let the company's system be of this kind, once one that failed rests no more."""
        failed = self.kind not in (NONE, FOUND)
        if self.kind != NONE:
            self.client.admin("DELETE", "customer-data")
        self.kind = kind
        if kind != NONE:
            self.world.kind = kind
            self.client.admin("PUT", "customer-data", {"url": f"{self.base}/system"})
        time.sleep(REST_SECONDS if failed else CHANGED_SECONDS)

    def turn(self, kind: str, name: str, each: int) -> None:
        """Time so many offers and answers beside a system of this kind, and some with a value."""
        self.connect(kind)
        for number in range(min(each, MOST_VALUED)):
            took, told = self.timed(f"v-{name}-{number}", VALUED)
            self.values[kind].append(took)
            text = str(told["message"]["text"])
            if (VALUE if kind == FOUND else FALLBACK) not in text:
                self.wrong.append(f"{kind}: {text}")
        for number in range(each):
            self.offers[kind].append(self.timed(f"p-{name}-{number}", PERSON)[0])
            self.answers[kind].append(self.timed(f"q-{name}-{number}", QUESTION)[0])

    def timed(self, sender: str, text: str) -> tuple[float, Json]:
        """Write as a new customer. Return the milliseconds to the offer, or to the reply."""
        tag = f"offer-{sender}" if text == PERSON else sender
        about = {"email": f"{sender}@shop.example", "tag": tag}
        body = {"event_id": sender, "sender": sender, "text": text, "customer": about}
        began = time.perf_counter()
        self.client.signed("/v1/channels/app/messages", self.app, body)
        at, data = self.world.wait_for(tag)
        if self.world.kind == FOUND and text == PERSON:
            self.known.append(data["conversation_id"])
        return (at - began) * 1000, data

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


def _tell(what: str, found: Times) -> float:
    """Print the times of each kind. Return how much later the worst fault is than no system."""
    for kind, times in found.items():
        print(f"{what:7} {kind:8} median {median(times):7.1f}   p95 {_p95(times):7.1f}")
    faults = [median(times) for kind, times in found.items() if kind not in (NONE, FOUND)]
    return max(faults) - median(found[NONE])


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def main() -> int:
    """Measure and print. Return 1 where a system delays more than promised."""
    parser = argparse.ArgumentParser("benchmarks customers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often the kinds take turns")
    parser.add_argument("--each", type=int, default=20, help="messages of a kind in a round")
    parser.add_argument("--contexts", type=int, default=200, help="contexts in a round")
    asked = parser.parse_args()
    contexts: list[float] = []
    world = World()
    with (
        tempfile.TemporaryDirectory() as folder,
        surgeline(Path(folder) / "home") as running,
        listening(world) as base,
    ):
        run = Run(Client(running), world, base)
        run.publish()
        run.connect(FOUND)
        for number in range(5):  # so that every process is warm
            run.timed(f"warm-{number}", PERSON)
        for turn in range(asked.rounds):
            for kind in KINDS:
                run.turn(kind, f"{kind}-{turn}", asked.each)
                if kind == FOUND:
                    contexts += run.contexts(asked.contexts)
    print("milliseconds from the request to the arrival, by the company's system")
    late = max(_tell("offer", run.offers), _tell("answer", run.answers))
    _tell("value", run.values)
    longest = max(max(times) for times in run.values.values())
    print(f"value   longest {longest:7.1f}   not as promised {len(run.wrong)} {run.wrong[:3]}")
    print(f"context         median {median(contexts):7.1f}   p95 {_p95(contexts):7.1f}")
    kept = longest <= VALUED_MS and not run.wrong
    return int(late > PROMISED_MS or _p95(contexts) > CONTEXT_MS or not kept)


if __name__ == "__main__":
    sys.exit(main())
