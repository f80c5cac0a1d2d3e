"""Placeholders of an answer, filled with what the channel says of the customer."""

import pytest

from local.virtual.shop import ARTICLES, articles_file
from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop"
ANSWER = "Hello {first_name|there}, you have {points|no} points. {{}}"


@pytest.fixture
def greeting(stage: Stage) -> Stage:
    """Return a stage whose article about the hours greets by name."""
    raw = articles_file((ARTICLES[0] | {"answer": ANSWER}, ARTICLES[1]))
    version = stage.admin("PUT", PATH, raw).json["version"]
    stage.upload(f"knowledge-sources/shop/{version}.jsonl", raw)
    stage.clock.advance(60)
    return stage


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        ({"first_name": "Kim", "points": 0}, "Hello Kim, you have 0 points. {}"),
        ({"first_name": ""}, "Hello there, you have no points. {}"),
        ({"other": "x"}, "Hello there, you have no points. {}"),
        (None, "Hello there, you have no points. {}"),
        ({"first_name": "{points|many}"}, "Hello {points|many}, you have no points. {}"),
    ],
)
def test_an_answer_is_filled_or_falls_back(
    greeting: Stage, customer: dict[str, object] | None, said: str
) -> None:
    """An unknown or empty value falls back, and a value is never read as a placeholder itself."""
    more = {"customer": customer} if customer is not None else {}
    greeting.write("When are you open?", **more)
    greeting.drain("events")
    assert greeting.said()[-1] == ("bot", said)


def test_what_was_said_of_the_customer_is_remembered(greeting: Stage) -> None:
    """An answer names the attributes that the customer's channel gave last, across
    conversations, and nobody else's.
    """
    # Given
    greeting.write("Hello", customer={"first_name": "Kim", "points": 7})
    greeting.write("Hello", customer={"first_name": "Min"})
    greeting.write("Hello")
    # When
    greeting.write("When are you open?")
    greeting.write("When are you open?", sender="c2")
    greeting.drain("events")
    # Then
    assert greeting.said()[-1] == ("bot", "Hello Min, you have no points. {}")
    assert greeting.said("c2")[-1] == ("bot", "Hello there, you have no points. {}")
