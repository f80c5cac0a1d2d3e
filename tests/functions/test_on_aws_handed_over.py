"""What a conversation with a person takes of AWS is counted on moto, and priced by the bill."""

import json
from collections import Counter
from typing import Any

import pytest
from surgeline.runtime.bootstrap import Handler, LambdaEvent

from infra.cost.cost import CALLS
from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint
from tests.functions.test_on_aws import conversation, hand_off, stage, without_empty_receives

__all__ = ["stage"]
pytestmark = pytest.mark.enable_socket  # the endpoint on loopback; moto opens none


def test_a_conversation_with_a_person_takes_the_calls_of_the_bill(
    stage: AwsStage, endpoint: Endpoint
) -> None:
    """The calls and runs from the wish to the end are those of calls.json, timers included."""
    bill = json.loads(CALLS.read_text())["handed_over"]
    for is_warm in (False, True):
        stage.forget_calls()
        endpoint.got.clear()
        runs = Counter[str]()
        if is_warm:
            stage.handlers |= {
                name: counting(each, name, runs) for name, each in stage.handlers.items()
            }
        hand_off(stage, endpoint)
        stage.write("My parcel is lost")
        stage.drain()
        reply = conversation(stage, text="We send a new one.", agent={"name": "Kim"})
        assert stage.pool("message.sent", reply).status == 202
        stage.drain()
        assert (
            stage.pool("conversation.resolved", conversation(stage, outcome="solved")).status == 202
        )
        stage.drain()
        stage.clock.advance(3600)
        stage.drain()
    calls = without_empty_receives(
        {name: stage.calls_of(name) for name, watch in stage.watches.items() if watch.calls}
    )
    warm = {
        name: {action: n for action, n in each.items() if not action.startswith(("ssm:", "s3:"))}
        for name, each in calls.items()
    }
    assert (warm, dict(runs)) == (bill["calls"], bill["invocations"])


def counting(handler: Handler, name: str, runs: Counter[str]) -> Handler:
    """Return the handler, which counts its runs."""

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        runs[name] += 1
        return handler(event, context)

    return handle
