"""Small events, records and messages, with every field that a test does not name filled in."""

from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Attempt, Delivery, TargetKind
from surgeline.application.ports.offers import Offer
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Choice, SendText, StartTimer
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.thread import (
    Conversation,
    Handoff,
    OpenOffer,
    Owner,
    Thread,
)

THREAD = "t" + "a" * 26
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
CONVERSATION = f"{THREAD}-1"


def customer_wrote(
    event_id: str = "m1", text: str = "Where is my parcel?", thread_id: str = THREAD
) -> CustomerWrote:
    """Return a customer's message."""
    return CustomerWrote(
        id=event_id,
        thread_id=thread_id,
        channel_id="web",
        sender="visitor-1",
        at=1_772_366_400_000,
        text=text,
        language="en",
    )


def record(seq: int = 1, event: Event | None = None) -> Record:
    """Return a record that takes two numbers, the event's and its answer's."""
    event = event or customer_wrote()
    answer = SendText(
        id=f"{event.id}-answer",
        conversation_id=CONVERSATION,
        seq=seq + 1,
        epoch=1,
        speaker="bot",
        text="It is on its way. 배송 중입니다.",
        in_reply_to=event.id,
        article_id="parcel",
        choices=(Choice("parcel", "Where is it?"),),
    )
    timer = StartTimer(
        id=f"{event.id}-timer",
        kind="agent_silence",
        conversation_id=CONVERSATION,
        subject="",
        epoch=1,
        due_at=event.at + 1000,
    )
    return Record(
        seq=seq,
        event=event,
        effects=(answer, timer),
        explanation=Explanation("answer", why="exact", article_id="parcel", confidence=0.75),
        conversation_id=CONVERSATION,
        at=event.at,
    )


def thread(seq: int = 2, thread_id: str = THREAD) -> Thread:
    """Return a thread that was handed to a pool."""
    handoff = Handoff(
        state="accepted",
        reason="customer_asked",
        requested_at=1_772_366_400_000,
        offers=(OpenOffer("o1", "vendor", 1_772_366_460_000),),
        tried=("in_house",),
    )
    conversation = Conversation(
        id=f"{thread_id}-1",
        number=1,
        opened_at=1_772_366_400_000,
        epoch=2,
        owner=Owner("pool", "vendor"),
        handoff=handoff,
    )
    return Thread(
        id=thread_id,
        channel_id="web",
        sender="visitor-1",
        seq=seq,
        language="en",
        conversation=conversation,
    )


def offer(offer_id: str = "o1", *, expires_at: int) -> Offer:
    """Return an open offer to the pool `vendor`."""
    return Offer(
        offer_id=offer_id,
        conversation_id=CONVERSATION,
        pool_id="vendor",
        epoch=2,
        expires_at=expires_at,
    )


def delivery() -> Delivery:
    """Return a pool delivery whose payload has every kind of JSON value."""
    return Delivery(
        id="d1",
        thread_id=THREAD,
        conversation_id=CONVERSATION,
        target="pool",
        target_id="vendor",
        event="conversation.message",
        epoch=2,
        at=1_772_366_400_000,
        payload={"text": "안녕", "lines": [{"seq": 1, "attachments": None}], "share": 0.5},
        expires_at=1_772_366_460_000,
    )


def sent(
    delivery_id: str = "d1",
    *,
    at: int = NOON,
    target: TargetKind = "channel",
    target_id: str = "app",
) -> Delivery:
    """Return a delivery to an endpoint, decided then."""
    return Delivery(
        id=delivery_id,
        thread_id=THREAD,
        conversation_id=f"{THREAD}-1",
        target=target,
        target_id=target_id,
        event="message.created",
        epoch=1,
        at=at,
        payload={},
    )


def attempt(number: int = 1, *, at: int = NOON, outcome: str, status: int | None = 200) -> Attempt:
    """Return a try of a delivery."""
    return Attempt(number=number, at=at, outcome=outcome, status=status, milliseconds=12)


def fifo(group: str, *bodies: str) -> list[Outgoing]:
    """Messages of one group whose dedup ids are their bodies."""
    return [Outgoing(body, group=group, dedup_id=body) for body in bodies]
