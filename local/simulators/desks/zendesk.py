"""A Zendesk account with its agents is played here.

It is pure, with the time as an argument.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.simulators.providers.server import Answer

_TICKET = re.compile(r"/api/v2/tickets/(\d+)\.json")
_COMMENTS = re.compile(r"/api/v2/tickets/(\d+)/comments\.json")
_USER = re.compile(r"/api/v2/users/(\d+)\.json")


@dataclass
class ZendeskServer:
    """One account. `people` are its agents' names by their numbers.

    `faults` are answers that the next calls get in place of the usual one, in their order. The
    server counts from `first`.
    """

    email: str
    api_token: str
    webhook_secret: str
    people: dict[int, str] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    first: int = 1

    # ------------------------------------------------------------ calls of Surgeline

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Any]:
        """Answer one call. Header names are lower-case."""
        if self.faults:
            return self.faults.pop(0)
        proof = base64.b64encode(f"{self.email}/token:{self.api_token}".encode()).decode()
        if headers.get("authorization") != f"Basic {proof}":
            return 401, {"error": "Couldn't authenticate you"}
        path, asked = path.partition("?")[0], json.loads(body) if body else {}
        if path == "/api/v2/tickets.json" and method == "POST":
            return 201, {"ticket": self._make(asked["ticket"], headers["idempotency-key"])}
        return self._change(path, asked) if method == "PUT" else self._shown(path)

    def _shown(self, path: str) -> tuple[int, Any]:
        if path == "/api/v2/tickets/count.json":
            return 200, {"count": {"value": len(self.tickets)}}
        if found := _USER.fullmatch(path):
            number = int(found[1])
            return 200, {"user": {"id": number, "name": self.people[number]}}
        if found := _COMMENTS.fullmatch(path):
            mine = [each for each in self.comments if each["ticket_id"] == int(found[1])]
            return 200, {"comments": mine[::-1]}
        return 404, {"error": "RecordNotFound"}

    def _change(self, path: str, asked: Mapping[str, Any]) -> tuple[int, Any]:
        found = _TICKET.fullmatch(path)
        number = int(found[1]) if found else 0
        ticket = next((each for each in self.tickets if each["id"] == number), None)
        if ticket is None:
            return 404, {"error": "RecordNotFound"}
        change = asked["ticket"]
        ticket["status"] = change.get("status", ticket["status"])
        self._comment(ticket["id"], change["comment"]["body"], public=change["comment"]["public"])
        return 200, {"ticket": ticket}

    def _make(self, asked: Mapping[str, Any], key: str) -> dict[str, Any]:
        if key not in self.keys:
            number = self.first + len(self.tickets)
            ticket = {"id": number, "status": "new", "external_id": asked["external_id"]}
            self.tickets.append(ticket)
            self.keys[key] = ticket
            self._comment(number, asked["comment"]["body"], public=asked["comment"]["public"])
        return self.keys[key]

    def _comment(self, ticket: int, text: str, *, public: bool) -> dict[str, Any]:
        number = self.first + len(self.comments)
        made = {"id": number, "ticket_id": ticket, "body": text, "is_public": public}
        self.comments.append(made)
        return made

    # ------------------------------------------------------------ what agents do

    def reply(self, ticket: int, agent: int, text: str, *, public: bool = True) -> dict[str, Any]:
        """Return the event of an agent's comment."""
        return self.told_comment(self._comment(ticket, text, public=public), agent)

    def told_comment(self, comment: Mapping[str, Any], agent: int) -> dict[str, Any]:
        """Return the event of a comment that an agent wrote."""
        author = {"id": str(agent), "is_staff": True, "name": self.people[agent]}
        said = {
            "id": str(comment["id"]),
            "body": comment["body"],
            "is_public": comment["is_public"],
            "author": author,
        }
        return self._event("comment_added", comment["ticket_id"], agent, {"comment": said})

    def assigned(self, ticket: int, agent: int) -> dict[str, Any]:
        """Return the event of an assignment."""
        change = {"current": str(agent), "previous": None}
        return self._event("agent_assignment_changed", ticket, agent, change)

    def solved(self, ticket: int, agent: int) -> dict[str, Any]:
        """Return the event of a ticket that an agent solved."""
        change = {"current": "SOLVED", "previous": "OPEN"}
        return self._event("status_changed", ticket, agent, change)

    def _event(
        self, name: str, ticket: int, agent: int, change: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "account_id": 22_129_848,
            "type": f"zen:event-type:ticket.{name}",
            "id": f"01J-{name}-{ticket}",
            "time": "2026-03-01T12:00:00Z",
            "zendesk_event_version": "2022-11-06",
            "subject": f"zen:ticket:{ticket}",
            "detail": {
                "id": str(ticket),
                "external_id": self._external_id(ticket),
                "actor_id": str(agent),
                "status": "OPEN",
            },
            "event": {"meta": {"sequence": {"id": "s", "position": 1}}, **change},
        }

    def _external_id(self, ticket: int) -> str | None:
        """Return our own id of a ticket, where it is one of ours."""
        return next((e["external_id"] for e in self.tickets if e["id"] == ticket), None)

    def signed(self, event: object, *, now: int) -> tuple[bytes, dict[str, str]]:
        """Return the request of an event."""
        body = json.dumps(event).encode()
        return body, self.proof(body, now=now)

    def proof(self, body: bytes, *, now: int) -> dict[str, str]:
        """Return the headers that sign any body."""
        stamp = datetime.fromtimestamp(now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hmac.digest(self.webhook_secret.encode(), stamp.encode() + body, hashlib.sha256)
        return {
            "content-type": "application/json",
            "x-zendesk-webhook-signature-timestamp": stamp,
            "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        }
