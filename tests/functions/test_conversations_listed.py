"""The list of conversations: newest first, in pages, by what is asked for."""

from typing import Any
from urllib.parse import urlencode

import pytest

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
    assert listed(stage, channel="chat") == []


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


def test_an_erased_person_is_in_no_list(stage: Stage) -> None:
    """I14: neither past conversations nor the open one are shown."""
    write(stage, "When are you open?", sender="ann")
    stage.clock.advance(2 * DAY)
    write(stage, "When are you open?", sender="ann")
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": "ann"})
        stage.drain("events")
    assert listed(stage) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-02-30T00:00:00Z", "since"),
        ("since=2026-02-01", "since"),
        ("since=2000-01-01T00:00:00Z", "since"),
        ("until=1970-01-01T00:00:00Z", "since"),
        ("until=0001-01-01T00:00:00%2B23:59", "since"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=%EF%BC%91", "limit"),
        ("open=maybe", "open"),
        ("handed_off=1", "handed_off"),
        ("channel=Not%20an%20id", "channel"),
        ("after=x", "after"),
    ],
)
def test_bad_input_is_named(stage: Stage, query: str, field: str) -> None:
    """I12: each mistake gets a 400 that says which part of the query is wrong."""
    answer = stage.admin("GET", f"{PATH}?{query}")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
