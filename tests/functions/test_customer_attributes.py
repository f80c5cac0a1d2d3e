"""What a channel says of a customer: checked at the door, shown to the pool that is asked."""

from typing import Any

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

WANT = "I want to talk to a person"


@pytest.mark.enable_socket
def test_a_pool_is_told_what_the_channel_said_of_the_customer(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A pool gets the channel's attributes with the offer, and card numbers are taken out of
    them.
    """
    customer = {"name": "Kim", "orders": 3, "note": "paid with 4111 1111 1111 1111"}
    assert wired.write(WANT, customer=customer).status == 202
    wired.drain("events", "deliveries")
    [offer] = [body["data"] for _, body in endpoint.got if body["type"] == "handoff.offered"]
    shown = customer | {"note": "paid with [card]"}
    assert offer["context"]["customer"]["attributes"] == shown


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        ("Kim", "customer"),
        ([], "customer"),
        ({"Name": "Kim"}, "customer"),
        ({"": "x"}, "customer"),
        ({f"f{n}": 1 for n in range(21)}, "customer"),
        ({f"f{n}": "한" * 100 for n in range(20)}, "customer"),
        ({"name": "x" * 201}, "customer.name"),
        ({"name": None}, "customer.name"),
        ({"name": {"first": "Kim"}}, "customer.name"),
    ],
)
def test_b31_wrong_attributes_are_refused_with_their_place(
    stage: Stage, customer: Any, field: str
) -> None:
    """Wrong attributes are 400 with their place before anything is kept."""
    answer = stage.write("hello", customer=customer)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
    assert stage.step("events") is None


@pytest.mark.parametrize("customer", [None, {}])
def test_no_attributes_are_no_error(stage: Stage, customer: Any) -> None:
    """A null or an empty object of attributes is accepted and says nothing."""
    assert stage.write("hello", customer=customer).status == 202
