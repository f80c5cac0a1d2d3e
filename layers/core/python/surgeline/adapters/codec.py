"""The wire formats, schema 1, write events, records, threads, offers and deliveries as JSON text.

Both homes store and send exactly this text. The stores and queues decide which item goes where.

The text is ASCII only, because queues forbid some characters (U+FFFE, most controls). All others
are escaped. Unknown fields are ignored, so that code can read a successor's text of the same
schema. A higher schema, an unknown type and an unknown value of a known field are Unreadable. A
newer release wrote them, so they are kept until a release comes that knows them.

No error repeats the input, because the input is customers' text and errors end in logs.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache, cached_property
from typing import Annotated, Any, NotRequired, TypeVar, Union, get_args, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json
from typing_extensions import TypedDict  # pydantic reads typing's own only from 3.12 on

from surgeline.adapters.elder_words import with_elder_words, with_own_words
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.offers import Offer
from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Effect
from surgeline.domain.estimates.pace import Pace
from surgeline.domain.events import Event, OfferDeclined
from surgeline.domain.outcome import Kept
from surgeline.domain.thread import Thread
from surgeline.errors import Unprocessable, Unreadable

SCHEMA = 1

_STORED_WAITLIST, _WAITLIST = '"line":[', '"waitlist":['
"""A handoff's field keeps the name of release 0.1.0, so that each release reads the other's text.

Inside a JSON string every quote is escaped, so these texts are found only at the field.
"""

_EMPTY_DESK, _MARK = '"reason":"nobody is at the desk"', '"nobody_there":'
"""Events without the mark were queued while these words alone said that a desk is empty."""

_RECORD_NAMES = [each.name for each in fields(Record)]

ELDER = frozenset(
    (
        *("send_text", "offer_to_pool", "close_offer", "notify_pool", "start_timer"),
        *("free_seat", "join_line", "leave_line", "wake_line"),
    )
)
"""The effects that the release before, 0.1.0, reads."""

_T = TypeVar("_T")
_BY_TYPE = Field(discriminator="type")


NEWER_VALUES = {"union_tag_invalid", "literal_error", "enum"}
"""pydantic's names for a word that its field does not have. A newer release has more words."""


def encode_event(event: Event) -> str:
    """Return the event as a queue's message body."""
    return _encode(_event(), event)


def decode_event(body: str) -> Event:
    """Return the event in a message body. Raises Unprocessable, or Unreadable for a newer one."""
    event = _decode(_event(), body, "an event", Unprocessable)
    _refuse_newer(event.schema)
    if isinstance(event, OfferDeclined) and _EMPTY_DESK in body and _MARK not in body:
        return replace(event, nobody_there=True)
    return event


def encode_delivery(delivery: Delivery) -> str:
    """Return the delivery as a queue's message body."""
    return _encode(_delivery(), delivery)


def decode_delivery(body: str) -> Delivery:
    """Return the delivery in a message body. Raises as `decode_event` does."""
    delivery = _decode(_delivery(), body, "a delivery", Unprocessable)
    _refuse_newer(delivery.schema)
    return delivery


def decode_waiting(body: str) -> Event | Delivery:
    """Return the event or delivery that waits among the timers. Raises as `decode_event` does."""
    waiting = _object_of(body)
    # Release 0.1.0 gave deliveries no type, and every readable event has one.
    is_delivery = waiting.get("type", "delivery") == "delivery"
    return decode_delivery(body) if is_delivery else decode_event(body)


class RecordFormat:
    """The format of stored records. A home may add effects to those of this release."""

    def __init__(self, *more_effects: type) -> None:
        self._more_effects = more_effects

    def encode(self, record: Record) -> str:
        """Return the record as a store keeps it.

        Effects that the release before does not know stand apart, each with its place. That release
        ignores fields that it does not know, so that it goes on after a rollback.
        """
        later = [(at, each) for at, each in enumerate(record.effects) if each.type not in ELDER]
        if not later:
            return with_elder_words(_encode(_record(), record))
        written: dict[str, Any] = {name: getattr(record, name) for name in _RECORD_NAMES}
        written["effects"] = tuple(each for each in record.effects if each.type in ELDER)
        written["later"] = tuple(later)
        return with_elder_words(_encode(self._fields, written))

    def decode(self, text: str) -> Record:
        """Return the record that a store kept. Raises Unreadable."""
        found = _decode(self._fields, with_own_words(text), "a record", Unreadable)
        later = found.pop("later", ())
        record = Record(**found)
        _refuse_newer(max(record.schema, record.event.schema))
        return replace(record, effects=_in_place(record.effects, later)) if later else record

    @cached_property
    def _fields(self) -> TypeAdapter[Any]:
        if not self._more_effects:
            return TypeAdapter(_RecordFields)
        effect: Any = self._effect
        kinds = get_type_hints(_RecordFields, include_extras=True)
        kinds["effects"] = tuple[effect, ...]
        kinds["later"] = NotRequired[tuple[tuple[int, effect], ...]]
        return TypeAdapter(TypedDict("_MoreFields", kinds))  # type: ignore[operator] # made at run time

    @property
    def _effect(self) -> Any:  # noqa: ANN401 - an annotation that is made at run time
        return Annotated[Union[(*get_args(Effect), *self._more_effects)], _BY_TYPE]


def _in_place(elder: tuple[Effect, ...], later: Sequence[tuple[int, Effect]]) -> tuple[Effect, ...]:
    effects = list(elder)
    for at, each in later:
        effects.insert(at, each)
    return tuple(effects)


RECORDS = RecordFormat()
"""The records of this release."""


def encode_record(record: Record) -> str:
    """Return the record as a store keeps it."""
    return RECORDS.encode(record)


def decode_record(text: str) -> Record:
    """Return the record that a store kept. Raises Unreadable."""
    return RECORDS.decode(text)


def encode_thread(thread: Thread) -> str:
    """Return the thread's state as a store keeps it.

    Most fields of most threads have their defaults. Without these the state is a fifth as long.
    """
    written = _encode(_thread(), thread, without_defaults=True)
    return with_elder_words(written.replace(_WAITLIST, _STORED_WAITLIST))


def decode_thread(text: str) -> Thread:
    """Return the thread's state that a store kept. Raises Unreadable."""
    known = with_own_words(text.replace(_STORED_WAITLIST, _WAITLIST))
    thread = _decode(_thread(), known, "a thread", Unreadable)
    _refuse_newer(thread.schema)
    return thread


def encode_offer(offer: Offer) -> str:
    """Return the offer as a store keeps it."""
    return _encode(_offer(), offer)


def decode_offer(text: str) -> Offer:
    """Return the offer that a store kept. Raises Unreadable."""
    offer = _decode(_offer(), text, "an offer", Unreadable)
    _refuse_newer(offer.schema)
    return offer


def encode_outcome(kept: Kept) -> str:
    """Return a record for reports as a store keeps it."""
    return _encode(_outcome(), kept)


def decode_outcome(text: str) -> Kept:
    """Return a record for reports that a store kept. Raises Unreadable."""
    kept = _decode(_outcome(), text, "an outcome", Unreadable)
    _refuse_newer(kept.schema)
    return kept


def encode_pace(pace: Pace) -> str:
    """Return a pool's pace as a store keeps it."""
    return _encode(_pace(), pace)


def decode_pace(text: str) -> Pace:
    """Return a pool's pace. Raises Unreadable."""
    return _decode(_pace(), text, "pace", Unreadable)


# ---------------------------------------------------------------- adapters, built when first used


class _RecordFields(TypedDict):
    """Record's fields with its unions tagged.

    Without tags pydantic tries every kind of event and effect: 95 us a record instead of 12.
    """

    seq: int
    event: Annotated[Event, _BY_TYPE]
    effects: tuple[Annotated[Effect, _BY_TYPE], ...]
    explanation: Explanation
    conversation_id: str | None
    at: int
    schema: NotRequired[int]
    later: NotRequired[tuple[tuple[int, Annotated[Effect, _BY_TYPE]], ...]]


@cache
def _event() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, _BY_TYPE])


@cache
def _record() -> TypeAdapter[Record]:
    return TypeAdapter(Record)


@cache
def _thread() -> TypeAdapter[Thread]:
    return TypeAdapter(Thread)


@cache
def _offer() -> TypeAdapter[Offer]:
    return TypeAdapter(Offer)


@cache
def _outcome() -> TypeAdapter[Kept]:
    return TypeAdapter(Annotated[Kept, _BY_TYPE])


@cache
def _pace() -> TypeAdapter[Pace]:
    return TypeAdapter(Pace)


@cache
def _delivery() -> TypeAdapter[Delivery]:
    return TypeAdapter(Delivery)


def _encode(adapter: TypeAdapter[_T], value: _T, *, without_defaults: bool = False) -> str:
    """Return the value as JSON. `without_defaults` leaves out fields that have their default."""
    try:
        written = adapter.dump_json(
            value, ensure_ascii=True, warnings="error", exclude_defaults=without_defaults
        )
    except PydanticSerializationError:
        return _encode_mended(adapter, value, without_defaults=without_defaults)
    return written.decode("ascii")


def _encode_mended(adapter: TypeAdapter[_T], value: _T, *, without_defaults: bool) -> str:
    """Encode a value whose texts have half surrogate pairs. This is the slow way."""
    try:
        plain = adapter.dump_python(value, warnings="error", exclude_defaults=without_defaults)
    except PydanticSerializationError:
        # Without `from`: its message quotes the value, which is customers' text.
        raise TypeError(f"a field of this {type(value).__name__} has the wrong type") from None
    return json.dumps(_mended(plain), separators=(",", ":"), allow_nan=False)


def _mended(value: Any) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Return the JSON with half surrogate pairs replaced by U+FFFD and whole pairs joined."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(each) for each in value]
    return value


def _decode(
    adapter: TypeAdapter[_T], text: str, kind: str, refusal: Callable[[str], Exception]
) -> _T:
    try:
        return adapter.validate_json(text, strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    # Outside the handler: pydantic's own message quotes the input, which is customers' text.
    _refuse_newer(_schema_of(text))
    places = [f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['type']}" for p in problems[:3]]
    told = "; ".join(places)
    said = _object_of(text).get("type", "")
    if isinstance(said, str) and {each["type"] for each in problems} <= NEWER_VALUES:
        raise Unreadable(f"this is {kind} with a value that a newer release wrote ({told})")
    raise refusal(f"this is not {kind} ({told})")


def _schema_of(text: str) -> int:
    """Return the schema that an unreadable item claims, or 0 without a claim."""
    schema = _object_of(text).get("schema")
    return schema if isinstance(schema, int) else 0


def _object_of(text: str) -> dict[str, Any]:
    """Return the JSON object, or an empty one for any other text."""
    try:
        item = from_json(text)  # bounds the depth; json.loads would overflow the stack
    except (ValueError, TypeError):  # TypeError: a lone surrogate, which is not text
        return {}
    return item if isinstance(item, dict) else {}


def _refuse_newer(schema: int) -> None:
    if schema > SCHEMA:
        raise Unreadable(f"schema {schema} is newer than this release reads ({SCHEMA})")
