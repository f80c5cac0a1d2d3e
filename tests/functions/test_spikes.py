"""Spikes over the real functions: counted by the clock, told of once, shown with sentences."""

import json
from typing import Any

from surgeline.application.ports.blobs import bytes_of
from surgeline.application.spikes import heard_words
from surgeline.application.spikes.notice_spikes import noticed, spikes_now
from surgeline.domain.account import Account
from surgeline.domain.ids import thread_of
from surgeline.domain.outcome import Opened, Outcome
from surgeline.domain.times import rfc3339

from tests.functions.stage import Stage

DAY, QUARTER = 86_400_000, 900_000
HOURS = "When are you open? Call me on 010-1234-5678"


def chores(stage: Stage) -> None:
    """Wake the function as the clock does."""
    stage.call("chores", {"time": rfc3339(stage.clock.now())})


def opened(stage: Stage, number: int, at: int, *articles: str) -> None:
    """Keep the records of a conversation that ended, in which the bot gave these articles."""
    thread = (
        f"t{number:026d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d")
    )
    about: dict[str, Any] = {
        "conversation_id": f"{thread}-1",
        "channel_id": "shop",
        "language": "en",
        "opened_at": at,
    }
    assert thread_of(about["conversation_id"]) == thread
    outcomes = stage.backend.outcomes()
    outcomes.add(Opened(**about, at=at))
    account = Account(answered=articles)
    outcomes.add(Outcome(**about, at=at + 1000, ended_by="customer", account=account))


def usual_days(stage: Stage, days: int = 10) -> None:
    """Keep a customer on each of two topics in each half hour of some days before now."""
    now, number = stage.clock.now(), 0
    for day in range(1, days + 1):
        for half in range(-8, 8):
            for topic in ("en-hours", "en-returns"):
                number += 1
                opened(stage, number, now - day * DAY + half * 2 * QUARTER, topic)


def spikes(stage: Stage) -> dict[str, Any]:
    """Return what an operator sees."""
    found: dict[str, Any] = stage.admin("GET", "/v1/admin/spikes").json
    return found


def test_a_spike_is_noticed_within_one_interval(stage: Stage, capsys: Any) -> None:
    """It has sentences without personal data, and the answer of the bot. It is told of once."""
    usual_days(stage)
    chores(stage)
    assert (spikes(stage)["spikes"], spikes(stage)["days_known"]) == ([], 10)
    for number in range(14):
        stage.write(HOURS, sender=f"c{number}")
        stage.drain("events")
    stage.clock.advance(15 * 60)
    capsys.readouterr()
    chores(stage)
    chores(stage)
    told = [line for line in capsys.readouterr().out.splitlines() if "topic_spike" in line]
    assert [json.loads(line)["topic"] for line in told] == ["en-hours"]
    assert "010-1234" not in told[0]
    stage.call("minute", {})
    alerts = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    raised = {each["key"]: each["words"] for each in alerts}
    assert "Unusually many customers ask about en-hours: 14." in raised["topic_spike:en-hours"]
    [spike] = spikes(stage)["spikes"]
    assert (spike["topic"], spike["customers"], spike["ended_at"]) == ("en-hours", 14, None)
    assert spike["article"] == {"id": "en-hours", "title": "Opening hours"}
    assert spike["sentences"] == ["When are you open? Call me on [phone]"]
    assert (spike["share"], spike["incidents"]) == (1.0, [])


def test_one_customer_who_writes_again_and_again_is_no_spike(stage: Stage) -> None:
    """Customers are counted, and not messages or conversations."""
    usual_days(stage)
    for _ in range(20):
        stage.write("When are you open?")
        stage.drain("events")
        stage.clock.advance(20)
    stage.clock.advance(15 * 60)
    chores(stage)
    assert spikes(stage)["spikes"] == []


def test_a_spike_closes_by_itself_and_stays_in_the_report(stage: Stage) -> None:
    """An hour without it ends it. The report of the day has it."""
    usual_days(stage)
    for number in range(14):
        stage.write("When are you open?", sender=f"c{number}")
    stage.drain("events")
    for _ in range(6):
        stage.clock.advance(15 * 60)
        chores(stage)
    [spike] = spikes(stage)["spikes"]
    assert spike["ended_at"] is not None
    found = stage.admin("GET", "/v1/admin/reports/spikes").json
    assert [each["topic"] for each in found["spikes"]] == ["en-hours"]
    assert "1 spike was noticed. The greatest was on en-hours: 14 customers" in found["finding"]


def test_an_incident_on_the_topic_is_named(stage: Stage) -> None:
    """The lead sees that the spike is answered already."""
    usual_days(stage)
    for number in range(14):
        stage.write("When are you open?", sender=f"c{number}")
    stage.drain("events")
    stage.clock.advance(15 * 60)
    chores(stage)
    body = {"texts": {"en": "Closed today."}, "articles": ["en-hours"], "minutes": 60}
    made = stage.admin("POST", "/v1/admin/incidents", body).json
    stage.clock.advance(6)
    [spike] = spikes(stage)["spikes"]
    assert spike["incidents"] == [made["id"]]


def test_counting_goes_on_where_it_stopped(stage: Stage) -> None:
    """A home that was off counts what came meanwhile, and tells nothing that is long over."""
    usual_days(stage, days=12)
    chores(stage)
    first = noticed(stage.backend.blobs())
    now = stage.clock.now()
    for number in range(5_000, 5_030):
        opened(stage, number, now + QUARTER, "en-returns")
    stage.clock.advance(6 * 3_600)
    chores(stage)
    found = noticed(stage.backend.blobs())
    assert found.counted_until > first.counted_until
    assert [(each.topic, each.customers) for each in found.spikes] == [("en-returns", 30)]
    assert found.spikes[0].is_over


def test_a_new_home_says_that_it_is_still_learning(stage: Stage) -> None:
    """Without a week of days nothing can be unusual."""
    stage.write("When are you open?")
    stage.drain("events")
    stage.clock.advance(15 * 60)
    chores(stage)
    found = spikes(stage)
    assert (found["spikes"], found["days_needed"]) == ([], 7)
    assert (
        "7 days must be counted first"
        in stage.admin("GET", "/v1/admin/reports/spikes").json["finding"]
    )


def test_a_conversation_whose_record_came_late_is_counted(stage: Stage) -> None:
    """A queue that was behind hides no spike. Nobody is counted twice."""
    usual_days(stage)
    now = stage.clock.now()
    for number in range(6_000, 6_007):
        opened(stage, number, now + 60_000, "en-hours")
    stage.clock.advance(15 * 60)
    chores(stage)
    assert spikes(stage)["spikes"] == []
    for number in range(6_007, 6_014):
        opened(stage, number, now + 120_000, "en-hours")
    stage.clock.advance(15 * 60)
    chores(stage)
    [spike] = spikes(stage)["spikes"]
    assert spike["customers"] == 14


def test_a_spike_that_nobody_saw_end_is_over(stage: Stage) -> None:
    """A home that was off for two days does not say for ever that it goes on."""
    usual_days(stage, days=14)
    for number in range(14):
        stage.write("When are you open?", sender=f"c{number}")
    stage.drain("events")
    stage.clock.advance(15 * 60)
    chores(stage)
    assert spikes(stage)["spikes"][0]["ended_at"] is None
    stage.clock.advance(2 * 86_400 - 3_600)
    chores(stage)
    [spike] = noticed(stage.backend.blobs()).spikes
    assert spike.is_over
    assert spikes_now(stage.backend.blobs()) == {}


def test_a_topic_that_grows_slowly_stands_beside_the_spikes(stage: Stage) -> None:
    """It is named with its article, and raises no alert."""
    now, number = stage.clock.now(), 0
    for day in range(27, 0, -1):
        for topic, many in (("en-hours", 8 if day > 10 else 24), ("en-returns", 30)):
            for _ in range(many):
                number += 1
                opened(stage, number, now - day * DAY, topic)
    chores(stage)
    [grown] = spikes(stage)["growing"]
    assert grown["article"] == {"id": "en-hours", "title": "Opening hours"}
    assert (grown["customers"], grown["days"] >= 10) == (24 * 10, True)
    assert grown["customers"] > 1.5 * grown["expected"]
    stage.call("minute", {})
    standing = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    assert not [each for each in standing if each["key"].startswith("topic_spike")]


def test_a_new_word_that_no_article_has_is_noticed_over_topics(stage: Stage) -> None:
    """The bot answers each customer with some article. What they share is told of once."""
    usual_days(stage)
    for day in range(1, 9):
        words = json.dumps({"customers": 40, "counts": {"order": 20}}).encode()
        stage.backend.blobs().put(f"{heard_words.DAYS}2026-02-{28 - day:02d}", words)
    for number in range(12):
        about = ("When are you open", "How long can I return an item")[number % 2]
        stage.write(f"{about}, is it the Strike? I am on 010-1234-5678", sender=f"c{number}")
        stage.drain("events")
    stage.clock.advance(15 * 60)
    chores(stage)
    chores(stage)
    [spike] = spikes(stage)["spikes"]
    assert (spike["topic"], spike["customers"], spike["article"]) == ("“strike”", 12, None)
    assert "Strike? I am on [phone]" in spike["sentences"][0]
    stage.clock.advance(2 * 3_600)
    chores(stage)
    assert noticed(stage.backend.blobs()).spikes[0].is_over


def test_an_article_s_word_is_a_spike_among_those_whom_no_article_answered(stage: Stage) -> None:
    """Unanswered customers are always many, so that their number alone says nothing."""
    usual_days(stage)
    now = stage.clock.now()
    for number in range(8 * 30):
        opened(stage, 7_000 + number, now - (1 + number // 30) * DAY)
    own = {"customers": 200, "counts": {"lesson": 90}}
    for day in range(1, 9):
        words = json.dumps(own | {"unanswered": own}).encode()
        stage.backend.blobs().put(f"{heard_words.DAYS}2026-02-{28 - day:02d}", words)
    for number in range(12):
        stage.write(f"Was lesson {number} on a Saturday?", sender=f"c{number}")
        stage.drain("events")
    stage.clock.advance(15 * 60)
    chores(stage)
    [spike] = spikes(stage)["spikes"]
    assert (spike["topic"], spike["customers"], spike["article"]) == ("“saturday”", 12, None)
    today = json.loads(bytes_of(stage.backend.blobs(), f"{heard_words.DAYS}2026-03-01") or b"{}")
    assert today["unanswered"]["counts"]["saturday"] == 12
