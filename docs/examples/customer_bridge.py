"""This bridge in one file tells Surgeline who a customer is, by the standard library.

Connect it, which prints the secret, and run it:
    surgeline customer connect http://127.0.0.1:9003
    SURGELINE_SECRET=whsec_... python customer_bridge.py 9003
"""
# ruff: noqa: INP001, PLR2004 - a script to copy

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = base64.b64decode(os.environ.get("SURGELINE_SECRET", "").removeprefix("whsec_"))
CUSTOMERS = [{"id": "c-17", "name": "Kim", "email": "kim@example.com", "vip": True}]
ORDERS = {"c-17": [{"id": "o-9", "number": "1042", "status": "shipped"}]}
kept: dict[str, dict[str, Any]] = {}  # in real life: your tables of cases and notes


def is_ours(headers: Any, body: bytes, now: float) -> bool:  # noqa: ANN401 - of http.server
    """Return whether our key signed these exact bytes within five minutes."""
    sent, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", at) or abs(now - int(at)) > 300:
        return False
    signed = hmac.digest(KEY, f"{sent}.{at}.".encode() + body, hashlib.sha256)
    expected = b"v1," + base64.b64encode(signed)
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(expected, each) for each in given)


def look_up(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the one customer with a proven address, nobody, or `many`: never guess."""
    mails = {each["value"] for each in asked["identities"] if each["kind"] == "email"}
    found = [each for each in CUSTOMERS if each["email"] in mails]
    if len(found) != 1:
        return {"found": "many" if found else False}
    return {"found": True, "customer": found[0], "orders": ORDERS.get(str(found[0]["id"]), [])}


class Bridge(BaseHTTPRequestHandler):
    """Answers the four routes."""

    def do_GET(self) -> None:
        """Answer GET /health."""
        self._answer(200 if self.path == "/health" else 404, {})

    def do_POST(self) -> None:
        """Answer POST /lookup, /cases and /notes."""
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 262_144))
        if not is_ours(self.headers, body, time.time()):
            return self._answer(401, {})
        said = json.loads(body)
        if self.path == "/lookup":
            return self._answer(200, look_up(said))
        kept.setdefault(said["idempotency_key"], said)  # a repeat is the same case or note
        return self._answer(201, {"id": said["idempotency_key"]})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bridge).serve_forever()
