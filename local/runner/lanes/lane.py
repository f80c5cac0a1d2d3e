"""A lane is a worker process: one function that one queue wakes, one batch after the other.

    python -m local.runner.lanes.lane FUNCTION NUMBER

The process sleeps on the queue's doorbell, and nothing here polls. `source_mapping` reads a batch's
answer.
"""

import logging
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Protocol

from surgeline.errors import SurgelineError
from surgeline.runtime.bootstrap import Handler

from infra.topology import Function, Messages
from local.engine.queue import Received
from local.home import doorbell, names
from local.home.backend import from_environment
from local.home.plan import of_kind
from local.home.source_mapping import invoke
from local.runner.lanes.in_hand import InHand
from local.runner.pressure import FILE, Pressure, stand_back
from local.runner.processes import child

FALLBACK_SECONDS = 20.0
_SHORTEST_SECONDS = 0.02
_TROUBLE_SECONDS = 1.0
_ALONE_SECONDS = 0.02
_BRISK = 5
"""A thread that handles fewer groups in that time waits for servers, so other threads help."""
_SLOW_SECONDS = 0.5
UNHURRIED = ".customers.data"
"""The end of the groups of look-ups, which are left behind at once: nothing waits for them."""
_STOP_SECONDS = 5.0
_LONGEST_HOLD_SECONDS = 60

log = logging.getLogger(__name__)


class Source(Protocol):
    """The consuming side of one queue of the embedded engine."""

    def receive(
        self, max_messages: int, *, taking: Callable[[Sequence[Received]], None]
    ) -> list[Received]:
        """Take up to so many messages into flight. Call `taking` with the messages just before."""

    def delete(self, receipts: Sequence[str]) -> None:
        """Forget messages that were handled."""

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible again after so many seconds."""

    def hold_untouched(self, message: Received, seconds: int) -> None:
        """Hold a message that nobody held since it was received."""

    def next_visible_at(self) -> int | None:
        """Return when a message is due, in epoch milliseconds, or None when nothing waits."""


@dataclass
class Lane:
    """The loop of a worker.

    With `beside` each group of a batch is an invocation of its own, in threads. Groups that take
    long are left behind there, at most so many. So the handler must be safe to call from threads.
    `stand_back` is called after each full batch, before the next.
    """

    function: Function
    queue_name: str
    batch: int
    source: Source
    handler: Handler
    in_hand: InHand
    sleep: Callable[[float], None]
    ring: Callable[[], None]
    stand_back: Callable[[], None] = lambda: None
    beside: int = 0
    _full: bool = False
    _behind: dict[Future[list[str]], list[str]] = field(default_factory=dict)
    _threads: ThreadPoolExecutor | None = None
    _kept: deque[Received] = field(default_factory=deque)

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until the stop signal. Wait while the engine has trouble."""
        left = self.in_hand.unfinished()
        empty_rounds = 0
        while not stopped():
            try:
                if left:
                    self.source.hold(left, 0)
                    left = []
                self._hold_kept()
                taken = self.step()
                empty_rounds = 0 if taken else empty_rounds + 1
                if taken < self.batch and not stopped():
                    self.sleep(self._pause(empty_rounds))
            except (SurgelineError, OSError) as error:
                log.warning("%s waits because of %s", self.function.name, type(error).__name__)
                mine = self._receipts_still_mine()
                left = [receipt for receipt in self.in_hand.unfinished() if receipt not in mine]
                self.sleep(_TROUBLE_SECONDS)
        wait(self._behind, _STOP_SECONDS)

    def step(self) -> int:
        """Receive and handle one batch, and return how many messages it had."""
        if self._full:  # a lane with little to do takes nothing from the front
            self.stand_back()
        found = self.source.receive(self.batch, taking=self._note)
        self._full = len(found) == self.batch
        if not found:
            return 0
        if self._full:
            self.ring()
        if done := self._beside(found) if self.beside else self._invoke(found):
            self.source.delete(done)
        self._note([])
        return len(found)

    def _invoke(self, found: Sequence[Received]) -> list[str]:
        done = invoke(self.handler, self.function, self.queue_name, found)
        self._kept.extend(message for message in found if message.receipt not in done)
        return done

    def _hold_kept(self) -> None:
        """Hold messages that a handler kept and could not hold by itself, as on a full disk.

        Such messages would otherwise wait for their visibility timeout (minutes), long after there
        is room.
        """
        if not self._kept:
            return
        while self._kept:
            message = self._kept[0]
            self.source.hold_untouched(message, min(message.receive_count, _LONGEST_HOLD_SECONDS))
            self._kept.popleft()
        self._note([])

    # ------------------------------------------------------------ what is left behind

    def _beside(self, found: Sequence[Received]) -> list[str]:
        """Handle the groups, side by side where they take long.

        Return the receipts of the quick groups. One thread is enough for servers that answer at
        once, because many threads get in each other's way.
        """
        groups: dict[str, list[Received]] = defaultdict(list)
        for message in found:
            groups[message.group or message.id].append(message)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.beside)
        unhurried = [each for name, each in groups.items() if name.endswith(UNHURRIED)]
        hurried = [each for name, each in groups.items() if not name.endswith(UNHURRIED)]
        tasks: dict[Future[list[str]], list[Received]] = {
            Future(): each for each in (*hurried, *unhurried)
        }
        awaited, left = list(tasks)[: len(hurried)], deque(tasks.items())
        self._threads.submit(self._work_off, left)
        brisk = True
        while left and brisk:
            before = len(left)
            wait(awaited, _ALONE_SECONDS)
            brisk = before - len(left) >= _BRISK
        for _ in range(len(left)):
            self._threads.submit(self._work_off, left)
        wait(awaited, _SLOW_SECONDS)
        quick = [task for task in tasks if task.done()]
        for task in tasks.keys() - set(quick):
            self._behind[task] = [message.receipt for message in tasks[task]]
            task.add_done_callback(self._finish)
        self._make_room()
        return [receipt for task in quick for receipt in task.result()]

    def _work_off(self, left: deque[tuple[Future[list[str]], list[Received]]]) -> None:
        """Handle one group after the other in a thread, as long as some are left."""
        while left:
            try:
                task, group = left.popleft()
            except IndexError:  # another thread was quicker
                return
            task.set_result(self._invoke(group))

    def _finish(self, task: Future[list[str]]) -> None:
        """Delete the messages of a group that was left behind.

        This runs in the thread of the group.
        """
        try:
            if done := task.result():
                self.source.delete(done)
        except SurgelineError as error:  # the messages come again, and are sent under the same ids
            log.warning(
                "%s cannot delete its messages because of %s",
                self.function.name,
                type(error).__name__,
            )

    def _make_room(self) -> None:
        while len(self._behind) > self.beside - self.batch:
            wait(self._behind, return_when=FIRST_COMPLETED)
            self._forget_ended()
        self._forget_ended()

    def _forget_ended(self) -> None:
        self._behind = {task: what for task, what in self._behind.items() if not task.done()}

    def _receipts_still_mine(self) -> set[str]:
        """Return the receipts of groups left behind and of messages that are still to be held."""
        behind = {receipt for receipts in self._behind.values() for receipt in receipts}
        return behind | {message.receipt for message in self._kept.copy()}

    def _note(self, found: Sequence[Received]) -> None:
        self.in_hand.hold([*self._receipts_still_mine(), *(message.receipt for message in found)])

    # ------------------------------------------------------------ sleeping

    def _pause(self, empty_rounds: int) -> float:
        """Sleep until something is due. Sleep longer each time that due messages cannot be had.

        After a batch that was not full, this look takes the place of an empty receive, and writes
        nothing.
        """
        until = doorbell.seconds_until(self.source.next_visible_at(), FALLBACK_SECONDS)
        if not empty_rounds:
            return until
        shortest = min(_TROUBLE_SECONDS, _SHORTEST_SECONDS * 2.0 ** min(empty_rounds, 6))
        return max(until, shortest)


def main(function_name: str, number: str) -> None:
    """Run one lane until SIGTERM."""
    this = child.begin(f"{function_name}-{number}")
    stop = child.StopSignal()
    function = this.plan.function(function_name)
    wake = of_kind(function, Messages)[0]
    handler: Handler = import_module(this.plan.handler_module(function.name)).handler
    ring = doorbell.ringer(this.environ)
    lane = Lane(
        function=function,
        queue_name=wake.queue,
        batch=this.plan.batch(function_name),
        source=from_environment(this.environ).queue(wake.queue),
        handler=handler,
        in_hand=InHand(this.home / "lanes" / this.name),
        sleep=doorbell.Sleeper(int(this.environ[names.LISTEN_FD]), stop.fd).sleep,
        ring=lambda: ring(wake.queue),
        stand_back=partial(stand_back, Pressure(this.home / FILE)),
        beside=this.plan.beside.get(function_name, 0),
    )
    this.ready()
    lane.run(lambda: stop.is_set)


if __name__ == "__main__":
    main(*sys.argv[1:])
    child.end()
