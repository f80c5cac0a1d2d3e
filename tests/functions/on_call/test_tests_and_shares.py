"""Weekly test pages and everybody's share of being on call, on a running instance."""

from typing import Any

import pytest

from tests.functions.stage import Stage
from tests.functions.test_calls import ON_CALL, Phones, call, configure, say
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


def test_a_word_is_for_the_call_and_proves_the_test_page_too(stage: Stage, phones: Phones) -> None:
    """A yes to a call counts for the call, also where a test page came after it."""
    minutes(stage, 8)
    call(stage)
    minutes(stage, 4)
    assert [sender for sender, _ in phones.got] == ["lee", "lee"]
    stage.write("yes", sender="lee")
    minutes(stage, 6)
    assert [sender for sender, _ in phones.got] == ["lee"] * 3
    assert "reached" not in phones.got[-1][1]
    shown = stage.admin("GET", "/v1/admin/calls").json["calls"]
    assert {each["kind"]: len(each["answers"]) for each in shown} == {"call": 1, "test": 1}


def test_a_test_page_takes_one_word(stage: Stage, phones: Phones) -> None:
    """The first yes shows that it came through, and a later one is a message as before."""
    minutes(stage, 12)
    stage.write("yes", sender="lee")
    minutes(stage, 1)
    assert "reached" in phones.got[-1][1]
    assert stage.thread("lee") is None
    stage.write("yes", sender="lee")
    minutes(stage, 1)
    assert stage.thread("lee") is not None


def test_a_test_page_waits_for_the_end_of_a_quiet_time(stage: Stage, phones: Phones) -> None:
    """The lead is told that nobody could be asked, and a late page has its time to be answered."""
    people = [each | {"quiet": "12:00-15:30"} for each in ON_CALL["people"]]
    configure(stage, people=people, weekly_test="sun 12:10")
    stage.clock.advance(3 * 3_600)
    minutes(stage, 13)
    assert (phones.got, alerts(stage)) == ([], ["test_page_unasked:evening"])
    minutes(stage, 19)
    assert [sender for sender, _ in phones.got] == ["lee"]
    assert alerts(stage) == []


def ledger(stage: Stage, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = stage.admin("GET", f"/v1/admin/calls/ledger{query}").json
    return found


def hours(stage: Stage) -> dict[str, tuple[int, int]]:
    """Return everybody's hours on call, and those of weekends, in whole hours."""
    people = ledger(stage)["people"]
    return {each["person"]: (round(each["hours"]), round(each["weekend_hours"])) for each in people}


def test_shares_are_written_down_and_stay(stage: Stage, phones: Phones) -> None:
    """Days that are over count from the first hour on, whatever becomes of the rota later."""
    minutes(stage, 1)
    assert hours(stage) == {"lee": (0, 0), "mina": (0, 0)}
    assert call(stage).status == 201
    minutes(stage, 1)
    after = {each["person"]: each for each in ledger(stage)["people"]}
    assert (after["lee"]["pages"], after["lee"]["owed_hours"]) == (1, 1)
    stage.clock.advance(2 * 86_400)
    minutes(stage, 1)
    assert hours(stage) == {"lee": (21, 12), "mina": (15, 0)}
    [rota] = ON_CALL["rotas"]
    [layer] = rota["layers"]
    later = rota | {"layers": [layer | {"hands_over": "sun 06:00"}]}
    for rotas in ([later], [later, rota | {"id": "night"}], []):
        before = hours(stage)
        configure(stage, rotas=rotas)
        minutes(stage, 2)
        assert hours(stage) == before
    assert ledger(stage, "?days=1")["days"] == 1
    assert stage.admin("GET", "/v1/admin/calls/ledger?days=0").status == 400
    assert stage.admin("GET", "/v1/admin/calls/ledger?days=x").status == 400
