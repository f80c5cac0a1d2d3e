"""Offers and messages are written into a pool's channel in Slack here, each offer as a thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from surgeline.adapters.channels.calls import said
from surgeline.adapters.channels.slack.api import SlackApi
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.channels.slack.place import Place
from surgeline.adapters.channels.slack.render import EVENT_TYPE, SlackMessage, render
from surgeline.adapters.desks.article_words import article_lines
from surgeline.adapters.desks.in_calls import OnItsWay, Step, again
from surgeline.adapters.desks.slack.place import place_of, ref_of
from surgeline.adapters.desks.slack.render import OFFERED as OFFER_BUTTONS
from surgeline.adapters.desks.slack.render import TAKEN as TAKEN_BUTTONS
from surgeline.adapters.desks.slack.render import first_message
from surgeline.adapters.desks.slack.settings import SlackDesk
from surgeline.adapters.desks.wording import (
    ENDS,
    SILENT,
    code_of,
    offer_lines,
    told_text,
)
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.to_desks.telling import TOLD
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Delivered, Refused, SendResult
from surgeline.application.subscriptions.messages import TEAM_TOLD

TOKEN: Final = "bot_token"  # noqa: S105 - the name of a field


def steps_of(sent: OnItsWay) -> list[Step]:
    """Return the calls that say the delivery, in their order."""
    make = _STEPS.get(sent.delivery.event)
    settings = sent.pool.own(SlackDesk)
    slack = SlackApi(sent.calls, settings.api_base, sent.fields[TOKEN])
    return make(_Told(slack, settings.channel, sent)) if make else []


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into the channel."""

    slack: SlackApi
    channel: str
    sent: OnItsWay

    @property
    def delivery(self) -> Delivery:
        """Return the delivery that is said."""
        return self.sent.delivery

    def offered(self) -> list[Step]:
        """Write the first message, and then all else below it."""
        place = Place(self.channel, None)
        head, *rest = offer_lines(self.delivery, self.sent.base)
        offer_id = self.delivery.offer_id or ""
        root = first_message(f"[{self._code}] {head}", OFFER_BUTTONS, offer_id) | self._mark(0)
        lines = "\n".join(rest).strip()
        below = render({"text": lines}, f"{self.delivery.id}/below") if lines else []
        first = Step(partial(self._open, place, root), partial(self._opened, place))
        return [first, *(self._reply(each) for each in below)]

    def articles(self) -> list[Step]:
        """Write which articles changed into the channel, beside all conversations."""
        place = Place(self.channel, None)
        text = "\n".join(article_lines(self.delivery))
        return [
            Step(partial(self._post_beside, place, each), partial(self._has_beside, place, each))
            for each in render({"text": text}, self.delivery.id)
        ]

    def _post_beside(self, place: Place, message: SlackMessage) -> SendResult:
        return judge(self.slack.post(place, message))

    def _has_beside(self, place: Place, message: SlackMessage) -> bool | Refused:
        wanted = message["metadata"]["event_payload"]  # type: ignore[index] # as render writes it
        found = self.slack.find(place, wanted, since_ms=self.delivery.at)
        return found if isinstance(found, Refused) else found is not None

    def message(self) -> list[Step]:
        return self._below(f"Customer: {self.sent.words()}")

    def withdrawn(self) -> list[Step]:
        return self._first(ENDS[self.delivery.event](self.delivery), ())

    def ended(self) -> list[Step]:
        text = ENDS[self.delivery.event](self.delivery)
        return [*self._below(text), *self._first(text, ())]

    def notice(self) -> list[Step]:
        what, text = self.delivery.payload.get("what"), told_text(self.delivery)
        if what == "taken":
            return self._first(text, TAKEN_BUTTONS)
        return self._first(text, ()) if what in SILENT else self._below(text)

    def to_team(self) -> list[Step]:
        """Write into the channel itself, beside all conversations."""
        message = self.delivery.payload["message"]
        assert isinstance(message, Mapping)
        place = Place(self.channel, None)
        return [
            Step(partial(self._post, place, each), partial(self._has, place, each))
            for each in render(message, self.delivery.id)
        ]

    # ------------------------------------------------------------ calls

    @property
    def _code(self) -> str:
        return code_of(self.delivery.conversation_id)

    def _mark(self, number: int) -> dict[str, object]:
        payload = {"id": self.delivery.id, "part": number}
        return {"metadata": {"event_type": EVENT_TYPE, "event_payload": payload}}

    def _open(self, place: Place, root: SlackMessage) -> SendResult:
        """Write the first message, unless an earlier process or a person's act knows it."""
        known = self.sent.place()
        if known is not None and known.offer_id == self.delivery.offer_id:
            return Delivered()
        reply = self.slack.post(place, root)
        result = judge(reply)
        if isinstance(result, Delivered):
            self._tie(said(reply).get("ts"))
        return result

    def _opened(self, place: Place) -> bool | Refused:
        wanted = {"id": self.delivery.id, "part": 0}
        found = self.slack.find(place, wanted, since_ms=self.delivery.at)
        if isinstance(found, str):
            self._tie(found)
        return found if isinstance(found, Refused) else found is not None

    def _tie(self, time: object) -> None:
        self.sent.tie(ref_of(self.channel, time))

    def _below(self, text: str) -> list[Step]:
        """Write a text into the thread, if there is one."""
        if self.sent.place() is None:
            return []
        return [self._reply(each) for each in render({"text": text}, self.delivery.id)]

    def _reply(self, message: SlackMessage) -> Step:
        return Step(partial(self._post_reply, message), partial(self._has_reply, message))

    def _post_reply(self, message: SlackMessage) -> SendResult:
        link = self.sent.place()
        if link is None:
            return Refused(outcome="recipient: the thread is not known", final=True)
        return self._post(place_of(link.ref), message)

    def _has_reply(self, message: SlackMessage) -> bool | Refused:
        link = self.sent.place()
        return link is not None and self._has(place_of(link.ref), message)

    def _post(self, place: Place, message: SlackMessage) -> SendResult:
        return judge(self.slack.post(place, message))

    def _has(self, place: Place, message: SlackMessage) -> bool | Refused:
        wanted = message["metadata"]["event_payload"]  # type: ignore[index] # as render writes it
        found = self.slack.find(place, wanted, since_ms=self.delivery.at)
        return found if isinstance(found, Refused) else found is not None

    def _first(self, text: str, buttons: Sequence[str]) -> list[Step]:
        """Put another text into the first message, if there is one."""
        link = self.sent.place()
        if link is None:
            return []
        place = place_of(link.ref)
        message = first_message(f"[{self._code}] {text}", buttons, link.offer_id)
        call = partial(self.slack.update, place.channel, place.thread or "", message)
        return [again(lambda: judge(call()))]


_STEPS: Mapping[str, Callable[[_Told], list[Step]]] = {
    OFFERED: _Told.offered,
    "handoff.withdrawn": _Told.withdrawn,
    "conversation.message": _Told.message,
    "conversation.taken_back": _Told.ended,
    "conversation.abandoned": _Told.ended,
    TOLD: _Told.notice,
    CHANGED: _Told.articles,
    TEAM_TOLD: _Told.to_team,
}
