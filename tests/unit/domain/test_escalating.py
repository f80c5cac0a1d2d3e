"""What a pool escalates goes to the pools of the supervisors, which get nothing else."""

from dataclasses import replace

import pytest
from surgeline.domain.effects import OfferToPool
from surgeline.domain.on_call.emergency import Heard
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Ask, Policy, Step, route
from surgeline.domain.thread import WAITING, HandoffReason

from tests.unit.domain.story import NORTH, SOUTH, Story, with_pool
from tests.unit.domain.story_texts import PERSON

BOSS = Pool("boss", 30)
POLICY = Policy((Step(),), supervisors=("boss",))


def asked(pools: tuple[Pool, ...], reason: str = "escalation", policy: Policy = POLICY) -> str:
    """Return the pool that is asked first, or which pools are waited for."""
    escalated = reason == "escalation"
    ask = Ask("c-1", "no_answer" if escalated else reason, "en", 0, escalated=escalated)  # type: ignore[arg-type] # a name
    found = route(policy, pools, ask, now=0)
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


@pytest.mark.parametrize("supervisors", [(), ("boss",)])
def test_an_escalation_goes_to_the_steps_of_the_first_reason_too(
    supervisors: tuple[str, ...],
) -> None:
    """Where no supervisor can take it, others are asked, also when the customer asks again."""
    story = with_pool((NORTH, SOUTH))
    closed = replace(BOSS, closed="outside its hours")
    step = Step(reasons=("customer_asked", "no_answer"))
    story.pools, story.policy = (closed, SOUTH), Policy((step,), supervisors=supervisors)
    story.transfer(reason="escalation")
    for _ in range(2):
        [offer] = story.of(OfferToPool)
        assert (offer.pool_id, offer.reason) == ("south", "escalation")
        story.decline()
        assert story.handoff.state == "kept"
        story.customer("a person please", PERSON)


def escalated(reason: HandoffReason = "customer_asked", pool: Pool = SOUTH) -> Story:
    """Return a story whose request for that reason was passed on to a supervisor."""
    story = with_pool((NORTH,))
    handoff = replace(story.handoff, reason=reason)
    story.thread = replace(story.thread, conversation=replace(story.conversation, handoff=handoff))
    story.pools = (NORTH, pool)
    story.transfer(reason="escalation")
    return story


@pytest.mark.parametrize(("reason", "priority"), [("emergency", 20), ("answer_rejected", 3)])
def test_an_escalation_takes_nobodys_place_away(reason: HandoffReason, priority: int) -> None:
    """The greater of both priorities counts."""
    assert escalated(reason).handoff.priority == priority


@pytest.mark.parametrize("state", ["offered", "requested", "kept"])
def test_an_emergency_outranks_an_escalation(state: str) -> None:
    """Whoever waits for a supervisor and is in danger goes before all others from then on."""
    pools = {"requested": replace(SOUTH, full=True), "kept": replace(SOUTH, closed="paused")}
    story = escalated(pool=pools.get(state, SOUTH))
    assert (story.handoff.state, story.handoff.priority) == (state, 3)
    story.danger = Heard("danger", "a word")
    story.customer("he can't breathe")
    assert (story.handoff.asked_for, story.handoff.priority) == ("emergency", 20)
