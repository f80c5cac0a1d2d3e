"""Weekly test pages and everybody's share of being on call, on a running instance."""

from typing import Any

import pytest

from tests.functions.stage import Stage
from tests.functions.test_calls import Phones, call, configure, say
from tests.functions.test_surge_controller import minutes


@pytest.fixture
def phones(stage: Stage) -> Phones:
    """Test pages come on Sundays at ten past noon, which is soon."""
    configure(stage, weekly_test="sun 12:10", owed={"per_page": 1})
    return Phones(stage)


def alerts(stage: Stage) -> list[str]:
    found = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    return [each["key"] for each in found]


def test_a_test_page_that_nobody_answers_is_told_to_the_lead(stage: Stage, phones: Phones) -> None:
    """One page goes out, and again after five minutes. An answer ends the alert."""
    minutes(stage, 12)
    assert [sender for sender, _ in phones.got] == ["lee"]
    assert "weekly test" in phones.got[0][1]
    assert "test_page:evening" not in alerts(stage)
    minutes(stage, 12)
    assert [sender for sender, _ in phones.got] == ["lee", "lee"]
    assert "test_page:evening" in alerts(stage)
    [shown] = stage.admin("GET", "/v1/admin/calls").json["calls"]
    assert (shown["kind"], shown["rota"]) == ("test", "evening")
    assert say(stage, phones.link("lee"), coming=True).json["told"] == "coming"
    minutes(stage, 2)
    assert "test_page:evening" not in alerts(stage)
    shares = ledger(stage)["people"]
    assert all(each["pages"] == 0 for each in shares)


def ledger(stage: Stage, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = stage.admin("GET", f"/v1/admin/calls/ledger{query}").json
    return found


def test_shares_are_written_down_and_stay(stage: Stage, phones: Phones) -> None:
    """Days that are over count, also after the rota was changed, and pages count at once."""
    minutes(stage, 1)
    before = {each["person"]: each for each in ledger(stage)["people"]}
    assert (before["lee"]["hours"], before["lee"]["weekend_hours"]) == (135, 24)
    assert (before["mina"]["hours"], before["mina"]["weekend_hours"]) == (57, 48)
    assert call(stage).status == 201
    minutes(stage, 1)
    after = {each["person"]: each for each in ledger(stage)["people"]}
    assert (after["lee"]["pages"], after["lee"]["owed_hours"]) == (1, 1)
    configure(stage, rotas=[])
    minutes(stage, 61)
    kept = {each["person"]: each for each in ledger(stage)["people"]}
    assert kept["lee"]["hours"] == before["lee"]["hours"]
    assert ledger(stage, "?days=1")["days"] == 1
    assert stage.admin("GET", "/v1/admin/calls/ledger?days=0").status == 400
    assert stage.admin("GET", "/v1/admin/calls/ledger?days=x").status == 400
