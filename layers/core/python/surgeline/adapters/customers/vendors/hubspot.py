"""HubSpot is asked by its CRM search: one call finds a contact, one their tickets.

The shapes are those of https://developers.hubspot.com/docs/api/crm/search. No account has proved
them here. HubSpot has no orders that every account uses, so none are told.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from surgeline.adapters.customers.system import System
from surgeline.adapters.customers.vendors.calls import (
    Calls,
    Vendor,
    file,
    objects,
    one_of,
    text,
)
from surgeline.adapters.signing.field_sets import Fields
from surgeline.domain.customers.file import Found, OpenCase, Profile

CONTACTS, TICKETS = "/crm/v3/objects/contacts/search", "/crm/v3/objects/tickets/search"
WANTED = ["email", "phone", "firstname", "lastname", "hs_language", "createdate", "lifecyclestage"]


class HubSpot(Vendor):
    """Looks contacts and their tickets up. It keeps no cases, because HubSpot knows no repeats."""

    KIND: ClassVar[str] = "hubspot"

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """See Vendor."""
        return {"authorization": f"Bearer {fields['access_token']}"}

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """See Vendor."""
        name = "email" if kind == "email" else "phone"
        known = objects(_asked(calls, CONTACTS, name, value, WANTED), "results")
        found = one_of(
            known, lambda each: text(each, "properties", name, most=200).lower() == value
        )
        if isinstance(found, Found):
            return found
        wanted = ["subject", "hs_pipeline_stage"]
        tickets = _asked(calls, TICKETS, "associations.contact", text(found, "id"), wanted)
        stage = text(found, "properties", "lifecyclestage")
        first, last = (text(found, "properties", each) for each in ("firstname", "lastname"))
        profile = Profile(
            text(found, "id"),
            name=f"{first} {last}".strip(),
            language=text(found, "properties", "hs_language")[:2].lower(),
            since=text(found, "properties", "createdate"),
            tags=(stage,) if stage else (),
        )
        return file(profile, cases=[_case(each) for each in objects(tickets, "results")])


def _asked(calls: Calls, place: str, name: str, value: str, wanted: list[str]) -> Any:  # noqa: ANN401 # JSON
    one = {"propertyName": name, "operator": "EQ", "value": value}
    body = {"filterGroups": [{"filters": [one]}], "properties": wanted, "limit": 5}
    return calls.post(place, json.dumps(body).encode())


def _case(ticket: dict[str, Any]) -> OpenCase:
    subject = text(ticket, "properties", "subject", most=200)
    return OpenCase(text(ticket, "id"), subject, text(ticket, "properties", "hs_pipeline_stage"))


SYSTEM = System(
    HubSpot,
    fields={"access_token": "Settings, Integrations, Private apps, the app: its access token"},
    url_example="https://api.hubapi.com",
)
