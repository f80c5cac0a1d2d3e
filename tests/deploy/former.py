"""A deployment of release 0.1.0 as it was left: its stack of state, its items and its messages.

The template and the items are that release's own output. Only the names of the deployment, the
account and the region are those of the emulator.
"""

import base64
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.names import Names
from tests.deploy.deployment import STACKS, Deployment, eventually
from tests.deploy.emulator import ACCOUNT, REGION

TEMPLATE = Path("infra/released/0.1.0-state.template.json")
ITEMS = Path("tests/contract/first_release_items.json")
RECORDED_AS = ("surgeline-prod", "123456789012")
NAMES = Names("surgeline-dev", ACCOUNT, REGION)
EVENTS = NAMES.queue("events", fifo=True)
THREAD = "t" + "a" * 26
QUEUED = "I wrote this before the upgrade, and nobody has read it yet."
BURIED = "a dead letter of before"
KEPT_SECONDS = 90 * 86_400
KEY = "knowledge/shop/before"


@dataclass(frozen=True)
class Item:
    """An item of the table, in DynamoDB's own words."""

    key: dict[str, Any]
    whole: dict[str, Any]


def left_behind(deployment: Deployment) -> list[Item]:
    """Make the stack as 0.1.0 deployed it, fill it, and return the items that it holds."""
    template = TEMPLATE.read_text()
    for before, now in zip(RECORDED_AS, ("surgeline-dev", ACCOUNT), strict=True):
        template = template.replace(before, now)
    cloud = deployment.client("cloudformation")
    cloud.create_stack(StackName=STACKS[0], TemplateBody=template)
    eventually(lambda: deployment.stack(STACKS[0])["StackStatus"] == "CREATE_COMPLETE")
    items = [_item(each) for each in json.loads(ITEMS.read_text())]
    for each in items:
        deployment.client("dynamodb").put_item(TableName=NAMES.table, Item=each.whole)
    deployment.client("s3").put_object(Bucket=NAMES.bucket, Key=KEY, Body=b"before")
    _send(deployment, EVENTS, json.dumps(_event()))
    _send(deployment, NAMES.dead_letters("events", fifo=True), BURIED)
    return items


def _item(written: dict[str, Any]) -> Item:
    """Return an item with its bytes, which expires as long after today as it did after that day."""
    whole = {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in written.items()
    }
    if "expires" in whole:
        whole["expires"] = {"N": str(int(time.time()) + KEPT_SECONDS)}
    return Item({name: whole[name] for name in ("pk", "sk")}, whole)


def _event() -> dict[str, Any]:
    """Return a customer's message as 0.1.0 queued it."""
    return {
        "id": "m-before",
        "thread_id": THREAD,
        "channel_id": "web",
        "sender": "visitor-1",
        "at": int(time.time() * 1000),
        "text": QUEUED,
        "language": "en",
        "attachments": 0,
        "type": "customer_wrote",
        "schema": 1,
    }


def _send(deployment: Deployment, queue: str, body: str) -> None:
    sqs = deployment.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"],
        MessageBody=body,
        MessageGroupId=THREAD,
        MessageDeduplicationId=body[:20].replace(" ", "-"),
    )


def identities(deployment: Deployment) -> dict[str, object]:
    """Return what would differ if anything that holds data had been made anew."""
    sqs, dynamodb = deployment.client("sqs"), deployment.client("dynamodb")
    found: dict[str, object] = {}
    resources = deployment.client("cloudformation").describe_stack_resources(StackName=STACKS[0])
    for each in resources["StackResources"]:
        found[each["LogicalResourceId"]] = each["PhysicalResourceId"]
    table = dynamodb.describe_table(TableName=NAMES.table)["Table"]
    found["table made"] = table["CreationDateTime"]
    for name in sqs.list_queues(QueueNamePrefix="surgeline-dev-")["QueueUrls"]:
        made = sqs.get_queue_attributes(QueueUrl=name, AttributeNames=["CreatedTimestamp"])
        found[f"{name} made"] = made["Attributes"]["CreatedTimestamp"]
    return found
