"""A release that reads what a newer one stored: after a rollback, or in a deployment."""

import json
from typing import Any

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.application.configuration import POINTER
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import CustomerWrote

from tests.functions.stage import Stage

QUESTION = "When are you open?"


def stored(stage: Stage, change: Any) -> None:
    """Let a newer release publish a configuration; `change` is made to the document."""
    blobs = stage.backend.blobs()
    version = json.loads(blobs.get(POINTER))["version"]
    document = json.loads(blobs.get(f"configuration/{version}.json"))
    change(document)
    newer = f"newer-{stage.clock.now()}"
    blobs.put(f"configuration/{newer}.json", json.dumps(document).encode())
    blobs.put(POINTER, json.dumps({"version": newer}).encode())
    stage.clock.advance(6)


def with_pigeons(document: Any) -> None:
    document["channels"].insert(0, {"id": "loft", "kind": "pigeon", "wings": 2})
    document["pools"].insert(0, {"id": "birds", "kind": "flock", "reached_by": "pigeon"})


def with_another_schema(document: Any) -> None:
    document["schema"] = 2


def test_i1_a_channel_of_an_unknown_kind_buries_nobodys_message(stage: Stage) -> None:
    """The other channels are answered as before, and the operator sees both."""
    stored(stage, with_pigeons)
    assert stage.write(QUESTION).status == 202
    stage.drain("events")
    assert [speaker for speaker, _ in stage.said()] == ["customer", "bot"]
    status = stage.admin("GET", "/v1/admin/status")
    assert (status.status, status.json["unreadable"]) == (200, ["channels/loft", "pools/birds"])
    assert stage.admin("GET", "/v1/admin/dead-letters").json == {"dead_letters": []}


@pytest.mark.parametrize("read_before", [True, False])
def test_i1_a_configuration_that_can_not_be_read_buries_nothing(
    stage: Stage, read_before: bool
) -> None:
    """The last good one stays in force; without one the message waits for a release that can."""
    if read_before:
        stage.write("hello", sender="earlier")
        stage.drain("events")
    stored(stage, with_another_schema)
    stage.write(QUESTION)
    stage.drain("events")
    assert bool(stage.thread()) == read_before
    assert stage.admin("GET", "/v1/admin/dead-letters").json == {"dead_letters": []}
    stored(stage, lambda document: document.update(schema=1))
    stage.clock.advance(60)
    stage.drain("events")
    assert [speaker for speaker, _ in stage.said()] == ["customer", "bot"]


def test_an_older_releases_change_keeps_what_it_can_not_read(stage: Stage) -> None:
    """Pausing a pool writes the unknown channel and pool back as they were."""
    stored(stage, with_pigeons)
    changed = stage.admin("PATCH", "/v1/admin/pools/vendor", {"paused": True})
    assert changed.status == 200
    shown = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert shown["channels"][0] == {"id": "loft", "kind": "pigeon", "wings": 2}
    assert [each["id"] for each in shown["pools"]] == ["birds", "vendor"]
    assert shown["pools"][1]["paused"] is True


def test_i8_a_message_of_an_unknown_kind_of_channel_waits_for_a_release_that_knows_it(
    stage: Stage,
) -> None:
    """The thread of an unknown kind stands still with an alarm, other threads go on, and
    nothing is lost.
    """
    stored(stage, with_pigeons)
    wrote = CustomerWrote("e1", "t-loft", "loft", "bird", stage.clock.now(), QUESTION)
    outgoing = Outgoing(encode_event(wrote), group=wrote.thread_id, dedup_id=wrote.id)
    stage.backend.queue("events").send([outgoing])
    stage.write(QUESTION)
    for _ in range(20):
        stage.drain("events")
        stage.clock.advance(60)
    assert stage.backend.store().thread("t-loft") is None
    assert [speaker for speaker, _ in stage.said()] == ["customer", "bot"]
    assert stage.admin("GET", "/v1/admin/dead-letters").json == {"dead_letters": []}
    stored(stage, lambda document: document["channels"][0].update(kind="web"))
    stage.clock.advance(60)
    stage.drain("events")
    assert stage.backend.store().thread("t-loft") is not None
