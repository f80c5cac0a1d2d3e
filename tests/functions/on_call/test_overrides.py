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


def test_a_swap_follows_a_hand_over_that_moves(stage: Stage) -> None:
    """The list shows it where the turn is now, the turn is the other's, and it can be undone."""
    stage.configure(channels=CHANNELS, on_call=ON_CALL)
    stage.clock.advance(6)
    whole = {"from": "2026-03-02T09:00:00Z", "until": "2026-03-09T09:00:00Z"}
    assert override(stage, "lee", **whole).status == 201
    [rota] = ON_CALL["rotas"]
    layers = [each | {"hands_over": "mon 18:00"} for each in rota["layers"]]
    stage.configure(channels=CHANNELS, on_call=ON_CALL | {"rotas": [rota | {"layers": layers}]})
    stage.clock.advance(6)
    [swap] = stage.admin("GET", "/v1/admin/calls").json["swaps"]
    assert (swap["from"][:13], swap["until"][:13]) == ("2026-03-02T18", "2026-03-09T18")
    stage.clock.advance(86_400 + 8 * 3_600)  # an hour after the former hand-over's week began
    assert stage.admin("DELETE", f"/v1/admin/swaps/{swap['id']}").status == 200
    assert swaps(stage) == []
