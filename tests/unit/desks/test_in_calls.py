"""Desks in tools are sent to in one way, and the tools' answers are judged by their status."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from surgeline.adapters.desks.in_calls import InCalls, Step, again, judge
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Delivered, Refused


@pytest.mark.parametrize(
    ("status", "outcome", "final", "unhealthy"),
    [
        (401, "account: status 401", False, True),
        (403, "account: status 403", False, True),
        (404, "recipient: status 404", True, False),
        (410, "recipient: status 410", True, False),
        (422, "message: status 422", True, False),
        (429, "later: status 429", False, True),
        (502, "later: status 502", False, True),
        (503, "later: status 503", False, True),
    ],
)
def test_a_refusal_has_its_scope(status: int, outcome: str, final: bool, unhealthy: bool) -> None:
    """A refused token holds the pool, and a refused text only itself."""
    result = judge(Reply(status, b"{}", 7, 5))
    assert isinstance(result, Refused)
    assert (result.outcome, result.final, result.unhealthy) == (outcome, final, unhealthy)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_delivered(status: int) -> None:
    """Every success of HTTP is one."""
    assert isinstance(judge(Reply(status, b"{}", None, 5)), Delivered)


def sent(secret: str, steps: Sequence[Step], pool: str = "desk") -> object:
    """Return the result of a delivery to a pool whose secret and steps are these."""
    parts: Any = SimpleNamespace(
        configuration=SimpleNamespace(
            pool=lambda pool_id: PoolSettings("desk", "in_house") if pool_id == "desk" else None
        ),
        secrets=SimpleNamespace(get=lambda _: secret),
        posts=None,
        desk_links=None,
    )
    tool = InCalls(parts, kind="tool", token="api_token", steps=lambda _: steps)
    delivery = Delivery("n1", "t1", "t1-1", "pool", pool, "conversation.message", 1, 1, {})
    return tool.send(delivery, timeout_seconds=1.0)


FIELDS = write_fields("tool", {"api_token": "x"})
STEP = again(Delivered)


def test_a_delivery_that_needs_no_call_is_done() -> None:
    """An event that the tool shows by itself is no failure."""
    assert sent(FIELDS, []) == Delivered()
    assert sent(FIELDS, [STEP]) == Delivered()


@pytest.mark.parametrize("secret", ["", "other:e30=", write_fields("tool", {"email": "a@b"})])
def test_a_tool_without_its_token_is_not_called(secret: str) -> None:
    """The pool rests until somebody enters the token."""
    result = sent(secret, [STEP])
    assert isinstance(result, Refused)
    assert (result.outcome, result.unhealthy, result.final) == ("no_secret", True, False)


def test_a_pool_that_is_gone_is_not_called() -> None:
    """A delivery to a pool that was removed is over."""
    result = sent(FIELDS, [STEP], pool="gone")
    assert isinstance(result, Refused)
    assert (result.outcome, result.final, result.attempted) == ("unknown pool", True, False)
