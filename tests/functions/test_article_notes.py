"""A note of an article is read by people who answer, and by no customer."""

import json
from typing import Any

import pytest

from local.virtual.network import Answer
from local.virtual.shop import POOL_URL, articles_file
from tests.functions.drafted import BASE, built, said_to
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

NOTE = "Beyond 50 euros ask a lead."
QUESTION = "When are you open?"


@pytest.fixture
def noted(stage: Stage) -> Stage:
    """Return a shop in which each article has a note, and is for people only."""
    lines = [json.loads(each) for each in articles_file().decode().splitlines()]
    raw = "\n".join(json.dumps(each | {"note": NOTE}) for each in lines).encode()
    assert stage.admin("PUT", BASE, raw).status == 202
    built(stage)
    return stage


def asked(stage: Stage) -> None:
    """Let a customer ask what the article for people answers."""
    body = {"article": "en-hours", "state": "assisted", "reason": "people first"}
    assert stage.admin("PUT", f"{BASE}/states", body).status == 200
    stage.clock.advance(10)
    stage.write(QUESTION, sender="c1")
    stage.drain("events", "deliveries")


def test_a_vendor_reads_the_note_in_the_offer(noted: Stage) -> None:
    """It stands beside the article that may be the answer."""
    got: list[dict[str, Any]] = []

    def takes(post: Any) -> Answer:
        got.append(post.json)
        return Answer()

    noted.home.network.serve(POOL_URL, takes)
    noted.configure(pools=[{"id": "vendor", "kind": "outsourced", "url": POOL_URL}])
    asked(noted)
    [offer] = [each["data"] for each in got if each["type"] == "handoff.offered"]
    assert offer["context"]["candidates"][0]["note"] == NOTE
    assert NOTE not in str(noted.said("c1"))


def test_an_agent_reads_the_note_in_the_console(noted: Stage) -> None:
    """A case at the desk has it with the suggested article."""
    noted.configure(pools=[DESK])
    noted.clock.advance(10)
    mina = sign_in(noted, "Mina", "agent", "desk")
    here = {"state": "here"}
    assert noted.request("PUT", "/v1/staff/desk/presence", here, mina).status == 200
    asked(noted)
    [pool] = noted.request("GET", "/v1/staff/desk", None, mina).json["pools"]
    [case] = pool["cases"]
    path = f"/v1/staff/pools/desk/cases/{case['conversation_id']}"
    shown = noted.request("GET", path, None, mina).json
    assert shown["about"]["suggested"][0]["note"] == NOTE


def test_no_customer_reads_it(noted: Stage) -> None:
    """The answer alone is said. An export and a draft keep the note."""
    assert NOTE not in said_to(noted, "c1", QUESTION)
    whole = noted.admin("GET", f"{BASE}/articles?content=yes").json["articles"]
    assert {each["note"] for each in whole} == {NOTE}
