"""SQS is spoken to in batches, and its dead letters are counted, listed and redriven."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import Mock

import pytest
from surgeline.adapters.aws.dead_letters import SqsDeadLetters
from surgeline.adapters.aws.queues import dead_letters_of
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
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Throttled
from surgeline.errors import Unavailable

from tests.contract.aws_calls import counted
from tests.contract.aws_home import AwsHome, moto_home
from tests.contract.examples import fifo


@pytest.fixture
def home(tmp_path: object) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    with moto_home(tmp_path) as opened:  # type: ignore[arg-type] # not used
        yield opened


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
