"""What a pool escalates goes to the pools of the supervisors, which get nothing else."""

from dataclasses import replace

from surgeline.domain.effects import OfferToPool
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Ask, Policy, Step, route
from surgeline.domain.thread import WAITING

from tests.unit.domain.story import NORTH, SOUTH, with_pool

BOSS = Pool("boss", 30)
POLICY = Policy((Step(),), supervisors=("boss",))


def asked(pools: tuple[Pool, ...], reason: str = "escalation", policy: Policy = POLICY) -> str:
    """Return the pool that is asked first, or which pools are waited for."""
    found = route(policy, pools, Ask("c-1", reason, "en", 0), now=0)  # type: ignore[arg-type] # a name
    return found.offers[0][0].id if found.offers else f"waits for {', '.join(found.waitlist)}"


def test_an_escalation_is_offered_to_the_supervisors() -> None:
    """It says that it is one, waits before others, and keeps the first reason on record."""
    story = with_pool((NORTH, SOUTH))
    story.pools, story.policy = (BOSS, SOUTH, NORTH), POLICY
    was = story.handoff.reason
    story.transfer(reason="Escalation")
    [offer] = story.of(OfferToPool)
    assert (offer.pool_id, offer.reason, story.owner) == ("boss", "escalation", WAITING)
    assert (story.handoff.reason, story.handoff.priority) == (was, 3)
    [stay] = story.conversation.account.stays
    assert stay.why == "escalation"
    story.accept()
    story.transfer(reason="billing")
    [offer] = story.of(OfferToPool)
    assert (offer.pool_id, offer.reason) == ("south", was)


def test_supervisors_get_what_is_escalated_alone() -> None:
    """They are waited for while they are full; others follow only where they can't take it."""
    full = replace(BOSS, full=True)
    closed = replace(BOSS, closed="outside its hours")
    assert asked((BOSS, NORTH), "customer_asked") == "north"
    assert asked((BOSS, NORTH)) == "boss"
    assert asked((full, NORTH)) == "waits for boss"
    assert asked((closed, NORTH)) == "north"
    named = replace(POLICY, steps=(Step(pools=("boss",)),))
    assert asked((NORTH, BOSS), "customer_asked", named) == "boss"
    of_reason = Policy((Step(pools=("boss",), reasons=("escalation",)), Step(pools=("north",))))
    assert asked((NORTH, BOSS), "escalation", of_reason) == "boss"
    assert asked((NORTH, BOSS), "customer_asked", of_reason) == "north"
