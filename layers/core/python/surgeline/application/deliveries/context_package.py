"""What a pool is told of a conversation that it is offered: redacted to its level, bounded in size.

The whole event stays under the 20 kB that a webhook may have; what does not fit is fetched with
`read_transcript`, by a pool that is offered the conversation or owns it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.refusals import Absent
from surgeline.domain.effects import OfferToPool, SendText
from surgeline.domain.events import CustomerWrote, PoolResolved
from surgeline.domain.ids import thread_of
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Thread

SCHEMA = 1
RECORDS = 40
"""How many records of the thread's log are looked at, the newest."""
PACKAGE_BYTES = 19_000
"""Of the whole context, so that the event around it stays under 20 kB."""
IDS_BYTES = 2_000
PAST_CONVERSATIONS = 5
SUMMARY_BYTES = 500
PAGE_RECORDS = 100
TIME_BYTES = 16
"""How much longer a time is once it is written out."""

_Line = dict[str, object]


def context_package(
    records: Sequence[Record], thread: Thread, effect: OfferToPool, level: Redaction
) -> dict[str, object]:
    """The `context` of an offer, from the thread's newest records."""
    mine = [each for each in records if each.conversation_id == effect.conversation_id]
    before = [each for each in mine if each.seq <= effect.told_seq]
    opened = any(each.seq == _first_seq(mine) for each in before)
    tried = [text.article_id for each in before for text in _texts(each) if text.article_id]
    customer = {
        "channel_id": thread.channel_id,
        "language": effect.language,
        "attributes": _attributes(records, level),
    }
    known: dict[str, object] = {
        "tried": _newest_ids(dict.fromkeys(tried)),
        "rejected": _newest_ids(effect.rejected),
        "candidates": [{"article_id": each} for each in effect.candidates],
        "customer": customer,
        "past_conversations": _past(records, effect.conversation_id, level),
    }
    lines, cut = _newest(transcript(before, level), PACKAGE_BYTES - _size(known))
    return {
        "schema": SCHEMA,
        "transcript": lines,
        "transcript_is_complete": not cut and opened and len(records) < RECORDS,
        **known,
    }


def attributes_said(records: Iterable[Record]) -> Mapping[str, str | int | float | bool]:
    """What the channel said last of the customer in these records."""
    said = (each.event for each in sorted(records, key=_seq, reverse=True))
    return next((e.customer for e in said if isinstance(e, CustomerWrote) and e.customer), {})


def transcript(records: Sequence[Record], level: Redaction) -> list[_Line]:
    """What was said in these records, oldest first."""
    return [line for record in sorted(records, key=_seq) for line in _lines(record, level)]


def read_transcript(
    store: ConversationStore,
    conversation_id: str,
    pool_id: str,
    *,
    after_seq: int,
    level: Redaction,
) -> dict[str, object]:
    """A page of the whole transcript. Raises Absent unless the pool has it or is offered it."""
    thread = store.thread(thread_of(conversation_id))
    conversation = thread.conversation if thread else None
    if conversation is None or thread is None or conversation.id != conversation_id:
        raise Absent("no such conversation")
    handoff = conversation.handoff
    offered = {offer.pool_id for offer in handoff.offers} if handoff else set()
    if pool_id not in {conversation.owner.pool_id, *offered}:
        raise Absent("no such conversation")
    records = store.records(thread.id, after_seq=after_seq, limit=PAGE_RECORDS)
    mine = [each for each in records if each.conversation_id == conversation_id]
    more = len(records) == PAGE_RECORDS
    return {
        "schema": SCHEMA,
        "conversation_id": conversation_id,
        "transcript": transcript(mine, level),
        "after_seq": records[-1].seq if more else None,
    }


def _newest(lines: Sequence[_Line], room: int) -> tuple[list[_Line], bool]:
    """As many of the newest lines as fit, oldest first; whether any was left out or cut."""
    kept: list[_Line] = []
    for line in reversed(lines):
        size = _size(line) + TIME_BYTES
        if size > room:
            if not kept:
                kept.append(line | {"text": _cut(str(line["text"]), room - 200)})
            return kept[::-1], True
        room -= size
        kept.append(line)
    return kept[::-1], False


def _size(value: object) -> int:
    """Bytes of the JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _newest_ids(ids: Iterable[str]) -> list[str]:
    """As many of the newest ids as there is room for, oldest first."""
    kept: list[str] = []
    for each in reversed(list(ids)):
        if _size([*kept, each]) > IDS_BYTES:
            break
        kept.append(each)
    return kept[::-1]


def _attributes(records: Sequence[Record], level: Redaction) -> dict[str, object]:
    """What the channel said last of the customer, as far as the pool's people may know it."""
    return {
        name: redact(value, level) if isinstance(value, str) else value
        for name, value in attributes_said(records).items()
    }


def _cut(text: str, room: int) -> str:
    """The beginning of a text that is too long: what fits once it is written as JSON."""
    for place, character in enumerate(text):
        room -= _size(character) - 2  # without the quotes
        if room < len("…".encode()):
            return f"{text[:place]}…"
    return text


def _lines(record: Record, level: Redaction) -> Iterator[_Line]:
    event = record.event
    if isinstance(event, CustomerWrote):
        text = redact(event.text, level)
        yield {"seq": record.seq, "speaker": "customer", "text": text, "at": event.at}
    for said in _texts(record):
        text = redact(said.text, level)
        yield {"seq": said.seq, "speaker": said.speaker, "text": text, "at": record.at}


def _texts(record: Record) -> list[SendText]:
    return [each for each in record.effects if isinstance(each, SendText)]


def _past(records: Sequence[Record], current: str, level: Redaction) -> list[dict[str, object]]:
    """How earlier conversations of the thread ended, the newest first."""
    ends: list[dict[str, object]] = [
        {
            "conversation_id": record.conversation_id,
            "outcome": record.event.outcome,
            "summary": _cut(redact(record.event.summary, level), SUMMARY_BYTES),
            "at": record.at,
        }
        for record in sorted(records, key=_seq, reverse=True)
        if isinstance(record.event, PoolResolved) and record.conversation_id != current
    ]
    return ends[:PAST_CONVERSATIONS]


def _seq(record: Record) -> int:
    return record.seq


def _first_seq(records: Sequence[Record]) -> int:
    return min((each.seq for each in records), default=0)
