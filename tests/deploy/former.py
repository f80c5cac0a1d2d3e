"""Release 0.1.0 is deployed from the history, and left with live data and queued messages.

Its code is that release's own, but for two lines: pools listen on 127.0.0.1 here, which its guard
refuses. Its libraries are today's, which are the same versions. The items that are put into its
table beside the live ones are its own recording of every kind.
"""

import base64
import json
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from infra.names import Names
from tests.deploy.deployment import MACHINE, MINOR, ROOT, STACKS, Deployment
from tests.deploy.emulator import ACCOUNT, REGION

RELEASED = "e4155a6d"
"""The last commit of release 0.1.0."""
ITEMS = Path("tests/contract/first_release_items.json")
NAMES = Names("surgeline-dev", ACCOUNT, REGION)
EVENTS = NAMES.queue("events", fifo=True)
THREAD = "t" + "a" * 26
QUEUED = "I wrote this before the upgrade, and nobody has read it yet."
BURIED = "a dead letter of before"
KEPT_SECONDS = 90 * 86_400
KEY = "knowledge/before/before"
LET_LOOPBACK_THROUGH = (
    (
        "layers/core/python/surgeline/adapters/aws/backend.py",
        "allows_loopback = False",
        "allows_loopback = True",
    ),
    ("functions/delivery_worker/handler.py", 'settings.loopback_targets == "yes"', "True"),
)
BUILD = """
import sys
from pathlib import Path
from infra import packages
packages.PLATFORM = sys.argv[3]
packages.build(Path(sys.argv[1]), python=sys.argv[2], layers=())
"""


class Released(Deployment):
    """A deployment of release 0.1.0, by its own CDK app and its own command line."""

    @property
    def context(self) -> tuple[str, ...]:
        """Return the arguments that every CDK command of this release has."""
        return (
            *("--app", f"{sys.executable} -m infra.app"),
            *("-c", "env=dev", "-c", f"packages={self.folder / 'packages'}"),
            *("--output", str(self.folder / "cdk.out")),
        )

    def build(self) -> None:
        """Build its functions and its core beside the layers of libraries that are here."""
        into = self.folder / "packages"
        into.mkdir(parents=True)
        for name in ("dependencies", "numpy"):
            shutil.copy(self.folder.parent / "packages" / f"layer-{name}.zip", into)
        self._run(sys.executable, "-c", BUILD, str(into), MINOR, MACHINE)


def released(present: Deployment) -> Released:
    """Return release 0.1.0, ready to be deployed. Skips where there is no history."""
    folder = present.folder / "released"
    if not folder.exists():
        _unpack(folder / "code")
    deployment = Released(
        present.emulator,
        folder,
        admin_key=present.admin_key,  # the secrets outlive a deployment that was removed
        root=folder / "code",
        command="local.cli.main",
    )
    deployment.build()
    return deployment


def _unpack(into: Path) -> None:
    git = shutil.which("git") or pytest.skip("git is not here, so the code of 0.1.0 can't be had")
    packed = subprocess.run(  # noqa: S603 - our own history
        [git, "archive", RELEASED], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        pytest.skip("this copy has no history, so the code of 0.1.0 can't be had")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(into, filter="data")
    for name, before, now in LET_LOOPBACK_THROUGH:
        text = (into / name).read_text()
        assert text.count(before) == 1, name
        (into / name).write_text(text.replace(before, now))


@dataclass(frozen=True)
class Item:
    """An item of the table, in DynamoDB's own words."""

    key: dict[str, Any]
    whole: dict[str, Any]


def leave_behind(deployment: Deployment) -> list[Item]:
    """Put items of every kind, an object and two messages beside the live ones."""
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
    """Return what would differ if data, or an address that others know, had been made anew."""
    sqs, dynamodb = deployment.client("sqs"), deployment.client("dynamodb")
    cloud = deployment.client("cloudformation")
    resources = cloud.describe_stack_resources(StackName=STACKS[0])["StackResources"]
    found: dict[str, object] = {
        each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources
    }
    found["address"] = deployment.outputs["Url"]
    table = dynamodb.describe_table(TableName=NAMES.table)["Table"]
    found["table made"] = table["CreationDateTime"]
    for name in sqs.list_queues(QueueNamePrefix="surgeline-dev-")["QueueUrls"]:
        made = sqs.get_queue_attributes(QueueUrl=name, AttributeNames=["CreatedTimestamp"])
        found[f"{name} made"] = made["Attributes"]["CreatedTimestamp"]
    return found
