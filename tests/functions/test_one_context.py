"""A pool and the console read all that is known of a customer in one go."""

from typing import Any

import pytest

from tests.functions.company_system import KIM, Pool, System, connect
from tests.functions.stage import Stage

PERSON = "I want to talk to a person"
PATH = "/v1/pools/vendor/contexts"
ABOUT = {"email": "kim@example.com", "plan": "gold"}


@pytest.fixture
def known(stage: Stage) -> dict[str, Any]:
    """Return the offer of a conversation whose customer was found."""
    pool, system = Pool(stage), System(stage)
    system.answer = KIM | {"orders": KIM["orders"] * 5}
    connect(stage)
    stage.write("What is the return window?", customer=ABOUT)
    stage.write(PERSON, customer=ABOUT)
    stage.drain()
    return pool.offer()


def test_a_pool_reads_it_once_it_is_offered(stage: Stage, known: dict[str, Any]) -> None:
    """It has the profile, orders and cases that came after the offer, and what was tried."""
    asked = {"conversation_id": known["conversation_id"]}
    answered = stage.signed(PATH, asked)
    assert answered.status == 200
    found = answered.json
    assert found["customer_data"]["state"] == "found"
    assert found["customer_data"]["profile"]["name"] == "Kim"
    assert len(found["customer_data"]["orders"]) == 5
    assert found["customer"]["attributes"] == {"email": "[e-mail]", "plan": "gold"}
    assert found["tried"]
    assert len(answered.text.encode()) <= 20_000


def test_another_pool_and_a_forged_request_read_nothing(
    stage: Stage, known: dict[str, Any]
) -> None:
    """A pool that is not asked gets 404, and a wrong signature 401."""
    asked = {"conversation_id": known["conversation_id"]}
    assert stage.signed("/v1/pools/night/contexts", asked).status == 404
    assert stage.signed(PATH, {"conversation_id": "t" + "a" * 26 + "-1"}).status == 404
    assert stage.signed(PATH, {}).status == 400
    assert stage.request("POST", PATH, asked).status == 401


def test_reading_it_again_asks_nobody(stage: Stage, known: dict[str, Any]) -> None:
    """It is read from what the conversation has, so that its time is not the system's."""
    asked = {"conversation_id": known["conversation_id"]}
    began = len(stage.logged("customers:data"))
    first, *others = [stage.signed(PATH, asked).json for _ in range(3)]
    stage.drain()
    assert began == 1
    assert len(stage.logged("customers:data")) == 1
    assert all(each["customer_data"] == first["customer_data"] for each in others)


def resolved(stage: Stage, pool: Pool, summary: str) -> None:
    """Have the pool take its newest offer, and close the conversation."""
    offer = pool.offer()
    about = {name: offer[name] for name in ("conversation_id", "offer_id")}
    epoch = stage.pool("handoff.accepted", about).json["epoch"]
    mine = {"conversation_id": about["conversation_id"], "epoch": epoch}
    end = {**mine, "outcome": "solved", "summary": summary}
    assert stage.pool("conversation.resolved", end).status == 202
    stage.drain()


def test_the_same_customer_s_other_threads_are_told_until_one_is_erased(stage: Stage) -> None:
    """Proven identities link them. A stranger sees nothing of it, and an erasure ends it."""
    pool, system = Pool(stage), System(stage)
    connect(stage)
    stage.write(PERSON, sender="c1", customer=ABOUT)
    stage.drain()
    resolved(stage, pool, "Sent a new cover.")
    stage.write(PERSON, sender="c2", customer=ABOUT)
    stage.drain()
    asked = {"conversation_id": pool.offer()["conversation_id"]}
    [end] = stage.signed(PATH, asked).json["elsewhere"]
    assert (end["channel_id"], end["summary"]) == ("shop", "Sent a new cover.")
    system.answer = KIM | {"customer": {"id": "c-99"}}
    stage.write(PERSON, sender="c3", customer=ABOUT)
    stage.drain()
    other = {"conversation_id": pool.offer()["conversation_id"]}
    assert stage.signed(PATH, other).json["elsewhere"] == []
    assert (
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "c1"}).status == 202
    )
    stage.drain()
    assert stage.signed(PATH, asked).json["elsewhere"] == []
