"""Offers and messages are written into Zendesk here, each offer as a ticket of its own.

All that is written is private, so that Zendesk mails it to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import Calls, Parts, failed
from surgeline.adapters.desks.own_notes import note
from surgeline.adapters.desks.wording import (
    SILENT,
    abandoned_text,
    code_of,
    offer_lines,
    taken_back_text,
    told_text,
    withdrawn_text,
)
from surgeline.adapters.desks.zendesk.api import ZendeskApi, judge, number_of
from surgeline.adapters.desks.zendesk.settings import KIND_NAME, ZendeskDesk
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.desks.tell_desk import TOLD
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink, DeskLinks
from surgeline.application.ports.targets import Delivered, Refused, SendResult

MOST_NOTE: Final = 60_000
TAG: Final = "surgeline"
SHOWN_THERE: Final = ("taken",)
"""The tellings that Zendesk's own page shows: who has a ticket."""


class ZendeskDesks:
    """Sends each delivery in one call. Many threads may send at once.

    Requests for more seats need no call: people come by themselves.
    """

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts
        self._begun = Parts()

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        pool = self._parts.configuration.pool(delivery.target_id)
        if pool is None:
            return Refused(outcome="unknown pool", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, pool.id, KIND_NAME, item="pools")
        if not sets or not sets[0].get("api_token"):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        calls = Calls(self._parts.posts, timeout_seconds)
        api = ZendeskApi(calls, pool.own(ZendeskDesk), sets[0])
        told = _Told(api, self._parts.desk_links, delivery)
        make = _STEPS.get(delivery.event)
        step = make(told) if make else None
        if step is None:
            return Delivered()
        return self._begun.send(delivery.id, [step.do], arrived=lambda _number: step.there())


@dataclass(frozen=True, slots=True)
class _Step:
    """One call. `there` tells whether it was done, after its answer was lost."""

    do: Callable[[], SendResult]
    there: Callable[[], bool | Refused]


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into Zendesk."""

    api: ZendeskApi
    links: DeskLinks
    delivery: Delivery

    def offered(self) -> _Step:
        """Make a ticket. Its key makes a repeat harmless."""
        return _Step(self._open, lambda: False)

    def message(self) -> _Step | None:
        message = self.delivery.payload["message"]
        assert isinstance(message, Mapping)
        return self._noted(f"Customer: {message['text']}", "open")

    def ended(self) -> _Step | None:
        return self._noted(_ENDS[self.delivery.event](self.delivery), "solved")

    def told(self) -> _Step | None:
        what, text = self.delivery.payload.get("what"), told_text(self.delivery)
        if not text or what in SHOWN_THERE:
            return None
        return self._noted(text, "solved" if what in SILENT else None)

    # ------------------------------------------------------------ calls

    def _open(self) -> SendResult:
        delivery = self.delivery
        code, offer_id = code_of(delivery.conversation_id), delivery.offer_id or ""
        name, address = f"Customer {code}", f"{offer_id}@customer.invalid"
        text = note("\n".join(offer_lines(delivery)))[:MOST_NOTE]
        ticket: dict[str, object] = {
            "subject": f"[{code}] A customer waits for a person",
            "comment": {"body": text, "public": False},
            "requester": {"name": name, "email": address},
            "external_id": offer_id,
            "tags": [TAG],
        }
        reply = self.api.ticket(ticket, delivery.id)
        result = judge(reply)
        if isinstance(result, Refused):
            return result
        if not (number := number_of(reply)):
            return failed(reply, "message: no ticket in the answer")
        self.links.tie(
            DeskLink(
                pool_id=delivery.target_id,
                ref=number,
                conversation_id=delivery.conversation_id,
                offer_id=offer_id,
                epoch=delivery.epoch,
                at=delivery.at,
            )
        )
        return result

    def _noted(self, words: str, status: str | None) -> _Step | None:
        """Write a private comment on the delivery's ticket, if there is one."""
        link, text = self._link(), note(words)[:MOST_NOTE]
        if link is None:
            return None
        return _Step(
            lambda: judge(self.api.note(link.ref, text, status=status)),
            partial(self.api.has, link.ref, text),
        )

    def _link(self) -> DeskLink | None:
        """Return the place of the delivery, as far as there is one."""
        delivery, pool_id = self.delivery, self.delivery.target_id
        ref = delivery.payload.get("ref")
        if isinstance(ref, str):
            return self.links.find(pool_id, ref)
        return self.links.of(pool_id, delivery.conversation_id, delivery.epoch)


_ENDS: Mapping[str, Callable[[Delivery], str]] = {
    "handoff.withdrawn": withdrawn_text,
    "conversation.taken_back": taken_back_text,
    "conversation.abandoned": abandoned_text,
}
_STEPS: Mapping[str, Callable[[_Told], _Step | None]] = {
    OFFERED: _Told.offered,
    "conversation.message": _Told.message,
    TOLD: _Told.told,
    **dict.fromkeys(_ENDS, _Told.ended),
}
