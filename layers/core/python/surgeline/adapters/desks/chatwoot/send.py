"""Offers and messages are written into Chatwoot here, each offer as a conversation of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import failed
from surgeline.adapters.desks.article_words import article_lines
from surgeline.adapters.desks.chatwoot.api import ChatwootApi, number_of
from surgeline.adapters.desks.chatwoot.settings import ChatwootDesk
from surgeline.adapters.desks.in_calls import OnItsWay, Step, again, judge
from surgeline.adapters.desks.own_notes import note
from surgeline.adapters.desks.wording import ENDS, SILENT, code_of, offer_lines, told_text
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.to_desks.telling import TOLD
from surgeline.application.ports.targets import Refused, SendResult

TOKEN: Final = "api_access_token"  # noqa: S105 - the name of a field
MOST_NOTE: Final = 10_000
NO_PLACE: Final = "message: no conversation in the answer"
ARTICLES_NAME: Final = "Changed answers"
"""The contact whose conversations tell of changed answers."""
SHOWN_THERE: Final = ("taken",)
"""The tellings that Chatwoot's own page shows: who has a conversation."""


def steps_of(sent: OnItsWay) -> list[Step]:
    """Return the calls that say the delivery, in their order."""
    make = _STEPS.get(sent.delivery.event)
    api = ChatwootApi(sent.calls, sent.pool.own(ChatwootDesk), sent.fields)
    return make(_Told(api, sent)) if make else []


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into Chatwoot."""

    api: ChatwootApi
    sent: OnItsWay

    def offered(self) -> list[Step]:
        """Make a contact and its conversation, and write what there is to know as a note."""
        delivery = self.sent.delivery
        offer_id = delivery.offer_id or ""
        name = f"Customer {code_of(delivery.conversation_id)}"
        text = note("\n".join(offer_lines(delivery, self.sent.base)))[:MOST_NOTE]
        return [
            again(lambda: judge(self.api.contact(offer_id, name))),
            again(partial(self._open, offer_id)),
            self._noted(text),
        ]

    def articles(self) -> list[Step]:
        """Make a conversation whose private note tells which articles changed.

        It stands beside the customers' ones. Whoever has read it resolves it.
        """
        delivery = self.sent.delivery
        text = note("\n".join(article_lines(delivery)))[:MOST_NOTE]

        def place() -> str:
            return number_of(self.api.conversation(delivery.id))

        def write() -> SendResult:
            reply = self.api.conversation(delivery.id)
            result, number = judge(reply), number_of(reply)
            if isinstance(result, Refused):
                return result
            return judge(self.api.note(number, text)) if number else failed(reply, NO_PLACE)

        return [
            again(lambda: judge(self.api.contact(delivery.id, ARTICLES_NAME))),
            Step(write, lambda: self.api.has(place(), text, since_ms=delivery.at)),
        ]

    def message(self) -> list[Step]:
        link, delivery = self.sent.place(), self.sent.delivery
        if link is None:
            return []
        text, place, echo_id = self.sent.words(), link.ref, delivery.id
        return [
            Step(
                lambda: judge(self.api.customer(link.offer_id, place, text, echo_id)),
                partial(self.api.has, place, text, since_ms=delivery.at),
            )
        ]

    def ended(self) -> list[Step]:
        delivery = self.sent.delivery
        text = ENDS[delivery.event](delivery)
        return [self._noted(note(text)), *self._resolved()] if self.sent.place() else []

    def notice(self) -> list[Step]:
        delivery = self.sent.delivery
        what, text = delivery.payload.get("what"), told_text(delivery)
        if self.sent.place() is None or not text or what in SHOWN_THERE:
            return []
        ends = self._resolved() if what in SILENT else []
        return [*ends, self._noted(note(text))]

    # ------------------------------------------------------------ calls

    def _open(self, offer_id: str) -> SendResult:
        reply = self.api.conversation(offer_id)
        result = judge(reply)
        if isinstance(result, Refused):
            return result
        if not (number := number_of(reply)):
            return failed(reply, NO_PLACE)
        self.sent.tie(number)
        return result

    def _noted(self, text: str) -> Step:
        def place() -> str:
            link = self.sent.place()
            return link.ref if link else ""

        return Step(
            lambda: judge(self.api.note(place(), text)),
            lambda: self.api.has(place(), text, since_ms=self.sent.delivery.at),
        )

    def _resolved(self) -> list[Step]:
        link = self.sent.place()
        return [again(lambda: judge(self.api.resolve(link.ref)))] if link else []


_STEPS: Mapping[str, Callable[[_Told], list[Step]]] = {
    OFFERED: _Told.offered,
    "conversation.message": _Told.message,
    TOLD: _Told.notice,
    CHANGED: _Told.articles,
    **dict.fromkeys(ENDS, _Told.ended),
}
