"""A webhook's body is made here from a delivery. `deliver` decides when it is sent."""

import json
from collections.abc import Mapping

from surgeline.application.pools.capacity import EVENTS as CAPACITY
from surgeline.application.ports.deliveries import ARTICLES, SUBSCRIPTION, Delivery
from surgeline.domain.times import rfc3339


def envelope(delivery: Delivery) -> bytes:
    """Return the webhook's body, with the same bytes at every try."""
    data: dict[str, object] = {
        "schema": 1,
        "thread_id": delivery.thread_id,
        "conversation_id": delivery.conversation_id,
        "seq": delivery.seq,
    }
    if delivery.target == SUBSCRIPTION or delivery.thread_id == ARTICLES:
        data = {"schema": 1}
    elif delivery.thread_id == CAPACITY:
        del data["thread_id"], data["conversation_id"]
    elif delivery.target == "pool":
        del data["thread_id"]
        data["epoch"] = delivery.epoch
        if delivery.event == "handoff.offered":
            del data["seq"]
    if delivery.offer_id is not None:
        data["offer_id"] = delivery.offer_id
    if delivery.expires_at is not None:
        data["expires_at"] = rfc3339(delivery.expires_at)
    data |= _of_before(delivery.payload)
    whole = {"type": delivery.event, "timestamp": rfc3339(delivery.at), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _of_before(payload: Mapping[str, object]) -> dict[str, object]:
    """Return a queued payload of release 0.1.0 with its times written out.

    That release kept times as numbers, in these places only.
    """
    written = dict(payload)
    if isinstance(message := payload.get("message"), Mapping):
        written["message"] = _timed(message)
    if isinstance(context := payload.get("context"), Mapping):
        lists = {name: context.get(name) for name in ("transcript", "past_conversations")}
        written["context"] = dict(context) | {
            name: [_timed(each) for each in found]
            for name, found in lists.items()
            if isinstance(found, list)
        }
    return written


def _timed(line: Mapping[str, object]) -> dict[str, object]:
    at = line.get("at")
    return dict(line) | ({"at": rfc3339(at)} if isinstance(at, int) else {})
