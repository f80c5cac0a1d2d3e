"""A web chat says from which page its customer writes, and reports tell the page."""

from typing import Any

import pytest

from tests.functions.stage import Stage

PLACE = "/v1/web/web/messages"


def send(stage: Stage, **more: Any) -> int:
    """Let a new visitor write. Return the answer's status."""
    token = stage.request("POST", "/v1/web/web/visitors").json["token"]
    body = {"client_message_id": "m-1", "text": "When are you open?", **more}
    answered = stage.request("POST", PLACE, body, {"authorization": f"Bearer {token}"})
    stage.drain("events")
    return answered.status


def pages(stage: Stage) -> dict[str, int]:
    """Return the pages that the report on contacts tells."""
    found: dict[str, int] = stage.admin("GET", "/v1/admin/reports/contacts").json["pages"]
    return found


def test_the_page_is_kept_without_its_query(stage: Stage) -> None:
    """A token in an address is neither kept nor shown."""
    address = "https://shop.example/cart?token=tok-4711#top"
    assert send(stage, page=address, referrer="https://search.example/?q=x") == 202
    assert pages(stage) == {"https://shop.example/cart": 1}
    assert "tok-4711" not in stage.everything_kept()


def test_a_message_without_a_page_is_fine(stage: Stage) -> None:
    """Nothing is counted for it."""
    assert send(stage) == 202
    assert pages(stage) == {}


@pytest.mark.parametrize("wrong", [7, "", "x" * 2_001, ["https://shop.example"]])
def test_a_page_that_is_no_short_text_is_refused(stage: Stage, wrong: object) -> None:
    """The message is refused with the field's name, and nothing is taken in."""
    assert send(stage, page=wrong) == 400
    assert pages(stage) == {}
