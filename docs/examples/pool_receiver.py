"""This pool in one file accepts offers, answers, closes and brings people, by the standard library.

Make it known, which prints the secret and the URL for its own events, and run it:
    surgeline pool add mine --endpoint http://127.0.0.1:9002/
    SURGELINE_SECRET=whsec_... python pool_receiver.py URL 9002
"""
# ruff: noqa: INP001, PLR2004, S310 - a script to copy: it calls the URL it is given

import base64
import hashlib
import hmac
import json
import os
import queue
import re
import sys
import threading
import time
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import HTTPError, Request, urlopen

KEY = base64.b64decode(os.environ.get("SURGELINE_SECRET", "").removeprefix("whsec_"))
TRY_AGAIN = {429, 500, 502, 503, 504}
seen: set[str] = set()  # in real life: a table, kept for days
newest = 0  # in real life: kept beside `seen`
todo: "queue.Queue[dict[str, Any]]" = queue.Queue()  # in real life: one queue a conversation


def sign(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Return the value of the webhook-signature header."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def verify(key: bytes, headers: Message, body: bytes, now: float) -> str | None:
    """Return the webhook id if our key signed these exact bytes within five minutes."""
    webhook_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > 300:
        return None
    expected = sign(key, webhook_id, timestamp, body).encode()
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return webhook_id if any(hmac.compare_digest(expected, each) for each in given) else None


def tell(url: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Post an event until Surgeline takes or refuses it, under one id for all tries."""
    webhook_id, now = f"evt_{os.urandom(16).hex()}", datetime.now(UTC).isoformat()
    body = json.dumps({"type": kind, "timestamp": now, "data": data}).encode()
    for wait in (1, 2, 5, 15, 60, 0):
        headers = {"content-type": "application/json", "webhook-id": webhook_id}
        headers["webhook-timestamp"] = timestamp = str(int(time.time()))
        headers["webhook-signature"] = sign(KEY, webhook_id, timestamp, body)
        try:
            with urlopen(Request(url, body, headers), timeout=10) as answer:
                return dict(json.load(answer))
        except OSError as error:
            if isinstance(error, HTTPError) and error.code not in TRY_AGAIN:
                return dict(json.load(error))
        time.sleep(wait)
    return {}


def work(url: str, event: dict[str, Any]) -> None:
    """Do the agent's part. A 404 or 409 means that the conversation is not ours: let it go."""
    data = event["data"]
    about = {"conversation_id": data.get("conversation_id"), "epoch": data.get("epoch")}
    about["agent"] = {"name": "Agent 1"}
    if event["type"] == "handoff.offered":
        said = tell(url, "handoff.accepted", {**about, "offer_id": data["offer_id"]})
        if said.get("accepted"):  # in time: under this epoch we may speak
            tell(url, "message.sent", {**about, "epoch": said["epoch"], "text": "How can I help?"})
    elif event["type"] == "conversation.message":
        tell(url, "message.sent", {**about, "text": "Consider it done."})
        tell(url, "conversation.resolved", {**about, "outcome": "solved", "summary": "Done."})
    elif event["type"] == "articles.changed":  # in real life: once an agent has read it
        tell(url, "articles.read", {"notice_id": data["notice_id"]})
    elif event["type"] in ("capacity.requested", "capacity.released"):
        bring(url, data)


def bring(url: str, data: dict[str, Any]) -> None:
    """Bring as many people as are wanted, and say so. An older word and an over window are void."""
    global newest
    if data["seq"] <= newest:
        return
    newest, until = data["seq"], data.get("until")
    left = 3_600.0 if until is None else datetime.fromisoformat(until).timestamp() - time.time()
    seats = min(data.get("seats", 0), 5) if left >= 10 else 0  # in real life: who can come
    valid = int(max(10, min(left, 3_600)))  # in real life: say it again before then
    tell(url, "capacity.reported", {"seats": seats, "valid_seconds": valid})


class Events(BaseHTTPRequestHandler):
    """Takes in events: it verifies each, takes it once, answers at once and works later."""

    def do_POST(self) -> None:
        """Take in one webhook."""
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 262_144))
        webhook_id = verify(KEY, self.headers, body, time.time())
        if webhook_id and webhook_id not in seen:
            seen.add(webhook_id)
            todo.put(json.loads(body))
        self.send_response(202 if webhook_id else 401)
        self.end_headers()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Events)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:  # one event after the other: a conversation's replies keep their order
        work(sys.argv[1], todo.get())
