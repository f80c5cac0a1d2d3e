"""A batch's answer means what it means to Lambda's event source mapping."""

import pytest

from infra import topology
from local.engine.queue import Received
from local.home.source_mapping import MalformedAnswer, invoke, kept_of

IDS = ("a", "b", "c")
FUNCTION = topology.function("conversation_worker")
BATCH = [
    Received(
        id=each,
        receipt=f"receipt-{each}",
        body="{}",
        group="g",
        dedup_id=each,
        sent_at=1,
        first_received_at=1,
        receive_count=1,
        sequence_number="1",
    )
    for each in IDS
]


def failures(*ids: object) -> dict[str, object]:
    return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}


@pytest.mark.parametrize("answer", [None, {}, failures(), {"batchItemFailures": None}])
def test_an_empty_answer_means_success(answer: object) -> None:
    """Every message is deleted if a handler lists no failure or gives no list."""
    assert kept_of(answer, IDS) == frozenset()


def test_the_listed_messages_are_kept() -> None:
    """Listed ids stay in the queue and the others are deleted, and a repeated id counts once."""
    assert kept_of(failures("b", "b"), IDS) == {"b"}


@pytest.mark.parametrize(
    "answer",
    [
        failures("unknown"),
        failures("a", "unknown"),
        failures(""),
        failures(None),
        failures(1),
        {"batchItemFailures": "a"},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": [{"ItemIdentifier": "a"}]},
        "ok",
        [],
        True,
    ],
)
def test_what_cannot_be_understood_keeps_the_whole_batch(answer: object) -> None:
    """An answer of bad shape or with an empty or unknown id fails the whole batch (F18)."""
    with pytest.raises(MalformedAnswer):
        kept_of(answer, IDS)
    assert invoke(lambda _event, _context: answer, FUNCTION, "events", BATCH) == []  # type: ignore[arg-type,return-value]


def test_receipts_of_what_succeeded_are_given_back() -> None:
    """A partial failure deletes the others, in order."""
    done = invoke(lambda _event, _context: failures("b"), FUNCTION, "events", BATCH)
    assert done == ["receipt-a", "receipt-c"]


def test_an_exception_keeps_the_whole_batch(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is deleted when a handler raises, and the log names the function (F17)."""

    def handler(_event: object, _context: object) -> dict[str, object]:
        raise RuntimeError("the customer wrote this")

    with caplog.at_level("ERROR", logger="local.home.source_mapping"):
        assert invoke(handler, FUNCTION, "events", BATCH) == []
    assert "conversation_worker failed; 3 message(s) stay" in caplog.text


def test_the_context_is_like_lambdas() -> None:
    """A handler finds its name, its memory, its time and an id of this invocation."""
    contexts = []

    def handler(_event: object, context: object) -> dict[str, object]:
        contexts.append(context)
        return {}

    for _ in range(2):
        assert len(invoke(handler, FUNCTION, "events", BATCH)) == 3
    first, second = contexts
    assert first.function_name == "conversation_worker"
    assert first.memory_limit_in_mb == "1024"
    assert first.invoked_function_arn.endswith(":function:conversation_worker")
    assert 25_000 < first.get_remaining_time_in_millis() <= 30_000
    assert first.aws_request_id != second.aws_request_id
