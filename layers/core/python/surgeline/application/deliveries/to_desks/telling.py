"""The delivery is made here that tells people in a tool of their own what became of an act."""

from collections.abc import Mapping

from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink
from surgeline.domain.ids import derived_id, thread_of

TOLD = "desk.told"
"""The event of a telling. Only tools get it: a pool that is reached by webhook has its answers."""


def telling(link: DeskLink, own_id: str, what: str, now: int, **about: object) -> Delivery:
    """Return the delivery that tells a place. `what` is a key of the desks' wording."""
    payload: Mapping[str, object] = {"what": what, "ref": link.ref, **about}
    return Delivery(
        id=derived_id("n", f"{link.pool_id}/{link.ref}/{own_id}", what),
        thread_id=thread_of(link.conversation_id),
        conversation_id=link.conversation_id,
        target="pool",
        target_id=link.pool_id,
        event=TOLD,
        epoch=link.epoch,
        at=now,
        payload=payload,
        offer_id=link.offer_id,
    )
