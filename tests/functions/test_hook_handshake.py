"""A provider that tries a hook by a GET gets its challenge back, and a stranger gets nothing."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.runtime import settings

from functions.channel_webhook import handler as channel_webhook
from infra import topology
from local.virtual.front import Answered, Front
from tests.functions.stage import Stage

SECRET = "app-secret-of-the-tests"  # no secret of anybody
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "token-1", "hub.challenge": "1158201444"}
PATH = "/v1/hooks/greeted/page"


@pytest.fixture
def front(stage: Stage) -> Front:
    """Return the intake with a hook that answers a GET, for a channel amid a rotation."""
    fields = {"app_secret": SECRET, "account": "one"}
    sets = [
        write_fields("greeted", {**fields, "verify_token": each}) for each in ("new", "token-1")
    ]
    stage.backend.secrets().put("channels/page", " ".join(sets))
    handler = channel_webhook.build(
        stage.backend,
        settings.ChannelWebhook(events_queue="events", secrets="secrets", log_level="INFO"),
        hooks={
            "greeted": "tests.functions.greeted_hook",
            "line": "surgeline.adapters.channels.line.hook",
        },
    )
    backend = stage.backend
    return Front(
        topology.FUNCTIONS,
        lambda _name, event: handler(event, None),
        backend.clock,
        backend.randomness,
    )


def asked(front: Front, path: str = PATH, **changes: str) -> Answered:
    query = ASKED | {name.replace("hub_", "hub."): value for name, value in changes.items()}
    return front.request("GET", f"{path}?{urlencode(query)}")


@pytest.mark.parametrize("token", ["token-1", "new"])
def test_the_challenge_comes_back(front: Front, token: str) -> None:
    """The provider gets exactly its challenge, as plain text, by each token of a rotation."""
    answer = asked(front, hub_verify_token=token)
    assert (answer.status, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "changes",
    [
        {"hub_verify_token": "token-2"},
        {"hub_verify_token": ""},
        {"hub_verify_token": "no channel has this secret"},
        {"hub_mode": "unsubscribe"},
        {"hub_challenge": ""},
        {"hub_challenge": "a b"},
        {"hub_challenge": "1" * 257},
        {"path": "/v1/hooks/greeted/nobody"},
        {"path": "/v1/hooks/greeted/nobody", "hub_verify_token": "no channel has this secret"},
    ],
)
def test_i11_a_stranger_gets_no_challenge(front: Front, changes: dict[str, str]) -> None:
    """A wrong token, another mode, a strange challenge and another channel are 401."""
    assert asked(front, **changes).status == 401


def test_a_kind_without_a_handshake_has_no_get(front: Front) -> None:
    """A provider that only posts, and an unknown kind, are 404."""
    assert asked(front, "/v1/hooks/line/page").status == 404
    assert asked(front, "/v1/hooks/carrier/page").status == 404


def test_only_the_channels_own_part_of_a_body_is_read(
    front: Front, capsys: pytest.CaptureFixture[str]
) -> None:
    """A request that tells of several accounts is narrowed to the channel's own."""
    body = json.dumps({"one": {"mine": 1}, "two": {"theirs": 2}}).encode()
    proof = f"sha256={hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()}"
    assert front.request("POST", PATH, body, {"x-hub-signature-256": proof}).status == 200
    assert '"kinds":{"mine":1}' in capsys.readouterr().out.replace(" ", "")
