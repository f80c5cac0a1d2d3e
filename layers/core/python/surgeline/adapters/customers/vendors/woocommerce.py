"""WooCommerce is asked by its REST interface: one call finds a customer, one their orders.

The shapes are those of https://woocommerce.github.io/woocommerce-rest-api-docs/ (wc/v3). No account
has proved them here.
"""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from surgeline.adapters.customers.system import System
from surgeline.adapters.customers.vendors.calls import (
    UNPROVEN,
    Calls,
    Vendor,
    file,
    objects,
    one_of,
    text,
)
from surgeline.adapters.signing.field_sets import Fields
from surgeline.domain.customers.file import Found, Order, Profile

ROOT = "/wp-json/wc/v3"
CUSTOMER = "id,email,first_name,last_name,date_created_gmt"
ORDER = "id,number,status,date_created_gmt,total,currency,line_items"
_STATES: Mapping[str, str] = {
    "pending": "open",
    "on-hold": "open",
    "failed": "open",
    "processing": "paid",
    "completed": "shipped",
    "cancelled": "cancelled",
    "refunded": "returned",
}


class WooCommerce(Vendor):
    """Looks customers up in a shop by their mail address. It keeps no cases."""

    KIND: ClassVar[str] = "woocommerce"

    def headers(self, fields: Fields) -> Mapping[str, str]:
        """See Vendor."""
        pair = f"{fields['consumer_key']}:{fields['consumer_secret']}".encode()
        return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def find(self, calls: Calls, kind: str, value: str) -> Found:
        """See Vendor. The interface finds nobody by a phone number."""
        if kind != "email":
            return UNPROVEN
        asked = urlencode({"email": value, "role": "all", "per_page": 3, "_fields": CUSTOMER})
        known = objects(calls.get(f"{ROOT}/customers?{asked}"))
        found = one_of(known, lambda each: text(each, "email", most=200).lower() == value)
        if isinstance(found, Found):
            return found
        user = text(found, "id")
        asked = urlencode({"customer": user, "per_page": 5, "orderby": "date", "_fields": ORDER})
        orders = objects(calls.get(f"{ROOT}/orders?{asked}"))
        name = f"{text(found, 'first_name')} {text(found, 'last_name')}".strip()
        since = text(found, "date_created_gmt")
        profile = Profile(user, name=name, since=f"{since}Z" if since else "")
        return file(profile, [_order(each) for each in orders])


def _order(order: dict[str, Any]) -> Order:
    placed, lines = text(order, "date_created_gmt"), order.get("line_items")
    state = text(order, "status")
    return Order(
        text(order, "id"),
        number=text(order, "number"),
        status=_STATES.get(state, state),
        placed_at=f"{placed}Z" if placed else "",
        amount=text(order, "total"),
        currency=text(order, "currency"),
        items=len(lines) if isinstance(lines, list) else None,
    )


SYSTEM = System(
    WooCommerce,
    fields={
        "consumer_key": "WooCommerce, Settings, Advanced, REST API: a key that may read",
        "consumer_secret": "the same page, shown once",
    },
    url_example="https://shop.example",
)
