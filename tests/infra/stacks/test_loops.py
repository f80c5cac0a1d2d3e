"""Chains of messages that come back to a function: meant ones go on, others ring."""

from infra import topology
from infra.topology import Function, Messages
from tests.infra.conftest import Synthesised
from tests.infra.stacks.test_template import NAMES


def wakes(sender: Function, receiver: Function) -> bool:
    """Return whether a message that the one function sends can wake the other."""
    sent = {grant.resource for grant in sender.grants if "send" in grant.access}
    return any(isinstance(wake, Messages) and wake.queue in sent for wake in receiver.wakes)


def on_a_circle(start: Function) -> bool:
    """Return whether a chain of messages that begins at a function can come back to it."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        sender = waiting.pop()
        for receiver in topology.FUNCTIONS:
            if wakes(sender, receiver) and receiver.name not in reached:
                reached.add(receiver.name)
                waiting.append(receiver)
    return start.name in reached


def test_a_function_loops_exactly_where_its_queues_form_a_circle() -> None:
    """A function is marked as looping if and only if its messages can come back to it."""
    looping = {each.name for each in topology.FUNCTIONS if each.loops}
    assert looping == {each.name for each in topology.FUNCTIONS if on_a_circle(each)}
    assert looping == {"conversation_worker", "delivery_worker", "timer_forwarder"}


def test_lambda_lets_those_functions_loop_and_no_other(synthesised: Synthesised) -> None:
    """Lambda would drop a timer after about 16 rounds; elsewhere its guard stays on."""
    found = synthesised.named("AWS::Lambda::Function", "FunctionName")
    for each in topology.FUNCTIONS:
        setting = found[NAMES.function(each.name)].get("RecursiveLoop")
        assert setting == ("Allow" if each.loops else None)


def test_a_dropped_message_rings_at_once(synthesised: Synthesised) -> None:
    """One alarm watches every function for a chain that Lambda stopped."""
    alarms = synthesised.named("AWS::CloudWatch::Alarm", "AlarmName")
    alarm = alarms["surgeline-prod-LoopStopped"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (
        "AWS/Lambda",
        "RecursiveInvocationsDropped",
    )
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Statistic"]) == (0, 1, "Sum")
