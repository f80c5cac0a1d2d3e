"""This channel in one file sends a message and takes in the replies, by the standard library.

Make it known, which prints the secret and the URL to post to; then run it:
    surgeline channel add app --reply-url http://127.0.0.1:9001/
    SURGELINE_SECRET=whsec_... python -u channel_client.py URL 9001 "Where is my order?"
"""
# ruff: noqa: INP001, PLR2004, S310, T201 - a script to copy: it prints, and calls the URL it is given

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ.get("SURGELINE_SECRET", "").removeprefix("whsec_"))
TRY_AGAIN = {429, 500, 502, 503, 504}
shown: set[str] = set()  # in real life: a table, kept for days


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


def send(url: str, key: bytes, message: dict[str, object]) -> dict[str, str]:
    """Post a customer's message until it is taken. One id for all tries makes repeats harmless."""
    webhook_id, body = f"evt_{uuid.uuid4().hex}", json.dumps(message).encode()
    for wait in (1, 2, 5, 15, 60, 0):
        headers = {"content-type": "application/json", "webhook-id": webhook_id}
        headers["webhook-timestamp"] = timestamp = str(int(time.time()))
        headers["webhook-signature"] = sign(key, webhook_id, timestamp, body)
        try:
            request = urllib.request.Request(url, body, headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                taken: dict[str, str] = json.load(answer)
                return taken
        except urllib.error.HTTPError as error:
            if error.code not in TRY_AGAIN or not wait:
                raise
            time.sleep(max(wait, int(error.headers.get("retry-after") or 0)))
        except OSError:
            if not wait:
                raise
            time.sleep(wait)
    raise TimeoutError


class Replies(BaseHTTPRequestHandler):
    """Takes in the replies: it verifies each, answers 200 at once and shows it once."""

    def do_POST(self) -> None:
        """Take in one webhook."""
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 262_144))
        webhook_id = verify(KEY, self.headers, body, time.time())
        if webhook_id and webhook_id not in shown:
            shown.add(webhook_id)
            event = json.loads(body)
            if event["type"] == "message.created":  # ignore types that come with later versions
                reply = event["data"]["message"]
                print(f"to {event['data']['sender']}: {reply['speaker']}: {reply['text']}")
        self.send_response(200 if webhook_id else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep customers out of the logs."""


if __name__ == "__main__":
    messages_url, port, text = sys.argv[1:]
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Replies)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(send(messages_url, KEY, {"sender": "customer-1", "text": text}))
    threading.Event().wait()
