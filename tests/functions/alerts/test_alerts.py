"""The clock's minute raises and clears alerts, and a lead lists and acknowledges them."""

from typing import Any

import pytest
from surgeline.application.alerts.alerts import Alerts

from local.virtual.network import Answer
from local.virtual.shop import POOL_URL
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage

PERSON = "I want to talk to a person"
WEEK = ("mon", "tue", "wed", "thu", "fri")
CLOSED = {"zone": "UTC", "week": {day: ["09:00-18:00"] for day in WEEK}}  # the day is a Sunday

pytestmark = pytest.mark.enable_socket  # a pool is nowhere


def minute(stage: Stage, *, minutes: int = 1, works: bool = True) -> None:
    """Let so many minutes pass, with or without working queues, and wake the function in each."""
    for _ in range(minutes):
        stage.clock.advance(60)
        if works:
            stage.drain()
        stage.call("minute", {"time": "2026-03-01T12:01:00Z"})


def pool(stage: Stage, alerts: list[dict[str, Any]] | None = None, **fields: Any) -> None:
    """Publish the shop's pool with some fields, and changes of the rules."""
    about = {"id": "vendor", "kind": "outsourced", "url": POOL_URL}
    stage.configure(pools=[about | fields], alerts=alerts or [])
    stage.clock.advance(10)


def write(stage: Stage, sender: str) -> None:
    """Let a customer ask for a person, and everything that follows at once happen."""
    assert stage.write(PERSON, sender=sender).status == 202
    stage.drain("events", "deliveries", "events")


def standing(stage: Stage) -> dict[str, dict[str, Any]]:
    """Return the alerts that stand, by their keys."""
    found = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    return {each["key"]: each for each in found}


def full(stage: Stage) -> None:
    """Let the pool's only seat be taken, and a second customer wait."""
    stage.home.network.serve(POOL_URL, lambda _: Answer(body=b'{"accepted":true}'))
    write(stage, "ann")
    write(stage, "bob")


def test_somebody_who_waits_too_long_raises_one_alert(stage: Stage) -> None:
    """It is raised once after the level lasted a minute, stands, and goes when nobody waits."""
    changes = [{"rule": "oldest_waiting", "raise_at": 300, "clear_at": 120}]
    pool(stage, changes, seats=1)
    full(stage)
    minute(stage, minutes=4)
    assert standing(stage) == {}
    minute(stage, minutes=2)
    first = standing(stage)["oldest_waiting"]
    assert first["words"].startswith("Somebody has waited 6 min for a person.")
    minute(stage, minutes=3)
    assert standing(stage)["oldest_waiting"] == first
    pool(stage, changes, seats=5)
    stage.home.run_for(30)
    stage.drain()
    minute(stage, minutes=3)
    assert "oldest_waiting" not in standing(stage)
    [gone] = stage.admin("GET", "/v1/admin/alerts").json["cleared"]
    assert (gone["id"], gone["cleared_at"] > gone["raised_at"]) == (first["id"], True)


def test_a_lead_takes_an_alert_and_is_named(stage: Stage) -> None:
    """The name of whoever acknowledged first stays, and the alert stands on."""
    alerts = Alerts(stage.backend.notebook(), stage.clock)
    assert alerts.raise_("spike:delivery", "Many ask about delivery.", "urgent")
    assert not alerts.raise_("spike:delivery", "Many ask about delivery.", "urgent")
    alert = standing(stage)["spike:delivery"]
    place = f"/v1/admin/alerts/{alert['id']}/acknowledge"
    lead = sign_in(stage, "Lee", "lead")
    answered = stage.request("POST", place, {}, headers=lead)
    assert answered.json["alert"]["acknowledged_by"] == "Lee"
    stage.admin("POST", place, {})
    assert standing(stage)["spike:delivery"]["acknowledged_by"] == "Lee"
    assert alerts.clear("spike:delivery")
    assert not alerts.clear("spike:delivery")
    assert standing(stage) == {}
    unknown = stage.admin("POST", "/v1/admin/alerts/aaaaaaaaaaaaaaaaaaaaaaaaaaa/acknowledge", {})
    assert unknown.status == 404


def test_people_who_wait_while_all_pools_are_closed_raise_an_urgent_alert(stage: Stage) -> None:
    """A pool that closes leaves people waiting, and after five minutes that is told."""
    pool(stage, seats=1)
    full(stage)
    pool(stage, seats=1, paused=True)
    minute(stage, minutes=7, works=False)
    found = standing(stage)
    assert found["nobody_open"]["level"] == "urgent"
    assert "No pool is open" in found["nobody_open"]["words"]


@pytest.mark.parametrize(("hours", "at_risk"), [(2, 1), (72, 0)])
def test_only_a_request_that_ends_soon_is_at_risk(stage: Stage, hours: int, at_risk: int) -> None:
    """Its own end counts. The place in line is leased for half an hour and prolonged."""
    opens_soon = {"zone": "UTC", "week": {"sun": ["13:00-18:00"]}}
    stage.configure(
        pools=[{"id": "vendor", "kind": "outsourced", "url": POOL_URL, "hours": opens_soon}],
        routing={"keep_seconds": hours * 3_600},
    )
    stage.clock.advance(10)
    write(stage, "ann")
    minute(stage)
    found = standing(stage)
    assert [each for each in found if each.startswith("promise")] == [
        "promise_at_risk:vendor"
    ] * at_risk


def test_a_pool_that_is_gone_near_its_cap_or_over_budget_is_told(stage: Stage) -> None:
    """Each pool has its own alert, and the budget of the day has one for all pools."""
    about = {"cost_per_conversation": 2, "daily_cap": 2, "seats": 5}
    stage.configure(
        pools=[{"id": "vendor", "kind": "outsourced", "url": POOL_URL, **about}],
        reports={"daily_budget": 2.1},
    )
    stage.clock.advance(10)
    stage.home.network.serve(POOL_URL, lambda _: Answer(body=b'{"accepted":true}'))
    write(stage, "ann")
    minute(stage)
    found = standing(stage)
    assert found["cap_near:vendor"]["words"].startswith("The pool vendor has used 100%")
    assert found["budget"]["words"].startswith("95% of today's budget is spent.")
    pool(stage)
    stage.home.network.serve(POOL_URL, lambda _: Answer(410))
    write(stage, "bob")
    minute(stage)
    assert set(standing(stage)) == {"pool_disabled:vendor"}


def test_mails_that_nobody_takes_in_raise_an_alert(stage: Stage) -> None:
    """A mail that lies for twenty minutes is left; one that is taken soon raises nothing."""
    stage.configure(channels=[{"id": "mail", "kind": "email"}], pools=[])
    stage.clock.advance(10)
    stage.backend.blobs().put("mail/mail/one", b"")
    minute(stage, minutes=20)
    assert "kept_mails" not in standing(stage)
    stage.backend.blobs().put("mail/mail/two", b"")
    minute(stage, minutes=1)
    assert standing(stage)["kept_mails"]["words"].startswith(
        "Mails that were not taken in for 20 min: 1."
    )
    for key in ("mail/mail/one", "mail/mail/two"):
        stage.backend.blobs().delete(key)
    minute(stage)
    assert "kept_mails" not in standing(stage)


def test_a_worker_that_stopped_is_told(stage: Stage) -> None:
    """What is due and untaken for a minute, twice in a row, is an urgent alert of its queue."""
    assert stage.write(PERSON, sender="ann").status == 202
    minute(stage, minutes=3, works=False)
    found = standing(stage)["worker_lag:events"]
    assert (found["level"], "in the queue events" in found["words"]) == ("urgent", True)


def test_alerts_speak_the_companys_language_or_the_readers(stage: Stage) -> None:
    """A company that reads Korean gets its sentences in Korean, and a French lead in French."""
    stage.configure(reports={"language": "ko"})
    stage.clock.advance(10)
    assert stage.write(PERSON, sender="ann").status == 202
    minute(stage, minutes=3, works=False)
    key = "worker_lag:events"
    assert "대기열" in standing(stage)[key]["words"]
    for place in ("alerts", "live"):
        found = stage.admin("GET", f"/v1/admin/{place}?language=fr").json
        told = {
            each["key"]: each["words"]
            for each in found["standing" if place == "alerts" else "alerts"]
        }
        assert "Des messages attendent 120 s dans la file events" in told[key]
    assert stage.admin("GET", "/v1/admin/alerts?language=tlh").status == 400


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ([{"rule": "nonsense"}], "alerts[0].rule: 'nonsense' is none of oldest_waiting"),
        ([{"rule": "budget", "clear_at": 0.9}], "alerts[0].clear_at: 0.9 is not below raise_at"),
        ([{"rule": "budget", "for_seconds": -1}], "alerts[0].for_seconds: -1 is not between"),
        ([{"rule": "budget"}, {"rule": "budget"}], "alerts[1].rule: 'budget' stands twice"),
        ([{"rule": "budget", "loud": 1}], "alerts[0].loud: there is no such field"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(
    stage: Stage, changes: list[dict[str, Any]], problem: str
) -> None:
    """The answer names the field and what is accepted."""
    asked = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    answered = stage.admin("PUT", "/v1/admin/configuration", asked | {"alerts": changes})
    assert answered.status == 422
    assert any(each.startswith(problem) for each in answered.json["error"]["problems"])


def test_a_job_that_fails_leaves_the_next_minute_as_it_is(stage: Stage) -> None:
    """A damaged page of alerts stops nothing else, and its reader says that it can't be read."""
    notebook = stage.backend.notebook()
    notebook.write("alerts", b"damaged", after=notebook.read("alerts"))
    minute(stage)
    assert stage.admin("GET", "/v1/admin/alerts").status == 503
