"""Faults of AWS itself under the real handlers, each by its number."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.aws_answers import answering
from tests.functions.aws_stage import AwsStage, aws_stage, watched

QUESTION = "When are you open?"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[AwsStage]:
    """Yield the handlers on an empty account."""
    with aws_stage(tmp_path) as made:
        made.publish()
        yield made


@pytest.mark.parametrize(
    "code", ["TransactionConflictException", "ProvisionedThroughputExceededException"]
)
def test_f13_f14_a_hot_item_sends_its_threads_messages_back(stage: AwsStage, code: str) -> None:
    """F13 F14: a throttled thread's messages are tried a few times and come again in order.
    Nothing of them is kept meanwhile, and none becomes a dead letter.
    """
    for _ in range(3):
        stage.write(QUESTION)
    tries: list[str] = []

    def busy(operation: str, asked: object) -> tuple[int, str] | None:
        del asked
        if operation != "PutItem":
            return None
        tries.append(operation)
        return 400, code

    with answering(watched("conversation_worker")[0].dynamodb(), busy):
        response = stage.step("events")
    assert response is not None
    assert len(response["batchItemFailures"]) == 3
    assert 0 < len(tries) <= 10
    assert stage.thread() is None
    assert stage.backend.dead_letters().list() == []


def test_a_worker_that_slept_through_an_erasure_brings_no_text_back(stage: AwsStage) -> None:
    """I14: a record kept before the thread moved on is deleted again at once."""
    stage.write("My flat is at Rue Cler")
    stage.drain("events")
    stage.write("It is on the second floor, in Rue Cler")
    kept: list[list[str]] = []

    def sleep() -> None:
        stage.clock.advance(200)  # longer than a message stays hidden: another worker takes over
        asked = {"channel": "shop", "sender": "c1"}
        for status in (202, 200):
            stage.drain("events")
            assert stage.admin("POST", "/v1/admin/erasures", asked).status == status
            stage.drain("events")
        kept.append(log_of(stage))

    client = watched("conversation_worker")[0].dynamodb()
    with during(client, "BatchWriteItem", sleep):
        stage.step("events")
    stage.drain("events")
    assert kept == [[]]
    assert log_of(stage) == []
    thread = stage.thread()
    assert thread.erased_at
    assert [each.event.type for each in stage.backend.store().records(thread.id)] == [
        "thread_erased"
    ]


def log_of(stage: AwsStage) -> list[str]:
    """Return the thread's records in their places in the log; the newest is in the thread's
    item.
    """
    found = stage.table.between(stage.thread().id, "record#", "record#~")
    return [each["sk"]["S"] for each in found]


@contextmanager
def during(client: Any, operation: str, act: Callable[[], None]) -> Iterator[None]:
    """Do something once, when the first call of that kind is about to be made."""
    left = [act]

    def before(**_: Any) -> None:
        while left:
            left.pop()()

    event = f"before-call.dynamodb.{operation}"
    client.meta.events.register_first(event, before)
    try:
        yield
    finally:
        client.meta.events.unregister(event, before)
