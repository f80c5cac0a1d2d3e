"""The wire formats, which both homes share."""

import json
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from surgeline.adapters import codec
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import LoneRetry
from surgeline.domain.effects import Effect
from surgeline.domain.events import Event, TimerFired
from surgeline.domain.thread import Thread
from surgeline.errors import Unprocessable, Unreadable

from tests.contract.examples import customer_wrote, delivery, offer, record, thread

TEXTS = st.text(st.characters(codec=None), max_size=50)  # lone surrogates too


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_event_goes_through(kind: type[Event]) -> None:
    """Every event is decoded as it was encoded, whatever its fields hold."""

    @given(st.builds(kind, schema=st.just(1)))
    def check(event: Event) -> None:
        assert codec.decode_event(codec.encode_event(event)) == event
        assert codec.decode_waiting(codec.encode_event(event)) == event

    check()


def is_json(effect: Effect) -> bool:
    """Return whether all numbers of an effect are finite."""
    try:
        json.dumps(asdict(effect), allow_nan=False, default=str)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("kind", get_args(Effect), ids=lambda kind: kind.__name__)
def test_every_effect_goes_through(kind: type[Effect]) -> None:
    """Every effect is kept at its place in its record, whatever its fields hold.

    Numbers that no JSON has are refused where they come in.
    """

    @given(st.builds(kind).filter(is_json))
    def check(effect: Effect) -> None:
        kept = replace(record(), effects=(effect, *record().effects, effect))
        assert codec.decode_record(codec.encode_record(kept)) == kept

    check()


def test_records_threads_offers_and_deliveries_go_through() -> None:
    """Records, threads, offers and deliveries are read back exactly as they were stored."""
    assert codec.decode_record(codec.encode_record(record())) == record()
    assert codec.decode_thread(codec.encode_thread(thread())) == thread()


def test_the_defaults_of_a_thread_never_change() -> None:
    """A stored thread leaves out what has its default, so that another default would rewrite it."""
    handoff: dict[str, Any] = {"state": "kept", "reason": "no_answer", "requested_at": 4}
    talk: dict[str, Any] = {"id": "t-1", "number": 1, "opened_at": 2, "epoch": 3}
    least = {"id": "t", "channel_id": "web", "sender": "s", "conversation": talk}
    read = codec.decode_thread(json.dumps(least | {"conversation": talk | {"handoff": handoff}}))
    known = json.loads(Path(__file__).with_name("thread_defaults.json").read_text(encoding="ascii"))
    whole = json.loads(TypeAdapter(Thread).dump_json(read))
    assert whole == known
    shortest = json.loads(codec.encode_thread(read))
    elder = handoff | {"state": "failed", "newer_state": "kept"}  # for release 0.1.0
    assert shortest == least | {"conversation": talk | {"handoff": elder}}
    an_offer = offer(expires_at=5)
    assert codec.decode_offer(codec.encode_offer(an_offer)) == an_offer
    assert codec.decode_delivery(codec.encode_delivery(delivery())) == delivery()


def test_what_waits_among_the_timers_is_told_apart() -> None:
    """A delivery tried later and a timer are told apart, and no text makes one pass for the
    other.
    """
    later = replace(delivery(), later=LoneRetry(tries=3, due_at=5), payload={"type": "timer_fired"})
    assert codec.decode_waiting(codec.encode_delivery(later)) == later
    untyped = json.loads(codec.encode_delivery(later))
    assert untyped.pop("type") == "delivery"
    assert codec.decode_waiting(json.dumps(untyped)) == later, "as release 0.1.0 wrote it"
    timer = replace(customer_wrote(), text='{"target_id": "vendor"}')
    assert codec.decode_waiting(codec.encode_event(timer)) == timer
    for rubbish in ("", "[]", "{}", '{"target_id": 1}', "not json"):
        with pytest.raises(Unprocessable):
            codec.decode_waiting(rubbish)


def test_a_later_try_has_a_group_that_every_queue_takes() -> None:
    """A later try's group names its thread and endpoint within 128 characters, so letters are
    found.
    """
    long = replace(delivery(), thread_id="t" * 27, id="n" * 27, target="pool", target_id="p" * 64)
    later = replace(long, later=LoneRetry(tries=16, due_at=5))
    assert later.group.startswith(f"{long.thread_id}.")
    assert later.group.endswith(long.group.removeprefix(long.thread_id))
    assert later.group != long.group
    assert max(map(len, (later.group, later.dedup_id))) <= 128
    assert later.place == long.place


def test_a_record_is_decoded_with_all_its_fields() -> None:
    """The tagged copy of Record's fields has the same names and the same optional ones."""
    copy = codec._RecordFields
    assert copy.__required_keys__ == {f.name for f in fields(Record) if f.default is MISSING}
    optional = {f.name for f in fields(Record) if f.default is not MISSING}
    assert copy.__optional_keys__ == optional | {"later"}


@given(TEXTS)
def test_any_text_becomes_ascii(text: str) -> None:
    """Every character is carried escaped; half surrogate pairs are replaced, never a crash."""
    body = codec.encode_event(customer_wrote(text=text))
    assert body.isascii()
    assert min(body) >= " "  # queues forbid control characters
    decoded = codec.decode_event(body)
    expected = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert decoded == customer_wrote(text=expected)


def test_unknown_fields_are_ignored() -> None:
    """Code reads what its successor wrote under the same schema."""
    body = json.loads(codec.encode_event(customer_wrote())) | {"mood": "cross"}
    assert codec.decode_event(json.dumps(body)) == customer_wrote()
    kept = json.loads(codec.encode_record(record()))
    kept["effects"][0]["colour"] = kept["event"]["mood"] = kept["more"] = 1
    assert codec.decode_record(json.dumps(kept)) == record()


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"schema": 2, "type": "customer_sang"},
        {"type": "customer_sang"},
    ],
    ids=["schema", "schema and type", "type"],
)
def test_an_event_of_a_newer_release_is_kept_for_later(change: dict[str, Any]) -> None:
    """A newer schema or type is Unreadable, so the event is kept for another release and never
    buried.
    """
    timer = TimerFired("e", "t", 1, "seat_wait", "t-1", "s", 3, due_at=1)
    old = json.loads(codec.encode_event(timer))
    with pytest.raises(Unreadable, match="newer"):
        codec.decode_event(json.dumps(old | change))


def test_a_delivery_of_a_newer_release_is_kept_for_later() -> None:
    """A higher schema is Unreadable; a kind of target is judged where its way out is looked for."""
    old = json.loads(codec.encode_delivery(delivery()))
    with pytest.raises(Unreadable, match="newer"):
        codec.decode_delivery(json.dumps(old | {"schema": 2}))
    assert codec.decode_delivery(json.dumps(old | {"target": "fax"})).target == "fax"


def test_what_the_store_keeps_and_nobody_can_read_is_unreadable() -> None:
    """The older release does not guess at what it can't know, and does not call it a bug."""
    for encoded, decode in (
        (codec.encode_record(record()), codec.decode_record),
        (codec.encode_thread(thread()), codec.decode_thread),
        (codec.encode_offer(offer(expires_at=5)), codec.decode_offer),
    ):
        item = json.loads(encoded) | {"schema": 2}
        with pytest.raises(Unreadable, match="schema 2"):
            decode(json.dumps(item))
        with pytest.raises(Unreadable):
            decode("{}")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type": "customer_wrote"}',
        '{"type": ["customer_wrote"]}',
        "\ud800",
        "1" * 5000,
        "[" * 100_000,
        '{"schema": NaN}',
    ],
    ids=range(10),
)
def test_what_is_no_event_is_unprocessable(body: str) -> None:
    """Anything else on the queue is refused in one way."""
    with pytest.raises(Unprocessable):
        codec.decode_event(body)
    with pytest.raises(Unprocessable):
        codec.decode_delivery(body)


def test_a_refusal_does_not_quote_the_customer() -> None:
    """I14: neither the error nor its cause carries the text into a log."""
    body = codec.encode_event(customer_wrote(text="my card is 4000")).replace('"at":', '"art":')
    with pytest.raises(Unprocessable) as refusal:
        codec.decode_event(body)
    assert "at: missing" in str(refusal.value)
    assert "4000" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def test_a_field_of_the_wrong_type_is_a_bug() -> None:
    """Nothing is sent that could not be read again."""
    with pytest.raises(TypeError):
        codec.encode_event(replace(customer_wrote(), at="noon"))  # type: ignore[arg-type] # the bug
    with pytest.raises(TypeError):
        codec.encode_event(thread())  # type: ignore[arg-type] # as above
