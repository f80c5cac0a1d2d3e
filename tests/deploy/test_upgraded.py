"""The state of release 0.1.0 is upgraded in place by the ordinary commands, and keeps its data.

The release's stack of service is not made: it holds nothing, and its packages are not at hand. So
nothing is claimed of the moment in which old and new functions run beside each other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.deploy.deployment import STACKS, Deployment, eventually
from tests.deploy.former import (
    BURIED,
    KEY,
    NAMES,
    QUEUED,
    THREAD,
    Item,
    identities,
    left_behind,
)

HIDDEN_SECONDS = 180
"""A message whose first try failed, as on a busy machine, comes back after so long."""
pytestmark = [pytest.mark.deploy, pytest.mark.enable_socket, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Upgraded:
    """A deployment after its upgrade, and what it held before."""

    deployment: Deployment
    items: list[Item]
    before: dict[str, object]
    would_change: str


@pytest.fixture(scope="module")
def upgraded(emulated: Deployment) -> Iterator[Upgraded]:
    """Leave a deployment as 0.1.0 did, and upgrade it."""
    deployment = emulated
    assert STACKS[0] not in deployment.stacks(), "test_removed has removed the deployment"
    items = left_behind(deployment)
    before = identities(deployment)
    would_change = deployment.cdk("diff", *deployment.context, STACKS[0])
    deployment.deploy()
    deployment.set_secrets()
    vars(deployment).pop("url", None)  # the API of the deployment before is gone
    yield Upgraded(deployment, items, before, would_change)
    log = deployment.emulator.folder / "functions-upgraded.log"
    log.write_text(deployment.logs())
    deployment.cdk("destroy", "--all", "--force", *deployment.context)


def test_the_diff_before_an_upgrade_replaces_nothing(upgraded: Upgraded) -> None:
    """`make diff` tells a person that nothing is replaced or destroyed.

    The CLI takes new tags, lifecycle rules and policies for a possible replacement. CloudFormation
    changes them in place, and the next test proves that it did.
    """
    assert "requires replacement" not in upgraded.would_change
    assert "destroy" not in upgraded.would_change
    doubts = set(re.findall(r"(\w+) \(may cause replacement\)", upgraded.would_change))
    assert doubts.isdisjoint({"TableName", "KeySchema", "BucketName", "QueueName", "FifoQueue"})


def test_nothing_that_holds_data_is_made_anew(upgraded: Upgraded) -> None:
    """The table, the bucket and the queues are the very ones of before."""
    now = identities(upgraded.deployment)
    assert {name: now.get(name) for name in upgraded.before} == upgraded.before


def test_every_item_and_object_is_kept(upgraded: Upgraded) -> None:
    """Items are as 0.1.0 wrote them, but those that the queued message changed."""
    dynamodb = upgraded.deployment.client("dynamodb")
    lost = []
    for each in upgraded.items:
        found = dynamodb.get_item(TableName=NAMES.table, Key=each.key).get("Item")
        if found is None or (found != each.whole and each.key["pk"]["S"] != THREAD):
            lost.append(each.key)
    assert lost == []
    body = upgraded.deployment.client("s3").get_object(Bucket=NAMES.bucket, Key=KEY)["Body"]
    assert body.read() == b"before"


def test_a_message_that_was_queued_is_handled(upgraded: Upgraded) -> None:
    """I1: the new worker reads the old message, and appends it to the old thread's log."""
    dynamodb = upgraded.deployment.client("dynamodb")

    def log() -> str:
        found = dynamodb.query(
            TableName=NAMES.table,
            KeyConditionExpression="pk = :thread",
            ExpressionAttributeValues={":thread": {"S": THREAD}},
        )
        return str(found["Items"])

    def shown() -> bool:
        told = upgraded.deployment.surgeline(
            *("conversation", "show", f"{THREAD}-1", "--url", upgraded.deployment.url, "--json")
        )
        return QUEUED in told and "Where is my parcel?" in told

    assert "m1" in log()
    assert eventually(shown, seconds=HIDDEN_SECONDS + 60)


def test_a_dead_letter_of_before_can_be_sent_round(upgraded: Upgraded) -> None:
    """A letter that 0.1.0 set aside is still there, and an operator finds it."""
    sqs = upgraded.deployment.client("sqs")
    dead = NAMES.dead_letters("events", fifo=True)
    url = sqs.get_queue_url(QueueName=dead)["QueueUrl"]
    got = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    assert [each["Body"] for each in got["Messages"]] == [BURIED]
    told = upgraded.deployment.surgeline("dlq", "list", "--url", upgraded.deployment.url, "--json")
    assert '"events"' in told
