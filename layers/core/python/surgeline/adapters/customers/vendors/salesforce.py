"""Salesforce is asked by its REST interface: one query finds a contact, one their open cases.

The shapes are those of https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/.
No account has proved them here. Orders belong to accounts there, so none are told.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from surgeline.adapters.customers.system import System
from surgeline.adapters.customers.vendors.calls import (
    Calls,
    Failed,
    Vendor,
    file,
    objects,
    one_of,
    text,
)
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused
from surgeline.domain.customers.file import Found, OpenCase, Profile

ROOT = "/services/data/v62.0"
TOKEN = "/services/oauth2/token"  # noqa: S105 # a path
TOKEN_SECONDS = 900
CONTACTS = "SELECT Id, Name, Email, Phone, CreatedDate FROM Contact"
CASES = "SELECT Id, Subject, Status FROM Case"
UNAUTHORISED = 401


class Salesforce(Vendor):
    """Looks contacts and their cases up, and keeps a case under an external id of ours."""

    KIND: ClassVar[str] = "salesforce"

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """Return the credentials, which only the call for a token sends."""
        return dict(fields)

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """See Vendor."""
        name = "Email" if kind == "email" else "Phone"
        known = self._query(calls, CONTACTS, f"{name} = {_quoted(value)}")
        found = one_of(known, lambda each: text(each, name, most=200).lower() == value)
        if isinstance(found, Found):
            return found
        contact = text(found, "Id")
        cases = self._query(calls, CASES, f"ContactId = {_quoted(contact)} AND IsClosed = false")
        name, since = text(found, "Name", most=200), text(found, "CreatedDate")
        return file(Profile(contact, name=name, since=since), cases=[self._case(c) for c in cases])

    def case(self, calls: Calls, delivery: Delivery) -> None:
        """See Vendor. The external id makes a repeat the same case."""
        told = delivery.payload
        body: dict[str, object] = {
            "Subject": f"A customer asks for a person: {told['reason']}",
            "Description": told["text"],
            "Origin": "Chat",
        }
        if told["customer_id"]:
            body["ContactId"] = told["customer_id"]
        place = f"{ROOT}/sobjects/Case/Surgeline_Id__c/{quote(delivery.id)}?_HttpMethod=PATCH"
        self._ask(calls, lambda signed: signed.post(place, json.dumps(body).encode()))

    def _case(self, case: dict[str, Any]) -> OpenCase:
        number = text(case, "Id")
        url = f"{self.means.settings.url.rstrip('/')}/{number}" if number.isalnum() else ""
        return OpenCase(number, text(case, "Subject", most=200), text(case, "Status"), url)

    def _query(self, calls: Calls, query: str, where: str) -> list[dict[str, Any]]:
        asked = urlencode({"q": f"{query} WHERE {where} ORDER BY CreatedDate DESC LIMIT 5"})
        return objects(
            self._ask(calls, lambda signed: signed.get(f"{ROOT}/query?{asked}")), "records"
        )

    def _ask(self, calls: Calls, ask: Any) -> Any:  # noqa: ANN401 # JSON
        """Ask with a token that is kept for a while. A token that is refused is forgotten."""
        signed = replace(calls, headers={"authorization": f"Bearer {self._token(calls)}"})
        try:
            return ask(signed)
        except Failed as failed:
            if failed.refused.status == UNAUTHORISED:
                self.means.memory.pop(self.means.settings.url, None)
            raise
        finally:
            calls.spent_milliseconds = signed.spent_milliseconds

    def _token(self, calls: Calls) -> str:
        until, known = self.means.memory.get(self.means.settings.url, (0, ""))
        if until > self.means.now:
            return known
        form = urlencode({"grant_type": "client_credentials", **calls.headers}).encode()
        plain = replace(calls, headers={})
        try:
            answer = plain.post(TOKEN, form, content_type="application/x-www-form-urlencoded")
        finally:
            calls.spent_milliseconds = plain.spent_milliseconds
        token = text(answer, "access_token", most=2_000)
        if not token:
            raise Failed(Refused(outcome="no token was given", final=True, unhealthy=True))
        ends = self.means.now + TOKEN_SECONDS * 1000
        self.means.memory[self.means.settings.url] = (ends, token)
        return token


def _quoted(value: str) -> str:
    """Return a text as SOQL writes it, so that no value ends its own quotes."""
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'"


SYSTEM = System(
    Salesforce,
    fields={
        "client_id": "Setup, App Manager, the connected app: the consumer key",
        "client_secret": "the same page: the consumer secret",
    },
    keeps=frozenset({"cases"}),
    url_example="https://company.my.salesforce.com",
)
