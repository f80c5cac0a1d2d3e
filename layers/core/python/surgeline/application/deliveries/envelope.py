"""A webhook's body, and times as they leave the system. What is sent, and when, is `deliver`'s."""

import json

from surgeline.application.pools.capacity import EVENTS as CAPACITY
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.times import rfc3339


def envelope(delivery: Delivery) -> bytes:
    """The webhook's body: the same bytes at every try."""
    data: dict[str, object] = {
        "schema": 1,
        "thread_id": delivery.thread_id,
        "conversation_id": delivery.conversation_id,
        "seq": delivery.seq,
    }
    if delivery.thread_id == CAPACITY:
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
    data |= {key: with_times(each) for key, each in delivery.payload.items()}
    whole = {"type": delivery.event, "timestamp": rfc3339(delivery.at), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def with_times(value: object) -> object:
    """JSON with every `at` inside as it leaves the system."""
    if isinstance(value, dict):
        return {
            key: rfc3339(each) if key == "at" and isinstance(each, int) else with_times(each)
            for key, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [with_times(each) for each in value]
    return value
