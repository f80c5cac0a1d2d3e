"""A pool that passes a conversation on says why, and the next pool knows what it knew."""

import json

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask


@pytest.mark.enable_socket
def test_the_next_pool_is_told_the_reason_and_the_notes(two: Stage, endpoint: Endpoint) -> None:
    """The transfer is warm, and the customer is told of it as a transfer."""
    ask(two, "c1")
    mine = accept(two)
    two.pool("note.added", mine | {"text": "has a photo, mail kim@example.com"})
    two.pool("conversation.transferred", mine | {"to": "second", "reason": "billing"})
    two.drain("events", "deliveries")
    offer = [body for _, body in endpoint.got if body["type"] == "handoff.offered"][-1]
    context = offer["data"]["context"]
    assert [each["text"] for each in context["notes"]] == ["has a photo, mail kim@example.com"]
    [handover] = context["handovers"]
    assert (handover["event"], handover["reason"]) == ("conversation.transferred", "billing")
    assert "passing you on to someone else" in two.said()[-1][1]


@pytest.mark.enable_socket
def test_a_page_of_the_transcript_has_the_notes_of_its_part(two: Stage, endpoint: Endpoint) -> None:
    """A note that the offer had no room for is fetched with what was said around it."""
    del endpoint
    ask(two, "c1")
    mine = accept(two)
    two.pool("note.added", mine | {"text": "has a photo"})
    two.drain("events")
    asked = {"conversation_id": mine["conversation_id"]}
    page = two.signed("/v1/pools/vendor/transcripts", asked).json
    assert [each["text"] for each in page["notes"]] == ["has a photo"]


def test_a_transfer_to_an_unknown_pool_is_refused(stage: Stage) -> None:
    """A typing mistake is told to the vendor, who keeps the conversation."""
    ask(stage, "c1")
    mine = accept(stage)
    answer = stage.pool("conversation.transferred", mine | {"to": "nope"})
    assert (answer.status, answer.json["error"]["field"]) == (400, "data.to")
    stage.drain("events")
    assert stage.thread().conversation.owner.pool_id == "vendor"


@pytest.mark.enable_socket
@pytest.mark.parametrize("value", [9e15, 5, True])
def test_a_customers_own_attribute_called_at_is_no_time(
    wired: Stage, endpoint: Endpoint, value: object
) -> None:
    """A customer's attribute named `at` reaches the pool as the channel said it, and blocks no
    send.
    """
    wired.write("I want to talk to a person", customer={"at": value, "plan": "gold"})
    wired.drain("events", "deliveries")
    [offer] = [body["data"] for _, body in endpoint.got if body["type"] == "handoff.offered"]
    assert json.dumps(offer["context"]["customer"]["attributes"]["at"]) == json.dumps(value)
    assert offer["context"]["transcript"][0]["at"].endswith("Z")


@pytest.mark.enable_socket
def test_what_may_be_the_answer_is_told_with_its_text(wired: Stage, endpoint: Endpoint) -> None:
    """A vendor can read the candidates that it is offered."""
    wired.write("shop")
    wired.drain("events", "deliveries")
    [offer] = [body["data"] for _, body in endpoint.got if body["type"] == "handoff.offered"]
    assert [each["title"] for each in offer["context"]["candidates"]] == [
        "Opening hours",
        "Return window",
    ]
    assert "9 to 18" in offer["context"]["candidates"][0]["answer"]
