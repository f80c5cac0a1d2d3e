"""The list of conversations: newest first, in pages, by what is asked for."""

from typing import Any
from urllib.parse import urlencode

import pytest
from surgeline.application.conversations.list_conversations import MOST_OF_SENDER
from surgeline.domain.outcome import Opened
from surgeline.domain.times import rfc3339

from tests.functions.stage import Stage

PATH = "/v1/admin/conversations"
DAY = 86_400


def listed(stage: Stage, **query: str) -> list[dict[str, Any]]:
    """A page of the list."""
    answer = stage.admin("GET", f"{PATH}?{urlencode(query)}")
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json["conversations"]
    return found


def write(stage: Stage, text: str, *, sender: str) -> None:
    """A customer writes, and the thread's writer has done its part."""
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")
    stage.clock.advance(1)


def accept(stage: Stage, sender: str) -> dict[str, Any]:
    """The pool takes the sender's conversation; what its events are about."""
    current = stage.thread(sender).conversation
    offer = current.handoff.offers[0].offer_id
    about = {"conversation_id": current.id}
    assert stage.pool("handoff.accepted", about | {"offer_id": offer}).status == 200
    stage.drain("events")
    return about | {"epoch": stage.thread(sender).conversation.epoch}


def test_conversations_are_listed_as_they_stand(stage: Stage) -> None:
    """An answered one, one that a pool has, and one that it resolved, the newest first."""
    write(stage, "When are you open?", sender="ann")
    write(stage, "I want to talk to a person", sender="bob")
    accept(stage, "bob")
    write(stage, "I want to talk to a person", sender="eve")
    resolved = accept(stage, "eve") | {"outcome": "solved", "summary": ""}
    assert stage.pool("conversation.resolved", resolved).status == 202
    stage.drain("events")
    eve, bob, ann = listed(stage)
    threads = [stage.thread(sender).conversation.id for sender in ("eve", "bob", "ann")]
    assert [each["conversation_id"] for each in (eve, bob, ann)] == threads
    assert {each["channel"] for each in (eve, bob, ann)} == {"shop"}
    assert [each["state"] for each in (eve, bob, ann)] == ["closed", "open", "open"]
    assert [each["owner"] for each in (eve, bob, ann)] == [None, "pool:vendor", "bot"]
    assert [each["answered"] for each in (eve, bob, ann)] == [False, False, True]
    assert [each["handed_off"] for each in (eve, bob, ann)] == [True, True, False]
    assert (ann["first_reply_ms"], bob["first_reply_ms"]) == (0, None)
    assert (eve["ended_by"], eve["outcome"], eve["resolution"]) == ("pool", "solved", "assumed")
    assert listed(stage, handed_off="yes") == [eve, bob]
    assert listed(stage, open="yes") == [bob, ann]
    assert listed(stage, open="yes", handed_off="yes") == [bob]
    assert listed(stage, channel="shop") == [eve, bob, ann]
    assert listed(stage, channel="web") == []


def test_the_wait_for_the_first_reply_counts_from_the_intake(stage: Stage) -> None:
    """A message that lay in the queue for five seconds has a first reply after five seconds."""
    assert stage.write("When are you open?", sender="ann").status == 202
    stage.clock.advance(5)
    stage.drain("events")
    [ann] = listed(stage)
    assert ann["first_reply_ms"] == 5_000


def test_kept_requests_are_found_with_their_end(stage: Stage) -> None:
    """Who asked for a person and found nobody is on a list, until the request ends."""
    vendor = {"id": "vendor", "kind": "outsourced", "url": "http://127.0.0.1:9/", "paused": True}
    stage.configure(pools=[vendor])
    write(stage, "I want to talk to a person", sender="ann")
    write(stage, "When are you open?", sender="bob")
    [ann] = listed(stage, kept="yes")
    assert (ann["owner"], ann["kept_until"][:10]) == ("bot", "2026-03-04")
    assert listed(stage, waiting="yes") == []
    write(stage, "never mind", sender="ann")
    assert listed(stage, kept="yes") == []


def test_each_filter_finds_its_own(stage: Stage) -> None:
    """By how it stands, by pool, article and language, and by several of them at once."""
    write(stage, "When are you open?", sender="ann")
    write(stage, "no, that is wrong", sender="ann")
    write(stage, "I want to talk to a person", sender="bob")
    owns = accept(stage, "bob")
    write(stage, "사람과 이야기하고 싶어요", sender="eva")
    [eva, bob, ann] = listed(stage)
    assert (ann["rejected"], ann["articles"], bob["rejected"]) == (True, ["en-hours"], False)
    assert listed(stage, rejected="yes") == listed(stage, article="en-hours") == [ann]
    assert listed(stage, article="vendor") == []
    assert listed(stage, pool="vendor") == [bob]
    assert listed(stage, pool="vendor", rejected="yes") == []
    assert eva["owner"] == "waiting"
    assert eva in listed(stage, waiting="yes")
    assert bob not in listed(stage, waiting="yes")
    assert listed(stage, unanswered="yes") == [eva, bob]
    assert listed(stage, language="en") == listed(stage, language="EN-gb") == [bob, ann]
    assert listed(stage, language="ko", waiting="yes") == [eva]
    stage.pool("message.sent", owns | {"text": "Hello"})
    stage.drain("events")
    assert listed(stage, unanswered="yes") == [eva]


def test_a_date_begins_at_midnight_of_the_company(stage: Stage) -> None:
    """At noon in London it is the next day in Auckland already."""
    write(stage, "When are you open?", sender="ann")
    assert len(listed(stage, since="2026-03-01")) == 1
    assert stage.admin("GET", f"{PATH}?since=2026-03-02").status == 400, "that is tomorrow"
    stage.configure(reports={"zone": "Pacific/Auckland"})
    stage.clock.advance(10)
    assert len(listed(stage, since="2026-03-02")) == 1
    assert listed(stage, since="2026-02-28", until="2026-03-02") == []


def test_a_sender_s_conversations_are_found_by_the_channel_s_own_name(stage: Stage) -> None:
    """All of them, the newest first and in pages, whatever their age; of nobody else."""
    for _ in range(3):
        write(stage, "When are you open?", sender="ann")
        write(stage, "When are you open?", sender="bob")
        stage.clock.advance(40 * DAY)
    found = listed(stage, channel="shop", sender="ann")
    thread = stage.thread("ann").id
    assert [each["conversation_id"] for each in found] == [f"{thread}-{n}" for n in (3, 2, 1)]
    first = stage.admin("GET", f"{PATH}?channel=shop&sender=ann&limit=2").json
    assert first["conversations"] == found[:2]
    rest = stage.admin("GET", f"{PATH}?channel=shop&sender=ann&after={first['next_after']}").json
    assert (rest["conversations"], rest["next_after"]) == (found[2:], None)
    assert listed(stage, channel="shop", sender="ann", until=found[0]["opened_at"]) == found[1:]
    assert listed(stage, channel="shop", sender="ann", since=found[1]["opened_at"]) == found[:2]
    assert listed(stage, channel="shop", sender="ann", open="yes") == found[:1]
    assert listed(stage, channel="shop", sender="nobody") == []
    assert listed(stage, channel="web", sender="ann") == []


def test_a_rare_combination_says_where_to_go_on(stage: Stage) -> None:
    """A bounded number is looked at for one page; the pages together find what fits."""
    outcomes = stage.backend.outcomes()
    now, many = stage.clock.now(), 1500
    for number in range(many):
        at = now - number
        about = Opened(
            conversation_id=f"t{number}-1",
            channel_id="web" if number == many - 1 else "shop",
            language=None,
            opened_at=at,
            at=at,
        )
        outcomes.add(about)
    page = stage.admin("GET", f"{PATH}?channel=web").json
    assert page["conversations"] == []
    rest = stage.admin("GET", f"{PATH}?channel=web&after={page['next_after']}").json
    assert [each["conversation_id"] for each in rest["conversations"]] == [f"t{many - 1}-1"]
    assert rest["next_after"] is None


def test_an_unknown_name_is_not_found(stage: Stage) -> None:
    """An id that is not configured, and that no conversation has, is answered 404."""
    for query in ("channel=nowhere", "pool=nowhere", "channel=nowhere&sender=ann"):
        assert stage.admin("GET", f"{PATH}?{query}").status == 404


def test_pages_follow_each_other(stage: Stage) -> None:
    """next_after goes on after the last one; the last page has none."""
    for number in range(5):
        write(stage, "When are you open?", sender=f"c{number}")
    whole = listed(stage)
    paged, after = [], None
    while True:
        query = urlencode({"limit": "2"} | ({"after": after} if after else {}))
        page = stage.admin("GET", f"{PATH}?{query}").json
        paged += page["conversations"]
        after = page["next_after"]
        if after is None:
            break
    assert paged == whole
    assert len(paged) == 5


def test_a_conversation_that_was_taken_up_again_is_open(stage: Stage) -> None:
    """It stands once, with how often it was reopened."""
    write(stage, "I want to talk to a person", sender="eve")
    resolved = accept(stage, "eve") | {"outcome": "solved", "summary": ""}
    stage.pool("conversation.resolved", resolved)
    stage.drain("events")
    write(stage, "It broke again", sender="eve")
    [eve] = listed(stage)
    assert (eve["state"], eve["reopened"], eve["owner"]) == ("open", 1, "waiting")


def test_what_was_superseded_is_listed_with_its_successor(stage: Stage) -> None:
    """A conversation that just stopped ends when the next one begins."""
    write(stage, "When are you open?", sender="ann")
    stage.clock.advance(2 * DAY)
    write(stage, "When are you open?", sender="ann")
    new, old = listed(stage)
    assert (new["state"], old["state"], old["ended_by"]) == ("open", "closed", "superseded")
    assert old["answered"]
    moment = new["opened_at"]
    assert listed(stage, since=moment) == [new]
    assert listed(stage, until=moment) == [old]


def test_an_old_conversation_of_a_sender_is_found_behind_many_newer_ones(stage: Stage) -> None:
    """A page that saw too many newer conversations of the sender says where to go on."""
    write(stage, "When are you open?", sender="ann")
    stage.clock.advance(2 * DAY)
    [oldest] = listed(stage)
    ann = {"channel": "shop", "sender": "ann"}
    before = {"until": rfc3339(stage.clock.now())} | ann
    for _ in range(MOST_OF_SENDER):
        write(stage, "When are you open?", sender="ann")
        stage.clock.advance(2 * DAY)
    page = stage.admin("GET", f"{PATH}?{urlencode(before)}").json
    assert page["conversations"] == []
    [found] = listed(stage, after=page["next_after"], **before)
    assert found["conversation_id"] == oldest["conversation_id"]


def test_an_erased_person_is_in_no_list(stage: Stage) -> None:
    """I14: neither past conversations nor the open one are shown."""
    write(stage, "When are you open?", sender="ann")
    stage.clock.advance(2 * DAY)
    write(stage, "When are you open?", sender="ann")
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "ann"})
        stage.drain("events")
    assert listed(stage) == []
    assert listed(stage, channel="shop", sender="ann") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-02-30T00:00:00Z", "since"),
        ("since=2026-02-01T00:00:00", "since"),
        ("since=2000-01-01T00:00:00Z", "since"),
        ("until=1970-01-01T00:00:00Z", "since"),
        ("until=0001-01-01T00:00:00%2B23:59", "since"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=%EF%BC%91", "limit"),
        ("open=maybe", "open"),
        ("handed_off=1", "handed_off"),
        ("channel=Not%20an%20id", "channel"),
        ("pool=Not%20an%20id", "pool"),
        ("waiting=1", "waiting"),
        ("rejected=", "rejected"),
        ("unanswered=true", "unanswered"),
        ("language=English", "language"),
        ("language=e", "language"),
        ("article=", "article"),
        ("article=" + "x" * 201, "article"),
        ("sender=ann", "channel"),
        ("channel=shop&sender=", "sender"),
        ("channel=shop&sender=" + "x" * 257, "sender"),
        ("channel=shop&sender=ann&since=2026-02-30T00:00:00Z", "since"),
        ("channel=shop&sender=ann&since=2026-03-01T12:00:01Z", "since"),
        ("since=2026-02-30", "since"),
        ("since=20260301", "since"),
        ("since=2026-03-01&until=2026-03-01", "since"),
        ("after=x", "after"),
    ],
)
def test_bad_input_is_named(stage: Stage, query: str, field: str) -> None:
    """I12: each mistake gets a 400 that says which part of the query is wrong."""
    answer = stage.admin("GET", f"{PATH}?{query}")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
