"""The calls of Zendesk's API that a desk needs are made here, and their answers are read.

A ticket that is made twice under one key is one ticket. A comment is known by its words.
"""

import base64
import json
from typing import Any, Final

from surgeline.adapters.channels.calls import Calls, said, unanswered
from surgeline.adapters.desks.zendesk.settings import ZendeskDesk
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.deliveries import Posts, Reply, SendFailed
from surgeline.application.ports.targets import Refused

NAME_SECONDS: Final = 2.0
MOST_NAME: Final = 100
OK: Final = 200


class ZendeskApi:
    """The calls, within the time of one send."""

    def __init__(self, calls: Calls, settings: ZendeskDesk, fields: Fields) -> None:
        self._calls = calls
        self._base = f"{settings.api_base}/api/v2"
        self._headers = {"content-type": "application/json", **proof_of(fields)}

    def ticket(self, ticket: dict[str, object], key: str) -> Reply:
        """Make a ticket. A repeat under the same key makes no other one."""
        headers = {**self._headers, "idempotency-key": key}
        body = json.dumps({"ticket": ticket}).encode()
        return self._calls.post(f"{self._base}/tickets.json", headers, body)

    def note(self, ticket: str, text: str, *, status: str | None = None) -> Reply:
        """Write a private comment, and set the status if one is given."""
        change: dict[str, object] = {"comment": {"body": text, "public": False}}
        change |= {"status": status} if status else {}
        body = json.dumps({"ticket": change}).encode()
        return self._calls.put(f"{self._base}/tickets/{ticket}.json", self._headers, body)

    def has(self, ticket: str, text: str) -> bool | Refused:
        """Return whether a text stands among the ticket's newest comments."""
        url = f"{self._base}/tickets/{ticket}/comments.json?sort_order=desc&page[size]=20"
        reply = self._calls.get(url, self._headers)
        if later := unanswered(reply):
            return later
        found = said(reply).get("comments")
        listed = found if isinstance(found, list) else []
        return any(isinstance(each, dict) and each.get("body") == text for each in listed)


def proof_of(fields: Fields) -> dict[str, str]:
    """Return the header that proves who we are."""
    whole = f"{fields['email']}/token:{fields['api_token']}".encode()
    return {"authorization": f"Basic {base64.b64encode(whole).decode()}"}


def name_of(posts: Posts, pool: PoolSettings, fields: Fields, person: str) -> str | None:
    """Return an agent's name, or None where Zendesk does not tell it in time."""
    if not person.isdigit():
        return None
    url = f"{pool.own(ZendeskDesk).api_base}/api/v2/users/{person}.json"
    try:
        reply = posts.get(url, proof_of(fields), timeout_seconds=NAME_SECONDS)
    except SendFailed:
        return None
    user = said(reply).get("user")
    name = user.get("name") if isinstance(user, dict) else None
    return name.strip()[:MOST_NAME] or None if isinstance(name, str) else None


def number_of(reply: Reply) -> str:
    """Return the number of the ticket in an answer, or nothing."""
    ticket: Any = said(reply).get("ticket")
    number = ticket.get("id") if isinstance(ticket, dict) else None
    return str(number) if isinstance(number, int) else ""
