"""Routing steps and priorities follow what is known of a customer, and say so."""

from typing import Any

import pytest

from local.virtual.shop import ARTICLES, articles_file
from tests.functions.company_system import KIM, Pool, System, connect
from tests.functions.stage import Stage

PERSON = "I want to talk to a person"
SEGMENTS = [
    {"name": "gold", "attributes": {"plan": "gold"}, "priority": 3},
    {"name": "vip", "vip": True, "priority": 2},
]
STEPS = [
    {"pools": ["night"], "segments": ["gold", "vip"], "seconds": 60},
    {"pools": ["vendor"]},
]


def routed(stage: Stage, **more: Any) -> Pool:
    """Give the shop segments, a pool for some of them, and a pool for all."""
    pool = Pool(stage)
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["routing"] |= {"segments": SEGMENTS, "steps": STEPS}
    document["pools"] = [each | more for each in document["pools"]]
    answered = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answered.status == 200, answered.text
    stage.clock.advance(10)
    return pool


def ask(stage: Stage, sender: str, **customer: Any) -> str:
    """Have a customer ask for a person. Return the first pool that was asked."""
    assert stage.write(PERSON, sender=sender, customer=customer).status == 202
    stage.drain()
    handoff = stage.thread(sender).conversation.handoff
    return str(handoff.offers[0].pool_id) if handoff.offers else ""


def explained(stage: Stage, sender: str) -> list[str]:
    """Return why pools were asked, as `surgeline routing explain` prints it."""
    conversation = stage.thread(sender).conversation.id
    shown = stage.admin("GET", f"/v1/admin/conversations/{conversation}").json
    return [line for each in shown["entries"] for line in each["routing"]]


def test_a_step_is_for_its_segments_and_says_why_not(stage: Stage) -> None:
    """A gold customer of the channel goes to the first pool, and another one past it."""
    routed(stage)
    assert ask(stage, "c1", plan="gold") == "night"
    assert ask(stage, "c2", plan="free") == "vendor"
    assert "step 1: not gold (plan); not vip (vip)" in explained(stage, "c2")


def test_what_the_company_knows_counts_once_it_is_there(stage: Stage) -> None:
    """The first offer leaves at once; the request of a VIP that still waits goes before others."""
    pool = routed(stage, seats=1)
    system = System(stage)
    system.answer = {"found": False}
    connect(stage)
    assert ask(stage, "c0") == "vendor"
    system.answer = KIM
    assert ask(stage, "c1", email="kim@example.com") == "night"
    assert any("night: offered" in line for line in explained(stage, "c1"))
    assert stage.thread("c1").conversation.handoff.priority == 2
    assert len(pool.got) >= 2


def test_a_first_offer_is_made_anew_once_the_customer_is_known(stage: Stage) -> None:
    """The offer leaves at once. Once the file says VIP it is withdrawn, and their pool is asked."""
    pool = routed(stage)
    System(stage)
    connect(stage)
    assert ask(stage, "c1", email="kim@example.com") == "night"
    told = [each["type"] for each in pool.got]
    assert sorted(told) == ["handoff.offered", "handoff.offered", "handoff.withdrawn"]
    withdrawn = next(each["data"] for each in pool.got if each["type"] == "handoff.withdrawn")
    assert withdrawn["reason"] == "reassigned"
    assert pool.at[-1] - pool.at[0] <= 20


def test_a_system_that_hangs_changes_and_delays_no_offer(stage: Stage) -> None:
    """The first offer leaves at the same moment, and stays where nothing is known in time."""
    pool = routed(stage)
    System(stage, latency_milliseconds=20_000)
    connect(stage)
    began = stage.clock.now()
    assert ask(stage, "c1", email="kim@example.com") == "vendor"
    assert [each["type"] for each in pool.got] == ["handoff.offered"]
    assert pool.at[0] - began <= 20


def test_a_customer_of_no_segment_keeps_the_first_offer(stage: Stage) -> None:
    """A file that changes nothing leaves the offer where it is."""
    pool = routed(stage)
    system = System(stage)
    system.answer = KIM | {"customer": KIM["customer"] | {"vip": False}}
    connect(stage)
    assert ask(stage, "c1", email="kim@example.com") == "vendor"
    assert [each["type"] for each in pool.got] == ["handoff.offered"]


@pytest.mark.parametrize(
    ("segment", "problem"),
    [
        ({"name": "all"}, "routing.segments[0]: it names every customer; give at least one of"),
        ({"name": "A b", "vip": True}, "routing.segments[0].name: use 1 to 64"),
        ({"name": "late", "orders": ["lost"]}, "routing.segments[0].orders: 'lost' is none of"),
        ({"name": "x", "vip": True, "priority": 9}, "routing.segments[0].priority: 9; use 0 to 5"),
        ({"name": "x", "vip": "perhaps"}, "routing.segments[0].vip"),
        ({"name": "x", "vip": True, "colour": 1}, "routing.segments[0].colour: there is no such"),
        ({"name": "x", "vip": True}, "routing.steps[0].segments: there is no segment 'gold'"),
    ],
)
def test_a_wrong_segment_is_refused_with_its_place(
    stage: Stage, segment: dict[str, Any], problem: str
) -> None:
    """Each problem says where it is and what is accepted."""
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["routing"] |= {"segments": [segment], "steps": [{"segments": ["gold"]}]}
    answered = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answered.status in (400, 422)
    assert any(problem in each for each in answered.json["error"]["problems"]), answered.text


# ---------------------------------------------------------------- web chats


def page_says(stage: Stage, text: str, **attributes: Any) -> Any:
    """Have a visitor write whose page says something of them. Return the thread."""
    token = stage.request("POST", "/v1/web/web/visitors", {}).json["token"]
    body = {"client_message_id": "c-1", "text": text, "attributes": attributes}
    headers = {"authorization": f"Bearer {token}"}
    answered = stage.request("POST", "/v1/web/web/messages", body, headers)
    assert answered.status == 202, answered.text
    stage.drain()
    return stage.backend.store().load(answered.json["thread_id"], "none").thread


@pytest.mark.parametrize(("priority", "first"), [(3, "vendor"), (0, "night")])
def test_a_page_s_words_open_no_segment_that_gives_more(
    stage: Stage, priority: int, first: str
) -> None:
    """A visitor who says to be gold gets no priority by it, but may be led to other people."""
    routed(stage)
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["routing"] |= {"segments": [SEGMENTS[0] | {"priority": priority}, SEGMENTS[1]]}
    assert stage.admin("PUT", "/v1/admin/configuration", document).status == 200
    stage.clock.advance(10)
    handoff = page_says(stage, PERSON, plan="gold").conversation.handoff
    assert (handoff.raised, handoff.offers[0].pool_id) == (0, first)


# ---------------------------------------------------------------- articles

ASKED = "What is the return window?"


def told(stage: Stage, sender: str, **customer: Any) -> list[str]:
    """Have a customer ask. Return what the bot says."""
    assert stage.write(ASKED, sender=sender, customer=customer or None).status == 202
    stage.drain()
    return [text for speaker, text in stage.said(sender) if speaker == "bot"]


def test_an_article_of_a_segment_is_answered_to_its_customers_alone(stage: Stage) -> None:
    """Another customer gets a person and not the article, and hears nothing of it."""
    marked = [
        each | ({"tags": ["wholesale"]} if ASKED in each["questions"] else {}) for each in ARTICLES
    ]
    stage.publish(articles_file(tuple(marked)))
    routed(stage)
    segments = [SEGMENTS[0] | {"articles": ["wholesale"]}, SEGMENTS[1]]
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["routing"] |= {"segments": segments}
    assert stage.admin("PUT", "/v1/admin/configuration", document).status == 200
    stage.clock.advance(10)
    answer = next(str(each["answer"]) for each in ARTICLES if ASKED in each["questions"])
    assert told(stage, "c1", plan="gold") == [answer]
    assert told(stage, "c1")[1:] == [answer]
    assert answer not in told(stage, "c2", plan="free")
    assert "returns" not in " ".join(told(stage, "c3"))
    thread = page_says(stage, ASKED, plan="gold")
    records = stage.backend.store().records(thread.id, limit=10)
    assert answer not in [getattr(e, "text", "") for each in records for e in each.effects]
