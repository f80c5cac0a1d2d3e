"""The admin API lists deliveries by endpoint, time and state and sends them again."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from local.virtual.front import Answered
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

pytestmark = pytest.mark.enable_socket

PATH = "/v1/admin/deliveries"
HELP = "I want to talk to a person"


def listed(stage: Stage, **query: str | int) -> list[dict[str, Any]]:
    answer = stage.admin("GET", f"{PATH}?{urlencode(query)}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["deliveries"]
    return found


def replayed(stage: Stage, **asked: Any) -> Answered:
    return stage.admin("POST", f"{PATH}/replay", asked)


def at(stage: Stage, seconds: float = 0) -> str:
    """Return a time as the API takes it."""
    moment = datetime.fromtimestamp(stage.clock.now() / 1000 + seconds, UTC)
    return moment.isoformat()


def failing(stage: Stage, endpoint: Endpoint) -> None:
    """Let a reply fail until every retry is over."""
    endpoint.answer = lambda _: (500, {})
    stage.write("When are you open?")
    stage.drain("events")
    for _ in range(12):
        stage.drain("deliveries")
        stage.clock.advance(901)
    endpoint.answer = lambda _: (200, {})


def test_deliveries_are_listed_with_every_attempt(wired: Stage, endpoint: Endpoint) -> None:
    """An endpoint's deliveries are listed newest first with every attempt and without any text."""
    failing(wired, endpoint)
    wired.write(HELP)
    wired.drain()
    [reply, lost] = listed(wired, endpoint="channel:shop")
    assert (reply["event"], reply["end"]) == ("message.created", "delivered")
    assert (lost["end"], lost["outcome"], lost["attempts"]) == ("failed", "status 500", 10)
    assert [each["number"] for each in lost["tries"]] == list(range(1, 11))
    [offer] = listed(wired, endpoint="pool:vendor")
    assert (offer["event"], offer["conversation_id"]) == (
        "handoff.offered",
        wired.thread().conversation.id,
    )
    assert "open" not in json.dumps([reply, lost, offer])


def test_deliveries_are_found_by_id_state_time_and_conversation(
    wired: Stage, endpoint: Endpoint
) -> None:
    """Each filter narrows the list, and every configured endpoint is listed if none is named."""
    failing(wired, endpoint)
    between = at(wired)
    wired.write(HELP)
    wired.drain()
    everything = listed(wired)
    assert {each["target"] for each in everything} == {"channel:shop", "pool:vendor"}
    [lost] = listed(wired, state="failed")
    assert listed(wired, id=lost["id"]) == [lost]
    assert listed(wired, until=between) == [lost]
    assert lost not in listed(wired, since=between)
    conversation = wired.thread().conversation.id
    assert listed(wired, conversation=conversation) == everything
    assert listed(wired, conversation=conversation, state="failed") == [lost]
    assert listed(wired, conversation=conversation, id=lost["id"], limit=1) == [lost]
    unknown = wired.admin("GET", f"{PATH}?endpoint=pool:nobody")
    assert unknown.status == 404
    assert "there is no pool 'nobody'" in unknown.json["error"]["message"]
    assert replayed(wired, endpoint="pool:nobody").status == 404
    assert wired.admin("GET", f"{PATH}?conversation=t{'a' * 26}-1").status == 404


def test_a_replay_has_the_same_webhook_id(wired: Stage, endpoint: Endpoint) -> None:
    """A replay by id sends the same id and body once more, and the log has each attempt."""
    wired.write("When are you open?")
    wired.drain()
    [sent] = listed(wired)
    wired.clock.advance(1)
    answer = replayed(wired, ids=[sent["id"]])
    assert answer.json == {"replayed": [sent["id"]], "skipped": []}
    wired.drain()
    (first, body), (second, again) = endpoint.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-id"] == sent["id"]
    [now] = listed(wired)
    assert (now["end"], [each["number"] for each in now["tries"]]) == ("delivered", [1, 1])


def test_an_endpoint_that_was_down_is_told_what_it_missed(wired: Stage, endpoint: Endpoint) -> None:
    """A replay by endpoint and time sends the failed deliveries in order and no delivered one."""
    wired.write("When are you open?", sender="c0")
    wired.drain()
    for sender in ("c1", "c2"):
        wired.clock.advance(60)
        failing(wired, endpoint)
        wired.write("thanks", sender=sender)
        wired.drain()
    missed = listed(wired, state="failed")
    endpoint.got.clear()
    answer = replayed(wired, endpoint="channel:shop", since=at(wired, -40_000))
    assert answer.json["replayed"] == [each["id"] for each in reversed(missed)]
    wired.drain()
    assert [headers["webhook-id"] for headers, _ in endpoint.got] == answer.json["replayed"]
    assert listed(wired, state="failed") == []


def test_a_replay_asked_for_twice_before_it_is_tried_goes_once(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A caller who asks again because an answer was lost sends nothing twice."""
    wired.write("When are you open?")
    wired.drain()
    [sent] = listed(wired)
    for _ in range(2):
        assert replayed(wired, ids=[sent["id"]]).json["replayed"] == [sent["id"]]
        wired.clock.advance(1)
    wired.drain()
    assert len(endpoint.got) == 2


def test_a_replay_that_failed_is_sent_again_at_once(wired: Stage, endpoint: Endpoint) -> None:
    """Each replay that is reported as sent is sent, even twice within a minute."""
    wired.write("When are you open?")
    wired.drain()
    [sent] = listed(wired)
    for _ in range(3):
        wired.clock.advance(1)
        assert replayed(wired, ids=[sent["id"]]).json["replayed"] == [sent["id"]]
        wired.drain("deliveries")
    assert len(endpoint.got) == 4


def test_an_endpoint_that_was_removed_is_asked_for_by_its_name(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A removed endpoint's deliveries are listed as long as they are kept."""
    del endpoint
    wired.write(HELP)
    wired.drain()
    wired.configure(pools=[])
    wired.clock.advance(6)
    assert listed(wired, endpoint="pool:vendor") != []


def test_what_may_not_be_sent_any_more_ends_expired(wired: Stage, endpoint: Endpoint) -> None:
    """I5: a replay is judged like any other delivery, so an offer that is over reaches nobody."""
    wired.write(HELP)
    wired.drain()
    [offer] = listed(wired, endpoint="pool:vendor")
    wired.clock.advance(31)
    wired.drain()
    before = [body["type"] for _, body in endpoint.got].count("handoff.offered")
    assert replayed(wired, ids=[offer["id"]]).json["replayed"] == [offer["id"]]
    wired.drain()
    [again] = listed(wired, id=offer["id"])
    assert [each["outcome"] for each in again["tries"]] == ["ok", "deadline"]
    assert [body["type"] for _, body in endpoint.got].count("handoff.offered") == before


def test_what_is_still_tried_is_not_sent_twice(wired: Stage, endpoint: Endpoint) -> None:
    """A delivery that its queue still tries is not sent twice, and the answer says so."""
    endpoint.answer = lambda _: (500, {})
    wired.write("When are you open?")
    wired.drain("events", "deliveries")
    [sent] = listed(wired, state="retrying")
    assert replayed(wired, ids=[sent["id"]]).json == {
        "replayed": [],
        "skipped": [{"id": sent["id"], "why": "it is still being tried"}],
    }


def test_a_replay_needs_the_scope_to_write(stage: Stage) -> None:
    """B67: a key that may only read lists deliveries and cannot send any."""
    digest = hashlib.sha256(b"reader").hexdigest()
    keys = [{"name": "reader", "scopes": ["read"], "sha256": digest}]
    stage.backend.secrets().put("admin", json.dumps(keys))
    auth = {"authorization": "Bearer reader"}
    assert stage.request("GET", PATH, headers=auth).status == 200
    assert stage.request("POST", f"{PATH}/replay", {"ids": ["r1"]}, auth).status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"endpoint": "vendor"}, "endpoint"),
        ({"endpoint": "pool:A b"}, "endpoint"),
        ({"state": "lost"}, "state"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-03-01T12:00:00"}, "since"),
        ({"since": "2025-03-01T12:00:00Z"}, "since"),
        ({"since": "2999-03-01T12:00:00Z"}, "since"),
        ({"until": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"until": "9" * 5000}, "until"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"id": "x" * 65}, "ids"),
        ({"id": ""}, "ids"),
    ],
)
def test_b31_a_wrong_query_is_told_with_its_field(
    stage: Stage, query: dict[str, str], field: str
) -> None:
    """I12: a wrong query is 400, and the answer names the field and its accepted values."""
    answer = stage.admin("GET", f"{PATH}?{urlencode(query)}")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "endpoint"),
        ({"state": "failed"}, "endpoint"),
        ({"endpoint": 1}, "endpoint"),
        ({"ids": "r1"}, "ids"),
        ({"ids": [1]}, "ids"),
        ({"ids": ["r"] * 101}, "ids"),
        ({"ids": ["r"], "limit": True}, "limit"),
        ({"ids": ["r"], "limit": "5"}, "limit"),
        ({"ids": ["r"], "since": 5}, "since"),
        ({"conversation": {"a": 1}}, "conversation"),
    ],
)
def test_b31_a_wrong_replay_is_told_with_its_field(
    stage: Stage, body: dict[str, Any], field: str
) -> None:
    """I12: a wrong body of a replay is a 4xx that names the field."""
    answer = replayed(stage, **body)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
