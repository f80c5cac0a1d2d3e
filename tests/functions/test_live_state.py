"""GET /v1/admin/live and the states of pools: what an operator sees at this moment."""

from typing import Any

from surgeline.domain.outcome import Opened
from surgeline.domain.times import rfc3339

from local.virtual.network import Answer
from local.virtual.shop import POOL_URL
from tests.functions.stage import Stage

MONDAY_TO_FRIDAY = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PERSON = "I want to talk to a person"


def pool(stage: Stage, **fields: Any) -> dict[str, Any]:
    """Define the shop's pool with some fields, and return how it stands."""
    about = {"id": "vendor", "kind": "outsourced", "url": POOL_URL}
    stage.configure(pools=[about | fields])
    stage.clock.advance(10)  # so that the configuration is read anew
    return live(stage)


def live(stage: Stage) -> dict[str, Any]:
    """Return how the only pool stands."""
    answer = stage.admin("GET", "/v1/admin/live")
    assert answer.status == 200
    [found] = answer.json["pools"]
    told = {name: found[name] for name in ("state", "why", "until")}
    assert stage.admin("GET", "/v1/admin/status").json["pool_states"] == {"vendor": told}
    whole: dict[str, Any] = found
    return whole


def write(stage: Stage, sender: str, text: str = PERSON) -> None:
    """Let a customer write, and everything that follows at once happen."""
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events", "deliveries", "events")


def test_a_pool_is_open_closed_paused_or_drains(stage: Stage) -> None:
    """The stage's day is a Sunday: a pool with a week's hours is closed until Monday morning."""
    found = pool(stage)
    assert (found["state"], found["why"], found["until"]) == ("open", "", None)
    assert (found["seats"], found["free"], found["taken"]) == (None, None, 0)
    assert pool(stage, paused=True)["state"] == "paused"
    assert pool(stage, draining=True)["state"] == "draining"
    closed = pool(stage, hours={"zone": "Europe/Paris", "week": MONDAY_TO_FRIDAY})
    assert (closed["state"], closed["why"]) == ("closed", "outside its hours")
    assert closed["until"] == "2026-03-02T08:00:00.000Z"


def test_a_full_pool_says_who_waits(stage: Stage) -> None:
    """Its one seat is taken, and another customer waits for it."""
    pool(stage, seats=1)
    stage.home.network.serve(POOL_URL, lambda _: Answer(body=b'{"accepted":true}'))
    write(stage, "ann")
    stage.clock.advance(60)
    write(stage, "bob")
    stage.clock.advance(30)
    found = live(stage)
    assert (found["state"], found["why"]) == ("full", "1 of 1 seats are taken")
    assert (found["seats"], found["taken"], found["free"]) == (1, 1, 0)
    assert (found["waiting"], found["longest_wait_seconds"]) == (1, 30)
    [first] = found["line"]
    assert (first["place"], first["priority"]) == (1, 0)
    assert first["conversation_id"] == stage.thread("bob").conversation.id
    assert first["waits_since"] == rfc3339(stage.thread("bob").conversation.handoff.since)
    assert stage.admin("GET", "/v1/admin/live").json["waiting"] == 1


def test_a_pool_over_its_cap_is_so_until_its_day_ends(stage: Stage) -> None:
    """The cap pays for one conversation a day, in the time zone of the pool's hours."""
    week = {day: ["00:00-24:00"] for day in (*MONDAY_TO_FRIDAY, "sat", "sun")}
    hours = {"zone": "Europe/Paris", "week": week}
    pool(stage, cost_per_conversation=2, daily_cap=3, hours=hours)
    stage.home.network.serve(POOL_URL, lambda _: Answer(body=b'{"accepted":true}'))
    write(stage, "ann")
    found = live(stage)
    assert (found["state"], found["why"]) == ("over_its_cap", "1 of 1 today")
    assert found["until"] == "2026-03-01T23:00:00.000Z"
    assert (found["used_today"], found["daily_limit"]) == (1, 1)


def test_a_pool_whose_endpoint_is_gone_is_disabled(stage: Stage) -> None:
    """Its answer of 410 is told, and `resume` opens it again."""
    pool(stage)
    stage.home.network.serve(POOL_URL, lambda _: Answer(410))
    write(stage, "ann")
    found = live(stage)
    assert (found["state"], found["why"]) == ("disabled", "its endpoint is gone (status 410)")
    fields = {"paused": False, "draining": False}
    assert stage.admin("PATCH", "/v1/admin/pools/vendor", fields).status == 200
    assert live(stage)["state"] == "open"


def test_a_pool_that_is_set_up_anew_is_asked_again(stage: Stage) -> None:
    """A vendor who answered 410 and gives another address is offered conversations there."""
    pool(stage)
    stage.home.network.serve(POOL_URL, lambda _: Answer(410))
    write(stage, "ann")
    assert live(stage)["state"] == "disabled"
    assert stage.admin("PUT", "/v1/admin/pools/vendor", {"url": f"{POOL_URL}new"}).status == 200
    assert live(stage)["state"] == "open"


def test_a_pool_that_fails_rests_for_half_a_minute(stage: Stage) -> None:
    """After ten failures nothing is sent to it for a while, and that is told."""
    pool(stage)
    stage.home.network.serve(POOL_URL, lambda _: Answer(500))
    for number in range(14):
        write(stage, f"c{number}")
    stage.work(20)
    for number in range(14, 17):
        write(stage, f"c{number}")
    found = live(stage)
    assert (found["state"], found["why"]) == ("resting", "its endpoint failed too often")
    assert found["until"] > "2026-03-01T12:00:"
    stage.clock.advance(60)
    assert live(stage)["state"] == "open"


def test_the_last_hour_is_told_by_five_minutes(stage: Stage) -> None:
    """Arrivals and first replies stand where they came; the count is kept for some seconds."""
    write(stage, "ann", "When are you open?")
    stage.clock.advance(600)
    write(stage, "bob", "When are you open?")
    write(stage, "eve")
    hour = stage.admin("GET", "/v1/admin/live").json["last_hour"]
    told = {
        each["from"][11:16]: (each["arrivals"], each["first_replies"]) for each in hour["intervals"]
    }
    assert len(told) == 12
    assert {at: counts for at, counts in told.items() if counts != (0, 0)} == {
        "12:00": (1, 1),
        "12:10": (2, 1),
    }
    assert (hour["counted_since"], hour["age_seconds"]) == ("2026-03-01T11:15:00.000Z", 0)
    assert (hour["answered"]["count"], hour["answered"]["of"], hour["transfers"]) == (2, 3, 0)
    assert (hour["first_reply_seconds"]["count"], hour["offers"]) == (2, {})
    stage.clock.advance(10)
    write(stage, "kim", "When are you open?")
    kept = stage.admin("GET", "/v1/admin/live").json["last_hour"]
    assert (kept["intervals"], kept["age_seconds"]) == (hour["intervals"], 10)
    stage.clock.advance(10)
    assert stage.admin("GET", "/v1/admin/live").json["last_hour"]["intervals"] != hour["intervals"]
    assert hour["arrivals_yesterday"] == 0
    stage.clock.advance(86_400 - 20)
    assert stage.admin("GET", "/v1/admin/live").json["last_hour"]["arrivals_yesterday"] == 3


def test_an_hour_that_is_too_busy_is_counted_as_far_as_it_was_read(stage: Stage) -> None:
    """The newest 2,000 are looked at, and the answer says how far back they reach."""
    outcomes, now = stage.backend.outcomes(), stage.clock.now()
    for number in range(2_001):
        at = now - number * 1000
        about = {"conversation_id": f"t{number}-1", "channel_id": "shop", "language": None}
        outcomes.add(Opened(**about, opened_at=at, at=at))
    hour = stage.admin("GET", "/v1/admin/live").json["last_hour"]
    assert hour["counted_since"] == rfc3339(now - 1_999_000)
    assert sum(each["arrivals"] for each in hour["intervals"]) == 2_000
    stage.clock.advance(86_400)
    assert stage.admin("GET", "/v1/admin/live").json["last_hour"]["arrivals_yesterday"] is None


def test_the_state_of_the_last_minute_is_answered_with_its_age(stage: Stage) -> None:
    """It is good for a minute and a half; `within` asks for a younger one, and 0 for now."""
    stage.call("minute", {"time": "2026-03-01T12:00:00Z"})
    stage.clock.advance(30)
    write(stage, "ann")
    kept = stage.admin("GET", "/v1/admin/live").json
    assert (kept["age_seconds"], kept["last_hour"]["age_seconds"]) == (30, 30)
    assert sum(each["arrivals"] for each in kept["last_hour"]["intervals"]) == 0
    for asked in ("?within=0", "?within=29"):
        fresh = stage.admin("GET", f"/v1/admin/live{asked}").json
        assert fresh["age_seconds"] == 0
        assert sum(each["arrivals"] for each in fresh["last_hour"]["intervals"]) == 1
    assert set(fresh) == set(kept)
    stage.clock.advance(61)
    assert stage.admin("GET", "/v1/admin/live").json["age_seconds"] == 0
    wrong = stage.admin("GET", "/v1/admin/live?within=soon")
    assert (wrong.status, wrong.json["error"]["field"]) == (400, "within")
