"""Offers and messages are written into Zendesk here, each offer as a ticket of its own.

All that is written is private, so that Zendesk mails it to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import failed
from surgeline.adapters.desks.article_words import article_lines
from surgeline.adapters.desks.in_calls import OnItsWay, Step, again, judge
from surgeline.adapters.desks.own_notes import note
from surgeline.adapters.desks.wording import ENDS, SILENT, code_of, offer_lines, told_text
from surgeline.adapters.desks.zendesk.api import ZendeskApi, number_of
from surgeline.adapters.desks.zendesk.settings import ZendeskDesk
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.to_desks.telling import TOLD
from surgeline.application.ports.targets import Refused, SendResult

TOKEN: Final = "api_token"  # noqa: S105 - the name of a field
MOST_NOTE: Final = 60_000
TAG: Final = "surgeline"
ARTICLES_TAG: Final = "surgeline_articles"
"""The tag by which a view or a trigger knows the tickets that tell of changed answers."""
ARTICLES_SUBJECT: Final = "Answers have changed"
SHOWN_THERE: Final = ("taken",)
"""The tellings that Zendesk's own page shows: who has a ticket."""


def steps_of(sent: OnItsWay) -> list[Step]:
    """Return the call that says the delivery, if there is anything to say."""
    make = _STEPS.get(sent.delivery.event)
    api = ZendeskApi(sent.calls, sent.pool.own(ZendeskDesk), sent.fields)
    return make(_Told(api, sent)) if make else []


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into Zendesk."""

    api: ZendeskApi
    sent: OnItsWay

    def offered(self) -> list[Step]:
        """Make a ticket. Its key makes a repeat harmless."""
        return [again(self._open)]

    def articles(self) -> list[Step]:
        """Make a ticket that tells which articles changed. Whoever has read it solves it."""
        delivery = self.sent.delivery
        ticket: dict[str, object] = {
            "subject": ARTICLES_SUBJECT,
            "comment": {
                "body": note("\n".join(article_lines(delivery)))[:MOST_NOTE],
                "public": False,
            },
            "requester": {"name": "Surgeline", "email": f"{delivery.id}@articles.invalid"},
            "external_id": delivery.id,
            "tags": [TAG, ARTICLES_TAG],
        }
        return [again(lambda: judge(self.api.ticket(ticket, delivery.id)))]

    def message(self) -> list[Step]:
        return self._noted(f"Customer: {self.sent.words()}", "open")

    def ended(self) -> list[Step]:
        delivery = self.sent.delivery
        return self._noted(ENDS[delivery.event](delivery), "solved")

    def notice(self) -> list[Step]:
        delivery = self.sent.delivery
        what, text = delivery.payload.get("what"), told_text(delivery)
        if not text or what in SHOWN_THERE:
            return []
        return self._noted(text, "solved" if what in SILENT else None)

    # ------------------------------------------------------------ calls

    def _open(self) -> SendResult:
        delivery = self.sent.delivery
        code, offer_id = code_of(delivery.conversation_id), delivery.offer_id or ""
        name, address = f"Customer {code}", f"{offer_id}@customer.invalid"
        text = note("\n".join(offer_lines(delivery, self.sent.base)))[:MOST_NOTE]
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
        self.sent.tie(number)
        return result

    def _noted(self, words: str, status: str | None) -> list[Step]:
        """Write a private comment on the delivery's ticket, if there is one."""
        link, text = self.sent.place(), note(words)[:MOST_NOTE]
        if link is None:
            return []
        return [
            Step(
                lambda: judge(self.api.note(link.ref, text, status=status)),
                partial(self.api.has, link.ref, text),
            )
        ]


_STEPS: Mapping[str, Callable[[_Told], list[Step]]] = {
    OFFERED: _Told.offered,
    "conversation.message": _Told.message,
    TOLD: _Told.notice,
    CHANGED: _Told.articles,
    **dict.fromkeys(ENDS, _Told.ended),
}
