"""A day on which people are brought in: who follows the advice serves more, within the cap."""

from typing import Any

import pytest

from local.rehearsal.day import day_of
from local.rehearsal.rehearsal import rehearse
from local.rehearsal.report import Report
from local.rehearsal.surge import expected_of
from tests.unit.rehearsal.small import DESK, document

DAY_SHIFT = [{"from": "00:30", "to": "02:30", "agents": 1}]
GROWTH = {"maximum": 8, "start_up_seconds": 300, "minimum_seconds": 600}
AGENCY = {"id": "agency", "kind": "outsourced", "cost_per_hour": 28, "growth": GROWTH}
CROWD = {"id": "crowd", "kind": "on_demand", "cost_per_hour": 30, "growth": GROWTH}
NOTHING_LOST = (0, 0, 0, 0)


def surged(agency: dict[str, Any] | None = None, **surge: Any) -> Report:
    """Play a peak of forty customers who want a person, with people to bring in."""
    desk = DESK | {"shifts": DAY_SHIFT}
    day = document(
        arrivals=[{"from": "01:00", "to": "01:40", "contacts": 40}],
        customers={"questions": 1, "asks_for_person": 1, "turns": 1},
        pools=[desk, {"handle_seconds": [240, 300]} | AGENCY | (agency or {}), CROWD],
        routing=None,
        surge={"hold_seconds": 300} | surge,
    )
    return rehearse(day_of(day, "here"), 1)


def losses(report: Report) -> tuple[int, ...]:
    return (report.lost, report.duplicated, report.untold, report.forgotten)


@pytest.fixture(scope="module")
def led() -> Report:
    return surged()


def test_people_are_there_when_the_peak_begins(led: Report) -> None:
    """They are asked for before the peak, serve most customers in time, and go after it."""
    assert losses(led) == NOTHING_LOST
    assert led.acts[0].at < "01:00"
    assert led.acts[0].pool == "agency"
    assert led.service_level >= 0.8
    assert led.acts[-1].people == 0
    assert led.turns_an_hour <= 1


def test_each_act_has_its_reason(led: Report) -> None:
    """Every act tells what was missing or spare, and what was wanted."""
    assert all("people" in each.why and "needed in" in each.why for each in led.acts)


def test_a_cap_of_zero_brings_nobody(led: Report) -> None:
    """Without money nobody is brought; fewer are served, and nobody is lost."""
    alone = surged(spend_cap_usd=0)
    assert (alone.acts, alone.pools["agency"]["spend_usd"]) == ((), 0)
    assert alone.service_level < led.service_level
    assert losses(alone) == NOTHING_LOST


def test_a_cap_is_kept() -> None:
    """The people who are brought in cost no more than the cap."""
    report = surged(spend_cap_usd=40)
    spent = sum(report.pools[name]["spend_usd"] for name in ("agency", "crowd"))
    assert 0 < spent <= 40
    assert losses(report) == NOTHING_LOST


def test_a_pool_that_is_down_leaves_it_to_the_next() -> None:
    """Once the agency took no request, the dearer crowd is asked within minutes."""
    fault = {"from": "00:30", "to": "02:30", "kind": "down"}
    report = surged({"faults": [fault]})
    first = {
        pool: next(a.at for a in report.acts if a.pool == pool) for pool in ("agency", "crowd")
    }
    assert first["agency"] < first["crowd"] <= "01:00"
    assert report.pools["agency"]["spend_usd"] == 0
    assert report.service_level >= 0.8
    assert losses(report) == NOTHING_LOST


def test_a_pool_that_falls_silent_keeps_to_its_window() -> None:
    """Its people go when nobody renews the request, and who stands in for it is asked once."""
    report = surged({"faults": [{"from": "01:20", "to": "02:30", "kind": "down"}]})
    assert 0 < report.pools["agency"]["spend_usd"] <= 3 * 28 * 1.1
    assert [act.people for act in report.acts if act.pool == "crowd"] == [8, 0]
    assert losses(report) == NOTHING_LOST


def test_a_controller_that_only_advises_changes_nothing(led: Report) -> None:
    """With the controller on the side, pools are asked when somebody has to wait, as before."""
    advised = surged(mode="advise")
    assert advised.acts == ()
    assert advised.service_level < led.service_level
    assert losses(advised) == NOTHING_LOST


def test_a_forecast_is_the_day_s_curve_with_its_error() -> None:
    """The forecast spreads the arrivals of each span evenly, and may be wrong by a share."""
    day = day_of(document(), "here")
    assert sum(expected_of(day, 1)) == pytest.approx(15)
    assert sum(expected_of(day, 0.7)) == pytest.approx(10.5)
