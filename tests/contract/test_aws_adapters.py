"""The AWS adapters translate each error into its family and pause between tries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from surgeline.adapters.aws.errors import AwsRefused, ConditionFailed, Gone, NotAllowed, call
from surgeline.application.ports.deliveries import DeliveryPlace, DeliveryQuery
from surgeline.application.ports.refusals import Absent, Changed, Throttled, TooLarge
from surgeline.errors import Unavailable

from tests.contract.aws_answers import answering, refuse
from tests.contract.aws_calls import counted
from tests.contract.aws_home import AwsHome, account_home, moto_account, moto_home
from tests.contract.embedded import VirtualClock
from tests.contract.examples import THREAD


@pytest.fixture
def home(tmp_path: object) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    with moto_home(tmp_path) as opened:  # type: ignore[arg-type] # not used
        yield opened


# ---------------------------------------------------------------- errors


def answered(code: str, status: int = 400) -> ClientError:
    """Return what boto3 raises for such an answer."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutItem")


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (answered("ThrottlingException"), Throttled),
        (answered("ProvisionedThroughputExceededException"), Throttled),
        (answered("RequestLimitExceeded"), Throttled),
        (answered("TransactionConflictException"), Throttled),
        (answered("SlowDown", 503), Throttled),
        (answered("TooManyRequestsException", 429), Throttled),
        (answered("InternalServerError", 500), Unavailable),
        (answered("SomethingNew", 503), Unavailable),
        (answered("ItemCollectionSizeLimitExceededException"), TooLarge),
        (answered("AWS.SimpleQueueService.BatchRequestTooLong"), TooLarge),
        (answered("ConditionalCheckFailedException"), ConditionFailed),
        (answered("NoSuchKey", 404), Absent),
        (answered("ParameterNotFound"), Absent),
        (answered("GoneException", 410), Gone),
        (answered("AccessDeniedException"), NotAllowed),
        (answered("AccessDenied", 403), NotAllowed),
        (answered("ValidationException"), AwsRefused),
        (answered("ResourceNotFoundException"), AwsRefused),
        (answered("NoSuchBucket", 404), AwsRefused),
        (EndpointConnectionError(endpoint_url="https://x"), Unavailable),
        (ConnectTimeoutError(endpoint_url="https://x"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://x"), Unavailable),
        (NoCredentialsError(), AwsRefused),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value)[:60],
)
def test_every_error_has_its_family(error: Exception, family: type[Exception]) -> None:
    """The error code decides whether a queue retries, a caller is told, or a bug is raised."""

    def operation() -> None:
        raise error

    with pytest.raises(family) as raised:
        call(operation)
    assert type(raised.value) is family
    assert raised.value.__cause__ is error


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize("key", ["", "t" * 3000, "한" * 700])
def test_an_id_that_can_be_no_key_is_nobodys(home: AwsHome, key: str) -> None:
    """I12: DynamoDB calls such a key invalid; whoever asks for it learns that there is nothing."""
    with counted(home.clients.dynamodb()) as calls:
        assert home.store.thread(key) is None
        assert home.store.records(key) == []
    assert calls == []
    if len(key) > 1000:
        place = DeliveryPlace(key, 1, "d")
        assert home.delivery_log.find([place]) == []
        assert home.delivery_log.list(DeliveryQuery(target=key, since=1, until=2)) == []
        assert home.offers.read(key) is None
        with pytest.raises(Absent):
            home.offers.accept(key, pool_id="vendor", now=1)
        with pytest.raises(Absent):
            home.offers.close(key, "declined")


# ---------------------------------------------------------------- sockets


def test_pushes_reach_a_bounded_number_of_pages(home: AwsHome) -> None:
    """I13: a visitor who opens a thousand pages of one thread is told on twenty of them."""
    for number in range(30):
        home.sockets.join(THREAD, f"c{number}", expires_at=home.clock.now() + 60_000 + number)
    assert home.sockets.push(THREAD, {"seq": 1}) == 20
    assert ("c29", '{"seq":1}') in home.pushed


def test_a_push_that_fails_is_let_go(home: AwsHome) -> None:
    """The page polls as well, so that a delivery never waits for a socket."""
    home.sockets.join(THREAD, "c1", expires_at=home.clock.now() + 60_000)
    pushes = home.clients.pushes("https://surgeline.execute-api.us-east-1.amazonaws.com/live")
    for code, status in (("LimitExceededException", 429), ("BadRequestException", 400), ("", 410)):
        with answering(pushes, refuse(code, status)):
            assert home.sockets.push(THREAD, {"seq": 1}) == 0
    assert home.sockets.push(THREAD, {"seq": 1}) == 1


# ---------------------------------------------------------------- the home on a real account


def test_the_home_on_an_account_removes_what_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make test-aws` leaves no table, no queue, no bucket and no parameter behind."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with moto_account(VirtualClock()) as clients:
        with account_home(Path()) as home:
            home.queue()
            home.queue(fifo=False)
            home.blobs.put("a", b"1")
            home.secrets.put("pools/vendor", "s")
            assert clients.dynamodb().list_tables()["TableNames"] == [home.prefix]
        assert clients.dynamodb().list_tables()["TableNames"] == []
        assert "QueueUrls" not in clients.sqs().list_queues()
        assert clients.s3().list_buckets()["Buckets"] == []
        assert clients.ssm().describe_parameters()["Parameters"] == []


# ---------------------------------------------------------------- a lost answer


def test_a_swap_whose_answer_was_lost_is_known_by_its_bytes(
    home: AwsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client tries a put again, which then meets its own bytes. Others' bytes are a change."""
    home.blobs.put("pointer", b"1")
    s3, stored = home.clients.s3(), b"2"
    put = s3.put_object

    def lost(**asked: Any) -> None:
        put(Bucket=asked["Bucket"], Key=asked["Key"], Body=stored)
        raise answered("PreconditionFailed", 412)

    monkeypatch.setattr(s3, "put_object", lost)
    home.blobs.swap("pointer", b"2", was=b"1")
    stored = b"others were quicker"
    with pytest.raises(Changed):
        home.blobs.swap("pointer", b"3", was=b"2")
