"""One HTTP function in the front process: a thread that takes one event after the other.

What came in while it worked is taken together: the events are handled one by one, what they send
goes out in one transaction, and only then is any of them answered.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from surgeline.errors import SurgelineError
from surgeline.runtime.bootstrap import Handler

from infra.topology import Function
from local.engine.joint_sends import sent_together
from local.runner.context import context_of
from local.runner.edge import Refusal

INTEGRATION_SECONDS: Final = 30.0
MAX_WAITING: Final = 2_000
MAX_TOGETHER: Final = 32

log = logging.getLogger(__name__)

Event = Mapping[str, Any]
Outcome = dict[str, Any] | Refusal
_Asked = tuple[Event, "asyncio.Future[dict[str, Any]]"]


class Worker:
    """The thread lives as long as the process; it is started by the first event.

    `changed` is told by how much the number of events that wait has grown or shrunk.
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
        self._asked: SimpleQueue[_Asked] = SimpleQueue()
        self._waiting = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    async def call(self, event: Event) -> dict[str, Any]:
        """The handler's answer. Raises Refusal when it is busy, too slow or broken."""
        if self._waiting >= MAX_WAITING:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            Thread(target=self._work, name=self._function.name, daemon=True).start()
        self._waiting += 1
        self._changed(1)
        answer: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._asked.put((event, answer))
        try:
            async with asyncio.timeout(INTEGRATION_SECONDS):
                return await answer
        except TimeoutError:
            raise Refusal(HTTPStatus.GATEWAY_TIMEOUT) from None

    # ------------------------------------------------------------ in the thread

    def _work(self) -> None:
        assert self._loop is not None
        while True:
            asked = self._next()
            outcomes = self._outcomes([event for event, _ in asked])
            try:
                self._loop.call_soon_threadsafe(self._tell, asked, outcomes)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

    def _next(self) -> list[_Asked]:
        """At least one event, and those that came by now."""
        asked = [self._asked.get()]
        while len(asked) < MAX_TOGETHER:
            try:
                asked.append(self._asked.get_nowait())
            except Empty:
                break
        return asked

    def _outcomes(self, events: Sequence[Event]) -> list[Outcome]:
        if len(events) == 1:
            return [self._invoke(events[0])]
        try:
            with sent_together():
                return [self._invoke(event) for event in events]
        except (SurgelineError, OSError):
            # Nothing of it may be acknowledged: each again, so that each hears its own answer.
            return [self._invoke(event) for event in events]

    def _invoke(self, event: Event) -> Outcome:
        try:
            return self._handler(event, context_of(self._function))
        except Exception:
            log.exception("%s failed", self._function.name)
            return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR)

    # ------------------------------------------------------------ in the loop

    def _tell(self, asked: Sequence[_Asked], outcomes: Sequence[Outcome]) -> None:
        self._waiting -= len(asked)
        self._changed(-len(asked))
        for (_, answer), outcome in zip(asked, outcomes, strict=True):
            if answer.done():  # it took too long, or the client left
                continue
            if isinstance(outcome, Refusal):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
