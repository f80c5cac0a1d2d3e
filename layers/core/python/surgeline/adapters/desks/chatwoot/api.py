"""The calls of Chatwoot's API that a desk needs are made here, and their answers are read.

Chatwoot knows no repeats. A conversation is found by its contact, and a message by its words.
"""

import json
from typing import Any, Final

from surgeline.adapters.channels.calls import Calls, unanswered
from surgeline.adapters.desks.chatwoot.settings import ChatwootDesk
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Refused

EARLIER_SECONDS: Final = 60
"""The clock of another server may be so far behind ours."""


class ChatwootApi:
    """The calls, within the time of one send."""

    def __init__(self, calls: Calls, settings: ChatwootDesk, fields: Fields) -> None:
        self._calls = calls
        inbox, account = fields["inbox_identifier"], settings.account_id
        self._public = f"{settings.api_base}/public/api/v1/inboxes/{inbox}"
        self._account = f"{settings.api_base}/api/v1/accounts/{account}"
        self._token = {"api_access_token": fields["api_access_token"]}

    def contact(self, source_id: str, name: str) -> Reply:
        """Make the contact of an offer. A repeat finds the same one."""
        return self._post(f"{self._public}/contacts", {"source_id": source_id, "name": name})

    def conversation(self, source_id: str) -> Reply:
        """Return the contact's only conversation, which is made if there is none."""
        url = f"{self._public}/contacts/{source_id}/conversations"
        reply = self._calls.get(url, {})
        found = _json(reply)
        if isinstance(found, list) and found:
            return Reply(reply.status, json.dumps(found[0]).encode(), None, reply.milliseconds)
        return reply if unanswered(reply) else self._post(url, {})

    def customer(self, source_id: str, conversation: str, text: str, echo_id: str) -> Reply:
        """Write as the customer."""
        url = f"{self._public}/contacts/{source_id}/conversations/{conversation}/messages"
        return self._post(url, {"content": text, "echo_id": echo_id})

    def note(self, conversation: str, text: str) -> Reply:
        """Write a private note."""
        body = {"content": text, "message_type": "outgoing", "private": True}
        return self._post(f"{self._account}/conversations/{conversation}/messages", body)

    def resolve(self, conversation: str) -> Reply:
        """Close the copy of a conversation."""
        url = f"{self._account}/conversations/{conversation}/toggle_status"
        return self._post(url, {"status": "resolved"})

    def has(self, conversation: str, text: str, *, since_ms: int) -> bool | Refused:
        """Return whether a text stands among the newest messages since that time."""
        url = f"{self._account}/conversations/{conversation}/messages"
        reply = self._calls.get(url, self._token)
        if later := unanswered(reply):
            return later
        found = _json(reply)
        listed = found.get("payload") if isinstance(found, dict) else None
        since = since_ms // 1000 - EARLIER_SECONDS
        return any(_is_text(each, text, since) for each in listed or ())

    def _post(self, url: str, body: object) -> Reply:
        headers = {"content-type": "application/json", **self._token}
        return self._calls.post(url, headers, json.dumps(body).encode())


def number_of(reply: Reply) -> str:
    """Return the number of the conversation in an answer, or nothing."""
    found = _json(reply)
    number = found.get("id") if isinstance(found, dict) else None
    return str(number) if isinstance(number, int) else ""


def _json(reply: Reply) -> Any:  # noqa: ANN401 # any JSON
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _is_text(message: Any, text: str, since: int) -> bool:  # noqa: ANN401 # any JSON
    if not isinstance(message, dict) or message.get("content") != text:
        return False
    at = message.get("created_at")
    return not isinstance(at, int) or at >= since
