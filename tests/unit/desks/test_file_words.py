"""The file of a customer is put into words for people in their own tools."""

from typing import Any

import pytest
from surgeline.adapters.desks.file_words import HEADING, elsewhere_lines, file_lines
from surgeline.adapters.desks.wording import offer_lines
from surgeline.application.ports.deliveries import Delivery

FILE: dict[str, Any] = {
    "state": "found",
    "profile": {
        "id": "c-17", "name": "Kim", "since": "2021-04-01", "vip": True, "value": 912.5,
        "currency": "EUR", "tags": ["wholesale", "lamps"],
    },
    "orders": [{"id": "o-9", "number": "1042", "status": "shipped"}, {"id": "o-8"}],
    "cases": [{"id": "k-1", "subject": "Scratch", "status": "open", "url": "https://crm.test/k-1"}],
    "is_complete": False,
}  # fmt: skip


def test_a_file_is_a_line_for_each_thing() -> None:
    """The profile, each order and each case is a line, and what is not known is left out."""
    assert list(file_lines(FILE)) == [
        "",
        HEADING,
        "- Kim, VIP, since 2021-04-01, bought for 912.5 EUR, wholesale, lamps",
        "- Order 1042: shipped",
        "- Order o-8: state unknown",
        "- Case Scratch: open, https://crm.test/k-1",
        "- (more orders or cases are there)",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("many", "several customers fit, and none is guessed"),
        ("unavailable", "it can't be asked now"),
        ("unknown", "nobody of this address is known there"),
        ("unproven", "the channel does not prove who writes"),
    ],
)
def test_a_file_that_is_not_there_says_why(state: str, said: str) -> None:
    """What could not be found out is said in its place."""
    assert list(file_lines({"state": state}))[-1] == f"- {said}"


@pytest.mark.parametrize("data", [None, {"state": "asked"}, {"state": "of a newer release"}])
def test_nothing_is_said_of_a_file_that_is_asked_for(data: dict[str, Any] | None) -> None:
    """Without a system, or while it is asked, nothing stands there."""
    assert list(file_lines(data)) == []


def test_an_offer_after_the_look_up_has_the_file() -> None:
    """The words of an offer hold the file that its context has."""
    context = {
        "transcript": [],
        "transcript_is_complete": True,
        "customer": {"channel_id": "app", "attributes": {}},
        "candidates": [],
        "customer_data": FILE,
    }
    offer = Delivery(
        id="n1",
        thread_id="t1",
        conversation_id="t1-1",
        target="pool",
        target_id="team",
        event="handoff.offered",
        epoch=1,
        at=0,
        payload={"reason": "no_answer", "language": None, "context": context},
    )
    assert "- Order 1042: shipped" in list(offer_lines(offer))


def test_other_channels_are_named_with_their_ends() -> None:
    """Conversations over other channels are lines with their day and what came of them."""
    ends = [{"channel_id": "mail", "at": "2026-02-01T09:00:00Z", "summary": "Sent a new lamp"}]
    assert list(elsewhere_lines(ends))[-1] == "- mail, 2026-02-01: Sent a new lamp"
    assert list(elsewhere_lines([])) == []
