"""A conversation for those who run the system: every event, decision and delivery, with why."""

from dataclasses import asdict

from surgeline.application.deliveries.compose_delivery import place_of, sends
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import DeliveryLog, LoggedDelivery
from surgeline.application.ports.refusals import Absent
from surgeline.domain.effects import NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.events import PoolResolved
from surgeline.domain.ids import thread_of
from surgeline.domain.reading import Basis
from surgeline.domain.times import rfc3339

LIMIT = 1000


def show_conversation(
    store: ConversationStore, log: DeliveryLog, conversation_id: str
) -> dict[str, object]:
    """Everything kept of it, in order. Raises Absent."""
    thread = store.thread(thread_of(conversation_id))
    if thread is None:
        raise Absent("no such conversation")
    records = [
        record
        for record in store.records(thread.id, limit=LIMIT)
        if record.conversation_id == conversation_id
    ]
    if not records:
        raise Absent("no such conversation")
    places = [place_of(thread, record, send) for record in records for send in sends(record)]
    current = thread.conversation
    return {
        "conversation": {
            "id": conversation_id,
            "thread_id": thread.id,
            "channel_id": thread.channel_id,
            "language": thread.language,
            "current": bool(current and current.id == conversation_id),
            "state": _state(current.is_open)
            if current and current.id == conversation_id
            else "closed",
            "owner": str(current.owner) if current and current.id == conversation_id else None,
            "epoch": current.epoch if current and current.id == conversation_id else None,
        },
        "entries": [_entry(record) for record in records],
        "deliveries": [shown_delivery(each) for each in log.find(places)],
    }


def shown_delivery(logged: LoggedDelivery) -> dict[str, object]:
    """A delivery as it is shown: how it stands by its last attempt, and every attempt kept."""
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


def _state(is_open: bool) -> str:
    return "open" if is_open else "closed"


def _entry(record: Record) -> dict[str, object]:
    event, why = record.event, record.explanation
    return {
        "seq": record.seq,
        "at": rfc3339(record.at),
        "event": event.type,
        "event_id": event.id,
        "text": getattr(event, "text", None),
        "outcome": _outcome(event) if isinstance(event, PoolResolved) else None,
        "decision": why.decision,
        "why": why.why,
        "article_id": why.article_id,
        "confidence": why.confidence,
        "candidates": list(why.candidates),
        "basis": _basis(why.basis),
        "routing": list(why.routing),
        "effects": [_effect(effect) for effect in record.effects],
    }


def _basis(basis: Basis | None) -> dict[str, object] | None:
    """What the candidates were weighed by."""
    if basis is None:
        return None
    return {"tier": basis.tier, "threshold": basis.threshold, "odds": list(basis.odds)}


def _outcome(event: PoolResolved) -> dict[str, object]:
    """How the pool says that it ended, and what it suggests for the knowledge base."""
    article = event.article
    return {
        "outcome": event.outcome,
        "summary": event.summary,
        "article": asdict(article) if article else None,
    }


def _effect(effect: object) -> dict[str, object]:
    if isinstance(effect, SendText):
        return {
            "do": "send_text",
            "id": effect.id,
            "seq": effect.seq,
            "speaker": effect.speaker,
            "text": effect.text,
        }
    if isinstance(effect, OfferToPool):
        return {
            "do": "offer_to_pool",
            "id": effect.id,
            "offer_id": effect.offer_id,
            "pool": effect.pool_id,
            "expires_at": rfc3339(effect.expires_at),
        }
    if isinstance(effect, NotifyPool):
        return {
            "do": "notify_pool",
            "id": effect.id,
            "pool": effect.pool_id,
            "event": effect.event,
            "seq": effect.seq,
        }
    if isinstance(effect, StartTimer):
        return {
            "do": "start_timer",
            "id": effect.id,
            "kind": effect.kind,
            "due_at": rfc3339(effect.due_at),
        }
    return _bookkeeping(effect)


def _bookkeeping(effect: object) -> dict[str, object]:
    """What nobody is told of: offers that end, seats, places in the waitlist."""
    shown = {
        name: getattr(effect, name)
        for name in ("id", "offer_id", "pool_id", "status", "used", "priority")
        if hasattr(effect, name)
    }
    return {"do": getattr(effect, "type", "unknown"), **shown}
