"""People on call are called here for a conversation that a rule calls an emergency, once."""

from dataclasses import replace

from surgeline.domain.effects import CallPeople
from surgeline.domain.on_call.emergency import Emergency
from surgeline.domain.turn import Turn
from surgeline.domain.waiting.asking import traits_of


def call_by_rules(turn: Turn) -> None:
    """Call people where the request for a person fulfils a rule."""
    for rule in turn.facts.policy.emergencies:
        why = _why(turn, rule)
        if why:
            call_people(turn, rule.id, why)
            return


def call_people(turn: Turn, rule_id: str, why: str) -> None:
    """Call the people of a rule, unless the conversation has called people before."""
    rules = [each for each in turn.facts.policy.emergencies if each.id == rule_id]
    if turn.conversation.emergency or not rules:
        return
    [rule, *_] = rules
    effect_id = turn.new_id("e", "call")
    turn.effects.append(
        CallPeople(effect_id, turn.conversation.id, rule.id, rule.rota, rule.people)
    )
    turn.change(emergency=rule.id)
    turn.routing.append(f"emergency {rule.id}: {why}; the rota {rule.rota} is called")


def _why(turn: Turn, rule: Emergency) -> str:
    handoff = turn.handoff
    if handoff.reason in rule.reasons:
        return f"the reason is {handoff.reason}"
    if rule.priority_at_least is not None and (found := _priority(turn)) >= rule.priority_at_least:
        return f"the priority is {found}"
    traits = traits_of(turn) if rule.segments else None
    for each in turn.facts.policy.segments:
        if traits and each.name in rule.segments and not traits.missing(each, gives_more=True):
            return f"the customer is in {each.name}"
    return ""


def _priority(turn: Turn) -> int:
    """Return the request's priority by all that is known now. Its place may be older."""
    return replace(turn.handoff, raised=turn.facts.policy.raised(traits_of(turn))).priority
