"""A person is on call first for a time, whoever is on turn."""

from typing import Any

from local.virtual.front import Answered
from local.virtual.shop import CHANNEL
from tests.functions.stage import Stage
from tests.functions.test_calls import CHANNELS, ON_CALL

KIM = {"id": "kim", "name": "Kim", "reach": [{"channel": CHANNEL, "sender": "kim"}]}
OVER_THE_TURN = {"from": "2026-03-01T13:00:00Z", "until": "2026-03-03T12:00:00Z"}


def override(stage: Stage, who: str, **times: str) -> Answered:
    body = {"rota": "evening", "takes_over": who, "reason": "the move"} | OVER_THE_TURN | times
    return stage.admin("POST", "/v1/admin/swaps", body)


def swaps(stage: Stage) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = stage.admin("GET", "/v1/admin/calls").json["swaps"]
    return sorted((each["from"][:13], each["instead_of"]) for each in found)


def test_an_override_takes_each_part_from_who_has_it(stage: Stage) -> None:
    """Over a hand-over two people are replaced, each for their part, and one's own part stays."""
    on_call = ON_CALL | {"people": [*ON_CALL["people"], KIM]}
    stage.configure(channels=CHANNELS, on_call=on_call)
    stage.clock.advance(6)
    own = override(stage, "lee")
    assert own.status == 201, own.text
    assert swaps(stage) == [("2026-03-02T09", "mina")]
    stage.clock.advance(1)
    assert override(stage, "kim").status == 201
    assert swaps(stage)[:2] == [("2026-03-01T13", "lee"), ("2026-03-02T09", "lee")]
    stage.clock.advance(2 * 3_600)
    [rota] = stage.admin("GET", "/v1/admin/calls").json["rotas"]
    assert rota["on_call"][0] == "kim"
    for wrong, field in (("nobody", "takes_over"), ("kim", "from")):
        refused = override(stage, wrong)
        assert (refused.status, refused.json["error"]["field"]) == (400, field)
