"""Offers and messages are written into a pool's channel in Slack here, each offer as a thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from surgeline.adapters.channels.calls import Calls, Parts, said
from surgeline.adapters.channels.slack.api import SlackApi
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.channels.slack.place import Place
from surgeline.adapters.channels.slack.render import EVENT_TYPE, SlackMessage, render
from surgeline.adapters.desks.slack.place import place_of, ref_of
from surgeline.adapters.desks.slack.render import OFFERED as OFFER_BUTTONS
from surgeline.adapters.desks.slack.render import TAKEN as TAKEN_BUTTONS
from surgeline.adapters.desks.slack.render import first_message
from surgeline.adapters.desks.slack.settings import KIND_NAME, SlackDesk
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

Step = Callable[[], SendResult]


class SlackDesks:
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
        token = sets[0].get("bot_token") if sets else None
        if not token:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        settings = pool.own(SlackDesk)
        calls = Calls(self._parts.posts, timeout_seconds)
        slack = SlackApi(calls, settings.api_base, token)
        told = _Told(slack, self._parts.desk_links, settings.channel, delivery)
        steps = told.steps()
        if not steps:
            return Delivered()
        return self._begun.send(
            delivery.id, [each.do for each in steps], arrived=partial(_arrived, steps)
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """One call. `there` tells whether it was done, after its answer was lost."""

    do: Step
    there: Callable[[], bool | Refused]


def _arrived(steps: Sequence[_Step], number: int) -> bool | Refused:
    return steps[number].there()


@dataclass(frozen=True, slots=True)
class _Told:
    """One delivery on its way into the channel."""

    slack: SlackApi
    links: DeskLinks
    channel: str
    delivery: Delivery

    def steps(self) -> list[_Step]:
        """Return the calls that say the delivery, in their order."""
        make = _STEPS.get(self.delivery.event)
        return make(self) if make else []

    def offered(self) -> list[_Step]:
        """Write the first message, and then all else below it."""
        place = Place(self.channel, None)
        head, *rest = offer_lines(self.delivery)
        root = first_message(f"[{self._code}] {head}", OFFER_BUTTONS) | self._mark(0)
        lines = "\n".join(rest).strip()
        below = render({"text": lines}, f"{self.delivery.id}/below") if lines else []
        known = self._link()
        if known is not None and known.offer_id == self.delivery.offer_id:
            return [self._reply(each) for each in below]  # an earlier process wrote the first
        first = _Step(partial(self._open, place, root), partial(self._opened, place))
        return [first, *(self._reply(each) for each in below)]

    def message(self) -> list[_Step]:
        message = self.delivery.payload["message"]
        assert isinstance(message, Mapping)
        return self._below(f"Customer: {message['text']}")

    def withdrawn(self) -> list[_Step]:
        return self._first(withdrawn_text(self.delivery), ())

    def ended(self) -> list[_Step]:
        event, delivery = self.delivery.event, self.delivery
        taken = event == "conversation.taken_back"
        text = taken_back_text(delivery) if taken else abandoned_text(delivery)
        return [*self._below(text), *self._first(text, ())]

    def told(self) -> list[_Step]:
        what, text = self.delivery.payload.get("what"), told_text(self.delivery)
        if what == "taken":
            return self._first(text, TAKEN_BUTTONS)
        return self._first(text, ()) if what in SILENT else self._below(text)

    # ------------------------------------------------------------ calls

    @property
    def _code(self) -> str:
        return code_of(self.delivery.conversation_id)

    def _mark(self, number: int) -> dict[str, object]:
        payload = {"id": self.delivery.id, "part": number}
        return {"metadata": {"event_type": EVENT_TYPE, "event_payload": payload}}

    def _link(self) -> DeskLink | None:
        """Return the place of the delivery, as far as there is one."""
        delivery, pool_id = self.delivery, self.delivery.target_id
        ref = delivery.payload.get("ref")
        if isinstance(ref, str):
            return self.links.find(pool_id, ref)
        return self.links.of(pool_id, delivery.conversation_id, delivery.epoch)

    def _open(self, place: Place, root: SlackMessage) -> SendResult:
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
        delivery = self.delivery
        self.links.tie(
            DeskLink(
                pool_id=delivery.target_id,
                ref=ref_of(self.channel, time),
                conversation_id=delivery.conversation_id,
                offer_id=delivery.offer_id or "",
                epoch=delivery.epoch,
                at=delivery.at,
            )
        )

    def _below(self, text: str) -> list[_Step]:
        """Write a text into the thread, if there is one."""
        if self._link() is None:
            return []
        return [self._reply(each) for each in render({"text": text}, self.delivery.id)]

    def _reply(self, message: SlackMessage) -> _Step:
        return _Step(partial(self._post_reply, message), partial(self._has_reply, message))

    def _post_reply(self, message: SlackMessage) -> SendResult:
        link = self._link()
        if link is None:
            return Refused(outcome="recipient: the thread is not known", final=True)
        return judge(self.slack.post(place_of(link.ref), message))

    def _has_reply(self, message: SlackMessage) -> bool | Refused:
        link = self._link()
        if link is None:
            return False
        wanted = message["metadata"]["event_payload"]  # type: ignore[index] # as render writes it
        found = self.slack.find(place_of(link.ref), wanted, since_ms=self.delivery.at)
        return found if isinstance(found, Refused) else found is not None

    def _first(self, text: str, buttons: Sequence[str]) -> list[_Step]:
        """Put another text into the first message, if there is one."""
        link = self._link()
        if link is None:
            return []
        place = place_of(link.ref)
        message = first_message(f"[{self._code}] {text}", buttons)
        call = partial(self.slack.update, place.channel, place.thread or "", message)
        return [_Step(lambda: judge(call()), lambda: False)]


_STEPS: Mapping[str, Callable[[_Told], list[_Step]]] = {
    OFFERED: _Told.offered,
    "handoff.withdrawn": _Told.withdrawn,
    "conversation.message": _Told.message,
    "conversation.taken_back": _Told.ended,
    "conversation.abandoned": _Told.ended,
    TOLD: _Told.told,
}
