"""A commit in DynamoDB under crashes and rivals at each of its calls: never half, never twice."""

from collections.abc import Iterator

import pytest
from surgeline.adapters.aws.conversation_store import DynamoConversationStore
from surgeline.adapters.aws.table import EVENT, RECORD, THREAD, int_of
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.refusals import AlreadyDone, Stale, Throttled
from surgeline.errors import Conflict

from tests.contract.aws_answers import answering
from tests.contract.aws_calls import Crash, Moment, counted, crash, interrupted
from tests.contract.aws_home import AwsHome, moto_home
from tests.contract.examples import THREAD as ID
from tests.contract.examples import customer_wrote, record, thread

EVENTS = ("m1", "m2", "m3")
MOST_CALLS = 12
TRIES = 4


@pytest.fixture
def home(tmp_path: object) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    with moto_home(tmp_path) as opened:  # type: ignore[arg-type] # not used
        yield opened


def advance(store: DynamoConversationStore, event_id: str) -> Record:
    """Load, decide and commit an event as the worker does, again if others were quicker."""
    for _ in range(TRIES):
        loaded = store.load(ID, event_id)
        if loaded.done:
            return loaded.done
        seq = loaded.thread.seq if loaded.thread else 0
        new = record(seq + 1, customer_wrote(event_id))
        try:
            store.commit(new, thread(seq + 2), expected_seq=seq)
        except (Stale, AlreadyDone):
            continue
        return new
    raise Conflict(event_id)


def new_process(home: AwsHome) -> DynamoConversationStore:
    """Return a store that remembers nothing."""
    return DynamoConversationStore(home.table)


def whole(store: DynamoConversationStore) -> list[str]:
    """Return the ids of the events in the log, which is without gaps and agrees with the thread."""
    state, log = store.thread(ID), store.records(ID)
    assert log == store.records(ID, newest_first=True)[::-1]
    assert [each.seq for each in log] == [2 * number + 1 for number in range(len(log))]
    assert (state.seq if state else 0) == 2 * len(log)
    ids = [each.event.id for each in log]
    assert len(set(ids)) == len(ids)
    for each in log:
        assert store.load(ID, each.event.id).done == each
    return ids


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, MOST_CALLS + 1))
def test_a_crash_at_any_call_is_repaired_by_the_redelivery(
    home: AwsHome, number: int, moment: Moment
) -> None:
    """F10, F11: a commit cut short at any call is kept whole or not at all, and its event
    counts once.
    """
    client = home.clients.dynamodb()
    store, crashed = new_process(home), False
    with interrupted(client, number, moment, crash):
        for event_id in EVENTS:
            try:
                advance(store, event_id)
            except Crash:
                crashed = True
                store = new_process(home)
                assert set(whole(store)) <= set(EVENTS)
                advance(store, event_id)
    assert whole(new_process(home)) == list(EVENTS)
    assert crashed == (number <= 2 + 4 + 4)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("rival_event", ["m3", "m4"])
def test_a_rival_at_any_call_does_not_make_it_twice(
    home: AwsHome, number: int, moment: Moment, rival_event: str
) -> None:
    """F09, F20: a commit is right when another process takes in an event between any two calls."""
    for event_id in ("m1", "m2"):
        advance(new_process(home), event_id)
    client = home.clients.dynamodb()
    rival = new_process(home)
    with interrupted(client, number, moment, lambda: advance(rival, rival_event)):
        advance(new_process(home), "m3")
    assert set(whole(new_process(home))) == {"m1", "m2", "m3", rival_event}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 5))
def test_an_event_done_and_followed_by_others_meanwhile_is_found(
    home: AwsHome, number: int, moment: Moment
) -> None:
    """A slow reader never takes an old absence for a new one, because the thread is read first."""
    advance(new_process(home), "m1")

    def overtake() -> None:
        for event_id in ("m2", "m3", "m4"):
            advance(new_process(home), event_id)

    with interrupted(home.clients.dynamodb(), number, moment, overtake):
        advance(new_process(home), "m2")
    assert sorted(whole(new_process(home))) == ["m1", "m2", "m3", "m4"]


def test_a_write_whose_answer_was_lost_is_done(home: AwsHome) -> None:
    """F12: the retried write finds the thread changed by itself and says that the commit is
    done.
    """
    store = new_process(home)
    advance(store, "m1")
    seq = 2
    new = record(seq + 1, customer_wrote("m2"))
    store.load(ID, "m2")
    lost = lambda: new_process(home).commit(new, thread(seq + 2), expected_seq=seq)  # noqa: E731
    with (
        interrupted(home.clients.dynamodb(), 2, "before", lost),
        pytest.raises(AlreadyDone),
    ):
        store.commit(new, thread(seq + 2), expected_seq=seq)
    assert whole(new_process(home)) == ["m1", "m2"]


def test_a_page_never_misses_a_record_that_moves(home: AwsHome) -> None:
    """A commit between the reading of the log and of the thread is seen, and read over."""
    for event_id in ("m1", "m2"):
        advance(new_process(home), event_id)
    old = home.table.between(ID, RECORD, THREAD)
    advance(new_process(home), "m3")
    torn = [*old[:-1], home.table.get(ID, THREAD)]
    store = new_process(home)
    answers = iter([torn])
    real = home.table.between
    home.table.between = lambda *a, **k: next(answers, None) or real(*a, **k)  # type: ignore[method-assign]
    assert [each.event.id for each in store.records(ID)] == ["m1", "m2", "m3"]


@pytest.mark.parametrize("length", [3, 60])
def test_calls_do_not_grow_with_the_conversation(home: AwsHome, length: int) -> None:
    """Four calls an event, two for a thread's first, however long the thread is."""
    client = home.clients.dynamodb()
    with counted(client) as first:
        advance(new_process(home), "m0")
    assert first == ["GetItem", "PutItem"]
    for number in range(1, length):
        advance(new_process(home), f"m{number}")
    with counted(client) as later:
        advance(new_process(home), "last")
    assert later == ["GetItem", "GetItem", "BatchWriteItem", "PutItem"]
    with counted(client) as repeated:
        advance(new_process(home), "last")
    assert repeated == ["GetItem"]


def test_every_item_has_a_schema_and_an_end(home: AwsHome) -> None:
    """Dedupe ends after nine days, records after 400, and the thread last of all."""
    for event_id in EVENTS:
        advance(new_process(home), event_id)
    items = home.table.between(ID, "!", "~")
    assert {int_of(each, "schema") for each in items} == {1}
    days = {
        each["sk"]["S"].partition("#")[0]: (int(each["expires"]["N"]) - record().at // 1000) / 86400
        for each in items
    }
    assert days == {"event": 9, "record": 400, "thread": 430}
    assert [each["sk"]["S"] for each in items] == [
        f"{EVENT}m1",
        f"{EVENT}m2",
        f"{RECORD}000000000001",
        f"{RECORD}000000000003",
        THREAD,
    ]


def test_what_a_batch_leaves_unwritten_is_written_again(home: AwsHome) -> None:
    """Unprocessed items are no error of AWS's, but nothing may follow before they are kept."""
    advance(new_process(home), "m1")
    seen: list[object] = []

    def leave(
        parsed: dict[str, object], model: object, context: dict[str, object], **_: object
    ) -> None:
        if getattr(model, "name", "") == "BatchWriteItem" and len(seen) < 1:
            seen.append(context)
            parsed["UnprocessedItems"] = {home.prefix: [PUT]}

    events = home.clients.dynamodb().meta.events
    events.register("after-call", leave)
    try:
        with counted(home.clients.dynamodb()) as operations:
            advance(new_process(home), "m2")
    finally:
        events.unregister("after-call", leave)
    assert operations.count("BatchWriteItem") == 2
    assert whole(new_process(home)) == ["m1", "m2"]


PUT = {"PutRequest": {"Item": {"pk": {"S": "other"}, "sk": {"S": "x"}}}}


def test_a_batch_that_is_never_finished_is_throttled(home: AwsHome) -> None:
    """The commit gives up before it has moved the thread."""
    advance(new_process(home), "m1")

    def leave(parsed: dict[str, object], model: object, **_: object) -> None:
        if getattr(model, "name", "") == "BatchWriteItem":
            parsed["UnprocessedItems"] = {home.prefix: [PUT]}

    events = home.clients.dynamodb().meta.events
    events.register("after-call", leave)
    try:
        with pytest.raises(Throttled):
            advance(new_process(home), "m2")
    finally:
        events.unregister("after-call", leave)
    assert whole(new_process(home)) == ["m1"]


@pytest.mark.parametrize("operation", ["GetItem", "BatchWriteItem", "PutItem"])
def test_throttling_at_any_call_keeps_nothing(home: AwsHome, operation: str) -> None:
    """F14: a refused event comes again later, and the refusal left nothing behind."""
    advance(new_process(home), "m1")
    refused = (400, "ProvisionedThroughputExceededException")
    with (
        answering(home.clients.dynamodb(), lambda name, _: refused if name == operation else None),
        pytest.raises(Throttled),
    ):
        advance(new_process(home), "m2")
    assert whole(new_process(home)) == ["m1"]
    advance(new_process(home), "m2")
    assert whole(new_process(home)) == ["m1", "m2"]
