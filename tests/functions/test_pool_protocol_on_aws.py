"""What pools may be told and say beyond conversations, on AWS with each function's exact role."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.domain.limits import UNTOLD_LIMIT

from tests.functions.aws_stage import AwsStage, aws_stage
from tests.functions.conftest import Endpoint
from tests.functions.test_on_aws import conversation
from tests.functions.test_pools_come_and_go import tells_of_all

pytestmark = pytest.mark.enable_socket  # the endpoint on loopback; moto opens none


@pytest.fixture
def stage(tmp_path: Path, endpoint: Endpoint) -> Iterator[AwsStage]:
    """Yield a pool without anybody there, that can bring two people."""
    with aws_stage(tmp_path, **urls_of(endpoint)) as made:
        made.configure(pools=[vendor(made)])
        yield made


@pytest.fixture
def guarded(tmp_path: Path, endpoint: Endpoint) -> Iterator[AwsStage]:
    """Yield the same pool where the functions send through the outbound guard of AWS."""
    with aws_stage(tmp_path, **urls_of(endpoint), allows_loopback=False) as made:
        made.configure(pools=[vendor(made)])
        yield made


def urls_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the addresses of the pool and of the channel on the test's endpoint."""
    return {"pool_url": endpoint.url + "pool", "reply_url": endpoint.url + "channel"}


def vendor(stage: AwsStage) -> dict[str, Any]:
    """Return the pool's part of the configuration."""
    return {"id": "vendor", "kind": "on_demand", "url": stage.pool_url, "maximum_seats": 2}


def test_a_pool_grows_and_shrinks(stage: AwsStage, endpoint: Endpoint) -> None:
    """A pool is asked for seats, believed when it reports them, and let go when nobody needs it."""
    stage.write("I want to talk to a person")
    stage.drain()
    assert stage.pool("capacity.reported", {"seats": 5}).json["seats"] == 2
    stage.drain()
    offer = next(b["data"] for _, b in endpoint.got if b["type"] == "handoff.offered")
    about = {"conversation_id": offer["conversation_id"], "offer_id": offer["offer_id"]}
    assert stage.pool("handoff.accepted", about).status == 200
    stage.drain()
    resolved = conversation(stage, outcome="solved", summary="done")
    assert stage.pool("conversation.resolved", resolved).status == 202
    stage.drain()
    told = [b for _, b in endpoint.got if b["type"].startswith("capacity.")]
    assert [(b["type"], b["data"]) for b in told] == [
        ("capacity.requested", {"schema": 1, "seq": 1, "seats": 1}),
        ("capacity.released", {"schema": 1, "seq": 2}),
    ]


def test_i1_an_owner_is_told_of_more_than_a_turn_can_tell(
    stage: AwsStage, endpoint: Endpoint
) -> None:
    """On AWS a timer goes on with the messages that an owner has not been told of."""
    tells_of_all(stage, endpoint, UNTOLD_LIMIT + 2)


def test_a_pool_is_changed_and_removed(stage: AwsStage) -> None:
    """A pool is changed and removed by one request each, and every other setting stays."""
    public = {"id": "vendor", "kind": "on_demand", "url": "https://v.example/hook"}
    stage.configure(pools=[public], channels=[])
    stage.clock.advance(10)
    changed = stage.admin("PATCH", "/v1/admin/pools/vendor", {"seats": 3})
    assert (changed.json["pool"]["seats"], changed.json["pool"]["url"]) == (3, public["url"])
    assert stage.admin("DELETE", "/v1/admin/pools/vendor").json == {"removed": "vendor"}
    assert stage.admin("PATCH", "/v1/admin/pools/vendor", {"paused": True}).status == 404


def test_a_ping_never_reaches_this_machine(guarded: AwsStage, endpoint: Endpoint) -> None:
    """On AWS a ping to an endpoint on loopback is blocked, and the endpoint hears nothing."""
    pinged = guarded.admin("POST", "/v1/admin/pools/vendor/ping").json
    assert (pinged["taken"], pinged["outcome"]) == (False, "blocked")
    assert endpoint.got == []


def test_an_event_never_reaches_this_machine(guarded: AwsStage, endpoint: Endpoint) -> None:
    """On AWS no event is sent to loopback, neither to the channel nor to the pool."""
    guarded.write("I want to talk to a person")
    guarded.drain()
    found = guarded.admin("GET", "/v1/admin/deliveries").json["deliveries"]
    outcomes = {(each["target"], each["outcome"]) for each in found}
    assert outcomes == {("channel:shop", "blocked"), ("pool:vendor", "blocked")}
    assert endpoint.got == []
