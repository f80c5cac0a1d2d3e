"""The file of a customer, as the company's own system has it, is put into words for tools here.

It comes redacted to the pool's level, and a line is left out where nothing is known.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

HEADING: Final = "The customer in your own system"
_UNTOLD: Final[Mapping[str, str]] = {
    "unknown": "nobody of this address is known there",
    "many": "several customers fit, and none is guessed",
    "unavailable": "it can't be asked now",
    "unproven": "the channel does not prove who writes",
}


def file_lines(data: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the lines of a customer's file, or why there is none. One that is asked for is none."""
    if data is None or data["state"] not in ("found", *_UNTOLD):
        return
    yield ""
    yield HEADING
    if data["state"] != "found":
        yield f"- {_UNTOLD[data['state']]}"
        return
    yield f"- {_profile(data['profile'])}"
    yield from (f"- Order {_order(each)}" for each in data["orders"])
    yield from (f"- Case {_case(each)}" for each in data["cases"])
    if not data["is_complete"]:
        yield "- (more orders or cases are there)"


def elsewhere_lines(found: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how the customer's conversations over other channels ended."""
    if found:
        yield ""
        yield "Earlier conversations over other channels"
        for each in found:
            summary = each.get("summary") or each.get("outcome") or ""
            yield f"- {each['channel_id']}, {str(each['at'])[:10]}: {summary}"


def _profile(profile: Mapping[str, Any]) -> str:
    value = profile.get("value")
    parts = (
        str(profile.get("name") or "") or f"customer {profile.get('id')}",
        "VIP" if profile.get("vip") else "",
        f"since {profile['since']}" if profile.get("since") else "",
        f"bought for {value} {profile.get('currency') or ''}".strip() if value is not None else "",
        ", ".join(map(str, profile.get("tags") or ())),
    )
    return ", ".join(filter(None, parts))


def _order(order: Mapping[str, Any]) -> str:
    parts = (
        f"{order.get('number') or order.get('id')}: {order.get('status') or 'state unknown'}",
        str(order.get("placed_at") or "")[:10],
        f"{order.get('amount') or ''} {order.get('currency') or ''}".strip(),
        str(order.get("carrier") or ""),
        str(order.get("tracking_url") or ""),
    )
    return ", ".join(filter(None, parts))


def _case(case: Mapping[str, Any]) -> str:
    parts = (
        f"{case.get('subject') or case.get('id')}: {case.get('status') or 'state unknown'}",
        str(case.get("url") or ""),
    )
    return ", ".join(filter(None, parts))
