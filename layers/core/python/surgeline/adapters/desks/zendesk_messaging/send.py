"""Offers and messages are written into Zendesk's messaging here, each offer as a conversation.

The conversation's user has no device, so nobody but the agents reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import failed
from surgeline.adapters.channels.text import split
from surgeline.adapters.desks.article_words import article_lines
from surgeline.adapters.desks.in_calls import OnItsWay, Step, again, judge
from surgeline.adapters.desks.own_notes import note
from surgeline.adapters.desks.wording import ENDS, SILENT, code_of, offer_lines, told_text
from surgeline.adapters.desks.zendesk_messaging.api import MessagingApi, number_of
from surgeline.adapters.desks.zendesk_messaging.settings import ZendeskMessagingDesk
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.to_desks.telling import TOLD
from surgeline.application.ports.targets import Refused, SendResult

TOKEN: Final = "key_secret"  # noqa: S105 - the name of a field
MOST_TEXT: Final = 4_000
"""Zendesk refuses a message of more than 4,096 characters."""
MOST_PARTS: Final = 5
NO_PLACE: Final = "message: no conversation in the answer"
ARTICLES_NAME: Final = "Changed answers"
"""The user whose conversations tell of changed answers."""


def steps_of(sent: OnItsWay) -> list[Step]:
    """Return the calls that say the delivery, in their order."""
    make = _STEPS.get(sent.delivery.event)
    api = MessagingApi(sent.calls, sent.pool.own(ZendeskMessagingDesk), sent.fields)
    return make(_Told(api, sent)) if make else []


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into Zendesk's messaging."""

    api: MessagingApi
    sent: OnItsWay

    def offered(self) -> list[Step]:
        """Make a user and a conversation, write what there is to know, and pass it to the agents.

        The words stand there as the customer's, because a ticket is made of a customer's words.
        """
        delivery = self.sent.delivery
        offer_id = delivery.offer_id or ""
        name = f"Customer {code_of(delivery.conversation_id)}"
        return [
            again(lambda: judge(self.api.user(offer_id, name))),
            again(partial(self._open, offer_id)),
            *self._written(note("\n".join(offer_lines(delivery, self.sent.base))), offer_id),
            again(lambda: judge(self.api.pass_control(self._place()))),
        ]

    def articles(self) -> list[Step]:
        """Pass a conversation to the agents that tells which articles changed."""
        delivery = self.sent.delivery
        found = split(note("\n".join(article_lines(delivery))), MOST_TEXT)[:MOST_PARTS]

        def in_place(call: Callable[[str], SendResult]) -> SendResult:
            reply = self.api.conversation(delivery.id)
            result, number = judge(reply), number_of(reply)
            if isinstance(result, Refused):
                return result
            return call(number) if number else failed(reply, NO_PLACE)

        def written(part: str, key: str) -> Step:
            return Step(
                lambda: in_place(
                    lambda place: judge(self.api.customer(place, delivery.id, part, key))
                ),
                lambda: self.api.has(number_of(self.api.conversation(delivery.id)), key),
            )

        return [
            again(lambda: judge(self.api.user(delivery.id, ARTICLES_NAME))),
            *(written(part, f"{delivery.id}/{at}") for at, part in enumerate(found)),
            again(lambda: in_place(lambda place: judge(self.api.pass_control(place)))),
        ]

    def message(self) -> list[Step]:
        link = self.sent.place()
        return self._written(self.sent.words(), link.offer_id) if link else []

    def ended(self) -> list[Step]:
        delivery = self.sent.delivery
        return self._noted(ENDS[delivery.event](delivery))

    def notice(self) -> list[Step]:
        delivery = self.sent.delivery
        text = told_text(delivery)
        if not text or delivery.payload.get("what") in SILENT:
            return []
        return self._noted(text)

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

    def _written(self, text: str, offer_id: str) -> list[Step]:
        def write(part: str, key: str) -> SendResult:
            return judge(self.api.customer(self._place(), offer_id, part, key))

        return self._in_parts(text, write)

    def _noted(self, words: str) -> list[Step]:
        if self.sent.place() is None:
            return []
        return self._in_parts(
            note(words), lambda part, key: judge(self.api.note(self._place(), part, key))
        )

    def _in_parts(self, text: str, write: Callable[[str, str], SendResult]) -> list[Step]:
        """Return a call for each part of a text. A part whose answer was lost is looked for."""

        def step(part: str, key: str) -> Step:
            return Step(lambda: write(part, key), lambda: self.api.has(self._place(), key))

        found = split(text, MOST_TEXT)[:MOST_PARTS]
        return [step(part, f"{self.sent.delivery.id}/{at}") for at, part in enumerate(found)]

    def _place(self) -> str:
        link = self.sent.place()
        return link.ref if link else ""


_STEPS: Mapping[str, Callable[[_Told], list[Step]]] = {
    OFFERED: _Told.offered,
    "conversation.message": _Told.message,
    TOLD: _Told.notice,
    CHANGED: _Told.articles,
    **dict.fromkeys(ENDS, _Told.ended),
}
