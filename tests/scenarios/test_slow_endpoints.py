"""A reply endpoint that hangs, beside healthy ones, on the whole system."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secrets, sign

from local.load.drive import Instance as Target
from local.load.drive import drive
from local.load.traffic import Mix, arrivals, messages, questions_of
from tests.instance import Instance

SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
Start = Callable[..., Instance]


@pytest.fixture
def black_hole() -> Iterator[str]:
    """Yield the URL of an endpoint that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        threading.Thread(target=swallow, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def swallow(server: socket.socket) -> None:
    kept = []
    while True:
        try:
            kept.append(server.accept()[0])
        except OSError:
            return


def write_to(instance: Instance, channel: str, secret: str, count: int) -> None:
    """Let so many customers of one channel write once each."""
    keys = decode_secrets(secret)
    for number in range(count):
        body = json.dumps({"sender": f"h{number}", "text": "Where is my order?"}).encode()
        proof = sign(keys, webhook_id=f"h{number}", timestamp=int(time.time()), body=body)
        path = f"/v1/channels/{channel}/messages"
        headers = proof | {"content-type": "application/json"}
        answer = instance._http.request("POST", instance.url + path, body=body, headers=headers)
        assert answer.status == 202


@pytest.mark.timeout(120)
def test_f42_a_hanging_endpoint_delays_only_its_own_threads(
    surgeline_up: Start, black_hole: str
) -> None:
    """A channel that hangs at two hundred customers' replies does not delay other channels."""
    instance = surgeline_up(simulators=False)
    made = instance.request(
        "PUT",
        "/v1/admin/channels/hole",
        body=json.dumps({"reply_url": black_hole, "knowledge_base": "shop"}).encode(),
        authorization=f"Bearer {instance.admin_key}",
        content_type="application/json",
    ).json()
    write_to(instance, "hole", made["secret"], 200)
    times = arrivals("step", 20, 10)
    questions = questions_of(SAMPLE.read_bytes())
    sent = messages(questions, times, Mix(repeated=0.8), threads=0, seed=3, name="healthy")
    ledger = asyncio.run(drive(Target(instance.url, instance.admin_key), sent, wait_seconds=30))
    report = ledger.report(20, 10)
    assert (report["lost"], report["duplicated"], report["refused"]) == (0, 0, 0), report
    first_reply = report["first_reply_ms"]
    assert isinstance(first_reply, dict)
    # A machine that stands still for seconds delays the slowest ones, so the median is held.
    assert first_reply["p50"] < 3_000, report
