"""An erasure keeps none of a thread's texts, and late events find a tombstone."""

import sqlite3
from contextlib import closing
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from surgeline.adapters.codec import encode_delivery, encode_event
from surgeline.application.conversations.erase_thread import erase_thread
from surgeline.application.conversations.visitor_tokens import (
    Visitor,
    customers_sender,
    issue_token,
)
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing, Swept
from surgeline.application.ports.refusals import Throttled
from surgeline.domain.erasure import was_erased
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_id
from surgeline.domain.thread import Thread
from surgeline.runtime.ids_key import ids_key

from local.virtual.front import Answered
from tests.functions.stage import Stage

SENDER = "kim.jisoo"
WORDS = "When are you open, my flat is at Rue Cler?"


def write(stage: Stage, text: str = WORDS, *, sender: str = SENDER) -> None:
    """Write a message of the sender, whose effects wait in their queues."""
    assert stage.write(text, sender=sender).status == 202
    stage.drain("events")
    stage.clock.advance(1)


def ask(stage: Stage, sender: str = SENDER) -> Answered:
    """Return the answer to an operator's request for an erasure."""
    return stage.admin("POST", "/v1/admin/erasures", {"channel": "shop", "sender": sender})


def erase(stage: Stage, sender: str = SENDER) -> dict[str, Any]:
    """Ask for the erasure until it is done, and return the answer."""
    first = ask(stage, sender)
    assert (first.status, first.json["ask_again"]) == (202, True)
    stage.drain("events")
    stage.clock.advance(1)
    done = ask(stage, sender)
    assert done.status == 200
    body: dict[str, Any] = done.json
    return body


def conversation(stage: Stage) -> Any:
    """Return the sender's current one."""
    return stage.thread(SENDER).conversation


def hand_off(stage: Stage) -> dict[str, Any]:
    """Let the pool take the conversation, and return the names that its events need."""
    write(stage, "I want to talk to a person about Rue Cler")
    offer = conversation(stage).handoff.offers[0].offer_id
    about = {"conversation_id": conversation(stage).id}
    assert stage.pool("handoff.accepted", about | {"offer_id": offer}).status == 200
    stage.drain("events")
    stage.clock.advance(1)
    return about | {"epoch": conversation(stage).epoch}


def assert_nothing_is_kept(stage: Stage) -> None:
    """Check that neither a word of the thread nor its sender is kept."""
    kept = stage.everything_kept()
    assert [word for word in ("Rue Cler", SENDER, "Monday") if word in kept] == []


def test_f54_an_erasure_while_a_reply_is_in_flight(stage: Stage) -> None:
    """F54 I14: after an erasure the reply is dropped, a late repeat does nothing, and no text
    remains.
    """
    write(stage)
    write(stage, "And on Sunday, at Rue Cler?")
    thread = stage.thread(SENDER)
    [first, *_] = stage.backend.store().records(thread.id)
    assert "Rue Cler" in stage.everything_kept()
    assert erase(stage)["erased_at"]
    late = Outgoing(encode_event(first.event), group=thread.id, dedup_id="late")
    stage.backend.queue("events").send([late])
    stage.drain("events", "deliveries")
    assert {(each.attempts[-1].outcome, each.end) for each in stage.logged("channel:shop")} == {
        ("erased", "expired")
    }
    assert_nothing_is_kept(stage)
    shown = stage.admin("GET", f"/v1/admin/conversations/{thread.conversation.id}").json
    assert [entry["decision"] for entry in shown["entries"]] == ["erase"]


def test_the_records_for_reports_of_an_erased_person_hold_nothing_of_them(stage: Stage) -> None:
    """I14: a past conversation, one that came back, and the open one are counted, and no more."""
    write(stage)
    stage.clock.advance(3 * 86_400)
    about = hand_off(stage)
    assert stage.pool("conversation.resolved", about | {"outcome": "solved", "summary": ""}).status
    stage.drain("events")
    write(stage, "It broke again, at Rue Cler")
    write(stage, "When are you open?", sender="somebody.else")
    thread, outcomes = stage.thread(SENDER), stage.backend.outcomes()
    before = outcomes.find(0, stage.clock.now() + 1)
    assert [len(each.opened) for each in before] == [1, 2, 1]
    erase(stage)
    past, again, other = outcomes.find(0, stage.clock.now() + 1)
    assert [each.place for each in (past, again, other)] == [each.place for each in before]
    assert (past.is_erased, again.is_erased, other) == (True, True, before[2])
    assert (past.has_ended, again.has_ended) == (True, True)
    assert thread.id not in str((past, again))
    for each in (*before[0].opened, *before[1].opened, *before[1].outcomes):
        outcomes.erase([each])  # a second erasure changes nothing
    assert outcomes.find(0, stage.clock.now() + 1) == [past, again, other]
    with closing(sqlite3.connect(stage.folder / "conversations.sqlite")) as file:
        rows = file.execute("SELECT * FROM outcomes WHERE erased = 1").fetchall()
    assert len(rows) == 6
    assert not [word for word in (thread.id, "opening", "vendor", '"en"') if word in str(rows)]


def test_what_the_customer_writes_afterwards_begins_anew(stage: Stage) -> None:
    """A new conversation has the next number after an erasure, so that nothing old can pass for
    it.
    """
    write(stage)
    erase(stage)
    write(stage, "When are you open?")
    assert [text for speaker, text in stage.said(SENDER) if speaker == "customer"] == [
        "When are you open?"
    ]
    assert conversation(stage).number == 2
    assert stage.thread(SENDER).sender == SENDER


def test_thanks_after_an_erasure_are_answered(stage: Stage) -> None:
    """Small talk after an erasure opens a conversation of its own, and the erased one takes
    nothing in.
    """
    write(stage)
    erase(stage)
    write(stage, "Thanks!")
    assert conversation(stage).number == 2
    assert [speaker for speaker, _ in stage.said(SENDER)] == ["customer", "bot"]


def test_the_pool_is_told_and_what_it_says_later_is_not_kept(stage: Stage) -> None:
    """The pool is told that the conversation was abandoned, and its crossing answer reaches
    nobody.
    """
    about = hand_off(stage)
    said = about | {"text": "At Rue Cler, we open on Monday."}
    assert ask(stage).status == 202
    assert stage.pool("message.sent", said).status == 202
    stage.drain("events")
    assert ask(stage).status == 200
    assert stage.pool("message.sent", said).status == 404
    told = [
        effect.event
        for record in stage.backend.store().records(stage.thread(SENDER).id)
        for effect in record.effects
        if effect.type == "notify_pool"
    ]
    assert told == ["conversation.abandoned"]
    assert str(conversation(stage).owner) == "bot"
    stage.drain("events")
    assert "Rue Cler" not in str(stage.backend.store().records(stage.thread(SENDER).id))


def test_dead_letters_of_an_erased_thread_are_dropped(stage: Stage) -> None:
    """Dead letters of an erased thread are sent once more to be dropped, and other letters stay."""
    write(stage)
    thread = stage.thread(SENDER)
    event = CustomerWrote("m9", thread.id, "shop", SENDER, stage.clock.now(), WORDS)
    delivery = Delivery(
        id="r9",
        thread_id=thread.id,
        conversation_id=thread.conversation.id,
        target="channel",
        target_id="shop",
        event="message.created",
        epoch=1,
        at=stage.clock.now(),
        payload={"text": WORDS},
    )
    events, deliveries = stage.backend.queue("events"), stage.backend.queue("deliveries")
    events.bury([Outgoing(encode_event(event), group=thread.id, dedup_id="m9")])
    deliveries.bury([Outgoing(encode_delivery(delivery), group=delivery.group, dedup_id="r9")])
    events.bury([Outgoing("not ours", group="another", dedup_id="x")])
    assert erase(stage)["dead_letters"] == 2
    stage.drain("events", "deliveries")
    left = stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"]
    assert [each["group"] for each in left] == ["another"]
    assert_nothing_is_kept(stage)


def test_a_sender_whose_only_message_is_a_dead_letter_is_erased(stage: Stage) -> None:
    """I14: no thread was made of it, so a tombstone is; the sender's next message begins anew."""
    thread = thread_id(ids_key(stage.backend.secrets()), "shop", SENDER)
    event = CustomerWrote("m9", thread, "shop", SENDER, stage.clock.now(), WORDS)
    letter = Outgoing(encode_event(event), group=thread, dedup_id="m9")
    stage.backend.queue("events").bury([letter])
    assert erase(stage)["dead_letters"] == 1
    stage.drain("events", "deliveries")
    assert ask(stage).json["dead_letters"] == 0
    assert_nothing_is_kept(stage)
    write(stage, "When are you open?")
    assert [speaker for speaker, _ in stage.said(SENDER)] == ["customer", "bot"]


def test_an_erased_text_leaves_the_disk(stage: Stage) -> None:
    """I14: no file of the home holds a word of the thread once the erasure is told as done."""
    write(stage)
    stage.drain("deliveries")
    assert files_with(stage, "Rue Cler")
    erase(stage)
    stage.drain("events", "deliveries")
    assert ask(stage).status == 200
    assert files_with(stage, "Rue Cler") == []


def test_an_erased_text_leaves_the_disk_though_nobody_asks_again(stage: Stage) -> None:
    """I14: the daily retention of a running home scrubs, even if nothing is old enough to go."""
    write(stage)
    assert ask(stage).status == 202
    stage.drain("events", "deliveries")
    assert files_with(stage, "Rue Cler")  # a log holds it, and no home is closed here
    stage.call("retention", {})
    assert files_with(stage, "Rue Cler") == []


def test_an_erasure_is_not_done_while_the_disk_holds_the_text(stage: Stage) -> None:
    """I14: an operator is asked to come again while somebody reads the store's log."""
    write(stage)
    assert ask(stage).status == 202
    stage.drain("events")
    with closing(sqlite3.connect(stage.folder / "conversations.sqlite")) as shell:
        shell.execute("BEGIN")
        shell.execute("SELECT count(*) FROM records").fetchall()
        write(stage, "hello", sender="another")
        assert ask(stage).status == 202
    assert ask(stage).status == 200


def test_an_erasure_says_that_more_dead_letters_are_to_be_looked_at(stage: Stage) -> None:
    """I14: an erasure is not told as done before all dead letters were seen."""
    seen: list[bool] = [False, True]
    letters = SimpleNamespace(redrive_groups=lambda _: Swept(1, complete=seen.pop(0)))
    write(stage)
    erase(stage)
    asked = partial(
        erase_thread,
        stage.backend.store(),
        cast("Any", letters),
        lambda _: None,
        lambda: True,
        lambda _: 0,
        wanted=thread_id(ids_key(stage.backend.secrets()), "shop", SENDER),
        channel_id="shop",
        now=stage.clock.now(),
    )
    first, second = asked(), asked()
    assert (first.erased_at, first.more, first.dead_letters) == (None, True, 1)
    assert (second.erased_at is None, second.more) == (False, False)


def test_a_customer_of_a_site_is_erased_by_their_own_id(stage: Stage) -> None:
    """The company knows no other name of whom its site has proven."""
    key, ends = ids_key(stage.backend.secrets()), stage.clock.now() + 60_000
    ann = Visitor("web", customers_sender(key, "web", "c-42"), ends, user="c-42")
    bearer = {"authorization": f"Bearer {issue_token(key, ann)}"}
    said = {"client_message_id": "m1", "text": WORDS}
    assert stage.request("POST", "/v1/web/web/messages", said, bearer).status == 202
    stage.drain("events")
    stage.clock.advance(1)
    asked = {"channel": "web", "sender": "c-42"}
    held = stage.admin("POST", "/v1/admin/customers/export", asked).json
    assert held["thread_id"] == ann.thread_id(key)
    for status in (202, 200):
        assert stage.admin("POST", "/v1/admin/erasures", asked).status == status
        stage.drain("events")
        stage.clock.advance(1)
    kept = stage.backend.store().records(ann.thread_id(key))
    assert [each.event.type for each in kept] == ["thread_erased"]


def files_with(stage: Stage, text: str) -> list[str]:
    """Return every file of the home that holds the text anywhere."""
    files = [path for path in stage.folder.rglob("*") if path.is_file()]
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_an_erasure_that_was_cut_short_is_finished(stage: Stage) -> None:
    """A worker that died after the tombstone deletes the rest when the event comes again."""
    write(stage)
    store = type(stage.backend.store())
    real, dead = store.forget, ["once"]

    def forget(*what: Any, **how: Any) -> None:
        if dead:
            raise RuntimeError(dead.pop())
        real(*what, **how)

    store.forget = forget  # type: ignore[method-assign] # for one test
    try:
        ask(stage)
        stage.drain("events")
        assert "Rue Cler" in stage.everything_kept()
        stage.clock.advance(200)
        stage.drain("events")
    finally:
        store.forget = real  # type: ignore[method-assign] # as it was
    assert ask(stage).status == 200
    stage.drain("deliveries")
    assert_nothing_is_kept(stage)


def test_a_sender_who_never_wrote_is_told_as_unknown(stage: Stage) -> None:
    """The answer says that nothing was kept; asking without saying whom is 400."""
    assert erase(stage, "nobody")["known"] is False
    write(stage)
    assert erase(stage)["known"] is True
    for body in ({}, {"channel": "shop"}, {"channel": "shop", "sender": 7}):
        assert stage.admin("POST", "/v1/admin/erasures", body).status == 400


@pytest.mark.parametrize("ends", ["handled", "buried"])
def test_a_first_message_between_two_tries_is_erased(stage: Stage, ends: str) -> None:
    """I14: the tombstone comes after a first message that waits for its next try."""
    store = type(stage.backend.store())
    real = store.commit

    def refuse(self: Any, record: Any, *what: Any, **how: Any) -> None:
        if ends == "handled":
            raise Throttled("down")
        if record.event.type == "customer_wrote":
            raise RuntimeError("a bug")
        real(self, record, *what, **how)

    store.commit = refuse  # type: ignore[method-assign] # for one test
    try:
        write(stage)
        assert stage.thread(SENDER) is None
        assert ask(stage).status == 202
        for _ in range(6 if ends == "buried" else 1):
            stage.drain("events")
            stage.clock.advance(60)
    finally:
        store.commit = real  # type: ignore[method-assign] # as it was
    stage.drain("events")
    done = ask(stage)
    assert (done.status, done.json["known"]) == (200, True)
    stage.drain("events", "deliveries")
    assert ask(stage).json["dead_letters"] == 0
    assert_nothing_is_kept(stage)


def test_asking_twice_erases_once(stage: Stage) -> None:
    """While it is under way and once it is done."""
    write(stage)
    thread = stage.thread(SENDER)
    assert [ask(stage).status, ask(stage).status] == [202, 202]
    stage.drain("events")
    assert [ask(stage).status, ask(stage).status] == [200, 200]
    assert [record.event.type for record in stage.backend.store().records(thread.id)] == [
        "thread_erased"
    ]


def test_a_delivery_of_no_conversation_is_never_taken_for_erased() -> None:
    """A pool's request for seats belongs to nobody, so no erasure drops it."""
    assert not was_erased(Thread("t", "shop", "s"), "", "capacity.requested")
