"""Subscribers are told of what happens to conversations, from the committed records alone.

A delivery's id and body follow from its record, so that a repeat is the same delivery. Without a
subscriber to such events nothing is done for a message.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import SUBSCRIPTION, Delivery
from surgeline.domain.alerts.subscription import ConversationEvent, Subscription
from surgeline.domain.effects import RecordOpened, RecordOutcome, SendText
from surgeline.domain.events import CustomerWrote, PoolResolved, ThreadErased
from surgeline.domain.handing_over import HANDED_OFF
from surgeline.domain.ids import derived_id
from surgeline.domain.outcome import Opened, Outcome
from surgeline.domain.redaction import redact
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339

LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a conversation. `text` is what was said with it, which few subscribers get."""

    event: ConversationEvent
    conversation_id: str
    about: Mapping[str, object]
    text: str | None = None


class TellConversations:
    """The use case. It makes the deliveries that a committed record owes to subscribers."""

    def __init__(self, configuration: ConfigurationShelf) -> None:
        self._configuration = configuration

    def __call__(self, thread: Thread, record: Record) -> list[Delivery]:
        """Return the deliveries, in the order of what happened."""
        known = self._configuration.current().subscriptions
        listeners = [each for each in known if each.hears_conversations]
        if not listeners:
            return []
        return [
            _delivery(subscription, thread, record, each)
            for each in happened(record)
            for subscription in listeners
            if each.event in subscription.subjects
        ]


def happened(record: Record) -> Iterator[Happened]:
    """Yield what a record says of conversations, in order. An erasure is told to nobody.

    A conversation that is given up for a new one ends before anything else.
    """
    if isinstance(record.event, ThreadErased):
        return
    ends = [each.outcome for each in record.effects if isinstance(each, RecordOutcome)]
    openings = [each.opened for each in record.effects if isinstance(each, RecordOpened)]
    begun = {each.conversation_id for each in openings}
    earlier = [each for each in ends if begun and each.conversation_id not in begun]
    yield from (_closed(record, each) for each in earlier)
    yield from (_opened(record, each) for each in openings)
    for effect in record.effects:
        if isinstance(effect, SendText) and effect.speaker == "bot" and effect.article_id:
            about = {"answer": {"article_id": effect.article_id, "message_id": effect.id}}
            yield Happened("conversation.answered", effect.conversation_id, about, effect.text)
    before, mark, reason = record.explanation.decision.partition(HANDED_OFF)
    if mark and not before and record.conversation_id:
        handoff = {"handoff": {"reason": reason}}
        yield Happened("conversation.handed_off", record.conversation_id, handoff, _said(record))
    yield from (_closed(record, each) for each in ends if each not in earlier)


def _opened(record: Record, opened: Opened) -> Happened:
    about = {
        "opening": {
            "language": opened.language,
            "opened_at": rfc3339(opened.opened_at),
            "reopened": opened.part,
        }
    }
    event: ConversationEvent = "conversation.reopened" if opened.part else "conversation.opened"
    return Happened(event, opened.conversation_id, about, _said(record))


def _closed(record: Record, outcome: Outcome) -> Happened:
    account = outcome.account
    about = {
        "end": {
            "language": outcome.language,
            "opened_at": rfc3339(outcome.opened_at),
            "closed_at": rfc3339(outcome.at),
            "reopened": outcome.part,
            "ended_by": outcome.ended_by,
            "outcome": outcome.outcome,
            "resolution": outcome.resolution,
            "handed_off": bool(account and account.handoffs),
            "first_reply_at": _time(account.first_reply_at if account else None),
            "first_person_at": _time(account.first_person_at if account else None),
            "articles": list(account.answered) if account else [],
            "pools": list(account.pools) if account else [],
        }
    }
    event = record.event
    summary = event.summary or None if isinstance(event, PoolResolved) else None
    return Happened("conversation.closed", outcome.conversation_id, about, summary)


def _said(record: Record) -> str | None:
    return record.event.text if isinstance(record.event, CustomerWrote) else None


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _delivery(
    subscription: Subscription, thread: Thread, record: Record, found: Happened
) -> Delivery:
    payload: dict[str, object] = {
        "subscription": subscription.id,
        "conversation_id": found.conversation_id,
        "channel_id": thread.channel_id,
        "seq": record.seq,
        **found.about,
    }
    if subscription.texts:
        text = found.text
        payload["text"] = None if text is None else redact(text, "contact")[:LONGEST_TEXT]
    name = f"{record.event.id}/{found.event}/{found.conversation_id}"
    return Delivery(
        id=derived_id("n", subscription.id, name),
        thread_id=thread.id,
        conversation_id=found.conversation_id,
        target=SUBSCRIPTION,
        target_id=subscription.id,
        event=found.event,
        epoch=0,
        at=record.at,
        payload=payload,
    )
