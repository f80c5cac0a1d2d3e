"""A stand-in for Harbour's server: it takes messages once by their key, and signs webhooks."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.simulators.providers.files import PICTURE, File
from local.simulators.providers.server import Answer, Shown


@dataclass
class HarbourServer:
    """One account at Harbour. `faults` are answers that the next calls get."""

    secret: str
    token: str
    faults: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    number: int = 0

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Take a message, or refuse it."""
        del now
        if headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"error": "unknown_token"}
        if self.faults:
            return self.faults.pop(0)
        if path == "/whoami":
            return 200, {}
        asked, key = json.loads(body), headers["idempotency-key"]
        text, picture = asked.get("text", ""), asked.get("picture", "")
        if not 0 < len(text.encode("utf-16-le")) // 2 <= 2_000 and not picture:  # the limit
            return 400, {"error": "wrong_length"}
        if key not in self.taken:
            self.taken.add(key)
            buttons = tuple(asked.get("buttons", ()))
            self.shown.append(Shown(asked["to"], "send", text, buttons, picture))
        return 200, {}

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Give out a picture."""
        del headers
        return (200, PICTURE) if path.startswith("/pictures/") else None

    def event(self, user: str, kind: str = "message", **told: Any) -> dict[str, Any]:  # any JSON
        """Return an event of a customer."""
        self.number += 1
        return {"type": kind, "id": f"h{self.number}", "from": user, "name": "Sam", **told}

    def signed(self, events: Sequence[Any]) -> tuple[bytes, dict[str, str]]:
        """Return a webhook's body and its headers."""
        body = json.dumps({"events": list(events)}).encode()
        return body, self.proof(body)

    def proof(self, body: bytes) -> dict[str, str]:
        """Return the header that signs any body."""
        return {
            "x-harbour-signature": hmac.digest(self.secret.encode(), body, hashlib.sha256).hex()
        }

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]
