"""Questions and words to the company's own system about a customer become deliveries here.

A look-up has one try, because nobody waits for a second. Cases and notes are tried as replies are,
under one id, which the system takes for the same case or note.
"""

from collections.abc import Mapping

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import CUSTOMERS, Delivery
from surgeline.application.ports.targets import LookedUp, Refused, SendResult
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import Found
from surgeline.domain.customers.identity import Identity
from surgeline.domain.effects import LookUpCustomer, TellCompany
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import derived_id
from surgeline.domain.redaction import redact
from surgeline.domain.thread import Thread

LOOK_UP = "customer.lookup"
SYSTEM = "data"
"""The one endpoint of the target. A company connects one system."""
MOST_WORDS = 2_000
"""The most characters of a case's or a note's text."""


def compose_for_company(
    thread: Thread, record: Record, effect: LookUpCustomer | TellCompany, store: ConversationStore
) -> Delivery:
    """Return the delivery of an effect to the company's own system."""
    if isinstance(effect, LookUpCustomer):
        payload: Mapping[str, object] = {
            "identities": _written(effect.identities),
            "purpose": effect.purpose,
        }
        event, expires_at = LOOK_UP, effect.expires_at
    else:
        payload, event, expires_at = _told(thread, effect, store), effect.event, None
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target=CUSTOMERS,
        target_id=SYSTEM,
        event=event,
        epoch=0,
        at=record.at,
        payload=payload,
        expires_at=expires_at,
    )


def _told(thread: Thread, effect: TellCompany, store: ConversationStore) -> dict[str, object]:
    words = effect.text
    if effect.about_seq:
        found = store.records(thread.id, after_seq=effect.about_seq - 1, limit=1)
        event = found[0].event if found else None
        words = event.text if isinstance(event, CustomerWrote) else ""
    return {
        "customer_id": effect.customer_id,
        "identities": _written(effect.identities),
        "reason": effect.reason,
        "text": redact(words, "payment")[:MOST_WORDS],
        "priority": effect.priority,
    }


def _written(identities: tuple[Identity, ...]) -> list[dict[str, object]]:
    """Return the identities as the connector's protocol has them. Only proven ones are asked by."""
    return [
        {"kind": each.kind, "channel": each.channel, "value": each.value, "verified": True}
        for each in identities
    ]


class LookUps:
    """Tells a thread what came of the look-up of its customer, also that nothing came of it."""

    def __init__(self, events: ThreadEvents, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    @staticmethod
    def is_look_up(delivery: Delivery) -> bool:
        """Return whether the delivery asks who a customer is."""
        return delivery.event == LOOK_UP

    def ended(self, delivery: Delivery, result: SendResult) -> None:
        """Tell the thread the end of a look-up. Any other delivery is none of its business."""
        if not self.is_look_up(delivery):
            return
        if isinstance(result, LookedUp):
            found = result.found
        else:
            why = result.outcome if isinstance(result, Refused) else "no answer"
            found = Found("unavailable", why=why)
        self._events.emit(
            CustomerLookedUp(
                id=derived_id("e", delivery.id, "looked up"),
                thread_id=delivery.thread_id,
                at=self._clock.now(),
                conversation_id=delivery.conversation_id,
                found=found,
            )
        )
