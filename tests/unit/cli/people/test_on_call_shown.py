"""`on-call show` tells each call with what everybody said."""

from collections.abc import Mapping
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

LEE = {"person": "lee", "coming": True, "arrives_at": "2026-03-01T12:20:00Z"}


def called(kind: str, *answers: Mapping[str, Any], **state: bool) -> dict[str, Any]:
    flags = {"is_open": True, "is_full": False, "is_exhausted": False, **state}
    about = {"id": "c1", "kind": kind, "rota": "night", "people": 1, "why": "the sale"}
    asked = [{"person": "lee"}, {"person": "mina"}]
    return {**about, **flags, "asked": asked, "answers": list(answers)}


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (
            called("call", LEE, is_full=True),
            ["call of night for 1, enough come: the sale", "lee: comes, there at 12:20Z"],
        ),
        (
            called("test", LEE, is_full=True),
            ["test page of night for 1, somebody answered: the sale", "lee: was reached"],
        ),
        (
            called("test", is_exhausted=True),
            ["everybody was asked, and nobody answered", "mina: no answer yet"],
        ),
    ],
)
def test_a_test_page_brings_nobody(
    operator: Run, instance: FakeInstance, call: dict[str, Any], lines: list[str]
) -> None:
    """A call says who comes, and a test page says whom it reached."""
    instance.answer(
        "GET /v1/admin/calls", {"people": [], "rotas": [], "swaps": [], "calls": [call]}
    )
    shown = operator("on-call", "show").output
    assert [each for each in lines if each not in shown] == []
    assert ("comes" in shown) == (call["kind"] == "call" and bool(call["answers"]))
