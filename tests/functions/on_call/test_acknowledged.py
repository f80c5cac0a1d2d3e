"""Who acknowledges at the pager itself has answered the call."""

import json
from typing import Any

import pytest
from surgeline.adapters.channels.pagerduty.hook import signature
from surgeline.adapters.signing.field_sets import write_fields

from local.virtual.front import Answered
from local.virtual.network import Answer, Post
from tests.functions.stage import Stage
from tests.functions.test_calls import ON_CALL, call, calls
from tests.functions.test_surge_controller import minutes

KEY = {"routing_key": "R0123456789ABCDEF0123456789ABCDE", "webhook_secret": "whsec-of-pagerduty"}
PEOPLE = [
    each | {"reach": [{"channel": "pager", "sender": each["id"]}]} for each in ON_CALL["people"]
]


@pytest.fixture
def rung(stage: Stage) -> list[dict[str, Any]]:
    """Return the events that PagerDuty took."""
    found: list[dict[str, Any]] = []

    def take(post: Post) -> Answer:
        found.append(post.json)
        return Answer(202)

    stage.backend.secrets().put("channels/pager", write_fields("pagerduty", KEY))
    stage.configure(
        channels=[{"id": "pager", "kind": "pagerduty"}], on_call=ON_CALL | {"people": PEOPLE}
    )
    stage.clock.advance(6)
    stage.home.network.serve("https://events.pagerduty.com/v2/enqueue", take)
    return found


def hook(stage: Stage, key: str, secret: str = KEY["webhook_secret"], **event: Any) -> Answered:
    """Post what PagerDuty's webhooks of version 3 say of an incident."""
    told = {
        "id": "01DEN1HNLBC1VITK192ETJ4WBI",
        "event_type": "incident.acknowledged",
        "resource_type": "incident",
        "occurred_at": "2026-03-01T12:01:30.000Z",
        "agent": {"id": "PLH1HKV", "type": "user_reference", "summary": "Mina"},
        "data": {
            "id": "PGR0VU2",
            "type": "incident",
            "incident_key": key,
            "status": "acknowledged",
        },
    }
    body = json.dumps({"event": told | event}).encode()
    proofs = f"{signature('an older secret', body)}, {signature(secret, body)}"
    headers = {"content-type": "application/json", "x-pagerduty-signature": proofs}
    return stage.request("POST", "/v1/hooks/pagerduty/pager", body, headers)


def test_an_acknowledgement_is_a_yes(stage: Stage, rung: list[dict[str, Any]]) -> None:
    """The person of the event comes, a repeat counts once, and nobody becomes a customer."""
    call(stage)
    minutes(stage)
    [event] = rung
    asked = event["payload"]["component"]
    for _ in range(2):
        assert hook(stage, event["dedup_key"]).status == 200
        minutes(stage)
    [answer] = calls(stage)[0]["answers"]
    assert (answer["person"], answer["coming"]) == (asked, True)
    assert stage.admin("GET", "/v1/admin/conversations").json["conversations"] == []
    assert len(rung) == 1


def test_only_a_persons_word_about_our_own_event_counts(
    stage: Stage, rung: list[dict[str, Any]]
) -> None:
    """A forged request is refused. Other incidents, other events and machines answer nothing."""
    call(stage)
    minutes(stage)
    [event] = rung
    key = event["dedup_key"]
    assert hook(stage, key, secret="another").status == 401
    assert hook(stage, "an incident of the database").status == 200
    for other in (
        {"event_type": "incident.resolved"},
        {"agent": {"type": "service_reference"}},
        {"agent": None},
        {"data": {"incident_key": 7}},
        {"id": ""},
    ):
        assert hook(stage, key, **other).status == 200
    minutes(stage)
    assert calls(stage)[0]["answers"] == []
    assert stage.admin("GET", "/v1/admin/conversations").json["conversations"] == []
