"""A rule calls people on call for one conversation, at any hour and before all others."""

from typing import Any

import pytest

from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, owner, pool

ON_CALL = {
    "address": "https://chat.example.com",
    "people": [
        {
            "id": "lee",
            "name": "Lee",
            "quiet": "00:00-23:59",
            "reach": [{"channel": "shop", "sender": "lee"}],
        }
    ],
    "rotas": [
        {"id": "night", "layers": [{"people": ["lee"], "begins": "2026-02-02"}]},
    ],
}
GAS = {"id": "gas", "rota": "night", "words": ["gas leak", "가스"], "topics": ["en-hours"]}


def configured(stage: Stage, *rules: dict[str, Any], **routing: Any) -> None:
    """Publish one pool with one seat, people on call, and rules."""
    stage.configure(
        pools=[pool(seats=1)], on_call=ON_CALL, routing={"emergencies": list(rules), **routing}
    )
    stage.clock.advance(10)


def calls(stage: Stage) -> list[Any]:
    """Return the calls that are open."""
    found: list[Any] = stage.admin("GET", "/v1/admin/calls").json["calls"]
    return found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Help, I think there is a GAS LEAK!", "the message has 'gas leak'"),
        ("집에서 가스냄새가 나요", "the message has '가스'"),
        ("When are you open?", "the topic is en-hours"),
    ],
)
def test_words_and_topics_call_people_at_once(stage: Stage, text: str, why: str) -> None:
    """The bot does not answer, the call is an emergency, and the explanation names the rule."""
    configured(stage, GAS)
    ask(stage, "c1", text)
    current = stage.thread("c1").conversation
    assert (owner(stage), current.handoff.reason) == ("waiting", "emergency")
    [call] = calls(stage)
    assert "emergency (gas)" in call["why"].lower()
    [entry] = stage.admin("GET", f"/v1/admin/conversations/{current.id}").json["entries"]
    assert entry["why"] == f"emergency gas: {why}"
    assert entry["routing"][0] == f"emergency gas: {why}; the rota night is called"


def test_a_conversation_calls_once_and_other_words_call_nobody(stage: Stage) -> None:
    """Repeats are forwarded as ever, and a part of a word is no word."""
    configured(stage, GAS)
    ask(stage, "c2", "I want a gasoline leak detector")
    assert calls(stage) == []
    for _ in range(3):
        ask(stage, "c1", "gas leak!")
    assert len(calls(stage)) == 1


def test_who_waits_already_goes_before_all_others(stage: Stage) -> None:
    """The place in line is that of an emergency from the word on."""
    configured(stage, GAS)
    for sender in ("c0", "c2", "c1"):
        ask(stage, sender)
    ask(stage, "c1", "there is a gas leak")
    [first, *_] = stage.backend.waitlist().first("vendor")
    assert first.thread_id == stage.thread("c1").id
    assert len(calls(stage)) == 1


def test_reasons_and_priorities_of_requests_call_too(stage: Stage) -> None:
    """A request for a person fulfils a rule by its reason or its priority."""
    rule = {"id": "asked", "rota": "night", "reasons": ["customer_asked"]}
    configured(stage, rule, GAS | {"words": [], "topics": [], "priority_at_least": 1})
    ask(stage, "c1")
    assert [each["why"].split(")")[0] for each in calls(stage)] == ["An emergency (asked"]


def test_a_person_who_has_the_conversation_keeps_it(stage: Stage) -> None:
    """Nobody is called for a customer who talks to a person."""
    configured(stage, GAS)
    ask(stage, "c1")
    accept(stage)
    ask(stage, "c1", "gas leak")
    assert (owner(stage), calls(stage)) == ("pool:vendor", [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rota": "day"}, "there is no rota"),
        ({"words": [], "topics": []}, "give words, topics"),
        ({"words": ["x"]}, "at least 2 letters"),
        ({"people": 0}, "use 1 to 20"),
        ({"segments": ["vips"]}, "there is no segment"),
        ({"id": "Gas!"}, "emergencies[0].id"),
    ],
)
def test_a_rule_that_can_not_hold_is_refused(
    stage: Stage, change: dict[str, Any], words: str
) -> None:
    """Each mistake is named with its place."""
    document = {"pools": [pool()], "on_call": ON_CALL, "routing": {"emergencies": [GAS | change]}}
    refused = stage.admin("PUT", "/v1/admin/configuration", document)
    assert refused.status in (400, 422)
    assert words in str(refused.json)
