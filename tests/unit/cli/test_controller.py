"""`surgeline controller`: what it tells of the controller, and how a lead overrules it."""

from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket
DECISION: dict[str, Any] = {
    "at": "2026-03-01T10:15:00.000Z",
    "mode": "act",
    "did": "acted",
    "by": None,
    "wanted": 5.0,
    "counted": 0.0,
    "missing": 0.0,
    "bound": "nothing",
    "why": ["5.0 people beside the shift are needed in 15 minutes"],
    "acts": [{"pool": "agency", "people": 5, "change": 5, "why": "5.0 people are missing"}],
    "facts": {
        "contacts_per_hour": 80.0,
        "is_forecast": True,
        "live_factor": 1.1,
        "waiting": 2,
        "on_shift": 1.0,
        "here": {"agency": 0},
        "spent": 12.5,
        "spend_cap": 500,
    },
    "prices": [{"people": 5, "service_level": 0.83, "abandoned": 0.06, "cost_per_hour": 140}],
}
STATE: dict[str, Any] = {
    "mode": "ask",
    "configured_mode": "act",
    "pools": ["agency"],
    "spent": 12.5,
    "spend_cap": 500,
    "asked_for": {"agency": 5},
    "proposal": {
        "proposal": 17,
        "until": "2026-03-01T10:25:00.000Z",
        "approved_by": None,
        "acts": DECISION["acts"],
    },
    "overrides": [
        {
            "pool": None,
            "people": None,
            "mode": "ask",
            "until": "2026-03-01T11:00:00.000Z",
            "by": "Ann (lead)",
            "reason": "new agency",
        }
    ],
    "decision": DECISION,
}


def test_it_shows_how_things_stand(operator: Run, instance: FakeInstance) -> None:
    """The mode, the money, the pools, the proposal, and the last decision with its prices."""
    instance.answer("GET /v1/admin/surge", STATE)
    result = operator("controller", "show")
    for told in (
        "in the mode ask by an override",
        "spent 12.5, with a cap of 500",
        "agency: asked for 5 people",
        "Ann (lead): new agency",
        "`surgeline controller approve`",
        "83%",
    ):
        assert told in result.output


def test_it_explains_what_was_decided(operator: Run, instance: FakeInstance) -> None:
    """Looks without an act are left out unless all are asked for."""
    quiet = DECISION | {"did": "nothing", "acts": []}
    instance.answer("GET /v1/admin/surge/decisions", {"decisions": [quiet, DECISION]})
    result = operator("controller", "explain")
    assert result.output.count("2026-03-01T10:15Z") == 1
    assert "agency: 5 people in all (+5), 5.0 people are missing" in result.output
    everything = operator("controller", "explain", "--all")
    assert everything.output.count("2026-03-01T10:15Z") == 2


def test_it_overrides_with_an_end_and_a_reason(operator: Run, instance: FakeInstance) -> None:
    """A number of people needs a time and a reason, and an override can be ended."""
    answer = {"override": STATE["overrides"][0] | {"pool": "agency", "people": 6}}
    instance.answer("PUT /v1/admin/surge/pools/agency", answer)
    instance.answer("DELETE /v1/admin/surge/pools/agency", {"ended": "agency"})
    assert operator("controller", "override", "agency", "6").exit_code == 2
    result = operator("controller", "override", "agency", "6", "--for", "90m", "--why", "a match")
    assert result.exit_code == 0
    assert instance.asked[-1].json == {"people": 6, "minutes": 90}
    assert operator("controller", "override", "agency", "--end").exit_code == 0


def test_it_changes_the_mode_for_a_while(operator: Run, instance: FakeInstance) -> None:
    """A mode needs a time and a reason, and `configured` ends it."""
    instance.answer("PUT /v1/admin/surge/mode", {"override": STATE["overrides"][0]})
    instance.answer("DELETE /v1/admin/surge/mode", {"ended": "mode"})
    assert operator("controller", "mode", "off").exit_code == 2
    assert operator("controller", "mode", "off", "--for", "2h", "--why", "a break").exit_code == 0
    assert instance.asked[-1].json == {"mode": "off", "minutes": 120}
    assert operator("controller", "mode", "configured").exit_code == 0


def test_it_approves_the_standing_proposal(operator: Run, instance: FakeInstance) -> None:
    """The proposal's own number is approved, so that nobody approves what he did not see."""
    instance.answer("GET /v1/admin/surge", STATE, STATE | {"proposal": None})
    instance.answer("POST /v1/admin/surge/approval", (202, {"approved": STATE["proposal"]}))
    result = operator("controller", "approve")
    assert instance.asked[-1].json == {"proposal": 17}
    assert "Approved: agency: 5 people" in result.output
    assert operator("controller", "approve").exit_code == 1


PARIS = {"configuration": {"reports": {"zone": "Europe/Paris"}}}


def test_it_takes_a_forecast_from_a_file(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """A file of `surgeline forecast --csv` is the day's forecast; gaps have no contacts."""
    file = tmp_path / "tomorrow.csv"
    file.write_text("from,contacts\n2026-03-02T09:30+01:00,12.5\n2026-03-02T09:00Z,30\n")
    answer = {"day": "2026-03-02", "intervals": 48, "contacts": 42.5}
    instance.answer("GET /v1/admin/configuration", PARIS)
    instance.answer("PUT /v1/admin/surge/forecasts/2026-03-02", answer)
    assert operator("controller", "forecast", str(file)).exit_code == 0
    body = instance.asked[-1].json
    assert (body["minutes"], len(body["contacts"]), sum(body["contacts"])) == (30, 48, 42.5)
    assert body["contacts"][19:21] == [12.5, 30]


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 46), ("2026-10-25", 50)])
def test_a_forecast_of_a_long_or_short_day_follows_the_clock(
    operator: Run, instance: FakeInstance, tmp_path: Path, day: str, length: int
) -> None:
    """Nine on the wall is an hour sooner or later after midnight where the clocks change."""
    place = length - 30
    file = tmp_path / "tomorrow.csv"
    file.write_text("from,contacts,agents\n09:00,7,2\n09:30,8,3\n")
    instance.answer("GET /v1/admin/configuration", PARIS)
    answer = {"day": day, "intervals": length, "contacts": 15}
    instance.answer(f"PUT /v1/admin/surge/forecasts/{day}", answer)
    assert operator("controller", "forecast", str(file), "--day", day).exit_code == 0
    body = instance.asked[-1].json
    assert (len(body["contacts"]), body["contacts"][place : place + 2]) == (length, [7, 8])
    assert body["agents"][place : place + 2] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "from,contacts\n09:30,12\n10:00,3\n",
        "from,contacts\n2026-03-02T09:33,12\n",
        "from,contacts\n2026-03-02T09:30,x\n",
        "from,contacts\n2026-03-02T09:30,1\n2026-03-03T10:00,1\n",
        "from,contacts\n2026-03-02T09:30,1\n",
        "from,contacts\n2026-03-29T02:30,1\n2026-03-29T03:00,1\n",
        "from,contacts\n2026-03-02T23:00Z,1\n2026-03-02T22:30Z,1\n",
    ],
)
def test_a_malformed_forecast_names_the_file(
    operator: Run, instance: FakeInstance, tmp_path: Path, text: str
) -> None:
    """A file without one day, steps and numbers is refused, and so is a time of no such day."""
    instance.answer("GET /v1/admin/configuration", PARIS)
    file = tmp_path / "wrong.csv"
    file.write_text(text)
    result = operator("controller", "forecast", str(file))
    assert result.exit_code == 2
    assert "wrong.csv" in result.output
