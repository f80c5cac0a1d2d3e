"""Operators are shown a conversation from here: every event, decision and delivery.

It is read in pages from its own first record, however long the thread is.
"""

import json
from dataclasses import asdict

from surgeline.application.conversations.routing_words import told_routing
from surgeline.application.conversations.told_whys import Whys
from surgeline.application.deliveries.replay_deliveries import Told, places_of
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import DeliveryLog, LoggedDelivery
from surgeline.application.ports.refusals import Absent
from surgeline.application.thread_log import first_seq_of
from surgeline.domain.effects import Effect, RecordOpened, RecordOutcome, RecordSurvey
from surgeline.domain.events import PoolResolved
from surgeline.domain.ids import thread_of
from surgeline.domain.reading import Basis
from surgeline.domain.texts import Words
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339

PAGE_RECORDS = 100
PAGE_BYTES = 1_000_000
"""The size of entries after which a page ends, so that an answer is never too large."""

HIDDEN = frozenset({"type", "conversation_id"})
"""Fields of an effect that repeat what stands beside it."""
FOR_REPORTS = (RecordOpened, RecordOutcome, RecordSurvey)
"""Effects that are not shown, because they repeat the entries."""
NAMED = {"pool_id": "pool"}


def show_conversation(
    store: ConversationStore,
    log: DeliveryLog,
    conversation_id: str,
    *,
    told: Told,
    after_seq: int = 0,
    words: Words | None = None,
    whys: Whys | None = None,
) -> dict[str, object]:
    """Return a page of everything that is kept of the conversation, in order. Raises Absent.

    `next_after` is the value to ask with for the next page. It is None on the last page. With
    `words` the reasons of the routing are told in their language, and else as they were kept. With
    `whys` the other reasons are.
    """
    thread = store.thread(thread_of(conversation_id))
    if thread is None:
        raise Absent("no such conversation")
    first = max(after_seq, first_seq_of(store, thread, conversation_id) - 1)
    read = store.records(thread.id, after_seq=first, limit=PAGE_RECORDS)
    mine = [each for each in read if each.conversation_id == conversation_id]
    if not mine and not after_seq:
        raise Absent("no such conversation")
    entries: list[dict[str, object]] = []
    size = 0
    for record in mine:
        entry = _entry(record, words, whys)
        size += len(json.dumps(entry))
        if entries and size > PAGE_BYTES:
            break
        entries.append(entry)
    shown = mine[: len(entries)]
    is_cut = len(shown) < len(mine) or len(mine) == len(read) == PAGE_RECORDS
    places = [place for record in shown for place in places_of(thread, record, told)]
    return {
        "conversation": _about(thread, conversation_id),
        "entries": entries,
        "deliveries": [shown_delivery(each) for each in log.find(places)],
        "next_after": shown[-1].seq if is_cut else None,
    }


def _about(thread: Thread, conversation_id: str) -> dict[str, object]:
    current = thread.conversation
    about: dict[str, object] = {
        "id": conversation_id,
        "thread_id": thread.id,
        "channel_id": thread.channel_id,
        "language": thread.language,
    }
    if current is None or current.id != conversation_id:
        past = {"current": False, "state": "closed", "owner": None, "epoch": None}
        return about | past | {"ended_by": None, "resolution": None}
    return about | {
        "current": True,
        "state": "open" if current.is_open else "closed",
        "owner": str(current.owner),
        "epoch": current.epoch,
        "ended_by": current.ended_by,
        "resolution": current.resolution,
    }


def shown_delivery(logged: LoggedDelivery) -> dict[str, object]:
    """Return a delivery's state after its last attempt, with every attempt that is kept."""
    last = logged.attempts[-1]
    return {
        "id": logged.place.id,
        "target": logged.place.target,
        "event": logged.event,
        "conversation_id": logged.conversation_id,
        "decided_at": rfc3339(logged.place.at),
        "end": logged.end,
        "outcome": last.outcome,
        "attempts": len(logged.attempts),
        "status": last.status,
        "milliseconds": last.milliseconds,
        "at": rfc3339(last.at),
        "tries": [
            {
                "number": each.number,
                "at": rfc3339(each.at),
                "outcome": each.outcome,
                "status": each.status,
                "milliseconds": each.milliseconds,
            }
            for each in logged.attempts
        ],
    }


def _entry(record: Record, words: Words | None, whys: Whys | None) -> dict[str, object]:
    event, why = record.event, record.explanation
    return {
        "seq": record.seq,
        "at": rfc3339(record.at),
        "event": event.type,
        "event_id": event.id,
        "text": getattr(event, "text", None),
        "reason": getattr(event, "reason", None) or None,
        "outcome": _outcome(event) if isinstance(event, PoolResolved) else None,
        "decision": why.decision,
        "why": whys.translated(why.why) if whys else why.why,
        "article_id": why.article_id,
        "confidence": why.confidence,
        "candidates": list(why.candidates),
        "basis": _basis(why.basis),
        "routing": told_routing(why.routing, words) if words else list(why.routing),
        "effects": [
            effect_of(effect) for effect in record.effects if not isinstance(effect, FOR_REPORTS)
        ],
    }


def _basis(basis: Basis | None) -> dict[str, object] | None:
    """Return the numbers that the candidates were weighed by."""
    if basis is None:
        return None
    return {"tier": basis.tier, "threshold": basis.threshold, "odds": list(basis.odds)}


def _outcome(event: PoolResolved) -> dict[str, object]:
    """Return the pool's account of the end, and its suggestion for the knowledge base."""
    article = event.article
    return {
        "outcome": event.outcome,
        "summary": event.summary,
        "article": asdict(article) if article else None,
    }


def effect_of(effect: Effect) -> dict[str, object]:
    """Return every field of any effect. Times are written out."""
    shown: dict[str, object] = {"do": effect.type}
    for name, value in asdict(effect).items():
        if name not in HIDDEN:
            is_time = name.endswith("_at") and isinstance(value, int)
            shown[NAMED.get(name, name)] = rfc3339(value) if is_time else value
    return shown
