"""Zendesk's Conversations API with a switchboard and the agents behind it is played here.

It is pure, with the time as an argument.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.simulators.providers.server import Answer

APP_ID = "5698edbf2a43bd081be982f1"
AGENTS = "zd-agentWorkspace"
_BASE = f"/sc/v2/apps/{APP_ID}"
_OF_USER = re.compile(re.escape(f"{_BASE}/conversations?filter[userExternalId]=") + r"([\w-]+)")
_IN_ONE = re.compile(re.escape(f"{_BASE}/conversations/") + r"([0-9a-f]{24})/(\w+)")


@dataclass
class MessagingServer:
    """One account. `people` are its agents' names.

    `faults` are answers that the next calls get in place of the usual one, in their order. The
    server counts from `first`.
    """

    key_id: str
    key_secret: str
    webhook_secret: str
    people: tuple[str, ...] = ()
    faults: list[Answer] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    first: int = 1
    _made: int = 0

    # ------------------------------------------------------------ calls of Surgeline

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[int, Any]:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        if self.faults:
            return self.faults.pop(0)
        proof = base64.b64encode(f"{self.key_id}:{self.key_secret}".encode()).decode()
        if headers.get("authorization") != f"Basic {proof}":
            return 401, _wrong("unauthorized")
        asked = json.loads(body) if body else {}
        if found := _IN_ONE.fullmatch(path):
            return self._in_one(method, found[1], found[2], asked, now)
        if found := _OF_USER.fullmatch(path):
            mine = [each for each in self.conversations if each["user"] == found[1]]
            return 200, {"conversations": mine, "meta": {"hasMore": False}}
        return self._of_app(method, path.removeprefix(_BASE), asked)

    def _of_app(self, method: str, place: str, asked: Any) -> tuple[int, Any]:  # noqa: ANN401 # any JSON
        if (method, place) == ("GET", "/switchboards"):
            return 200, {"switchboards": [{"id": self._id(), "enabled": True}]}
        if method == "GET" and place.endswith("/switchboardIntegrations"):
            names = (AGENTS, "zd-answerBot")
            return 200, {"switchboardIntegrations": [{"name": each} for each in names]}
        if (method, place) == ("POST", "/users"):
            return self._user(asked)
        if (method, place) == ("POST", "/conversations"):
            return self._conversation(asked)
        return 404, _wrong("not_found")

    def _user(self, asked: Mapping[str, Any]) -> tuple[int, Any]:
        external_id = asked["externalId"]
        if external_id in self.users:
            return 409, _wrong("conflict")
        self.users[external_id] = self._id()
        return 201, {"user": {"id": self.users[external_id], "externalId": external_id}}

    def _conversation(self, asked: Mapping[str, Any]) -> tuple[int, Any]:
        [participant] = asked["participants"]
        if asked["type"] != "personal" or participant["userExternalId"] not in self.users:
            return 404, _wrong("user_not_found")
        made = {
            "id": self._id(),
            "type": "personal",
            "user": participant["userExternalId"],
            "activeSwitchboardIntegration": {"name": "zd-answerBot"},
        }
        self.conversations.append(made)
        return 201, {"conversation": made}

    def _in_one(
        self,
        method: str,
        number: str,
        act: str,
        asked: Any,  # noqa: ANN401 # any JSON
        now: int,
    ) -> tuple[int, Any]:
        one = next((each for each in self.conversations if each["id"] == number), None)
        if one is None:
            return 404, _wrong("not_found")
        if act == "passControl":
            one["activeSwitchboardIntegration"] = {"name": asked["switchboardIntegration"]}
            return 200, {}
        if method == "GET":
            return 200, {"messages": [e for e in self.messages if e["conversation"] == number]}
        if len(asked["content"]["text"]) > 4_096:  # noqa: PLR2004 # Zendesk's own bound
            return 400, _wrong("bad_request")
        source = {"type": "api:conversations"}
        made = self._write(number, asked["author"], asked["content"]["text"], source, now)
        made["metadata"] = asked["metadata"]
        return 201, {"messages": [made]}

    def _write(
        self,
        number: str,
        author: Mapping[str, Any],
        text: str,
        source: Mapping[str, str],
        now: int,
    ) -> dict[str, Any]:
        made = {
            "id": self._id(),
            "received": _time(now),
            "author": dict(author),
            "content": {"type": "text", "text": text},
            "source": dict(source),
            "conversation": number,
        }
        self.messages.append(made)
        return made

    def offered(self) -> list[str]:
        """Return the conversations that the agents see, the oldest first."""
        return [
            each["id"]
            for each in self.conversations
            if each["activeSwitchboardIntegration"]["name"] == AGENTS
        ]

    # ------------------------------------------------------------ what agents do

    def reply(self, number: str, agent: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the event of an agent's message."""
        author = {"type": "business", "displayName": agent}
        message = self._write(number, author, text, {"type": "zd:agentWorkspace"}, now)
        return self.hears(message, now=now)

    def hears(self, message: Mapping[str, Any], *, now: int) -> dict[str, Any]:
        """Return the event of a message, whoever wrote it."""
        shown = {name: value for name, value in message.items() if name != "conversation"}
        about = {"message": shown}
        return self._event("conversation:message", message["conversation"], about, now)

    def typing(self, number: str, agent: str, *, now: int) -> dict[str, Any]:
        """Return the event of an agent who types."""
        activity = {
            "type": "typing:start",
            "author": {"type": "business", "displayName": agent},
            "source": {"type": "zd:agentWorkspace"},
        }
        return self._event("conversation:typing", number, {"activity": activity}, now)

    def closed(self, number: str, *, now: int) -> dict[str, Any]:
        """Return the event of a conversation whose ticket was closed."""
        about = {"reason": "ticketClosed"}
        return self._event("switchboard:releaseControl", number, about, now)

    def _event(self, name: str, number: str, about: Mapping[str, Any], now: int) -> dict[str, Any]:
        conversation = {
            "id": number,
            "type": "personal",
            "brandId": "360004166971",
            "activeSwitchboardIntegration": {
                "id": "62261ff6aa72f900ef123e1d",
                "name": AGENTS,
                "integrationId": "62261ff41b74b670c3f64c2f",
                "integrationType": "zd:agentWorkspace",
            },
        }
        return {
            "app": {"id": APP_ID},
            "webhook": {"id": "5e554d2cac66fb73a3c01869", "version": "v2"},
            "events": [
                {
                    "id": self._id(),
                    "type": name,
                    "createdAt": _time(now),
                    "payload": {"conversation": conversation, **about},
                }
            ],
        }

    def signed(self, event: object, *, now: int) -> tuple[bytes, dict[str, str]]:
        """Return the request of an event."""
        body = json.dumps(event).encode()
        return body, self.proof(body, now=now)

    def proof(self, body: bytes, *, now: int) -> dict[str, str]:
        """Return the headers that prove who sends any body."""
        del body, now
        return {"content-type": "application/json", "x-api-key": self.webhook_secret}

    def _id(self) -> str:
        self._made += 1
        return f"{self.first + self._made:024x}"


def _wrong(code: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "title": code.replace("_", " ")}]}


def _time(now: int) -> str:
    at = datetime.fromtimestamp(now / 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now % 1000:03d}Z"
