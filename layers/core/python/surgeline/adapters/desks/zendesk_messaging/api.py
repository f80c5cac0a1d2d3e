"""The calls of Zendesk's Conversations API that a desk needs are made here.

A user is known by the offer's id, and its conversation by its user. A message is known by the id
of its delivery in its metadata.
"""

import base64
import json
from typing import Final

from surgeline.adapters.channels.calls import Calls, said, unanswered
from surgeline.adapters.desks.zendesk_messaging.settings import ZendeskMessagingDesk
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Refused

OK: Final = 200
CONFLICT: Final = 409
KNOWN_BY: Final = "surgeline"
"""The metadata under which a message has the id of its delivery."""
TAGS: Final = {"dataCapture.systemField.tags": "surgeline"}
"""The metadata by which the ticket gets its tag."""


class MessagingApi:
    """The calls, within the time of one send."""

    def __init__(self, calls: Calls, settings: ZendeskMessagingDesk, fields: Fields) -> None:
        self._calls = calls
        self._base = base_of(settings)
        self._agents = settings.agents
        self._headers = {"content-type": "application/json", **proof_of(fields)}

    def user(self, external_id: str, name: str) -> Reply:
        """Make the user of an offer. One that is there already is as good."""
        body = {"externalId": external_id, "profile": {"givenName": name}}
        reply = self._post("/users", body)
        if reply.status != CONFLICT:
            return reply
        return Reply(OK, b"{}", None, reply.milliseconds)

    def conversation(self, external_id: str) -> Reply:
        """Return the user's only conversation, which is made if there is none."""
        place = f"{self._base}/conversations?filter[userExternalId]={external_id}"
        reply = self._calls.get(place, self._headers)
        found = said(reply).get("conversations")
        if isinstance(found, list) and found:
            return Reply(
                reply.status,
                json.dumps({"conversation": found[0]}).encode(),
                None,
                reply.milliseconds,
            )
        if unanswered(reply):
            return reply
        participants = [{"userExternalId": external_id, "subscribeSDKClient": False}]
        return self._post("/conversations", {"type": "personal", "participants": participants})

    def customer(self, conversation: str, external_id: str, text: str, key: str) -> Reply:
        """Write as the customer."""
        return self._write(conversation, {"type": "user", "userExternalId": external_id}, text, key)

    def note(self, conversation: str, text: str, key: str) -> Reply:
        """Write as this system. Nobody but the agents reads the conversation."""
        author = {"type": "business", "displayName": "Surgeline"}
        return self._write(conversation, author, text, key)

    def pass_control(self, conversation: str) -> Reply:
        """Pass the conversation to the agents. A second time changes nothing."""
        body = {"switchboardIntegration": self._agents, "metadata": TAGS}
        return self._post(f"/conversations/{conversation}/passControl", body)

    def has(self, conversation: str, key: str) -> bool | Refused:
        """Return whether a message of that key stands among the newest ones."""
        url = f"{self._base}/conversations/{conversation}/messages"
        reply = self._calls.get(url, self._headers)
        if later := unanswered(reply):
            return later
        found = said(reply).get("messages")
        return any(_key_of(each) == key for each in (found if isinstance(found, list) else ()))

    def _write(self, conversation: str, author: dict[str, str], text: str, key: str) -> Reply:
        body = {
            "author": author,
            "content": {"type": "text", "text": text},
            "metadata": {KNOWN_BY: key},
        }
        return self._post(f"/conversations/{conversation}/messages", body)

    def _post(self, place: str, body: object) -> Reply:
        return self._calls.post(f"{self._base}{place}", self._headers, json.dumps(body).encode())


def base_of(settings: ZendeskMessagingDesk) -> str:
    """Return the address of the account's app of conversations."""
    return f"{settings.api_base}/sc/v2/apps/{settings.app_id}"


def proof_of(fields: Fields) -> dict[str, str]:
    """Return the header that proves who we are."""
    whole = f"{fields['key_id']}:{fields['key_secret']}".encode()
    return {"authorization": f"Basic {base64.b64encode(whole).decode()}"}


def number_of(reply: Reply) -> str:
    """Return the id of the conversation in an answer, or nothing."""
    found = said(reply).get("conversation")
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, str) else ""


def _key_of(message: object) -> object:
    metadata = message.get("metadata") if isinstance(message, dict) else None
    return metadata.get(KNOWN_BY) if isinstance(metadata, dict) else None
