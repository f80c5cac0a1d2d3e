"""The customer's and the agent's signs reach each other: who types, and what was seen."""

import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.staff.customer_signs import MOST_PAGES
from surgeline.application.staff.tickets import room_of
from surgeline.domain.times import rfc3339

from tests.functions.signed_in import DESK
from tests.functions.stage import Stage
from tests.functions.test_console import Agent, connecting
from tests.functions.test_web_chat import MESSAGES, message, visitor

pytestmark = pytest.mark.enable_socket  # offers go out to a vendor that nobody plays


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop, whose one pool is a desk."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[DESK])
    return made


def chatting(stage: Stage) -> tuple[Agent, Any]:
    """Return an agent with a conversation. The customer's page is `page`, and the desk `desk`."""
    mina = Agent(stage, "Mina")
    mina.be("here")
    protocols = mina.ask("POST", "desk/ticket", {"pool_id": "desk"}).json["protocols"]
    stage.call("web_chat", connecting("desk", protocols))
    me = visitor(stage)
    token = me["authorization"].removeprefix("Bearer ")
    about = {"routeKey": "$connect", "connectionId": "page"}
    stage.call("web_chat", {"requestContext": about, "queryStringParameters": {"token": token}})
    stage.request("POST", MESSAGES, message("I want to talk to a person"), me)
    stage.drain()
    [case] = mina.cases()
    return mina, case


def says(stage: Stage, body: str) -> None:
    """Let the customer's page say something over its socket."""
    stage.clock.advance(1)
    about = {"routeKey": "$default", "connectionId": "page"}
    answered = stage.call("web_chat", {"requestContext": about, "body": body})
    assert answered == {"statusCode": 200}


def heard(stage: Stage, connection_id: str, type_: str) -> list[Any]:
    """Return what was pushed to a connection."""
    pushed = [json.loads(text) for connection, text in stage.pushed if connection == connection_id]
    return [each for each in pushed if each["type"] == type_]


def test_the_customers_signs_reach_the_desk_that_has_the_conversation(stage: Stage) -> None:
    """Nothing is told before a person has it, and a sign each second at most after that."""
    mina, case = chatting(stage)
    says(stage, '{"type": "typing"}')
    assert heard(stage, "desk", "sign") == []
    mina.say("handoff.accepted", case)
    stage.drain()
    says(stage, '{"type": "typing"}')
    says(stage, '{"type": "seen", "seq": 3}')
    stage.clock.advance(-1)
    says(stage, '{"type": "seen", "seq": 4}')
    about = {"type": "sign", "conversation_id": case["conversation_id"]}
    assert heard(stage, "desk", "sign") == [
        {**about, "sign": "typing"},
        {**about, "sign": "seen", "seq": 3},
    ]


@pytest.mark.parametrize(
    "body",
    [
        *('{"type": "ping"}', "", "[]", "{", "7", '{"type": ["typing"]}', '{"type": "seen"}'),
        *('{"type": "seen", "seq": "3"}', '{"type": "seen", "seq": true}', "[" * 10_000),
        '{"type": "typing", "more": "' + "x" * 100 + '"}',
    ],
)
def test_what_is_no_sign_is_told_to_nobody(stage: Stage, body: str) -> None:
    """A ping, or anything that a page never says, ends well and goes nowhere."""
    mina, case = chatting(stage)
    mina.say("handoff.accepted", case)
    stage.drain()
    says(stage, body)
    assert heard(stage, "desk", "sign") == []


def test_the_page_hears_that_its_words_were_seen(stage: Stage) -> None:
    """Only the pool that has the conversation may say it, and the name is the person's."""
    mina, case = chatting(stage)
    assert mina.say("seen", case).status == 409
    mina.say("handoff.accepted", case)
    stage.drain()
    [case] = mina.cases()
    assert mina.say("seen", case, agent={"name": "The Boss"}).status == 202
    assert mina.say("seen", case, at="2026-03-01T11:00:00Z").status == 202
    now = rfc3339(stage.clock.now())
    assert heard(stage, "page", "seen") == [
        {"type": "seen", "agent": "Mina", "at": now},
        {"type": "seen", "agent": "Mina", "at": "2026-03-01T11:00:00.000Z"},
    ]
    assert mina.say("seen", {**case, "epoch": case["epoch"] + 1}).status == 409


def test_a_large_desk_hears_no_signs(stage: Stage) -> None:
    """A sign goes to each open page of a desk, so that many pages would make it dear."""
    mina, case = chatting(stage)
    mina.say("handoff.accepted", case)
    stage.drain()
    until = stage.clock.now() + 60_000
    for number in range(MOST_PAGES):
        stage.home.backend.sockets().join(room_of("desk"), f"more-{number}", expires_at=until)
    says(stage, '{"type": "typing"}')
    assert heard(stage, "desk", "sign") == []
