"""The answers of the tools that desks are in are judged by their status."""

import pytest
from surgeline.adapters.desks.in_calls import judge
from surgeline.application.ports.deliveries import Reply
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
