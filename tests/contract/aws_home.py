"""The AWS home under contract runs on moto in this process, or on a real account when asked.

moto is no AWS: what it gets wrong is left out by name below, with the reason. On an account (`make
test-aws`, SURGELINE_TEST_AWS set and credentials given) nothing is left out but what would take
minutes of waiting.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from surgeline.adapters.aws.blobs import S3Blobs
from surgeline.adapters.aws.clients import Clients
from surgeline.adapters.aws.conversation_store import DynamoConversationStore
from surgeline.adapters.aws.dead_letters import SqsDeadLetters
from surgeline.adapters.aws.delivery_log import DynamoDeliveryLog
from surgeline.adapters.aws.ledger import DynamoLedger
from surgeline.adapters.aws.offers import DynamoOffers
from surgeline.adapters.aws.outcomes import DynamoOutcomes
from surgeline.adapters.aws.pool_board import DynamoPoolBoard
from surgeline.adapters.aws.queues import SqsQueue, dead_letters_of
from surgeline.adapters.aws.secrets import SsmSecrets
from surgeline.adapters.aws.sockets import DynamoSockets
from surgeline.adapters.aws.staff.desk import DynamoDesk
from surgeline.adapters.aws.staff.desk_links import DynamoDeskLinks
from surgeline.adapters.aws.staff.people import DynamoActs, DynamoStaff
from surgeline.adapters.aws.starts import DynamoStarts
from surgeline.adapters.aws.table import Table
from surgeline.adapters.aws.waitlist import DynamoWaitlist
from surgeline.adapters.aws.watch.notebook import DynamoNotebook
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.queues import Outgoing

from local.engine.queue import Received
from tests.contract.aws_answers import SOCKETS_ENDPOINT, Pushes, answering, refuse_writes
from tests.contract.embedded import VirtualClock

ACCOUNT = "aws"
ACCOUNT_SWITCH = "SURGELINE_TEST_AWS"
LONGEST_SLEEP_SECONDS = 40

ORDER = "moto gives back what timed out one message a receive, and not in a group's order"
RECEIPTS = "moto still honours the receipt of a message that is visible again"
DEDUPE = "moto forgets a dedup id with its message, and compares it across groups"

MOTO_LACKS: Mapping[str, str] = {
    "test_a_fifo_queue_behaves_like_its_model": ORDER,
    "test_a_group_comes_in_order_after_a_visibility_timeout": ORDER,
    "test_a_partial_batch_comes_back_in_order": ORDER,
    "test_a_dedup_id_that_is_taken_again_counts_again": DEDUPE,
    "test_a_standard_message_is_not_deleted_under_somebodys_hands": RECEIPTS,
    "test_a_whole_group_can_die": ORDER,
    "test_hold_replaces_the_rest_of_the_visibility_timeout": ORDER,
    "test_a_stale_receipt_neither_deletes_nor_holds": RECEIPTS,
    "test_an_expired_receipt_is_no_good_even_if_nobody_received_since": RECEIPTS,
    "test_a_dedup_id_is_remembered_after_the_delete": DEDUPE,
    "test_a_dedup_id_counts_within_its_group": DEDUPE,
    "test_a_long_group_does_not_starve_the_others": "moto serves the longest group first",
    "test_sequence_numbers_rise_within_a_group": "moto draws sequence numbers at random",
}


class ConsumedSqsQueue:
    """The adapter and, beside it, what Lambda's event source mapping does."""

    def __init__(self, clients: Clients, url: str) -> None:
        self._sqs = clients.sqs()
        self._url = url
        self._queue = SqsQueue(self._sqs, url)

    def send(self, messages: Sequence[Outgoing]) -> None:
        self._queue.send(messages)

    def bury(self, messages: Sequence[Outgoing]) -> None:
        self._queue.bury(messages)

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        self._queue.hold(receipts, seconds)

    def receive(self, max_messages: int) -> list[Received]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=max_messages,
            MessageSystemAttributeNames=["All"],
        )
        return [received(message) for message in answer.get("Messages", [])]

    def delete(self, receipts: Sequence[str]) -> None:
        entries: list[Any] = [
            {"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)
        ]
        if entries:
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)


def received(message: Any) -> Received:
    """Return a message of SQS's answer, as both homes hand it over."""
    attributes = message["Attributes"]
    return Received(
        id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        group=attributes.get("MessageGroupId"),
        dedup_id=attributes.get("MessageDeduplicationId"),
        sent_at=int(attributes["SentTimestamp"]),
        first_received_at=int(attributes["ApproximateFirstReceiveTimestamp"]),
        receive_count=int(attributes["ApproximateReceiveCount"]),
        sequence_number=attributes.get("SequenceNumber", ""),
    )


class AwsHome:
    """Every adapter over resources of its own, all named after one prefix."""

    def __init__(self, clients: Clients, clock: Any, lacks: Mapping[str, str]) -> None:
        self.lacks = lacks
        self.clock = clock
        self.clients = clients
        self.prefix = f"surgeline-test-{uuid.uuid4().hex[:12]}"
        self._urls: dict[str, str] = {}
        self.table = make_table(clients, self.prefix)
        self.store = DynamoConversationStore(self.table)
        self.offers, self.pool_board = DynamoOffers(self.table), DynamoPoolBoard(self.table)
        self.waitlist, self.outcomes = DynamoWaitlist(self.table), DynamoOutcomes(self.table)
        self.notebook = DynamoNotebook(self.table, clock)
        self.ledger = DynamoLedger(self.table)
        self.starts = DynamoStarts(self.table, clock)
        self.staff, self.acts = DynamoStaff(self.table), DynamoActs(self.table)
        self.desk, self.desk_links = DynamoDesk(self.table), DynamoDeskLinks(self.table)
        self.delivery_log = DynamoDeliveryLog(self.table)
        make_bucket(clients, self.prefix)
        self.blobs = S3Blobs(clients.s3(), self.prefix)
        self.secrets = SsmSecrets(clients.ssm(), f"/{self.prefix}", clock)
        self.pushes = Pushes(clients)
        self.pushed, self.gone = self.pushes.pushed, self.pushes.gone
        self.sockets = DynamoSockets(self.table, clock, lambda: clients.pushes(SOCKETS_ENDPOINT))

    @property
    def dead_letters(self) -> SqsDeadLetters:
        return SqsDeadLetters(self.clients.sqs(), self._urls)

    def queue(
        self, *, fifo: bool = True, max_receive_count: int = 8, visibility_seconds: int = 30
    ) -> ConsumedSqsQueue:
        name = f"queue-{len(self._urls)}"
        self._urls[name] = make_queue(
            self.clients,
            f"{self.prefix}-{name}",
            fifo=fifo,
            max_receive_count=max_receive_count,
            visibility_seconds=visibility_seconds,
        )
        return ConsumedSqsQueue(self.clients, self._urls[name])

    @contextmanager
    def throttled(self) -> Iterator[None]:
        """DynamoDB refuses every write before it looks at it."""
        with answering(self.clients.dynamodb(), refuse_writes):
            yield

    def close(self) -> None:
        self.pushes.close()

    def remove(self) -> None:
        """Delete what was made (on an account)."""
        self.clients.dynamodb().delete_table(TableName=self.prefix)
        for url in self._urls.values():
            self.clients.sqs().delete_queue(QueueUrl=url)
            self.clients.sqs().delete_queue(QueueUrl=dead_letters_of(url))
        s3, ssm = self.clients.s3(), self.clients.ssm()
        for key in self.blobs.keys(""):
            s3.delete_object(Bucket=self.prefix, Key=key)
        s3.delete_bucket(Bucket=self.prefix)
        found = ssm.get_parameters_by_path(Path=f"/{self.prefix}", Recursive=True)
        for parameter in found["Parameters"]:
            ssm.delete_parameter(Name=parameter["Name"])


# ---------------------------------------------------------------- resources as in the template


def make_table(clients: Clients, name: str) -> Table:
    """Make the conversations table and return it."""
    clients.dynamodb().create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    clients.dynamodb().get_waiter("table_exists").wait(TableName=name)
    return Table(clients.dynamodb(), name)


def make_bucket(clients: Clients, name: str) -> None:
    """Make the artifacts bucket."""
    region: Any = clients.s3().meta.region_name
    if region == "us-east-1":  # the one region that may not be named
        clients.s3().create_bucket(Bucket=name)
    else:
        place: Any = {"LocationConstraint": region}
        clients.s3().create_bucket(Bucket=name, CreateBucketConfiguration=place)


def make_queue(
    clients: Clients, name: str, *, fifo: bool, max_receive_count: int, visibility_seconds: int
) -> str:
    """Make a queue with its dead letters and return its URL."""
    sqs = clients.sqs()
    end = ".fifo" if fifo else ""
    common: dict[str, str] = {"FifoQueue": "true"} if fifo else {}
    dead = sqs.create_queue(QueueName=f"{name}-dead{end}", Attributes=common)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    if fifo:
        common |= {
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        }
    redrive = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": max_receive_count}
    attributes = {
        **common,
        "VisibilityTimeout": str(visibility_seconds),
        "RedrivePolicy": str(redrive).replace("'", '"'),
    }
    return sqs.create_queue(QueueName=f"{name}{end}", Attributes=attributes)["QueueUrl"]


# ---------------------------------------------------------------- moto


@cache
def moto_clients() -> Clients:
    """Return one set of clients for all tests, because making them takes longer than most tests."""
    import botocore.session
    import moto  # noqa: F401 - hooks into clients that are made after it

    from tests.contract.quick_moto import quicken

    quicken()

    def session() -> botocore.session.Session:
        made = botocore.session.get_session()
        made.set_credentials("testing", "testing", "testing")
        made.set_config_variable("region", "us-east-1")
        return made

    return Clients(session)


@contextmanager
def moto_account(clock: Clock) -> Iterator[Clients]:
    """Yield an empty account in this process, whose queues go by that clock."""
    from moto import mock_aws
    from moto.core.botocore_stubber import BotocoreStubber

    from tests.contract.quick_moto import unproved

    clients = moto_clients()

    def milliseconds() -> int:
        return clock.now()

    def seconds() -> float:
        return clock.now() / 1000

    # moto's messages are visible just after their time; SQS's are at it.
    visible = property(lambda message: milliseconds() >= message.visible_at)
    # moto looks at a condition and writes in two steps; AWS's calls are atomic.
    lock, answer = threading.RLock(), BotocoreStubber.__call__

    def one_at_a_time(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return answer(*args, **kwargs)

    with (
        mock_aws(),
        unproved(),
        mock.patch.object(BotocoreStubber, "__call__", one_at_a_time),
        mock.patch("moto.sqs.models.unix_time_millis", milliseconds),
        mock.patch("moto.sqs.models.unix_time", seconds),
        mock.patch("moto.sqs.models.Message.visible", visible),
    ):
        yield clients


@contextmanager
def moto_home(folder: Path) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    del folder
    clock = VirtualClock()
    with moto_account(clock) as clients:
        home = AwsHome(clients, clock, MOTO_LACKS)
        try:
            yield home
        finally:
            home.close()


# ---------------------------------------------------------------- a real account


class RealClock:
    """The world's; moving it means waiting, and long waits are left out."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def advance(self, seconds: float) -> None:
        if seconds > LONGEST_SLEEP_SECONDS:
            pytest.skip(f"aws: an account's clock can't be moved by {seconds:.0f} s")
        time.sleep(seconds + 0.5)


@contextmanager
def account_home(folder: Path) -> Iterator[AwsHome]:
    """Yield a home on the environment's account, and remove it afterwards."""
    del folder
    home = AwsHome(Clients(), RealClock(), {})
    try:
        yield home
    finally:
        home.close()
        home.remove()


def homes() -> Mapping[str, Callable[[Path], Any]]:
    """Return the moto home, and an account's home only if a setting asks for it."""
    return {"moto": moto_home} | ({ACCOUNT: account_home} if os.environ.get(ACCOUNT_SWITCH) else {})
