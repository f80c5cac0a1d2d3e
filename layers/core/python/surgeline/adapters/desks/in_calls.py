"""Deliveries to a team's tool are sent in calls of the tool's API, in one way for every tool.

A tool's own file says which calls a delivery needs. A later try goes on where an earlier one
stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    Calls,
    delivered,
    failed,
    held,
    in_parts,
    unanswered,
)
from surgeline.adapters.desks.wording import words_of
from surgeline.adapters.signing.field_sets import HOOK_URL, Fields, field_sets
from surgeline.application.configuration import PoolSettings
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.desk_links import DeskLink, DeskLinks
from surgeline.application.ports.targets import Delivered, Refused, SendResult

_REFUSED: Final = (401, 403)
_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class Step:
    """One call. `there` tells whether it was done, after its answer was lost."""

    do: Callable[[], SendResult]
    there: Callable[[], bool | Refused]


def again(do: Callable[[], SendResult]) -> Step:
    """Return a call that may be made twice."""
    return Step(do, lambda: False)


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A delivery on its way into a pool's tool, with all that its calls need."""

    delivery: Delivery
    pool: PoolSettings
    fields: Fields
    calls: Calls
    links: DeskLinks

    @property
    def base(self) -> str:
        """Return the address of this system, as the tool knows it."""
        return base_of(self.fields)

    def words(self) -> str:
        """Return the words of a customer's message, and where its files open."""
        message = self.delivery.payload["message"]
        assert isinstance(message, Mapping)
        return words_of(message, self.base)

    def place(self) -> DeskLink | None:
        """Return the place of the delivery in the tool, as far as there is one."""
        delivery, pool_id = self.delivery, self.delivery.target_id
        ref = delivery.payload.get("ref")
        if isinstance(ref, str):
            return self.links.find(pool_id, ref)
        return self.links.of(pool_id, delivery.conversation_id, delivery.epoch)

    def tie(self, ref: str) -> None:
        """Note the place that the tool gave to the delivery's offer."""
        delivery = self.delivery
        self.links.tie(
            DeskLink(
                pool_id=delivery.target_id,
                ref=ref,
                conversation_id=delivery.conversation_id,
                offer_id=delivery.offer_id or "",
                epoch=delivery.epoch,
                at=delivery.at,
            )
        )


def base_of(fields: Fields) -> str:
    """Return the address of this system out of the URL that a tool calls, or nothing."""
    return fields.get(HOOK_URL, "").partition("/v1/desks/")[0]


def judge(reply: Reply) -> SendResult:
    """Return the meaning of a tool's answer. A page in the place of JSON is none."""
    status, named = reply.status, f"status {reply.status}"
    if later := unanswered(reply):
        return later
    if 200 <= status < 300:  # noqa: PLR2004 # what HTTP calls success
        return delivered(reply)
    if status in _REFUSED:
        return held(reply, f"account: {named}", wait_seconds=ACCOUNT_WAIT_SECONDS)
    return failed(reply, f"{'recipient' if status in _GONE else 'message'}: {named}")


class InCalls:
    """Sends each delivery in the calls that it needs. Many threads may send at once.

    `token` is the field without which no call can be made. Requests for more seats need no call:
    people come by themselves.
    """

    def __init__(
        self,
        parts: TargetParts,
        *,
        kind: str,
        token: str,
        steps: Callable[[OnItsWay], Sequence[Step]],
    ) -> None:
        self._parts = parts
        self._kind = kind
        self._token = token
        self._steps = steps

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        parts = self._parts
        pool = parts.configuration.pool(delivery.target_id)
        if pool is None:
            return Refused(outcome="unknown pool", final=True, attempted=False)
        sets = field_sets(parts.secrets, pool.id, self._kind, item="pools")
        if not sets or not sets[0].get(self._token):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        calls = Calls(parts.posts, timeout_seconds)
        steps = self._steps(OnItsWay(delivery, pool, sets[0], calls, parts.desk_links))
        if not steps:
            return Delivered()
        return in_parts(
            delivery,
            [each.do for each in steps],
            arrived=lambda number: steps[number].there(),
        )
