"""A company's customer system for tests: its routes, its faults, and a customer who writes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.virtual.network import Answer
from local.virtual.shop import WEB
from tests.functions.stage import Stage

PLACE = "/v1/admin/customer-data"
SYSTEM = "https://crm.test/surgeline"
REPLIES = "https://app.test/replies"
POOL = "https://pool.test/events"
KIM = {
    "found": True,
    "customer": {"id": "c-17", "name": "Kim", "language": "en", "vip": True, "value": 912.5},
    "orders": [
        {
            "id": "o-9",
            "number": "1042",
            "status": "shipped",
            "placed_at": "2026-02-20T08:00:00Z",
            "total": {"amount": "19.90", "currency": "EUR"},
            "tracking": {"carrier": "DHL", "url": "https://dhl.test/1042"},
        }
    ],
    "cases": [{"id": "k-1", "subject": "Scratch", "status": "open", "url": "https://crm.test/k-1"}],
}


FAULTS: Mapping[str, Mapping[str, Any]] = {
    "hanging": {"latency_milliseconds": 60_000},
    "slow": {"latency_milliseconds": 790},
    "refusing": {"statuses": [503] * 9},
    "moved": {"statuses": [302] * 9},
    "wrong": {"answer": b"<html>"},
    "huge": {"answer": b'{"found": true, "customer": {"id": "' + b"x" * 1_000_000},
    "deep": {"answer": b'{"found": ' + b"[" * 100_000},
    "hostile": {"answer": {"found": True, "customer": {"id": "\u202e\u0000"}, "orders": [1, None]}},
}
"""The ways in which a company's system may be wrong, as a `System` is told to be."""


class System:
    """Answers look-ups with `answer`, and keeps everything that is posted to it."""

    def __init__(
        self,
        stage: Stage,
        *,
        latency_milliseconds: int = 0,
        answer: Any = None,
        statuses: Sequence[int] = (),
    ) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[Mapping[str, str]] = []
        self.raw: list[bytes] = []
        self.at: list[int] = []
        self.answer: Any = KIM if answer is None else answer
        self.statuses: list[int] = list(statuses)
        self._stage = stage
        stage.home.network.serve(SYSTEM, self._serve, latency_milliseconds=latency_milliseconds)

    def _serve(self, post: Any) -> Answer:
        self.got.append((post.url.removeprefix(SYSTEM), json.loads(post.body or b"{}")))
        self.headers.append(dict(post.headers))
        self.raw.append(bytes(post.body))
        self.at.append(self._stage.clock.now())
        raw = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        status = self.statuses.pop(0) if self.statuses else 200
        return Answer(status, raw)

    def asked(self, place: str = "/lookup") -> list[dict[str, Any]]:
        """Return the bodies that came to one of its routes."""
        return [body for path, body in self.got if path == place]


class Pool:
    """The shop's pool, which keeps the events that it is sent, with their times."""

    def __init__(self, stage: Stage) -> None:
        self.got: list[dict[str, Any]] = []
        self.at: list[int] = []
        self._stage = stage
        stage.home.network.serve(POOL, self._serve)
        both = [{"id": each, "kind": "outsourced", "url": POOL} for each in ("vendor", "night")]
        stage.backend.secrets().put("pools/night", stage.secret)
        stage.home.network.serve(REPLIES, lambda _post: Answer())
        app = {"id": "shop", "kind": "signed", "reply_url": REPLIES}
        stage.configure(
            channels=[app, {"id": WEB, "kind": "web"}],
            pools=[each | {"redaction": "contact"} for each in both],
        )

    def _serve(self, post: Any) -> Answer:
        self.got.append(json.loads(post.body))
        self.at.append(self._stage.clock.now())
        return Answer()

    def offer(self) -> dict[str, Any]:
        """Return the data of the newest offer."""
        offers = [each["data"] for each in self.got if each["type"] == "handoff.offered"]
        found: dict[str, Any] = offers[-1]
        return found


def connect(stage: Stage, **more: Any) -> dict[str, Any]:
    """Connect the system, and let the functions read the new configuration."""
    answered = stage.admin("PUT", PLACE, {"url": SYSTEM, **more})
    assert answered.status == 200, answered.text
    stage.clock.advance(10)
    found: dict[str, Any] = answered.json
    return found
