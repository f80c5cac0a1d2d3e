"""Shopify is asked by its Admin GraphQL interface: one call finds a customer with their orders.

The shapes are those of https://shopify.dev/docs/api/admin-graphql. No account has proved them here.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from surgeline.adapters.customers.reading import link
from surgeline.adapters.customers.system import System
from surgeline.adapters.customers.vendors.calls import (
    Calls,
    Failed,
    Vendor,
    file,
    number,
    objects,
    one_of,
    part,
    text,
)
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.targets import Refused
from surgeline.domain.customers.file import Found, Order, Profile

PLACE = "/admin/api/2025-07/graphql.json"
QUERY = """query($q: String!) { customers(first: 3, query: $q) { nodes { id displayName locale
createdAt tags amountSpent { amount currencyCode } defaultEmailAddress { emailAddress }
defaultPhoneNumber { phoneNumber } orders(first: 5, sortKey: CREATED_AT, reverse: true) { nodes { id
name createdAt cancelledAt displayFinancialStatus displayFulfillmentStatus subtotalLineItemsQuantity
totalPriceSet { shopMoney { amount currencyCode } }
fulfillments(first: 1) { trackingInfo(first: 1) { company url } } } } } } }"""
_STATES: Mapping[str, str] = {
    "FULFILLED": "shipped",
    "PARTIALLY_FULFILLED": "packed",
    "IN_PROGRESS": "packed",
}


class Shopify(Vendor):
    """Looks customers up in a shop. It keeps no cases."""

    KIND: ClassVar[str] = "shopify"

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """See Vendor."""
        return {"x-shopify-access-token": fields["access_token"]}

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """See Vendor."""
        term = f'email:"{value}"' if kind == "email" else f'phone:"{value}"'
        body = json.dumps({"query": QUERY, "variables": {"q": term}}).encode()
        answer = calls.post(PLACE, body)
        if part(answer, "errors"):
            raise Failed(Refused(outcome=f"refused: {_code(answer)}", final=True, unhealthy=True))
        found = one_of(
            objects(answer, "data", "customers", "nodes"),
            lambda each: value in (_mail(each), text(each, "defaultPhoneNumber", "phoneNumber")),
        )
        return found if isinstance(found, Found) else _file(found)


def _mail(customer: dict[str, Any]) -> str:
    return text(customer, "defaultEmailAddress", "emailAddress", most=200).lower()


def _code(answer: object) -> str:
    errors = part(answer, "errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return text(first, "extensions", "code") or "an error"


def _file(customer: dict[str, Any]) -> Found:
    tags = part(customer, "tags")
    named = [str(each)[:80] for each in tags[:20]] if isinstance(tags, list) else []
    profile = Profile(
        text(customer, "id"),
        name=text(customer, "displayName", most=200),
        language=text(customer, "locale")[:2].lower(),
        since=text(customer, "createdAt"),
        tags=tuple(named),
        vip="vip" in {each.lower() for each in named},
        value=number(customer, "amountSpent", "amount"),
        currency=text(customer, "amountSpent", "currencyCode"),
    )
    return file(profile, [_order(each) for each in objects(customer, "orders", "nodes")])


def _order(order: dict[str, Any]) -> Order:
    shipped = objects(part(order, "fulfillments") or [])
    tracking = objects(part(shipped[0], "trackingInfo") or []) if shipped else []
    where: dict[str, Any] = tracking[0] if tracking else {}
    items = part(order, "subtotalLineItemsQuantity")
    return Order(
        text(order, "id"),
        number=text(order, "name").lstrip("#"),
        status=_state(order),
        placed_at=text(order, "createdAt"),
        amount=text(order, "totalPriceSet", "shopMoney", "amount"),
        currency=text(order, "totalPriceSet", "shopMoney", "currencyCode"),
        items=items if isinstance(items, int) else None,
        carrier=text(where, "company"),
        tracking_url=link(part(where, "url")),
    )


def _state(order: dict[str, Any]) -> str:
    if part(order, "cancelledAt"):
        return "cancelled"
    paid = text(order, "displayFinancialStatus")
    if paid == "REFUNDED":
        return "returned"
    usual = "paid" if paid == "PAID" else "open"
    return _STATES.get(text(order, "displayFulfillmentStatus"), usual)


SYSTEM = System(
    Shopify,
    fields={"access_token": "Settings, Apps, Develop apps, the app: the Admin API access token"},
    url_example="https://my-shop.myshopify.com",
)
