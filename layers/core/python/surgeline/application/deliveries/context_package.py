"""The context that a pool gets with an offer is made here, redacted and bounded in size.

The whole event stays under the 20 kB that a webhook may have. A pool that is offered the
conversation or owns it can fetch the rest with `read_transcript`.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from surgeline.application.media.links import MediaLink, no_link, shown_media, told_media
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.refusals import Absent
from surgeline.domain.brought.events import TeamWrote
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.customers.events import ProfileFound
from surgeline.domain.effects import OfferToPool, SendText
from surgeline.domain.events import (
    ConversationAssigned,
    CustomerWrote,
    Event,
    PersonAnswered,
    PoolNoted,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
    TextUndelivered,
)
from surgeline.domain.ids import thread_of
from surgeline.domain.media.files import fates
from surgeline.domain.ownership import REFUSED
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339

SCHEMA = 1
RECORDS = 40
"""How many records of the thread's log are looked at, the newest ones.

The bytes of a package bound it further. Attributes that a channel has not given for so many records
count as old. A pool reads the whole transcript page by page.
"""
PACKAGE_BYTES = 19_000
"""The most bytes of the whole context, so that the event around it stays under 20 kB."""
IDS_BYTES = 2_000
PAST_CONVERSATIONS = 5
SUMMARY_BYTES = 500
TITLE_BYTES = 200
ANSWER_BYTES = 500
NOTE_BYTES = 500
CANDIDATES_BYTES = 4_500
HANDOVERS_BYTES = 1_000
NOTES_BYTES = 2_000
INCIDENTS = 3
INCIDENT_BYTES = 700
"""An offer names so many running incidents, the narrow ones first."""
PAGE_RECORDS = 100

_JSON = json.JSONEncoder(ensure_ascii=False)
_CUT = "…"

_Line = dict[str, object]


def context_package(
    records: Sequence[Record],
    thread: Thread,
    effect: OfferToPool,
    level: Redaction,
    suggestions: Sequence[Suggestion] = (),
    *,
    incidents: Sequence[Incident] = (),
    data: dict[str, object] | None = None,
    link: MediaLink = no_link,
    now: int = 0,
) -> dict[str, object]:
    """Return the `context` of an offer, from the thread's newest records.

    `incidents` are those that are running on the thread's channel. `data` is the customer's file
    as the pool's people may see it. `link` opens what the customer sent, from `now` on.
    """
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
        "candidates": _candidates(effect.candidates, suggestions, level),
        "customer": customer,
        "past_conversations": past_conversations(records, effect.conversation_id, level),
        "handovers": _newest(handovers(before, level), HANDOVERS_BYTES)[0],
        "notes": _newest(notes(before, level), NOTES_BYTES)[0],
        "incidents": told_incidents(incidents, effect.language),
        "customer_data": data,
    }
    lines, cut = _newest(
        transcript(before, level, link=link, now=now), PACKAGE_BYTES - _size(known)
    )
    return {
        "schema": SCHEMA,
        "transcript": lines,
        "transcript_is_complete": not cut and opened and len(records) < RECORDS,
        **known,
    }


def told_incidents(incidents: Sequence[Incident], language: str | None) -> list[dict[str, object]]:
    """Return the running incidents as a pool's people read them, with their ends."""
    return [
        {
            "id": each.id,
            "text": _cut(each.text(language), INCIDENT_BYTES),
            "articles": _newest_ids(each.articles[:5]),
            "ends_at": rfc3339(each.ends_at),
        }
        for each in incidents[:INCIDENTS]
    ]


_DESCRIBES = (CustomerWrote, ProfileFound)
"""The events that say who the customer is."""


def attributes_said(records: Iterable[Record]) -> Mapping[str, str | int | float | bool]:
    """Return the last attributes of the customer that the channel gave in these records."""
    said = (each.event for each in sorted(records, key=_seq, reverse=True))
    return next((e.customer for e in said if isinstance(e, _DESCRIBES) and e.customer), {})


def transcript(
    records: Sequence[Record], level: Redaction, *, link: MediaLink = no_link, now: int = 0
) -> list[_Line]:
    """Return everything that was said in these records, oldest first, with customers' files."""
    ordered = sorted(records, key=_seq)
    found = fates(each.event for each in ordered)

    def media(event: CustomerWrote) -> _Line:
        shown = shown_media(event, found, link, level=level, now=now) if event.media else []
        return {"media": shown} if shown else {}

    def attached(thread_id: str, said: SendText) -> _Line:
        told = told_media(said.media, thread_id, link, now=now)
        return {"attached": told} if told else {}

    failed = {e.text_seq: e.reason for e in _undelivered(ordered)}
    lines = [line for record in ordered for line in _lines(record, level, media, attached)]
    return [
        line | ({"undelivered": failed[seq]} if (seq := line["seq"]) in failed else {})
        for line in lines
    ]


def _undelivered(records: Sequence[Record]) -> list[TextUndelivered]:
    """Return which texts reached nobody, as far as these records tell."""
    return [each.event for each in records if isinstance(each.event, TextUndelivered)]


def read_transcript(
    store: ConversationStore,
    conversation_id: str,
    pool_id: str,
    *,
    after_seq: int,
    level: Redaction,
    link: MediaLink = no_link,
    now: int = 0,
) -> dict[str, object]:
    """Return a page of the whole transcript.

    Raises Absent unless the pool owns the conversation or is offered it.
    """
    thread = store.thread(thread_of(conversation_id))
    conversation = thread.conversation if thread else None
    if conversation is None or thread is None or conversation.id != conversation_id:
        raise Absent("no such conversation")
    handoff = conversation.handoff
    offered = {offer.pool_id for offer in handoff.offers} if handoff else set()
    if pool_id not in {conversation.owner.pool_id, *offered}:
        raise Absent("no such conversation")
    after_seq = max(after_seq, conversation.first_seq - 1)
    records = store.records(thread.id, after_seq=after_seq, limit=PAGE_RECORDS)
    mine = [each for each in records if each.conversation_id == conversation_id]
    more = len(records) == PAGE_RECORDS
    return {
        "schema": SCHEMA,
        "conversation_id": conversation_id,
        "transcript": transcript(mine, level, link=link, now=now),
        "notes": notes(mine, level),
        "after_seq": records[-1].seq if more else None,
    }


def _newest(lines: Sequence[_Line], room: int) -> tuple[list[_Line], bool]:
    """Return the newest lines that fit, oldest first, and whether any was left out or cut."""
    kept: list[_Line] = []
    for line in reversed(lines):
        size = _size(line)
        if size > room:
            if not kept:
                kept.append(line | {"text": _cut(str(line["text"]), room - 200)})
            return kept[::-1], True
        room -= size
        kept.append(line)
    return kept[::-1], False


def within(lines: Sequence[_Line], room: int) -> list[_Line]:
    """Return the newest lines that fit into so many bytes, oldest first."""
    return _newest(lines, room)[0]


def _size(value: object) -> int:
    """Return the bytes of the value's JSON."""
    return len(_JSON.encode(value).encode("utf-8", "replace"))


def _newest_ids(ids: Iterable[str]) -> list[str]:
    """Return as many of the newest ids as there is room for, oldest first."""
    kept: list[str] = []
    for each in reversed(list(ids)):
        if _size([*kept, each]) > IDS_BYTES:
            break
        kept.append(each)
    return kept[::-1]


def _attributes(records: Sequence[Record], level: Redaction) -> dict[str, object]:
    """Return the last attributes that the channel gave, redacted for the pool's people."""
    return {name: _redacted(value, level) for name, value in attributes_said(records).items()}


def _redacted(value: str | float | bool, level: Redaction) -> object:  # data of the channel
    """Return an attribute redacted. A number stays a number unless it must be taken out."""
    if isinstance(value, str):
        return redact(value, level)
    text = redact(str(value), level)
    return value if text == str(value) else text


def _cut(text: str, room: int) -> str:
    """Return the beginning of a long text, as much as fits once written as JSON."""
    room += len('""') - len(_CUT.encode())
    if _size(text) <= room:
        return text
    ends = range(1, len(text) + 1)
    return text[: bisect_right(ends, room, key=lambda end: _size(text[:end]))] + _CUT


def _lines(
    record: Record,
    level: Redaction,
    media: Callable[[CustomerWrote], _Line],
    attached: Callable[[str, SendText], _Line],
) -> Iterator[_Line]:
    event = record.event
    if isinstance(event, CustomerWrote):
        text = redact(event.text, level)
        at = rfc3339(event.brought.written_at if event.brought else event.at)
        line = {"seq": record.seq, "speaker": "customer", "text": text, "at": at}
        yield {**line, **media(event)}
    if isinstance(event, PersonAnswered | TeamWrote):
        text = redact(event.text, level)
        at = rfc3339(event.brought.written_at if isinstance(event, TeamWrote) else event.at)
        yield {"seq": record.seq, "speaker": "person", "text": text, "at": at}
    for said in _texts(record):
        text = redact(said.text, level)
        line = {"seq": said.seq, "speaker": said.speaker, "text": text, "at": rfc3339(record.at)}
        yield {**line, **attached(event.thread_id, said)}


def _texts(record: Record) -> list[SendText]:
    return [each for each in record.effects if isinstance(each, SendText)]


def _candidates(
    ids: Sequence[str], suggestions: Sequence[Suggestion], level: Redaction
) -> list[dict[str, object]]:
    """Return the articles that may be the answer, the likeliest first.

    An article that is gone by now, or for which there is no room, is an id alone.
    """
    known = {each.article_id: each for each in suggestions}
    shown: list[dict[str, object]] = []
    room = CANDIDATES_BYTES
    for article_id in ids:
        candidate: dict[str, object] = {"article_id": article_id, "title": None, "answer": None}
        if article := known.get(article_id):
            whole = candidate | {
                "title": _cut(redact(article.title, level), TITLE_BYTES),
                "answer": _cut(redact(article.answer, level), ANSWER_BYTES),
            }
            note = {"note": _cut(redact(article.note, level), NOTE_BYTES)} if article.note else {}
            fits = (each for each in (whole | note, whole) if _size(each) <= room)
            candidate = next(fits, candidate)
        room -= _size(candidate)
        shown.append(candidate)
    return shown


def handovers(records: Sequence[Record], level: Redaction) -> list[_Line]:
    """Return how and why pools gave this conversation up before, oldest first."""
    ended = [
        (record, _GIVEN_UP[type(record.event)])
        for record in sorted(records, key=_seq)
        if type(record.event) in _GIVEN_UP and record.explanation.decision != REFUSED
    ]
    return [
        {
            "event": kind,
            "reason": _cut(redact(_reason(record.event), level), SUMMARY_BYTES),
            "at": rfc3339(record.at),
        }
        for record, kind in ended
    ]


_GIVEN_UP: Mapping[type, str] = {
    PoolResolved: "conversation.resolved",
    PoolReturned: "conversation.returned",
    PoolTransferred: "conversation.transferred",
    ConversationAssigned: "conversation.assigned",
}


def _reason(event: Event) -> str:
    if isinstance(event, PoolResolved):
        return event.summary
    if isinstance(event, PoolReturned | PoolTransferred | ConversationAssigned):
        return event.reason
    return ""


def notes(records: Sequence[Record], level: Redaction) -> list[_Line]:
    """Return the notes of pools on this conversation for its present owner, oldest first."""
    return [
        {"text": redact(record.event.text, level), "at": rfc3339(record.at)}
        for record in sorted(records, key=_seq)
        if isinstance(record.event, PoolNoted) and record.explanation.decision != REFUSED
    ]


def past_conversations(
    records: Sequence[Record], current: str, level: Redaction
) -> list[dict[str, object]]:
    """Return how earlier conversations of the thread ended, the newest first."""
    ends: list[dict[str, object]] = [
        {
            "conversation_id": record.conversation_id,
            "outcome": record.event.outcome,
            "summary": _cut(redact(record.event.summary, level), SUMMARY_BYTES),
            "at": rfc3339(record.at),
        }
        for record in sorted(records, key=_seq, reverse=True)
        if isinstance(record.event, PoolResolved) and record.conversation_id != current
    ]
    return ends[:PAST_CONVERSATIONS]


def _seq(record: Record) -> int:
    return record.seq


def _first_seq(records: Sequence[Record]) -> int:
    return min((each.seq for each in records), default=0)
