"""Batches: order per group, what is held and what is buried, threads that stay."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from surgeline.application.ports.queues import Outgoing
from surgeline.errors import BadRequest, Unavailable, Unreadable
from surgeline.runtime.batches import BURY_AT_RECEIVE, Batches, Message


class Context:
    def __init__(self, left: int = 30_000) -> None:
        self.left = left

    def get_remaining_time_in_millis(self) -> int:
        return self.left


class FakeQueue:
    def __init__(self) -> None:
        self.held: list[tuple[list[str], int]] = []
        self.buried: list[str] = []

    def send(self, messages: Sequence[Outgoing]) -> None:  # noqa: ARG002 # the port's
        raise AssertionError("a batch sends nothing by itself")

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        self.held.append((list(receipts), seconds))

    def bury(self, messages: Sequence[Outgoing]) -> None:
        self.buried += [message.body for message in messages]


def event(*pairs: tuple[str, str], received: int = 1) -> dict[str, Any]:
    """A batch of (group, body)."""
    return {
        "Records": [
            {
                "messageId": body,
                "receiptHandle": f"r-{body}",
                "body": body,
                "attributes": {
                    "MessageGroupId": group,
                    "MessageDeduplicationId": body,
                    "ApproximateReceiveCount": str(received),
                },
            }
            for group, body in pairs
        ]
    }


def run(handle: Callable[[Message], None], batch: dict[str, Any], *, parallel: int = 1) -> Any:
    queue = FakeQueue()
    told: list[str] = []
    batches = Batches(
        queue, handle, alarm=lambda word, **_: told.append(word), parallel_groups=parallel
    )
    answer = batches(batch, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]], queue, told


def test_i3_what_stands_behind_a_failure_in_its_group_is_kept_and_not_handled() -> None:
    """The failed message and those behind it come again after its wait; other groups go on."""
    handled: list[str] = []

    def handle(message: Message) -> None:
        handled.append(message.body)
        if message.body == "a1":
            raise Unavailable("later", retry_after_seconds=7)

    for parallel in (1, 4):
        handled.clear()
        batch = event(("a", "a1"), ("b", "b1"), ("a", "a2"), ("b", "b2"))
        kept, queue, _ = run(handle, batch, parallel=parallel)
        assert kept == ["a1", "a2"]
        assert sorted(handled) == ["a1", "b1", "b2"]
        assert queue.held == [(["r-a1", "r-a2"], 7)]


def test_i8_a_bug_is_tried_again_then_buried() -> None:
    """What fails because of a bug comes a few times and is then set aside; its group goes on."""

    def handle(message: Message) -> None:
        if message.body == "a1":
            raise KeyError(message.body)

    kept, queue, told = run(handle, event(("a", "a1"), ("a", "a2")))
    assert (kept, queue.buried, told) == (["a1", "a2"], [], ["message_failed"])
    last = event(("a", "a1"), ("a", "a2"), received=BURY_AT_RECEIVE)
    kept, queue, told = run(handle, last)
    assert (kept, queue.buried, told) == ([], ["a1"], ["message_buried"])


def test_what_can_never_be_handled_is_buried_at_once() -> None:
    """A rejected message is the sender's fault: no later try mends it."""

    def handle(message: Message) -> None:
        raise BadRequest("no")

    assert run(handle, event(("a", "a1")))[0] == []


def test_the_rest_of_the_batch_is_left_when_time_is_nearly_over() -> None:
    """Nothing is begun that the function may not live to finish."""
    queue = FakeQueue()
    handled: list[str] = []
    batches = Batches(queue, lambda m: handled.append(m.body), alarm=lambda *_, **__: None)
    answer = batches(event(("a", "a1"), ("b", "b1")), Context(left=500))
    assert (len(answer["batchItemFailures"]), handled) == (2, [])


def test_threads_stay_from_batch_to_batch() -> None:
    """A process has at most so many threads, however many batches it works on."""
    threads: set[int] = set()
    meet = threading.Barrier(3)

    def handle(message: Message) -> None:
        threads.add(threading.get_ident())
        meet.wait(5)

    batches = Batches(FakeQueue(), handle, alarm=lambda *_, **__: None, parallel_groups=3)
    for _ in range(5):
        batches(event(("a", "1"), ("b", "2"), ("c", "3")), Context())
    assert len(threads) == 3


def test_what_this_release_can_not_read_is_kept_with_an_alarm() -> None:
    """However often it came: it waits for a release that can read it, and is never buried."""

    def handle(message: Message) -> None:
        if message.body == "newer":
            raise Unreadable("of a newer release")

    batch = event(("a", "newer"), ("b", "ours"), received=BURY_AT_RECEIVE + 3)
    kept, queue, told = run(handle, batch)
    assert kept == ["newer"]
    assert queue.held == [(["r-newer"], 60)]
    assert (queue.buried, told) == ([], ["message_unreadable"])
