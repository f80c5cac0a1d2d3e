"""A Chatwoot server with one API inbox and its agents is played here.

It is pure, with the time as an argument.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.simulators.providers.server import Answer

INCOMING, OUTGOING = 0, 1
_CONTACTS = re.compile(r"/public/api/v1/inboxes/([^/]+)/contacts")
_CONVERSATIONS = re.compile(_CONTACTS.pattern + r"/([^/]+)/conversations")
_WRITTEN = re.compile(_CONVERSATIONS.pattern + r"/(\d+)/messages")
_INBOX = re.compile(r"/public/api/v1/inboxes/([^/]+)")
_INBOXES = re.compile(r"/api/v1/accounts/\d+/inboxes")
_ACCOUNT = re.compile(r"/api/v1/accounts/(\d+)/conversations/(\d+)/(messages|toggle_status)")


@dataclass
class ChatwootServer:
    """One account with one inbox. `people` are its agents' names by their numbers.

    `faults` are answers that the next calls get in place of the usual one, in their order. The
    server counts from `first`.
    """

    inbox_identifier: str
    api_access_token: str
    webhook_secret: str
    people: dict[int, str] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    first: int = 1

    # ------------------------------------------------------------ calls of Surgeline

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: int
    ) -> tuple[int, Any]:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        if self.faults:
            return self.faults.pop(0)
        asked = json.loads(body) if body else {}
        found = _ACCOUNT.fullmatch(path)
        if found or _INBOXES.fullmatch(path):
            if headers.get("api_access_token") != self.api_access_token:
                return 401, {"error": "Invalid Access Token"}
            if not found:
                return 200, {"payload": [{"id": 1, "name": "Surgeline"}]}
            return self._in_account(method, int(found[2]), found[3], asked, now)
        if found := _INBOX.fullmatch(path):
            known = found[1] == self.inbox_identifier
            return (200, {"name": "Surgeline"}) if known else (404, {"error": "not found"})
        return self._in_public(method, path, asked, now)

    def _in_public(self, method: str, path: str, asked: Any, now: int) -> tuple[int, Any]:  # noqa: ANN401 # any JSON
        found = _CONTACTS.match(path)
        if found is None or found[1] != self.inbox_identifier:
            return 404, {"error": "Resource could not be found"}
        if _CONTACTS.fullmatch(path):
            self.contacts.setdefault(asked["source_id"], asked["name"])
            return 200, {"source_id": asked["source_id"], "name": asked["name"]}
        if found := _CONVERSATIONS.fullmatch(path):
            return self._of_contact(method, found[2])
        if found := _WRITTEN.fullmatch(path):
            return 200, self._write(int(found[3]), asked["content"], INCOMING, now)
        return 404, {"error": "Resource could not be found"}

    def _of_contact(self, method: str, source_id: str) -> tuple[int, Any]:
        if source_id not in self.contacts:
            return 404, {"error": "Resource could not be found"}
        mine = [each for each in self.conversations if each["source_id"] == source_id]
        if method == "GET":
            return 200, mine
        number = self.first + len(self.conversations)
        made = {"id": number, "source_id": source_id, "status": "open", "assignee": None}
        self.conversations.append(made)
        return 200, made

    def _in_account(
        self,
        method: str,
        number: int,
        act: str,
        asked: Any,  # noqa: ANN401 # any JSON
        now: int,
    ) -> tuple[int, Any]:
        conversation = next((each for each in self.conversations if each["id"] == number), None)
        if conversation is None:
            return 404, {"error": "Resource could not be found"}
        if act == "toggle_status":
            conversation["status"] = asked["status"]
            return 200, {"payload": {"success": True, "current_status": asked["status"]}}
        if method == "GET":
            mine = [each for each in self.messages if each["conversation_id"] == number]
            return 200, {"payload": mine}
        assert asked["message_type"] == "outgoing"
        return 200, self._write(number, asked["content"], OUTGOING, now, private=asked["private"])

    def _write(
        self, number: int, text: str, kind: int, now: int, *, private: bool = False
    ) -> dict[str, Any]:
        message = {
            "id": self.first + len(self.messages),
            "content": text,
            "message_type": kind,
            "private": private,
            "created_at": now // 1000,
            "conversation_id": number,
        }
        self.messages.append(message)
        return message

    # ------------------------------------------------------------ what agents do

    def reply(
        self, number: int, agent: int, text: str, *, private: bool = False, now: int
    ) -> dict[str, Any]:
        """Return the event of an agent's message or private note."""
        message = self._write(number, text, OUTGOING, now, private=private)
        return self.told_message("message_created", message, self._user(agent))

    def deleted(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the event by which an agent deleted an earlier message."""
        words = "This message was deleted"
        return {
            **event,
            "event": "message_updated",
            "content": words,
            "content_attributes": {"deleted": True},
        }

    def assigned(self, number: int, agent: int) -> dict[str, Any]:
        """Return the event of an assignment."""
        changed = {"assignee_id": {"previous_value": None, "current_value": agent}}
        return self._conversation("conversation_updated", number, agent, [changed])

    def resolved(self, number: int, agent: int) -> dict[str, Any]:
        """Return the event of a conversation that an agent resolved."""
        changed = {"status": {"previous_value": "open", "current_value": "resolved"}}
        event = self._conversation("conversation_status_changed", number, agent, [changed])
        return {**event, "status": "resolved"}

    def typing(self, number: int, agent: int) -> dict[str, Any]:
        """Return the event of an agent's typing."""
        return {
            "event": "conversation_typing_on",
            "user": self._user(agent),
            "conversation": {"id": number},
            "is_private": False,
        }

    def told_message(
        self, name: str, message: Mapping[str, Any], sender: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the event of a message."""
        kind = "outgoing" if message["message_type"] == OUTGOING else "incoming"
        return {
            "event": name,
            "id": message["id"],
            "content": message["content"],
            "content_type": "text",
            "content_attributes": {},
            "message_type": kind,
            "private": message["private"],
            "created_at": "2026-03-01 12:00:00 UTC",
            "sender": sender,
            "conversation": {
                "id": message["conversation_id"],
                "status": "open",
                "contact_inbox": self._inbox_of(message["conversation_id"]),
            },
            "inbox": {"id": 1, "name": "Surgeline"},
            "account": {"id": 1, "name": "Shop"},
        }

    def signed(self, event: object, *, now: int) -> tuple[bytes, dict[str, str]]:
        """Return the request of an event."""
        body = json.dumps(event).encode()
        return body, self.proof(body, now=now)

    def proof(self, body: bytes, *, now: int) -> dict[str, str]:
        """Return the headers that sign any body."""
        stamp = str(now // 1000)
        signed = f"{stamp}.".encode() + body
        digest = hmac.digest(self.webhook_secret.encode(), signed, hashlib.sha256).hex()
        return {
            "content-type": "application/json",
            "x-chatwoot-timestamp": stamp,
            "x-chatwoot-signature": f"sha256={digest}",
            "x-chatwoot-delivery": f"d-{stamp}",
        }

    def _user(self, agent: int) -> dict[str, Any]:
        return {"id": agent, "name": self.people[agent], "type": "user"}

    def _conversation(
        self, name: str, number: int, agent: int, changed: list[dict[str, Any]]
    ) -> dict[str, Any]:
        return {
            "event": name,
            "id": number,
            "status": "open",
            "meta": {"assignee": self._user(agent), "sender": {"id": 9, "type": "contact"}},
            "contact_inbox": self._inbox_of(number),
            "changed_attributes": changed,
        }

    def _inbox_of(self, number: int) -> dict[str, Any]:
        """Return the contact of a conversation in the inbox, by our own id of it."""
        mine = [each["source_id"] for each in self.conversations if each["id"] == number]
        return {"id": number, "inbox_id": 1, "source_id": mine[0] if mine else None}
