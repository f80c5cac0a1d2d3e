"""Zendesk is asked by its Support interface: one call finds a user, one the tickets they opened.

The shapes are those of https://developer.zendesk.com/api-reference/ticketing/. No account has
proved them here.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from surgeline.adapters.customers.system import System
from surgeline.adapters.customers.vendors.calls import (
    Calls,
    Vendor,
    file,
    objects,
    one_of,
    part,
    text,
)
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.customers.file import Found, OpenCase, Profile

_DONE = frozenset({"solved", "closed"})


class Zendesk(Vendor):
    """Looks users and their tickets up, and keeps a case as a ticket."""

    KIND: ClassVar[str] = "zendesk"

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """See Vendor."""
        pair = f"{fields['email']}/token:{fields['api_token']}".encode()
        return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """See Vendor."""
        name = "email" if kind == "email" else "phone"
        asked = urlencode({"query": f'{name}:"{value}"'})
        known = objects(calls.get(f"/api/v2/users/search.json?{asked}"), "users")
        found = one_of(known, lambda each: text(each, name, most=200).lower() == value)
        if isinstance(found, Found):
            return found
        user = text(found, "id")
        place = f"/api/v2/users/{quote(user)}/tickets/requested.json"
        asked = urlencode({"sort_by": "created_at", "sort_order": "desc", "per_page": 20})
        tickets = objects(calls.get(f"{place}?{asked}"), "tickets")
        tags = part(found, "tags")
        named = tuple(str(t)[:80] for t in tags[:20]) if isinstance(tags, list) else ()
        profile = Profile(
            user,
            name=text(found, "name", most=200),
            language=text(found, "locale")[:2].lower(),
            since=text(found, "created_at"),
            tags=named,
            vip="vip" in {each.lower() for each in named},
        )
        root = self.means.settings.url.rstrip("/")
        still = [each for each in tickets if text(each, "status") not in _DONE]
        return file(profile, cases=[_case(each, root) for each in still])

    def case(self, calls: Calls, delivery: Delivery) -> None:
        """See Vendor. Zendesk knows a repeat by the key, and people by the external id."""
        told = delivery.payload
        ticket: dict[str, object] = {
            "subject": f"A customer asks for a person: {told['reason']}",
            "comment": {"body": str(told["text"]) or "(no text)", "public": False},
            "external_id": delivery.conversation_id,
            "tags": ["surgeline"],
        }
        if str(told["customer_id"]).isdigit():
            ticket["requester_id"] = int(str(told["customer_id"]))
        body = json.dumps({"ticket": ticket}).encode()
        calls.post("/api/v2/tickets.json", body, idempotency_key=delivery.id)


def _case(ticket: dict[str, Any], root: str) -> OpenCase:
    number = text(ticket, "id")
    url = f"{root}/agent/tickets/{number}" if number.isdigit() else ""
    return OpenCase(number, text(ticket, "subject", most=200), text(ticket, "status"), url)


SYSTEM = System(
    Zendesk,
    fields={
        "email": "the address of the agent to whom the token belongs",
        "api_token": "Admin Center, Apps and integrations, Zendesk API: an API token",
    },
    keeps=frozenset({"cases"}),
    url_example="https://company.zendesk.com",
)
