"""A message that ends its worker's process each time is set aside, and its thread goes on."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from surgeline.application.ports.answering import Suggestion
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Abstained, Reading
from surgeline.runtime.batches import BURY_AT_RECEIVE, MOST_STARTS

from infra import topology
from local.home.lambda_events import sqs_event
from tests.functions.aws_stage import AwsStage, aws_stage
from tests.functions.stage import Stage

VISIBLE_AGAIN = topology.queue("events").visibility_seconds


class Killed(BaseException):
    """Stands for the end of the process: no memory, or no time."""


class Deadly:
    """Answers nothing, and one text ends the process."""

    def answer(self, knowledge_base: str, text: str, *, exchange: Exchange) -> Reading:
        del knowledge_base, exchange
        if text == "fatal":
            raise Killed
        return Abstained(why="nothing is known", language="en")

    def suggestions(self, knowledge_base: str, article_ids: Sequence[str]) -> list[Suggestion]:
        del knowledge_base, article_ids
        return []


def kills(stage: Stage) -> int:
    """Drain the events as often as their worker dies. Return how often that was."""
    for count in range(100):
        try:
            stage.drain("events")
        except Killed:
            stage.clock.advance(VISIBLE_AGAIN)
        else:
            return count
    raise AssertionError("the worker dies without end")


def test_i8_a_message_that_kills_its_worker_is_a_dead_letter_within_half_an_hour(
    tmp_path: Path,
) -> None:
    """What its customer wrote after it is handled, and so is what others wrote."""
    stage = Stage(tmp_path, answerer=Deadly())
    began = stage.clock.now()
    stage.write("fatal")
    stage.write("hello?")
    stage.write("hello", sender="other")
    assert kills(stage) == BURY_AT_RECEIVE - 1 + MOST_STARTS
    assert stage.clock.now() - began <= 30 * 60 * 1000
    assert [text for speaker, text in stage.said() if speaker == "customer"] == ["hello?"]
    assert stage.thread("other")
    [letter] = stage.admin("GET", "/v1/admin/dead-letters").json["dead_letters"]
    assert letter["group"] == stage.thread().id
    redriven = stage.admin("POST", "/v1/admin/dead-letters/redrive", {"ids": [letter["id"]]})
    assert redriven.json == {"redriven": 1}
    assert kills(stage) == 0  # the bot is not asked any more, because a person is
    assert ("customer", "fatal") in stage.said()


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[AwsStage]:
    with aws_stage(tmp_path) as made:
        yield made


def test_the_worker_s_role_may_count_starts(aws: AwsStage) -> None:
    """On AWS a message that came often is counted with the exact role, and handled."""
    aws.write("hello")
    batch = aws.consumed("conversation_worker", "events").receive(10)
    event = sqs_event("events", batch)
    for record in event["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = str(BURY_AT_RECEIVE)
    assert aws.call("conversation_worker", event) == {"batchItemFailures": []}
    assert [int(each["starts"]["N"]) for each in aws.items(f"start#{batch[0].id}")] == [0]
    assert aws.thread()
