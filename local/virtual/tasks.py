"""Tasks are calls that may wait for a later moment of the virtual clock while others go on.

Each task has a thread, but only one thread runs at a time, and the clock says which. So a run with
slow servers has one order of events, the same each time.
"""

import heapq
import threading
from collections.abc import Callable
from itertools import count

from local.virtual.clock import VirtualClock

Call = Callable[[], object]


class Abandoned(BaseException):
    """The home was closed while this task was waiting."""


class Tasks:
    """The tasks of a home, resumed when their moment has come. Only one thread may call this."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[int, int, _Thread]] = []
        self._idle: list[_Thread] = []
        self._numbers = count()
        self._running: _Thread | None = None

    @property
    def is_inside(self) -> bool:
        """Return whether the caller is inside a task. Only a task may wait."""
        return self._running is not None

    def start(self, call: Call) -> None:
        """Run a call until it ends or waits. Raises what the call raises."""
        thread = self._idle.pop() if self._idle else _Thread()
        self._run(thread, call)

    def wait(self, milliseconds: int) -> None:
        """Let others go on for so long. Call this inside a task."""
        thread = self._running
        if thread is None:
            raise RuntimeError("only a task can wait")
        due = self._clock.now() + milliseconds
        heapq.heappush(self._waiting, (due, next(self._numbers), thread))
        thread.give_back()

    def next_at(self) -> int | None:
        """Return the moment at which the first task goes on, or None when none waits."""
        return self._waiting[0][0] if self._waiting else None

    def resume(self, now: int) -> int:
        """Let each task go on whose moment has come, and return how many there were."""
        resumed = 0
        while self._waiting and self._waiting[0][0] <= now:
            _, _, thread = heapq.heappop(self._waiting)
            self._run(thread, None)
            resumed += 1
        return resumed

    def close(self) -> None:
        """End every thread, and abandon the tasks that wait."""
        for _, _, thread in self._waiting:
            thread.abandon()
        for thread in self._idle:
            thread.end()
        self._waiting, self._idle = [], []

    def _run(self, thread: "_Thread", call: Call | None) -> None:
        outer, self._running = self._running, thread
        try:
            ended = thread.go_on(call)
        finally:
            self._running = outer
        if ended:
            self._idle.append(thread)
            thread.raise_its_error()


class _Thread:
    """A thread that runs one call after the other, only while its creator waits for the thread."""

    def __init__(self) -> None:
        self._call: Call | None = None
        self._error: BaseException | None = None
        self._abandoned = False
        self._its_turn = threading.Semaphore(0)
        self._our_turn = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def go_on(self, call: Call | None) -> bool:
        """Start the call, or go on with the call that waits. Return whether the call has ended."""
        self._call = call or self._call
        self._its_turn.release()
        self._our_turn.acquire()
        return self._call is None

    def give_back(self) -> None:
        """Wait inside the call until somebody lets it go on."""
        self._our_turn.release()
        self._its_turn.acquire()
        if self._abandoned:
            raise Abandoned

    def raise_its_error(self) -> None:
        """Raise what the call raised, if anything."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def abandon(self) -> None:
        """End the call that waits, and the thread."""
        self._abandoned = True
        self.go_on(None)
        self.end()

    def end(self) -> None:
        """End the thread, which has no call."""
        self._its_turn.release()
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._its_turn.acquire()
            call = self._call
            if call is None:
                return
            try:
                call()
            except BaseException as error:  # noqa: BLE001 - whoever started the call gets the error
                self._error = error
            self._call = None
            self._our_turn.release()
