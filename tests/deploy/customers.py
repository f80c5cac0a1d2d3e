"""Customers who write over HTTP and keep their token, and the vendor who answers them."""

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

import urllib3
from surgeline.adapters.signing.standard_webhooks import decode_secret, sign

from tests.deploy.deployment import ROOT, Deployment, eventually
from tests.instance import free_port

IN_FORCE_SECONDS = 6
"""Functions read the configuration again every five seconds."""


class Customer:
    """A visitor of the chat page, whose thread lives through upgrades."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._http = urllib3.PoolManager(ca_certs=deployment.emulator.environ["AWS_CA_BUNDLE"])
        self._seen = 0
        made = self._ask("POST", "visitors", {})
        self._token = {"authorization": f"Bearer {made['token']}"}
        self.conversation = f"{made['thread_id']}-1"

    def says(self, text: str) -> None:
        """Write, without waiting for an answer."""
        self._ask("POST", "messages", {"client_message_id": str(uuid.uuid4()), "text": text})

    def heard(self) -> list[str]:
        """Return who has spoken to the customer since the last look: the bot, or a person."""
        read = self._ask("GET", f"messages?after={self._seen}")
        spoke = [each["speaker"] for each in read["lines"] if each["speaker"] in {"bot", "person"}]
        if spoke:
            self._seen = read["last_seq"]
        return spoke

    def asks(self, text: str) -> str:
        """Write, and return who answered last."""
        self.says(text)
        return eventually(self.heard)[-1]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(
            method,
            f"{self._deployment.url}/v1/web/web/{path}",
            headers=vars(self).get("_token", {}),
            **({} if body is None else {"json": body}),
        )
        assert answer.status < 300, answer.data
        return answer.json()


class Replies:
    """A channel's own server, which keeps what is posted to it. It refuses the first post."""

    def __init__(self) -> None:
        got = self.got = list[tuple[dict[str, str], bytes]]()

        class Posted(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(200 if got[1:] else 503)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Posted)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Vendor:
    """A pool whose simulated people answer each message."""

    def __init__(self, deployment: Deployment, pool_id: str, secret: str) -> None:
        self._deployment, self._id, self._secret = deployment, pool_id, secret

    def says(self, kind: str, customer: Customer, **data: Any) -> None:
        """Post an event about a customer's conversation. Raises AssertionError if it is refused."""
        event_id = f"evt_{uuid.uuid4().hex}"
        told = {"conversation_id": customer.conversation, **data}
        moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        body = json.dumps({"type": kind, "timestamp": moment, "data": told}).encode()
        proof = sign(
            [decode_secret(self._secret)],
            webhook_id=event_id,
            timestamp=int(time.time()),
            body=body,
        )
        http = urllib3.PoolManager(ca_certs=self._deployment.emulator.environ["AWS_CA_BUNDLE"])
        answer = http.request(
            "POST",
            f"{self._deployment.url}/v1/pools/{self._id}/events",
            body=body,
            headers={"content-type": "application/json", **proof},
        )
        assert answer.status == 202, answer.data


@contextmanager
def vendor_of(deployment: Deployment, pool_id: str) -> Iterator[Vendor]:
    """Add a pool to a deployment, whose vendor answers within the block."""
    port = free_port()
    added = deployment.surgeline(
        *("pool", "add", pool_id, "--url", f"http://127.0.0.1:{port}/", "--json"),
        *("--instance", deployment.url),
    )
    secret = re.search(r"whsec_[\w+/=]+", added)
    assert secret
    code = "from cli.main import main; main()"
    process = subprocess.Popen(  # noqa: S603 - our own command
        (
            *(sys.executable, "-c", code, "pool", "simulate", "--pool", pool_id),
            *("--url", deployment.url, "--port", str(port)),
            *("--ring-seconds", "0", "--reply-after", "0.2", "--quiet"),
            *("--resolve-after-silence", "900"),  # a deployment takes longer than its patience
        ),
        cwd=ROOT,
        env=dict(deployment.emulator.environ) | {"SURGELINE_POOL_SECRET": secret[0]},
        stdout=subprocess.DEVNULL,
    )
    time.sleep(IN_FORCE_SECONDS)
    try:
        yield Vendor(deployment, pool_id, secret[0])
    finally:
        process.terminate()
        process.wait(10)
