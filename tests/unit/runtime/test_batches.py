"""Batches keep order per group, hold and bury messages, and keep their threads."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Throttled
from surgeline.errors import BadRequest, Unavailable, Unreadable
from surgeline.runtime.batches import (
    BURY_AT_RECEIVE,
    BURY_UNREADABLE_AT_RECEIVE,
    MOST_STARTS,
    Batches,
    QueueMessage,
)


class Context:
    def __init__(self, left: int = 30_000) -> None:
        self.left = left

    def get_remaining_time_in_millis(self) -> int:
        return self.left


class FakeQueue:
    """Takes what is held and buried; refuses what is named in `refuses`."""

    def __init__(self, *refuses: str) -> None:
        self.held: list[tuple[list[str], int]] = []
        self.buried: list[str] = []
        self.refuses = set(refuses)

    def send(self, messages: Sequence[Outgoing]) -> None:  # noqa: ARG002 # the port's
        raise AssertionError("a batch sends nothing by itself")

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        if "hold" in self.refuses:
            raise Throttled("hold")
        self.held.append((list(receipts), seconds))

    def bury(self, messages: Sequence[Outgoing]) -> None:
        if "bury" in self.refuses:
            raise Throttled("bury")
        self.buried += [message.body for message in messages]


class FakeStarts:
    """Counts starts in memory; refuses to note an end while `refuses` is set."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.refuses = False

    def begun(self, message_id: str) -> int:
        self.counts[message_id] = self.counts.get(message_id, 0) + 1
        return self.counts[message_id]

    def ended(self, message_id: str) -> None:
        if self.refuses:
            raise Throttled("starts")
        self.counts.pop(message_id, None)


def event(*pairs: tuple[str, str], received: int = 1) -> dict[str, Any]:
    """Return a batch of (group, body)."""
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


def run(
    handle: Callable[[QueueMessage], None],
    batch: dict[str, Any],
    *,
    parallel: int = 1,
    refuses: str = "",
    after: Callable[[], None] | None = None,
    left: int = 30_000,
    starts: FakeStarts | None = None,
) -> Any:
    """Return what a batch keeps, its queue, and what was alarmed."""
    queue = FakeQueue(refuses)
    told: list[str] = []
    batches = Batches(
        queue,
        handle,
        alarm=lambda word, **_: told.append(word),
        longest_call_seconds=5,
        parallel_groups=parallel,
        after=after,
        starts=starts,
    )
    answer = batches(batch, Context(left))
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]], queue, told


def test_i3_what_stands_behind_a_failure_in_its_group_is_kept_and_not_handled() -> None:
    """The failed message and those behind it come again after its wait; other groups go on."""
    handled: list[str] = []

    def handle(message: QueueMessage) -> None:
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
    """A message that fails because of a bug comes a few times and is set aside, and its group
    goes on.
    """

    def handle(message: QueueMessage) -> None:
        if message.body == "a1":
            raise KeyError(message.body)

    kept, queue, told = run(handle, event(("a", "a1"), ("a", "a2")))
    assert (kept, queue.buried, told) == (["a1", "a2"], [], ["message_failed"])
    last = event(("a", "a1"), ("a", "a2"), received=BURY_AT_RECEIVE)
    kept, queue, told = run(handle, last)
    assert (kept, queue.buried, told) == ([], ["a1"], ["message_buried"])


def test_what_can_never_be_handled_is_buried_at_once() -> None:
    """A rejected message is the sender's fault, so no later try is made."""

    def handle(message: QueueMessage) -> None:
        raise BadRequest("no")

    assert run(handle, event(("a", "a1")))[0] == []


def test_the_rest_of_the_batch_is_left_when_time_is_nearly_over() -> None:
    """Nothing is begun that the function may not live to finish."""
    handled: list[str] = []
    batch = event(("a", "a1"), ("b", "b1"))
    kept, queue, _ = run(lambda m: handled.append(m.body), batch, left=6_900)
    assert (kept, handled) == (["a1", "b1"], [])
    assert queue.held == [(["r-a1", "r-b1"], 1)]
    kept, _, _ = run(lambda m: handled.append(m.body), batch, left=7_000)
    assert (kept, handled) == ([], ["a1", "b1"])


def test_threads_stay_from_batch_to_batch() -> None:
    """A process has at most so many threads, however many batches it works on."""
    threads: set[int] = set()
    meet = threading.Barrier(3)

    def handle(message: QueueMessage) -> None:
        threads.add(threading.get_ident())
        meet.wait(5)

    batches = Batches(
        FakeQueue(), handle, alarm=lambda *_, **__: None, longest_call_seconds=5, parallel_groups=3
    )
    for _ in range(5):
        batches(event(("a", "1"), ("b", "2"), ("c", "3")), Context())
    assert len(threads) == 3


def test_what_this_release_can_not_read_is_kept_with_an_alarm() -> None:
    """An unreadable message waits for a release that can read it."""

    def handle(message: QueueMessage) -> None:
        if message.body == "newer":
            raise Unreadable("of a newer release")

    batch = event(("a", "newer"), ("b", "ours"), received=BURY_AT_RECEIVE + 3)
    kept, queue, told = run(handle, batch)
    assert kept == ["newer"]
    assert queue.held == [(["r-newer"], 60)]
    assert (queue.buried, told) == ([], ["message_unreadable"])


def unreadable(message: QueueMessage) -> None:
    """Refuse a message as one of a newer release."""
    raise Unreadable("of a newer release")


def test_i8_what_no_release_reads_for_hours_is_buried() -> None:
    """An unreadable message outlives a deployment of hours, and then its thread goes on."""
    waits = [
        run(unreadable, event(("a", "newer"), received=number))[1].held[0][1]
        for number in range(1, BURY_UNREADABLE_AT_RECEIVE)
    ]
    assert 8 * 3600 < sum(waits) < 9 * 3600
    batch = event(("a", "newer"), received=BURY_UNREADABLE_AT_RECEIVE)
    kept, queue, told = run(unreadable, batch)
    assert (kept, queue.buried, told) == ([], ["newer"], ["message_buried"])


def test_an_outage_buries_nothing() -> None:
    """A message that nobody could handle for days stays in its queue."""

    def handle(message: QueueMessage) -> None:
        raise Throttled("down")

    batch = event(("a", "a1"), received=999)
    kept, queue, _ = run(handle, batch, starts=FakeStarts())
    assert (kept, queue.buried) == (["a1"], [])


class Killed(BaseException):
    """Stands for the end of the process."""


def test_i8_a_message_that_ends_its_process_is_buried_untried() -> None:
    """Its group goes on after a few kills, and no other message of its batches is blamed."""
    starts, handled = FakeStarts(), []

    def handle(message: QueueMessage) -> None:
        if message.body == "fatal":
            raise Killed
        handled.append(message.body)

    pairs = (("a", "before"), ("b", "fatal"), ("c", "after"))
    kills = 0
    for received in range(1, 100):
        try:
            kept, queue, told = run(handle, event(*pairs, received=received), starts=starts)
        except Killed:
            kills += 1
            continue
        break
    assert kills == BURY_AT_RECEIVE - 1 + MOST_STARTS
    assert (kept, queue.buried, told) == ([], ["fatal"], ["message_buried"])
    assert handled[-2:] == ["before", "after"]


@pytest.mark.parametrize("refuses", [False, True])
def test_failures_that_the_process_outlives_are_no_kills(refuses: bool) -> None:
    """Starts count in a row; whoever waits out an outage is not buried for a kill between."""
    starts = FakeStarts()
    deeds = iter([Killed(), Throttled("down"), *[Killed()] * 4, None])

    def handle(message: QueueMessage) -> None:
        if (deed := next(deeds)) is not None:
            raise deed

    for received in range(BURY_AT_RECEIVE, BURY_AT_RECEIVE + 7):
        starts.refuses = refuses and received == BURY_AT_RECEIVE + 1
        try:
            kept, queue, _ = run(handle, event(("a", "a1"), received=received), starts=starts)
        except Killed:
            continue
    assert (kept, queue.buried) == ([], ["a1"] if refuses else [])


def test_a_bug_around_a_handler_keeps_its_message_alone() -> None:
    """Whatever fails beside the handler is alarmed, and the other groups have their answer."""

    class Broken(FakeStarts):
        def ended(self, message_id: str) -> None:
            if message_id == "a1":
                raise ZeroDivisionError

    batch = event(("a", "a1"), ("a", "a2"), ("b", "b1"), received=BURY_AT_RECEIVE)
    kept, queue, told = run(lambda _: None, batch, starts=Broken())
    assert (kept, queue.held, told) == (
        ["a1", "a2"],
        [(["r-a1", "r-a2"], 1)],
        ["message_failed"],
    )


def test_starts_are_counted_one_message_at_a_time() -> None:
    """A consumer that works side by side could not tell which message ended the process."""
    with pytest.raises(ValueError, match="one message"):
        run(print, event(("a", "a1")), parallel=2, starts=FakeStarts())


def test_a_refused_bury_keeps_the_message_and_the_rest_of_the_answer() -> None:
    """Poison that can't be set aside now comes again; what was handled is not handled twice."""

    def handle(message: QueueMessage) -> None:
        if message.body == "a1":
            raise BadRequest("no")

    batch = event(("b", "b1"), ("a", "a1"), ("a", "a2"))
    for parallel in (1, 4):
        kept, queue, told = run(handle, batch, parallel=parallel, refuses="bury")
        assert kept == ["a1", "a2"]
        assert queue.held == [(["r-a1", "r-a2"], 1)]
        assert told == ["bury_refused"]


def test_a_refused_hold_loses_no_answer() -> None:
    """A message that could not be held waits out its visibility, and handled ones are not
    repeated.
    """

    def handle(message: QueueMessage) -> None:
        if message.body == "a1":
            raise Unavailable("later")

    kept, queue, told = run(handle, event(("b", "b1"), ("a", "a1")), refuses="hold")
    assert (kept, queue.held, told) == (["a1"], [], ["hold_refused"])


@pytest.mark.parametrize(
    ("error", "word"), [(Throttled("send"), "sends_refused"), (KeyError("bug"), "batch_failed")]
)
def test_while_the_last_step_is_refused_the_batch_comes_again_soon(
    error: Exception, word: str
) -> None:
    """A batch whose sends are refused comes again after a second; what was buried stays buried.

    One line of the log says so.
    """

    def handle(message: QueueMessage) -> None:
        if message.body == "a1":
            raise Unavailable("later", retry_after_seconds=7)
        if message.body == "c1":
            raise BadRequest("no")

    def after() -> None:
        raise error

    batch = event(("a", "a1"), ("b", "b1"), ("c", "c1"))
    kept, queue, told = run(handle, batch, after=after)
    assert sorted(kept) == ["a1", "b1"]
    assert queue.buried == ["c1"]
    assert queue.held == [(["r-a1"], 7), (["r-b1"], 1)]
    assert told == ["message_buried", word]


def test_sends_that_a_careful_batch_is_refused_are_told_too() -> None:
    """The step that runs after each message tells in the log that its sends were refused."""

    def after() -> None:
        raise Throttled("send")

    batch = event(("a", "a1"), received=BURY_AT_RECEIVE)
    kept, queue, told = run(lambda _: None, batch, after=after)
    assert (kept, queue.buried, told) == (["a1"], [], ["sends_refused"])


def test_the_last_step_runs_once_a_batch() -> None:
    """Sends are collected over a batch and made together."""
    steps: list[str] = []
    batch = event(("a", "a1"), ("b", "b1"))
    run(lambda m: steps.append(m.body), batch, after=lambda: steps.append("sent"))
    assert steps == ["a1", "b1", "sent"]


def test_i8_a_message_that_breaks_the_last_step_is_found_and_buried() -> None:
    """The step runs after each message from a few receives on, so that only the cause is buried."""
    collected: list[str] = []

    def after() -> None:
        sent, collected[:] = collected[:], []
        if "a1" in sent:
            raise KeyError("a1")

    batch = event(("a", "a1"), ("b", "b1"), received=BURY_AT_RECEIVE)
    kept, queue, told = run(lambda m: collected.append(m.body), batch, after=after)
    assert (kept, queue.buried, told) == ([], ["a1"], ["message_buried"])


def test_an_outage_does_not_use_up_the_receives_of_a_queue() -> None:
    """A message that was received often waits longer, so that a thousand receives last for days."""

    def handle(message: QueueMessage) -> None:
        raise Unavailable("down")

    waits = []
    for received in (1, 99, 100, 500):
        _, queue, _ = run(handle, event(("a", "a1"), received=received))
        [(_, seconds)] = queue.held
        waits.append(seconds)
    assert waits == [1, 1, 60, 900]
