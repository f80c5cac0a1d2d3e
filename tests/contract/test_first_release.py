"""What the first release wrote is read by this one: events and deliveries on queues, items kept.

The files are its own output and are never edited. What was added since has a default that
means what the first release meant by having no such field.
"""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from surgeline.adapters import codec
from surgeline.application.ports.offers import Offer
from surgeline.domain.decide import decide
from surgeline.domain.effects import Effect, JoinWaitlist, LeaveWaitlist, WakeWaitlist
from surgeline.domain.events import Event, OfferDeclined, PoolResolved, TimerFired
from surgeline.domain.facts import Facts
from surgeline.domain.thread import WAITING, Owner, Thread


def written_before(name: str) -> dict[str, Any]:
    """Return the file of that name."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="ascii"))
    return found


def stored(value: dict[str, Any]) -> str:
    """Return the text as a store keeps it, without spaces."""
    return json.dumps(value, separators=(",", ":"))


WRITTEN = written_before("first_release.json")
WAITED = written_before("first_release_waiting.json")
WHOLE = written_before("first_release_whole.json")
"""Every type of event and effect, and every field, as release 0.1.0 had them at its end."""
YOUNGER_EVENTS = {
    *("person_answered", "pool_promised", "media_fetched", "customer_deleted", "text_undelivered"),
    *("customer_looked_up", "profile_found", "conversation_assigned", "incident_began"),
    *("team_wrote", "backlog_acted", "customer_moved"),
}
YOUNGER_EFFECTS = {
    *("raise_alarm", "list_lapse", "end_lapse", "call_people", "note_wait"),
    *(
        "fetch_media",
        "forget_media",
        "ask_profile",
        "tell_company",
        "look_up_customer",
        "link_thread",
    ),
    *("record_opened", "record_outcome", "record_survey"),
}
NOON = 1_772_366_400_000


def holds(now: Any, before: Any) -> bool:
    """Return whether the new document holds everything of the old one."""
    if isinstance(before, dict):
        return all(name in now and holds(now[name], each) for name, each in before.items())
    if isinstance(before, list):
        return len(now) == len(before) and all(map(holds, now, before))
    return bool(now == before)


def tags(union: Any) -> set[str]:
    """Return the stored names of the classes of a union."""
    return {
        each.default for kind in get_args(union) for each in fields(kind) if each.name == "type"
    }


def whole_thread(thread: Thread) -> str:
    """Return a thread that was stored and read again, with all fields under their stored names."""
    again = codec.decode_thread(codec.encode_thread(thread))
    written = TypeAdapter(Thread).dump_json(again, ensure_ascii=True).decode()
    return written.replace('"waitlist":[', '"line":[')


@pytest.mark.parametrize("written", WRITTEN["events"], ids=lambda each: each["type"])
def test_events_of_before_are_understood(written: dict[str, Any]) -> None:
    """F52: every event queued by the first release is read whole after the upgrade."""
    event = codec.decode_event(json.dumps(written))
    again = json.loads(codec.encode_event(event))
    assert again | written == again


@pytest.mark.parametrize("written", WHOLE["events"], ids=lambda each: each["type"])
def test_every_field_of_an_event_of_before_is_kept(written: dict[str, Any]) -> None:
    """F52: an event of any type that the first release queued loses no field."""
    assert holds(json.loads(codec.encode_event(codec.decode_event(stored(written)))), written)


@pytest.mark.parametrize(
    ("kind", "decode", "encode"),
    [
        ("records", codec.decode_record, codec.encode_record),
        ("threads", codec.decode_thread, whole_thread),
        ("offers", codec.decode_offer, codec.encode_offer),
        ("deliveries", codec.decode_delivery, codec.encode_delivery),
    ],
)
def test_every_field_of_an_item_of_before_is_kept(
    kind: str, decode: Callable[[str], Any], encode: Callable[[Any], str]
) -> None:
    """F52: an item of any type that the first release stored loses no field."""
    for written in WHOLE[kind]:
        assert holds(json.loads(encode(decode(stored(written)))), written)


def test_every_type_of_this_release_is_among_those_of_before() -> None:
    """F52: the record of the first release lacks no type, except those that came later."""
    events = {each["type"] for each in WHOLE["events"]}
    effects = {each["type"] for record in WHOLE["records"] for each in record["effects"]}
    assert events == tags(Event) - YOUNGER_EVENTS
    assert effects == tags(Effect) - YOUNGER_EFFECTS
    assert effects == codec.ELDER


def test_a_record_of_before_is_understood() -> None:
    """F52: a record of the first release keeps all its parts, and new fields have their
    defaults.
    """
    record = codec.decode_record(json.dumps(WRITTEN["record"]))
    assert [each.type for each in record.effects] == [
        "send_text",
        "offer_to_pool",
        "close_offer",
        "notify_pool",
        "start_timer",
    ]
    again = json.loads(codec.encode_record(record))
    for before, now in zip(WRITTEN["record"]["effects"], again["effects"], strict=True):
        assert now | before == now


def test_a_desk_that_was_empty_before_is_empty_still() -> None:
    """Its words alone said so once. Beside a mark they are only words."""
    words = OfferDeclined("e1", "t1", NOON, "t1-1", "o1", "desk", "nobody is at the desk")
    now = codec.encode_event(words)
    assert codec.decode_event(now) == words
    before = now.replace(',"nobody_there":false', "")
    assert codec.decode_event(before) == replace(words, nobody_there=True)


def test_an_offer_and_a_delivery_of_before_are_understood() -> None:
    """F52: a pool may accept an offer of the first release, and that release's queued sends go
    out.
    """
    offer = codec.decode_offer(json.dumps(WRITTEN["offer"]))
    assert offer == Offer("o1", f"t{'a' * 26}-1", "north", 3, NOON + 30_000)
    delivery = codec.decode_delivery(json.dumps(WRITTEN["delivery"]))
    assert codec.decode_waiting(json.dumps(WRITTEN["delivery"])) == delivery
    assert (delivery.place.target, delivery.place.at) == ("channel:web", NOON)


def test_a_conversation_of_before_goes_on() -> None:
    """F52: an owner from the first release still owns the conversation and is watched as before."""
    thread = codec.decode_thread(json.dumps(WRITTEN["thread"]))
    assert thread.conversation is not None
    assert thread.conversation.owner == Owner("pool", "north")
    by_type: dict[str, Event] = {
        each.type: each
        for each in (codec.decode_event(json.dumps(written)) for written in WRITTEN["events"])
    }
    resolved = by_type["pool_resolved"]
    assert isinstance(resolved, PoolResolved)
    done = decide(thread, resolved, Facts(now=NOON + 60_000)).thread.conversation
    assert done is not None
    assert (done.is_open, done.last_pool) == (False, "north")
    timer = by_type["timer_fired"]
    assert isinstance(timer, TimerFired)
    taken = decide(thread, timer, Facts(now=NOON + 900_000))
    assert taken.thread.conversation is not None
    assert taken.explanation.decision == "take back"
    assert taken.thread.conversation.owner != WAITING  # no pool is there to ask


def test_who_ended_a_conversation_of_before_is_told_by_its_resolution() -> None:
    """F52: a resolution says that a pool ended the conversation, as `ended_by` was not kept
    before.
    """
    written = WRITTEN["thread"]["conversation"] | {"owner": {"kind": "bot"}, "closed_at": NOON}
    resolved = codec.decode_thread(
        json.dumps(WRITTEN["thread"] | {"conversation": written | {"resolution": "assumed"}})
    )
    left = codec.decode_thread(json.dumps(WRITTEN["thread"] | {"conversation": written}))
    assert resolved.conversation is not None
    assert left.conversation is not None
    assert (resolved.conversation.was_left, left.conversation.was_left) == (False, True)


def test_a_conversation_that_waited_before_waits_still() -> None:
    """F52: a conversation's place in the waitlist is read under its name in the release before."""
    thread = codec.decode_thread(stored(WAITED["thread"]))
    assert thread.conversation is not None
    assert thread.conversation.handoff is not None
    assert thread.conversation.handoff.waitlist == ("north", "south")
    record = codec.decode_record(stored(WAITED["record"]))
    assert [type(each) for each in record.effects] == [JoinWaitlist, LeaveWaitlist, WakeWaitlist]


def test_a_conversation_that_waits_is_read_by_the_release_before() -> None:
    """F52: a waiting conversation is written under names that the release before can read."""
    thread = codec.decode_thread(stored(WAITED["thread"]))
    assert holds(json.loads(whole_thread(thread)), WAITED["thread"])
    handoff = json.loads(codec.encode_thread(thread))["conversation"]["handoff"]
    assert handoff["line"] == WAITED["thread"]["conversation"]["handoff"]["line"]
    record = codec.decode_record(stored(WAITED["record"]))
    again = json.loads(codec.encode_record(record))["effects"]
    assert [each["type"] for each in again] == ["join_line", "leave_line", "wake_line"]


def test_a_customers_words_are_no_field_of_a_conversation() -> None:
    """A customer's words stay a text even if they look like a stored field."""
    words = '"line":["north"],"waitlist":["south"]'
    thread = replace(codec.decode_thread(stored(WAITED["thread"])), sender=words)
    assert codec.decode_thread(codec.encode_thread(thread)) == thread
