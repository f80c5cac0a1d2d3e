"""Secrets of channels and pools: what an unusable one looks like, and how one follows another."""

import hashlib
import json
from typing import Any

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret, new_secret, verify
from surgeline.errors import Unauthorized

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage

PATH = "/v1/channels/shop/messages"
GOOD = {"sender": "c1", "text": "hi"}


def rotated(stage: Stage, endpoint: str = "channels/shop", **asked: Any) -> Any:
    answer = stage.admin("POST", f"/v1/admin/{endpoint}/secret", asked)
    assert answer.status == 200, answer.text
    return answer.json


def signed_by(stage: Stage, endpoint: Endpoint, secret: str) -> bool:
    """Return whether the last webhook verifies with that secret alone."""
    headers, body = endpoint.got[-1]
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        verify([decode_secret(secret)], headers, raw, now_seconds=stage.clock.now() // 1000)
    except Unauthorized:
        return False
    return True


def test_f48_an_unusable_secret_is_our_fault(stage: Stage) -> None:
    """A stored secret that cannot be decoded is a 503, and nothing is taken in or told."""
    stage.backend.secrets().put("channels/shop", "rubbish")
    assert stage.signed(PATH, GOOD).status == 503


@pytest.mark.enable_socket
def test_f46_during_a_rotation_both_secrets_are_good(wired: Stage, endpoint: Endpoint) -> None:
    """Both secrets verify during a rotation and sign what goes out, and the old one ends with
    it.
    """
    new = rotated(wired)["secret"]
    assert wired.signed(PATH, GOOD).status == 202
    assert wired.signed(PATH, GOOD, secret=new).status == 202
    wired.drain()
    assert len(endpoint.got[-1][0]["webhook-signature"].split(" ")) == 2
    assert signed_by(wired, endpoint, new)
    assert signed_by(wired, endpoint, wired.secret)
    assert rotated(wired, finish=True) == {"dropped": 1}
    assert wired.signed(PATH, GOOD).status == 401
    assert wired.signed(PATH, GOOD, secret=new).status == 202
    wired.drain()
    assert signed_by(wired, endpoint, new)
    assert not signed_by(wired, endpoint, wired.secret)


@pytest.mark.enable_socket
def test_f46_a_pools_secret_is_rotated_in_both_directions(wired: Stage, endpoint: Endpoint) -> None:
    """A pool's callbacks are taken under either secret, and its offers carry both signatures."""
    new = rotated(wired, "pools/vendor")["secret"]
    wired.write("I want to talk to a person")
    wired.drain("events", "deliveries")
    [offer] = wired.thread().conversation.handoff.offers
    about = {"conversation_id": wired.thread().conversation.id, "offer_id": offer.offer_id}
    offered = [got for got in endpoint.got if got[1]["type"] == "handoff.offered"]
    assert len(offered[0][0]["webhook-signature"].split(" ")) == 2
    assert wired.pool("handoff.accepted", about, secret=new).status == 200
    assert wired.pool("handoff.accepted", about).status == 200
    rotated(wired, "pools/vendor", finish=True)
    assert wired.pool("handoff.accepted", about).status == 401
    assert wired.pool("handoff.accepted", about, secret=new).status == 200


def test_a_rotation_begun_again_loses_no_secret(stage: Stage) -> None:
    """Every secret handed out in a repeated rotation stays good until the end, up to four."""
    given = [rotated(stage)["secret"] for _ in range(3)]
    for secret in (*given, stage.secret):
        assert stage.signed(PATH, GOOD, secret=secret).status == 202
    refused = stage.admin("POST", "/v1/admin/channels/shop/secret", {})
    assert (refused.status, refused.json["error"]["state"]) == (409, "rotating")
    assert rotated(stage, finish=True) == {"dropped": 3}
    assert rotated(stage, finish=True) == {"dropped": 0}
    assert [stage.signed(PATH, GOOD, secret=each).status for each in given] == [401, 401, 202]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("channels/shop", {"finish": "yes"}, 400),
        ("channels/shop", {"finish": None}, 400),
        ("channels/shop", {"finish": True, "fields": 0}, 400),
        ("channels/shop", {"fields": ["secret"]}, 400),
        ("pools/nobody", {}, 404),
        ("pools/nobody", {"finish": True}, 404),
        ("pools/Shop", {}, 404),
    ],
)
def test_i12_what_can_not_be_rotated(
    stage: Stage, path: str, body: dict[str, Any], status: int
) -> None:
    """A rotation for an unknown endpoint is a 4xx and makes no secret."""
    assert stage.admin("POST", f"/v1/admin/{path}/secret", body).status == status
    assert stage.backend.secrets().get(path) in (None, stage.secret)


def test_b67_a_rotation_needs_the_scope_to_write(stage: Stage) -> None:
    """A key that may only read cannot change a secret."""
    digest = hashlib.sha256(b"reader").hexdigest()
    keys = [{"name": "reader", "scopes": ["read"], "sha256": digest}]
    stage.backend.secrets().put("admin", json.dumps(keys))
    auth = {"authorization": "Bearer reader"}
    path = "/v1/admin/channels/shop/secret"
    assert stage.request("POST", path, {}, auth).status == 403
    assert stage.backend.secrets().get("channels/shop") == stage.secret


def test_an_endpoint_that_has_a_secret_is_shown_none(stage: Stage) -> None:
    """A channel that is defined anew keeps its secrets, because only a rotation makes another."""
    new = rotated(stage)["secret"]
    put = stage.admin("PUT", "/v1/admin/channels/shop", {"reply_url": "http://127.0.0.1:9/"})
    assert put.status == 200
    assert "secret" not in put.json
    assert stage.backend.secrets().get("channels/shop") == f"{new} {stage.secret}"
    assert new != new_secret(b"s" * 32)
