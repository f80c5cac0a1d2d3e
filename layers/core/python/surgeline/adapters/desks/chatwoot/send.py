"""Offers and messages are written into Chatwoot here, each offer as a conversation of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import Calls, Parts, failed
from surgeline.adapters.desks.chatwoot.api import ChatwootApi, judge, number_of
from surgeline.adapters.desks.chatwoot.settings import KIND_NAME, ChatwootDesk
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
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.desks.tell_desk import TOLD
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink, DeskLinks
from surgeline.application.ports.targets import Delivered, Refused, SendResult

MOST_NOTE: Final = 10_000
SHOWN_THERE: Final = ("taken",)
"""The tellings that Chatwoot's own page shows: who has a conversation."""


class ChatwootDesks:
    """Sends each delivery in the calls that it needs. Many threads may send at once.

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
        if not sets or not sets[0].get("api_access_token"):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        calls = Calls(self._parts.posts, timeout_seconds)
        api = ChatwootApi(calls, pool.own(ChatwootDesk), sets[0])
        steps = _Told(api, self._parts.desk_links, delivery).steps()
        if not steps:
            return Delivered()
        return self._begun.send(
            delivery.id,
            [each.do for each in steps],
            arrived=lambda number: steps[number].there(),
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """One call. `there` tells whether it was done, after its answer was lost."""

    do: Callable[[], SendResult]
    there: Callable[[], bool | Refused]


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into Chatwoot."""

    api: ChatwootApi
    links: DeskLinks
    delivery: Delivery

    def steps(self) -> list[_Step]:
        """Return the calls that say the delivery, in their order."""
        make = _STEPS.get(self.delivery.event)
        return make(self) if make else []

    def offered(self) -> list[_Step]:
        """Make a contact and its conversation, and write what there is to know as a note."""
        offer_id = self.delivery.offer_id or ""
        name = f"Customer {code_of(self.delivery.conversation_id)}"
        text = note("\n".join(offer_lines(self.delivery)))[:MOST_NOTE]
        return [
            _again(lambda: judge(self.api.contact(offer_id, name))),
            _again(partial(self._open, offer_id)),
            self._noted(text),
        ]

    def message(self) -> list[_Step]:
        message, link = self.delivery.payload["message"], self._link()
        assert isinstance(message, Mapping)
        if link is None:
            return []
        text, place, echo_id = str(message["text"]), link.ref, self.delivery.id
        return [
            _Step(
                lambda: judge(self.api.customer(link.offer_id, place, text, echo_id)),
                partial(self.api.has, place, text, since_ms=self.delivery.at),
            )
        ]

    def ended(self) -> list[_Step]:
        text = _ENDS[self.delivery.event](self.delivery)
        return [self._noted(note(text)), *self._resolved()] if self._link() else []

    def told(self) -> list[_Step]:
        what, text = self.delivery.payload.get("what"), told_text(self.delivery)
        if self._link() is None or not text or what in SHOWN_THERE:
            return []
        ends = self._resolved() if what in SILENT else []
        return [*ends, self._noted(note(text))]

    # ------------------------------------------------------------ calls

    def _link(self) -> DeskLink | None:
        """Return the place of the delivery, as far as there is one."""
        delivery, pool_id = self.delivery, self.delivery.target_id
        ref = delivery.payload.get("ref")
        if isinstance(ref, str):
            return self.links.find(pool_id, ref)
        return self.links.of(pool_id, delivery.conversation_id, delivery.epoch)

    def _open(self, offer_id: str) -> SendResult:
        reply = self.api.conversation(offer_id)
        result = judge(reply)
        if isinstance(result, Refused):
            return result
        if not (number := number_of(reply)):
            return failed(reply, "message: no conversation in the answer")
        delivery = self.delivery
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

    def _noted(self, text: str) -> _Step:
        def place() -> str:
            link = self._link()
            return link.ref if link else ""

        return _Step(
            lambda: judge(self.api.note(place(), text)),
            lambda: self.api.has(place(), text, since_ms=self.delivery.at),
        )

    def _resolved(self) -> list[_Step]:
        link = self._link()
        return [_again(lambda: judge(self.api.resolve(link.ref)))] if link else []


def _again(do: Callable[[], SendResult]) -> _Step:
    """Return a call that may be made twice."""
    return _Step(do, lambda: False)


_ENDS: Mapping[str, Callable[[Delivery], str]] = {
    "handoff.withdrawn": withdrawn_text,
    "conversation.taken_back": taken_back_text,
    "conversation.abandoned": abandoned_text,
}
_STEPS: Mapping[str, Callable[[_Told], list[_Step]]] = {
    OFFERED: _Told.offered,
    "conversation.message": _Told.message,
    TOLD: _Told.told,
    **dict.fromkeys(_ENDS, _Told.ended),
}
