"""The command `surgeline routing explain` shows each look at the pools with every reason."""

from typing import Any

import pytest
from fake_instance import FakeInstance, Run

from cli.routing import reasons


def an_entry(**changed: Any) -> dict[str, Any]:
    """Return an entry of a conversation, as the instance shows one."""
    entry = {
        "at": "2026-03-01T12:00:00.000Z",
        "seq": 4,
        "event": "offer_declined",
        "decision": "offer declined",
        "why": "vendor: busy",
        "routing": ["step 1: vendor: asked before", "step 1: night: outside its hours"],
    }
    return entry | changed


def test_every_pool_that_was_looked_at_has_its_reason() -> None:
    """The event, the decision and the lines that the writer kept."""
    assert list(reasons([an_entry()])) == [
        "2026-03-01T12:00:00.000Z  #4 offer declined",
        "    decided: offer declined (vendor: busy)",
        "    step 1: vendor: asked before",
        "    step 1: night: outside its hours",
    ]


@pytest.mark.enable_socket
def test_a_look_on_a_later_page_of_a_long_conversation_is_explained(
    operator: Run, instance: FakeInstance
) -> None:
    """The command asks for every page, so the last looks at the pools are not left out."""
    about = {"conversation": {"id": "tone-1"}, "deliveries": []}
    first = about | {"entries": [an_entry(routing=[])], "next_after": 4}
    second = about | {"entries": [an_entry(seq=120)], "next_after": None}
    instance.answer("GET /v1/admin/conversations/tone-1", first, second)
    shown = operator("routing", "explain", "tone-1").output
    assert "#120 offer declined" in shown
    assert "step 1: vendor: asked before" in shown
