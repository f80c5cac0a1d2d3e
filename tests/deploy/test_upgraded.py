"""Release 0.1.0 is upgraded in place by the ordinary commands, taken back, and upgraded again.

Whatever it held goes on: items of every kind, conversations with the bot and with people, and the
messages that wait in a queue at the moment of each change. Callers keep their address and tokens.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.deploy.customers import Customer, Vendor, vendor_of
from tests.deploy.deployment import STACKS, Deployment, eventually
from tests.deploy.former import (
    BURIED,
    KEY,
    NAMES,
    QUEUED,
    THREAD,
    Item,
    Released,
    identities,
    leave_behind,
    released,
)

HIDDEN_SECONDS = 180
"""A message whose first try failed, as on a busy machine, comes back after so long."""
ORDER, PERSON, THERE = "Where is my order?", "I want to talk to a person", "Are you still there?"
pytestmark = [pytest.mark.deploy, pytest.mark.enable_socket, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Upgraded:
    """A deployment after its upgrade, and what it held before.

    The bot answered `ann`, a person answered `bob`, and nobody had read `cleo` yet. `dora` and
    `erin` had opened the page alone.
    """

    deployment: Deployment
    former: Released
    vendor: Vendor
    items: list[Item]
    before: dict[str, object]
    would_change: str
    ann: Customer
    bob: Customer
    cleo: Customer
    dora: Customer
    erin: Customer


@pytest.fixture(scope="module")
def upgraded(emulated: Deployment) -> Iterator[Upgraded]:
    """Leave a deployment as 0.1.0 does in the middle of its work, and upgrade it."""
    deployment = emulated
    assert STACKS[0] not in deployment.stacks(), "test_removed has removed the deployment"
    former = released(deployment)
    former.deploy()
    former.set_secrets()
    deployment.admin_key = former.admin_key
    url = ("--url", former.url)
    former.surgeline("config", "publish", "samples/configuration.json", *url)
    former.surgeline("kb", "build", "samples/shop.jsonl", "--publish", "shop", *url)
    with vendor_of(former, "night") as vendor:
        ann, bob, cleo = Customer(former), Customer(former), Customer(former)
        dora, erin = Customer(former), Customer(former)
        eventually(lambda: ann.asks(ORDER) == "bot")
        eventually(lambda: bob.asks(PERSON) == "person")
        former.listen("events.fifo", on=False)
        cleo.says(ORDER)
        items = leave_behind(former)
        before = identities(former)
        would_change = deployment.cdk("diff", *deployment.context, STACKS[0])
        upgrade(deployment)
        people = {"ann": ann, "bob": bob, "cleo": cleo, "dora": dora, "erin": erin}
        yield Upgraded(deployment, former, vendor, items, before, would_change, **people)
        log = deployment.emulator.folder / "functions-upgraded.log"
        log.write_text(deployment.logs())
    deployment.cdk("destroy", "--all", "--force", *deployment.context)


def upgrade(deployment: Deployment) -> None:
    """Deploy this release, and let its worker take what waited meanwhile."""
    deployment.deploy()
    deployment.set_secrets()
    deployment.let_loopback_through()
    vars(deployment).pop("url", None)  # the API of the deployment before is gone
    deployment.listen("events.fifo", on=True)


def shown(deployment: Deployment, conversation: str) -> Any:
    """Return the record of a conversation, asked for until a busy machine answers in time."""

    def told() -> str:
        try:
            return deployment.surgeline(
                *("conversation", "show", conversation, "--url", deployment.url, "--json")
            )
        except AssertionError:
            return ""

    found = eventually(told)
    return json.loads(found[found.index("{") : found.rindex("}") + 1])


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
    """The table, the bucket and the queues are the very ones of before, and so is the address."""
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

    def is_shown() -> bool:
        told = json.dumps(shown(upgraded.deployment, f"{THREAD}-1"))
        return QUEUED in told and "Where is my parcel?" in told

    assert "m1" in log()
    assert eventually(is_shown, seconds=HIDDEN_SECONDS + 60)


def test_a_dead_letter_of_before_can_be_sent_round(upgraded: Upgraded) -> None:
    """A letter that 0.1.0 set aside is still there, and an operator finds it."""
    sqs = upgraded.deployment.client("sqs")
    dead = NAMES.dead_letters("events", fifo=True)
    url = sqs.get_queue_url(QueueName=dead)["QueueUrl"]
    got = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    assert [each["Body"] for each in got["Messages"]] == [BURIED]
    told = upgraded.deployment.surgeline("dlq", "list", "--url", upgraded.deployment.url, "--json")
    assert '"events"' in told


def test_the_customers_of_before_go_on(upgraded: Upgraded) -> None:
    """I1: nobody is lost: the bot answers whom it answered, and who waited.

    A person who had a customer still has them.
    """
    assert eventually(lambda: upgraded.cleo.heard() == ["bot"], seconds=HIDDEN_SECONDS + 60)
    assert upgraded.ann.asks(ORDER) == "bot"
    assert upgraded.bob.asks(THERE) == "person"


def test_an_upgrade_that_is_taken_back_and_made_again_loses_nothing(upgraded: Upgraded) -> None:
    """I1: 0.1.0 goes on with what this release left. What it can't read is a dead letter there.

    `dlq redrive` handles that after the next upgrade. 0.1.0 reads no token of a visitor who came in
    between, so that such a one goes on then.
    """
    deployment, former = upgraded.deployment, upgraded.former
    dora, erin, fay = upgraded.dora, upgraded.erin, Customer(deployment)
    assert fay.asks(ORDER) == "bot"
    assert dora.asks(PERSON) == "person"
    deployment.listen("events.fifo", on=False)
    until = datetime.now(UTC) + timedelta(hours=2)
    epoch = shown(deployment, dora.conversation)["conversation"]["epoch"]
    upgraded.vendor.says(
        "conversation.pending", dora, epoch=epoch, until=f"{until:%Y-%m-%dT%H:%M:%SZ}"
    )
    erin.says(ORDER)

    former.deploy()
    former.listen("events.fifo", on=True)
    assert eventually(lambda: erin.heard() == ["bot"], seconds=HIDDEN_SECONDS + 60)
    assert dora.asks(THERE) == "person"
    assert upgraded.bob.asks(THERE) == "person"
    assert upgraded.ann.asks(ORDER) == "bot"
    dead = former.client("sqs").get_queue_url(QueueName=NAMES.dead_letters("events", fifo=True))
    counted = former.client("sqs").get_queue_attributes(
        QueueUrl=dead["QueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "2"

    upgrade(deployment)
    deployment.surgeline("dlq", "redrive", "--all", "--url", deployment.url)

    def is_promised() -> bool:
        entries = shown(deployment, dora.conversation)["entries"]
        return "pool_promised" in [each["event"] for each in entries]

    assert eventually(is_promised, seconds=HIDDEN_SECONDS + 60)
    assert dora.asks(THERE) == "person"
    assert erin.asks(ORDER) == "bot"
    assert fay.asks(ORDER) == "bot"
