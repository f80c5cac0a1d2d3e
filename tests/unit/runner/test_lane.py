"""The loop of a worker runs over the real engine."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Throttled

from infra import topology
from local.engine.queue import Received
from local.home import plan
from local.home.backend import EmbeddedBackend, open_home
from local.runner.lanes.in_hand import InHand
from local.runner.lanes.lane import FALLBACK_SECONDS, Lane

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Trial:
    """A lane on a folder; `sleeps` are the pauses it took, and it stops at the one too many."""

    def __init__(self, home: Path, handler: Answer, *, sleeps: int = 1, beside: int = 0) -> None:
        self.backend: EmbeddedBackend = open_home(home)
        self.queue = self.backend.queue("events")
        self.rings = 0
        self.sleeps: list[float] = []
        self._limit = sleeps
        self.lane = Lane(
            function=topology.function("conversation_worker"),
            queue_name="events",
            batch=10,
            source=self.queue,
            handler=lambda event, _context: handler(dict(event)),
            in_hand=InHand(home / "lanes" / "one"),
            sleep=self.sleeps.append,
            ring=self._ring,
            beside=beside,
        )

    def run(self) -> None:
        self.lane.run(lambda: len(self.sleeps) >= self._limit)

    def send(self, *groups: str) -> None:
        count = time.monotonic_ns()
        self.queue.send(
            [Outgoing(f"body {g}", group=g, dedup_id=f"{count}{i}") for i, g in enumerate(groups)]
        )

    def refuse_to_hold(self, *, times: int) -> list[Throttled]:
        """Refuse the next writes that hold a message, and return the refusals that are left."""
        queue, refusals = self.queue, [Throttled("disk full")] * times

        class Full:
            """The queue, whose writes are refused for a while."""

            def hold_untouched(self, message: Received, seconds: int) -> None:
                if refusals:
                    raise refusals.pop()
                queue.hold_untouched(message, seconds)

            def __getattr__(self, name: str) -> Any:  # all else is the queue's
                return getattr(queue, name)

        self.lane.source = Full()  # type: ignore[assignment] # the queue, but for one call
        return refusals

    def _ring(self) -> None:
        self.rings += 1


def everything(_event: dict[str, Any]) -> dict[str, Any]:
    return {"batchItemFailures": []}


def test_it_stands_back_only_while_it_has_much_to_do(tmp_path: Path) -> None:
    """The next batch is put off after a full one, and nothing is after a few messages."""
    trial, stood_back = Trial(tmp_path, everything, sleeps=2), list[int]()
    trial.lane.stand_back = lambda: stood_back.append(trial.queue.depth().visible)
    trial.send(*(f"g{i}" for i in range(12)))
    trial.run()
    assert stood_back == [2]


def test_it_works_until_nothing_is_left_then_sleeps_long(tmp_path: Path) -> None:
    """A lane takes batches of ten, wakes a sibling for a full one, and then sleeps the fallback."""
    seen: list[int] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        seen.append(len(event["Records"]))
        return {}

    trial = Trial(tmp_path, handler)
    trial.send(*(f"g{i}" for i in range(12)))
    trial.run()
    assert seen == [10, 2]
    assert trial.rings == 1
    assert trial.sleeps == [FALLBACK_SECONDS]
    assert trial.queue.depth().visible == trial.queue.depth().in_flight == 0


def test_it_sleeps_until_a_held_message_is_due(tmp_path: Path) -> None:
    """A failed message that the handler holds for two seconds sets the pause."""

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        [record] = event["Records"]
        trial.queue.hold([record["receiptHandle"]], 2)
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    trial = Trial(tmp_path, handler)
    trial.send("g")
    trial.run()
    [pause] = trial.sleeps
    assert 1 < pause <= 2


def test_what_the_handler_kept_and_could_not_hold_comes_back_soon(tmp_path: Path) -> None:
    """A message that a full disk could not hold comes back before its visibility timeout."""

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}

    trial = Trial(tmp_path, handler, sleeps=4)
    trial.send("g")
    refusals = trial.refuse_to_hold(times=2)
    trial.run()
    *_, pause = trial.sleeps
    assert refusals == []
    assert pause <= 1


def test_what_could_not_be_held_comes_back_at_once_after_a_restart(tmp_path: Path) -> None:
    """The lane of the next start has a message that the disk had no room to hold."""

    def keeps(event: dict[str, Any]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}

    stopped, seen = Trial(tmp_path, keeps, sleeps=3), list[str]()
    stopped.send("g")
    stopped.refuse_to_hold(times=9)
    stopped.run()

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        seen.extend(record["attributes"]["ApproximateReceiveCount"] for record in event["Records"])
        return {}

    Trial(tmp_path, handler).run()
    assert seen == ["2"]


def test_a_message_that_its_handler_holds_stays_held_over_a_restart(tmp_path: Path) -> None:
    """The lane of the next start leaves the wait as the handler chose it."""

    def holds(event: dict[str, Any]) -> dict[str, Any]:
        [record] = event["Records"]
        stopped.queue.hold([record["receiptHandle"]], 300)
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    stopped = Trial(tmp_path, holds, sleeps=2)
    stopped.send("g")
    stopped.run()
    Trial(tmp_path, everything).run()
    assert stopped.queue.depth().in_flight == 1


def test_what_a_dead_lane_had_in_hand_comes_back_at_once(tmp_path: Path) -> None:
    """The lane that takes a dead one's place does not wait for the visibility timeout."""
    died = Trial(tmp_path, everything)
    died.send("g")
    [message] = died.queue.receive(10)
    died.lane.in_hand.hold([message.receipt])

    seen: list[str] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        seen.extend(record["attributes"]["ApproximateReceiveCount"] for record in event["Records"])
        return {}

    next_one = Trial(tmp_path, handler)
    next_one.run()
    assert seen == ["2"]
    assert next_one.lane.in_hand.unfinished() == []


def test_i1_what_is_taken_is_noted_before_it_is_in_flight(tmp_path: Path) -> None:
    """However early a lane dies after a receive, the one in its place knows what to give back."""
    died = Trial(tmp_path, everything)
    died.send("g")

    def die(_found: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        died.queue.receive(10, taking=die)
    assert died.queue.depth().in_flight == 0

    noted: list[str] = []
    found = died.queue.receive(10, taking=lambda them: noted.extend(m.receipt for m in them))
    assert noted == [message.receipt for message in found]


def test_trouble_with_the_engine_is_waited_out(tmp_path: Path) -> None:
    """A throttled or unavailable engine neither ends the lane nor makes it spin."""
    trial = Trial(tmp_path, everything, sleeps=3)

    class Broken:
        def __getattr__(self, _name: str) -> Callable[..., Any]:
            def fail(*_args: object, **_: object) -> None:
                raise Throttled("busy")

            return fail

    trial.lane.source = Broken()  # type: ignore[assignment]
    trial.run()
    assert trial.sleeps == [1.0, 1.0, 1.0]


def test_what_is_due_and_cannot_be_had_makes_it_patient(tmp_path: Path) -> None:
    """The pauses grow when something seems due and a receive finds nothing."""
    trial = Trial(tmp_path, everything, sleeps=8)

    class Elusive:
        def hold(self, _receipts: object, _seconds: int) -> None: ...
        def receive(self, _max_messages: int, **_: object) -> list[Any]:
            return []

        def next_visible_at(self) -> int:
            return 0

    trial.lane.source = Elusive()  # type: ignore[assignment]
    trial.run()
    assert trial.sleeps == sorted(trial.sleeps)
    assert 0 < trial.sleeps[0] < 0.1
    assert trial.sleeps[-1] == 1.0


def groups_of(event: dict[str, Any]) -> set[str]:
    return {record["attributes"]["MessageGroupId"] for record in event["Records"]}


def test_a_slow_group_is_left_behind_and_its_batch_is_done_with(tmp_path: Path) -> None:
    """A hanging group does not keep the rest of its batch from being deleted, nor later groups."""
    free = threading.Event()
    seen: list[str] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        [group] = groups_of(event)
        if group == "slow":
            assert free.wait(10)
        seen.append(group)
        return {}

    trial = Trial(tmp_path, handler, beside=20)
    trial.send("a", "slow", "b")
    trial.lane.step()
    assert sorted(seen) == ["a", "b"]
    assert (trial.queue.depth().visible, trial.queue.depth().in_flight) == (0, 1)
    assert len(trial.lane.in_hand.unfinished()) == 1
    trial.send("slow", "c")
    trial.lane.step()
    assert sorted(seen) == ["a", "b", "c"]
    free.set()
    deadline = time.monotonic() + 5
    while trial.queue.depth().in_flight and time.monotonic() < deadline:
        time.sleep(0.01)
    trial.run()
    assert seen[-2:] == ["slow", "slow"]
    assert trial.queue.depth().visible == trial.queue.depth().in_flight == 0


def test_a_look_up_of_a_customer_holds_no_batch(tmp_path: Path) -> None:
    """It is left behind at once, whatever stands beside it, because nothing waits for it."""
    free = threading.Event()
    seen: list[str] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        [group] = groups_of(event)
        if group.endswith(".customers.data"):
            assert free.wait(10)
        seen.append(group)
        return {}

    trial = Trial(tmp_path, handler, beside=20)
    began = time.monotonic()
    trial.send("t1.customers.data", "t1.pool.north")
    trial.lane.step()
    trial.send("t2.customers.data")
    trial.lane.step()
    took = time.monotonic() - began
    assert seen == ["t1.pool.north"]
    free.set()
    trial.run()
    assert took < 0.4


def test_i13_only_so_many_groups_are_left_behind(tmp_path: Path) -> None:
    """A lane waits for one of its hanging groups when as many hang as may."""
    free = threading.Event()

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        assert free.wait(10)
        return {}

    trial = Trial(tmp_path, handler, beside=11)
    trial.send("a", "b")
    threading.Timer(1.5, free.set).start()
    begin = time.monotonic()
    trial.lane.step()
    assert time.monotonic() - begin > 1.0


def test_quick_groups_are_worked_off_by_one_thread(tmp_path: Path) -> None:
    """One thread works quick groups off, and other threads help only where it waits."""
    threads: set[int] = set()

    def handler(_event: dict[str, Any]) -> dict[str, Any]:
        threads.add(threading.get_ident())
        return {}

    trial = Trial(tmp_path, handler, beside=20)
    trial.send(*(f"group-{number}" for number in range(10)))
    trial.run()
    assert len(threads) == 1


def test_a_lane_takes_what_the_plan_says() -> None:
    """SQS gives a FIFO queue's consumer ten messages at most; a lane may take more of a file."""
    small = plan.Plan(at_once={"delivery_worker": 40})
    assert (small.batch("delivery_worker"), small.batch("conversation_worker")) == (40, 10)


def test_a_batch_that_was_not_full_is_followed_by_a_look_not_a_receive(tmp_path: Path) -> None:
    """A lane reads that nothing more is there and spends no transaction on an empty receive."""
    trial = Trial(tmp_path, everything)
    received: list[int] = []
    receive = trial.queue.receive

    def counted(
        max_messages: int, *, taking: Callable[[Sequence[Received]], None]
    ) -> list[Received]:
        found = receive(max_messages, taking=taking)
        received.append(len(found))
        return found

    trial.lane.source.receive = counted  # type: ignore[method-assign] # counts on the way
    trial.send("a", "b")
    trial.run()
    assert received == [2]
    assert trial.sleeps == [FALLBACK_SECONDS]


def test_an_encoder_has_a_lane_for_each_core() -> None:
    """Letters are compared by half of them; the other lanes stay as they were."""
    encoding = plan.with_encoder(plan.DEFAULT)
    assert encoding.lanes["conversation_worker"] == os.cpu_count()
    assert encoding.lanes["delivery_worker"] == plan.DEFAULT.lanes["delivery_worker"]
    assert plan.DEFAULT.lanes["conversation_worker"] == max(1, (os.cpu_count() or 1) // 2)
