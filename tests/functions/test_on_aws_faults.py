"""Faults of AWS itself under the real handlers, each by its number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.aws_home import answering
from tests.functions.aws_stage import AwsStage, aws_stage, watched

QUESTION = "When are you open?"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[AwsStage]:
    """The handlers on an empty account."""
    with aws_stage(tmp_path) as made:
        made.publish()
        yield made


@pytest.mark.parametrize(
    "code", ["TransactionConflictException", "ProvisionedThroughputExceededException"]
)
def test_f13_f14_a_hot_item_sends_its_threads_messages_back(stage: AwsStage, code: str) -> None:
    """F13 F14: a bounded number of tries, then the thread's messages come again in their order;
    nothing of them is kept meanwhile, and nothing becomes a dead letter.
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
