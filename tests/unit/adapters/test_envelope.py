"""A webhook's body is composed, also from the queued messages of release 0.1.0."""

import json
from typing import Any

from surgeline.application.deliveries.envelope import envelope
from surgeline.application.ports.deliveries import Delivery

AT, WRITTEN = 1_772_366_400_000, "2026-03-01T12:00:00.000Z"


def body(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    delivery = Delivery("n1", "t1", "t1-1", "pool", "vendor", event, 2, AT, payload)
    data: dict[str, Any] = json.loads(envelope(delivery))["data"]
    return data


def test_a_delivery_of_release_0_1_0_is_sent_with_its_times_written_out() -> None:
    """F52: a time that the first release queued as a number is read in a message and in an
    offer.
    """
    message = {"id": "m1", "text": "hi", "at": AT}
    assert body("conversation.message", {"message": message})["message"]["at"] == WRITTEN
    line = {"seq": 1, "speaker": "customer", "text": "hi", "at": AT}
    past = {"conversation_id": "t1-1", "outcome": "solved", "summary": "", "at": AT}
    context = {
        "transcript": [line],
        "past_conversations": [past],
        "customer": {"attributes": {"at": 9e15}},
    }
    sent = body("handoff.offered", {"context": context})["context"]
    assert [sent[name][0]["at"] for name in ("transcript", "past_conversations")] == [WRITTEN] * 2
    assert sent["customer"]["attributes"] == {"at": 9e15}
