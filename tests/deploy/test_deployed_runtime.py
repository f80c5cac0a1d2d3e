"""Each function starts under Lambda's own client, with nothing but what the template gives it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from infra import topology
from infra.topology import Function, Messages, Route, Schedule
from local.home.lambda_events import schedule_event
from local.home.plan import of_kind
from tests.deploy.deployment import Deployment
from tests.deploy.runtime import Unpacked

pytestmark = [pytest.mark.deploy, pytest.mark.enable_socket, pytest.mark.timeout(600)]

NOON = 1_772_366_400_000
AT_ONCE = 2


@pytest.fixture(scope="module")
def unpacked(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    """Return the packages of the deployment, unpacked as Lambda does."""
    found = Unpacked(deployment, tmp_path_factory.mktemp("unpacked"))
    found.unpack()
    return found


def event_for(function: Function) -> dict[str, Any]:
    """Return an event that wakes the function: a request, a message of nobody, or the clock."""
    for route in of_kind(function, Route):
        return {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": route.path,
            "headers": {"host": "shop.test"},
            "pathParameters": {"channel_id": "web", "pool_id": "none", "kind": "line"},
            "requestContext": {"http": {"method": route.method, "sourceIp": "203.0.113.9"}},
            "body": "{}",
        }
    for messages in of_kind(function, Messages):
        return {"Records": [unreadable(messages.queue)]}
    [schedule, *_] = of_kind(function, Schedule)
    return schedule_event(function.name, schedule.seconds, at=NOON)


def unreadable(queue: str) -> dict[str, Any]:
    """Return a message that no release of ours can have sent."""
    return {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": "no event at all",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(NOON),
            "ApproximateFirstReceiveTimestamp": str(NOON),
            "SequenceNumber": "18849496460467696128",
            "MessageGroupId": "t" + "b" * 26,
            "MessageDeduplicationId": "1",
        },
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:surgeline-dev-{queue}.fifo",
        "awsRegion": "us-east-1",
    }


def is_answer(function: Function, answer: Any) -> bool:
    """Return whether the function answered its kind of event as it should."""
    if of_kind(function, Route):
        return bool(200 <= answer["statusCode"] < 500)
    if of_kind(function, Messages):
        return bool(answer == {"batchItemFailures": []})
    return answer in ({}, None)


def test_every_function_answers_under_the_runtime_client(unpacked: Unpacked) -> None:
    """Imports, settings and roles hold without this test's own libraries and variables."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(
            lambda each: unpacked.invoke(each.name, event_for(each)), topology.FUNCTIONS
        )
        wrong = {
            function.name: answer
            for function, answer in zip(topology.FUNCTIONS, answers, strict=True)
            if not is_answer(function, answer)
        }
    assert wrong == {}
    assert len(topology.FUNCTIONS) == 12


def test_a_package_that_lacks_a_library_would_be_found(unpacked: Unpacked, tmp_path: Path) -> None:
    """A function without its layers fails at its start, whatever this machine has."""
    bare = Unpacked(unpacked.deployment, tmp_path)
    for each in ("function-web_chat", "client"):
        (tmp_path / each).symlink_to(unpacked.folder / each)
    [function] = [each for each in topology.FUNCTIONS if each.name == "web_chat"]
    with pytest.raises(AssertionError, match="No module named"):
        bare.invoke("web_chat", event_for(function))
