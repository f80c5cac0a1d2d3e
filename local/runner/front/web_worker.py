"""A web worker is one HTTP function in the front process, a thread with one event after the other.

Events that came during the work are taken together, and those of a flood last. The events are
handled one by one. Their sends go out in one transaction, and only then is any event answered.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from surgeline.errors import SurgelineError
from surgeline.runtime.bootstrap import Handler

from infra.topology import Function
from local.engine.joint_sends import sent_together
from local.home.context import context_of
from local.runner.front.edge import Refusal
from local.runner.front.expected_wait import ExpectedWait
from local.runner.front.floods import Floods, Line

INTEGRATION_SECONDS: Final = 30.0
MAX_WAITING: Final = 2_000
LONGEST_WAIT_SECONDS: Final = 0.7
"""A request that would wait longer is refused at once. The others are answered within a second."""
MAX_TOGETHER: Final = 32

log = logging.getLogger(__name__)

Event = Mapping[str, Any]
Outcome = dict[str, Any] | Refusal
"""A handler's answer, or the reason why there is none."""


@dataclass(slots=True, eq=False)
class _Asked:
    event: Event
    told: Callable[[Outcome], None] | None
    """The caller, or None after the call took too long, since nobody is told then."""
    late: bool
    """True for an event of a flood. Such events are taken after the others."""
    giving_up: asyncio.TimerHandle | None = None

    def tell(self, outcome: Outcome) -> None:
        """Tell the caller the outcome. Only the first outcome counts."""
        told, self.told = self.told, None
        if self.giving_up is not None:
            self.giving_up.cancel()
        if told is not None:
            told(outcome)


class Worker:
    """A thread that handles events.

    The first event starts the thread, which lives as long as the process. `changed` receives by how
    much the number of waiting events has grown or shrunk.
    """

    def __init__(
        self,
        function: Function,
        handler: Handler,
        changed: Callable[[int], None] = lambda _by: None,
    ) -> None:
        self._function = function
        self._handler = handler
        self._changed = changed
        self.name = function.name
        self._asked: SimpleQueue[list[_Asked]] = SimpleQueue()
        self._gathered: list[_Asked] = []
        self._floods = Floods()
        self._prompt_waiting = 0
        self._late_waiting = 0
        self._wait = ExpectedWait(MAX_TOGETHER)
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self, event: Event, told: Callable[[Outcome], None]) -> None:
        """Hand the event over, and call `told` once, later.

        Raises Refusal when the worker is busy.
        """
        late = self._floods.has(event, time.monotonic())
        ahead = self._prompt_waiting + (self._late_waiting if late else 0)
        if ahead >= MAX_WAITING or self._wait.behind(ahead) > LONGEST_WAIT_SECONDS:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            Thread(target=self._work, name=self.name, daemon=True).start()
        asked = _Asked(event, told, late)
        too_long = Refusal(HTTPStatus.GATEWAY_TIMEOUT)
        asked.giving_up = self._loop.call_later(INTEGRATION_SECONDS, asked.tell, too_long)
        self._count(late, 1)
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(asked)

    async def call(self, event: Event) -> dict[str, Any]:
        """Return the handler's answer.

        Raises Refusal when the handler is busy, too slow or broken.
        """
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.ask(event, partial(_resolve, answer))
        return await answer

    def _hand_over(self) -> None:
        """Hand over all events of this turn of the loop, so that the thread is awakened once."""
        gathered, self._gathered = self._gathered, []
        self._changed(len(gathered))
        self._asked.put(gathered)

    # ------------------------------------------------------------ in the thread

    def _work(self) -> None:
        assert self._loop is not None
        line: Line[_Asked] = Line(lambda each: each.late)
        while True:
            asked = self._next(line)
            began = time.monotonic()
            outcomes = self._outcomes([each.event for each in asked])
            ended = time.monotonic()
            self._wait.observe(len(asked), ended - began)
            for each, outcome in zip(asked, outcomes, strict=True):
                self._floods.observe(each.event, outcome, ended)
            try:
                self._loop.call_soon_threadsafe(self._tell, asked, outcomes)
            except RuntimeError:  # the loop is closed, so nobody waits any more
                return

    def _next(self, line: Line[_Asked]) -> list[_Asked]:
        """Return the waiting events that are taken together, and wait for at least one."""
        if not line:
            line.extend(self._asked.get())
        with suppress(Empty):
            while True:
                line.extend(self._asked.get_nowait())
        return line.take(MAX_TOGETHER)

    def _outcomes(self, events: Sequence[Event]) -> list[Outcome]:
        if len(events) == 1:
            return [self._invoke(events[0])]
        try:
            with sent_together():
                return [self._invoke(event) for event in events]
        except (SurgelineError, OSError):
            # No event may be acknowledged. Each is handled again, so that each caller gets its own
            # answer.
            return [self._invoke(event) for event in events]

    def _invoke(self, event: Event) -> Outcome:
        try:
            return self._handler(event, context_of(self._function))
        except Exception:
            log.exception("%s failed", self._function.name)
            return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR)

    # ------------------------------------------------------------ in the loop

    def _tell(self, asked: Sequence[_Asked], outcomes: Sequence[Outcome]) -> None:
        self._changed(-len(asked))
        for each, outcome in zip(asked, outcomes, strict=True):
            self._count(each.late, -1)
            each.tell(outcome)

    def _count(self, late: bool, by: int) -> None:
        if late:
            self._late_waiting += by
        else:
            self._prompt_waiting += by


def _resolve(answer: "asyncio.Future[dict[str, Any]]", outcome: Outcome) -> None:
    if answer.done():  # the client left
        return
    if isinstance(outcome, Refusal):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
