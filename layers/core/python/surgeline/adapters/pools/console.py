"""Pools of the company's own people, who work in the console (`/agent`), are reached here.

Each event of the pool protocol changes what lies on the pool's desk. Then the open pages hear that
something changed. A page that lost its connection reads the desk again, so nothing is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.configuration.kinds import Kind, no_problems
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk import Case, Suggested
from surgeline.application.ports.targets import Declined, Delivered, SendResult, Target
from surgeline.application.staff.tickets import room_of

NOBODY = "nobody is at the desk"
FINISHING = "everybody at the desk finishes what they have"


@dataclass(frozen=True, slots=True)
class Console:
    """The settings of a pool that works in the console. There are none."""


class ConsoleDesks:
    """Lays offers on desks, and notes what becomes of them.

    An offer to a desk where nobody sits is declined at once, so that the next pool is asked.
    """

    def __init__(self, parts: TargetParts) -> None:
        self._desk = parts.desk
        self._sockets = parts.sockets
        self._clock = parts.clock
        self._acts: Mapping[str, Callable[[Delivery], SendResult]] = {
            "handoff.offered": self._offered,
            "handoff.withdrawn": self._withdrawn,
            "conversation.message": self._message,
            "conversation.taken_back": self._ended,
            "conversation.abandoned": self._ended,
            CHANGED: self._articles,
        }

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target. Requests for more seats need no act: people come by hand."""
        del timeout_seconds
        act = self._acts.get(delivery.event)
        return act(delivery) if act else Delivered()

    def _offered(self, delivery: Delivery) -> SendResult:
        sitting = self._desk.sitting(delivery.target_id, now=self._clock.now())
        states = {each.state for each in sitting}
        if "here" not in states:
            is_empty = "finishing" not in states
            return Declined(reason=NOBODY if is_empty else FINISHING, nobody_there=is_empty)
        self._desk.lay(_case_of(delivery))
        self._tell(delivery, "offer")
        return Delivered()

    def _withdrawn(self, delivery: Delivery) -> SendResult:
        pool_id, conversation_id = delivery.target_id, delivery.conversation_id
        offer_id, epoch = delivery.offer_id, delivery.epoch
        self._desk.clear(pool_id, conversation_id, epoch=epoch, offer_id=offer_id)
        self._tell(delivery, "withdrawn")
        return Delivered()

    def _message(self, delivery: Delivery) -> SendResult:
        self._desk.add_message(
            delivery.target_id,
            delivery.conversation_id,
            epoch=delivery.epoch,
            seq=delivery.seq or 0,
            at=delivery.at,
        )
        self._tell(delivery, "message")
        return Delivered()

    def _ended(self, delivery: Delivery) -> SendResult:
        pool_id, conversation_id = delivery.target_id, delivery.conversation_id
        self._desk.clear(pool_id, conversation_id, epoch=delivery.epoch)
        word = "abandoned" if delivery.event == "conversation.abandoned" else "taken_back"
        self._tell(delivery, word)
        return Delivered()

    def _articles(self, delivery: Delivery) -> SendResult:
        """Let the pages look for notices, which each person reads for themselves."""
        self._tell(delivery, "articles")
        return Delivered()

    def _tell(self, delivery: Delivery, change: str) -> None:
        """Tell the desk's pages what changed, without any text of the customer."""
        said = {"type": "desk", "change": change, "conversation_id": delivery.conversation_id}
        self._sockets.push(room_of(delivery.target_id), said)


def _case_of(delivery: Delivery) -> Case:
    payload: Mapping[str, Any] = delivery.payload
    found = payload["context"]["candidates"]
    return Case(
        pool_id=delivery.target_id,
        conversation_id=delivery.conversation_id,
        offer_id=delivery.offer_id or "",
        epoch=delivery.epoch,
        state="offered",
        since=delivery.at,
        expires_at=delivery.expires_at or 0,
        reason=payload["reason"],
        language=payload["language"],
        suggested=tuple(
            Suggested(each["article_id"], each["title"], each["answer"], each.get("note"))
            for each in found
        ),
    )


def _target(parts: TargetParts) -> Target:
    return ConsoleDesks(parts)


KIND = Kind(Console, no_problems, secret=False, target=_target)
