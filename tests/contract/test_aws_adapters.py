"""What only the AWS adapters promise: caches, batches, and every error in its family."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from surgeline.adapters.aws.dead_letters import SqsDeadLetters
from surgeline.adapters.aws.errors import AwsRefused, ConditionFailed, Gone, NotAllowed, call
from surgeline.adapters.aws.queues import dead_letters_of
from surgeline.adapters.aws.secrets import UNKNOWN_AT_ONCE
from surgeline.adapters.aws.table import (
    BATCH_TRIES,
    LONGEST_PAUSE_SECONDS,
    SHORTEST_PAUSE_SECONDS,
    TRANSACTION_TRIES,
    Table,
    item,
    key,
    pause,
)
from surgeline.adapters.signing.rotation import begin_rotation
from surgeline.application.ports.deliveries import DeliveryPlace, DeliveryQuery
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Absent, Changed, Throttled, TooLarge
from surgeline.errors import Unavailable

from tests.contract.aws_calls import counted
from tests.contract.aws_home import AwsHome, account_home, answering, moto_account, moto_home
from tests.contract.embedded import VirtualClock
from tests.contract.examples import THREAD, fifo


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


# ---------------------------------------------------------------- secrets


def refuse(code: str, status: int = 400) -> Any:
    """Return an answer for `answering`."""

    def answer(operation: str, params: Mapping[str, Any]) -> tuple[int, str]:
        del operation, params
        return status, code

    return answer


@pytest.mark.parametrize(("name", "seconds"), [("pools/acme", 60), ("ids", 300)])
def test_a_secret_is_read_once_until_its_cache_ends(home: AwsHome, name: str, seconds: int) -> None:
    """An endpoint's secret is cached for a minute and others for about five, and then read anew."""
    home.secrets.put(name, "old")
    home.secrets._cache.clear()
    with counted(home.clients.ssm()) as calls:
        for _ in range(5):
            assert home.secrets.get(name) == "old"
            home.clock.advance(seconds * 0.15)
    assert calls == ["GetParameter"]
    parameter = f"/{home.prefix}/{name}"
    home.clients.ssm().put_parameter(Name=parameter, Value="new", Overwrite=True)
    home.clock.advance(seconds)
    assert home.secrets.get(name) == "new"
    home.clients.ssm().delete_parameter(Name=parameter)
    home.clock.advance(seconds)
    assert home.secrets.get(name) is None


def test_of_two_who_swap_a_secret_at_once_neither_is_lost(home: AwsHome) -> None:
    """A swap that overtook another restores the other's secret and is told, as SSM has no
    conditions.
    """
    home.secrets.put("pools/acme", "old")
    client = home.clients.ssm()
    put = client.put_parameter

    def late(**how: Any) -> Any:
        client.put_parameter = put
        put(Name=how["Name"], Value="theirs old", Type="SecureString", Overwrite=True)
        return put(**how)

    client.put_parameter = late
    with pytest.raises(Changed):
        home.secrets.swap("pools/acme", "ours old", was="old")
    assert home.secrets.latest("pools/acme") == "theirs old"
    assert begin_rotation(home.secrets, "pools/acme", "ours") == 3
    assert home.secrets.get("pools/acme") == "ours theirs old"


def test_who_changes_a_secret_reads_past_the_cache(home: AwsHome) -> None:
    """F46: a secret set by another process is not lost, and later reads return that secret."""
    home.secrets.put("pools/acme", "old")
    parameter = f"/{home.prefix}/pools/acme"
    home.clients.ssm().put_parameter(Name=parameter, Value="new old", Overwrite=True)
    assert home.secrets.get("pools/acme") == "old"
    assert home.secrets.latest("pools/acme") == "new old"
    assert home.secrets.get("pools/acme") == "new old"
    assert home.secrets.latest("no such name") is None


def test_a_clock_that_goes_back_keeps_no_secret_longer(home: AwsHome) -> None:
    """A secret cached before the clock went back is read anew at once."""
    home.secrets.put("pools/acme", "old")
    home.clients.ssm().put_parameter(
        Name=f"/{home.prefix}/pools/acme", Value="new", Type="SecureString", Overwrite=True
    )
    home.clock.advance(-3_600)
    assert home.secrets.get("pools/acme") == "new"


def test_a_stale_secret_is_better_than_none(home: AwsHome) -> None:
    """F48: while SSM is away the old secret goes on, and SSM is asked again soon."""
    home.secrets.put("ids", "key")
    home.clock.advance(600)
    with answering(home.clients.ssm(), refuse("InternalServerError", 500)):
        assert home.secrets.get("ids") == "key"
        with pytest.raises(Unavailable):
            home.secrets.get("pools/acme")
    home.clock.advance(6)
    with counted(home.clients.ssm()) as calls:
        assert home.secrets.get("ids") == "key"
    assert calls == ["GetParameter"]


def test_an_absent_secret_is_remembered_briefly(home: AwsHome) -> None:
    """A channel that is connected a moment later is found within half a minute."""
    assert home.secrets.get("channels/new") is None
    parameter = f"/{home.prefix}/channels/new"
    home.clients.ssm().put_parameter(Name=parameter, Value="s", Type="SecureString")
    assert home.secrets.get("channels/new") is None
    home.clock.advance(31)
    assert home.secrets.get("channels/new") == "s"


def test_strangers_cannot_use_up_the_parameter_reads(home: AwsHome) -> None:
    """I13: SSM is not asked beyond a few unknown names a second, and known names are still read."""
    home.secrets.put("channels/web", "s")
    with counted(home.clients.ssm()) as calls:
        for number in range(UNKNOWN_AT_ONCE):
            assert home.secrets.get(f"channels/guess-{number}") is None
        with pytest.raises(Unavailable):
            home.secrets.get("channels/one-more")
    assert len(calls) == UNKNOWN_AT_ONCE
    assert home.secrets.get("channels/web") == "s"
    home.clock.advance(1)
    assert home.secrets.get("channels/guess-again") is None


@pytest.mark.parametrize(
    "name",
    ["channels/", "channels/a b", "channels/\x00", "channels/한", "channels//x", "a" * 600, ""],
)
def test_a_name_that_ssm_would_refuse_is_unknown(home: AwsHome, name: str) -> None:
    """B23, I12: no path makes a function ask SSM or meet a bug."""
    with counted(home.clients.ssm()) as calls:
        assert home.secrets.get(name) is None
    assert calls == []


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


# ---------------------------------------------------------------- queues


def test_a_send_takes_a_call_for_ten_messages(home: AwsHome) -> None:
    """Requests are what is paid for."""
    queue = home.queue()
    with counted(home.clients.sqs()) as calls:
        queue.send(fifo("g", *(str(number) for number in range(25))))
        queue.send([])
    assert calls == ["SendMessageBatch"] * 3


def test_large_messages_are_sent_in_smaller_batches(home: AwsHome) -> None:
    """A batch has the same limit as a message."""
    queue = home.queue()
    with counted(home.clients.sqs()) as calls:
        queue.send([Outgoing(f"{n}{'x' * 99_999}", group="g", dedup_id=str(n)) for n in range(5)])
    assert calls == ["SendMessageBatch"] * 3
    assert [message.body[0] for message in queue.receive(10)] == list("01234")


@pytest.mark.parametrize(
    ("code", "family"), [("InternalError", Unavailable), ("KmsThrottled", Throttled)]
)
def test_a_message_that_sqs_refuses_fails_the_send(
    home: AwsHome, code: str, family: type[Exception]
) -> None:
    """F03: an answer of 200 may hold refusals, so the caller sends all again under the same
    dedup ids.
    """
    queue = home.queue()

    def fail_one(parsed: dict[str, Any], model: Any, **_: object) -> None:
        if model.name == "SendMessageBatch":
            parsed["Failed"] = [{"Id": "1", "SenderFault": False, "Code": code}]

    events = home.clients.sqs().meta.events
    events.register("after-call", fail_one)
    try:
        with pytest.raises(family):
            queue.send(fifo("g", "1", "2"))
    finally:
        events.unregister("after-call", fail_one)
    queue.send(fifo("g", "1", "2"))
    assert [message.body for message in queue.receive(10)] == ["1", "2"]


def test_what_is_buried_is_a_dead_letter_of_its_group(home: AwsHome) -> None:
    """A worker's poison goes straight to the dead letters, and can be redriven from there."""
    queue = home.queue()
    queue.bury(fifo("g", "poison"))
    [letter] = home.dead_letters.list()
    assert (letter.body, letter.group, letter.queue) == ("poison", "g", "queue-0")
    assert home.dead_letters.redrive([letter.id]) == 1
    assert [message.body for message in queue.receive(10)] == ["poison"]


def test_more_letters_than_a_receive_gives_are_redriven(home: AwsHome) -> None:
    """A FIFO group shows ten at a time; a redrive of all takes them in turn, in order."""
    queue = home.queue()
    bodies = [f"{number:02}" for number in range(25)]
    queue.bury(fifo("g", *bodies))
    while letters := home.dead_letters.list():
        assert home.dead_letters.redrive([letter.id for letter in letters]) == len(letters)
    received: list[str] = []
    while batch := queue.receive(10):
        received += [message.body for message in batch]
        queue.delete([message.receipt for message in batch])
    assert received == bodies


def test_letters_that_were_only_looked_at_are_given_back(home: AwsHome) -> None:
    """A listing hides nothing from the next one, and a redrive of one leaves the others."""
    home.queue(fifo=False).bury([Outgoing(body) for body in "abc"])
    first = {letter.body: letter.id for letter in home.dead_letters.list()}
    assert {letter.body for letter in home.dead_letters.list()} == {"a", "b", "c"}
    assert home.dead_letters.redrive([first["b"]]) == 1
    assert {letter.body for letter in home.dead_letters.list()} == {"a", "c"}


def test_a_sweep_that_is_cut_short_says_so_and_goes_on_behind(home: AwsHome) -> None:
    """Letters that a sweep looked at stay hidden for a moment, so the next sweep looks at the
    rest.
    """
    queue = home.queue()
    for number in range(20):
        queue.bury(fifo(f"other-{number}", str(number)))
    queue.bury(fifo("ours", "x"))
    letters = SqsDeadLetters(home.clients.sqs(), home._urls, most_swept=10)
    found = [letters.redrive_groups(lambda group: group == "ours") for _ in range(3)]
    assert [each.complete for each in found] == [False, False, True]
    assert sum(each.redriven for each in found) == 1
    home.clock.advance(31)
    assert home.dead_letters.count() == 20


@pytest.mark.parametrize("operation", ["TransactWriteItems", "BatchWriteItem", "BatchGetItem"])
def test_a_call_that_meets_another_writer_pauses_before_each_further_try(
    home: AwsHome, operation: str
) -> None:
    """Writers that collided once would collide again at once; the pause is not the same for two."""
    pauses: list[int] = []
    table = Table(home.clients.dynamodb(), home.prefix, pause=lambda: pauses.append(1))
    tries = {"TransactWriteItems": TRANSACTION_TRIES}.get(operation, BATCH_TRIES)
    calls: dict[str, Callable[[], object]] = {
        "TransactWriteItems": lambda: table.transact(
            lambda name: [{"Delete": {"TableName": name, "Key": key("a", "b")}}]
        ),
        "BatchWriteItem": lambda: table.put_all([item("a", "b", {}, expires=1)]),
        "BatchGetItem": lambda: table.get_all([("a", "b")]),
    }
    with answering_busy(home.clients.dynamodb(), operation), pytest.raises(Throttled):
        calls[operation]()
    assert len(pauses) == tries - 1


def test_the_pause_is_short_and_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten to a hundred milliseconds, which a customer does not notice."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    for _ in range(50):
        pause()
    assert min(slept) >= SHORTEST_PAUSE_SECONDS
    assert max(slept) <= LONGEST_PAUSE_SECONDS
    assert len(set(slept)) > 10


@contextmanager
def answering_busy(client: Any, operation: str) -> Iterator[None]:
    """Answer as DynamoDB does to a caller who met another one, every time."""

    def busy(model: Any, params: Any, context: Any, **_: Any) -> Any:
        if model.name != operation:
            return None
        if operation == "TransactWriteItems":
            parsed: dict[str, Any] = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": [{"Code": "TransactionConflict"}],
                "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
            }
            return Mock(status_code=400, headers={}), parsed
        left = context["asked"]["RequestItems"]
        parsed = {"UnprocessedItems": left, "UnprocessedKeys": left, "Responses": {}}
        return Mock(status_code=200, headers={}), parsed

    def remember(params: Any, context: Any, **_: Any) -> None:
        context["asked"] = params

    client.meta.events.register("before-parameter-build", remember)
    client.meta.events.register_first("before-call", busy)
    try:
        yield
    finally:
        client.meta.events.unregister("before-parameter-build", remember)
        client.meta.events.unregister("before-call", busy)


def test_the_dead_letters_have_the_queues_name() -> None:
    """A queue's dead letters are found by a rule of names, which the template keeps too."""
    assert dead_letters_of("https://sqs/1/surgeline-events.fifo") == (
        "https://sqs/1/surgeline-events-dead.fifo"
    )
    assert (
        dead_letters_of("https://sqs/1/surgeline-timers") == "https://sqs/1/surgeline-timers-dead"
    )


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
