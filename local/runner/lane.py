"""A worker process: one function woken by one queue, one event at a time.

    python -m local.runner.lane FUNCTION NUMBER

It sleeps on the queue's doorbell; nothing here polls. What a batch's answer means lives in
`source_mapping`.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from surgeline.errors import SurgelineError
from surgeline.runtime.bootstrap import Handler

from infra.topology import Function, Messages
from local.backend import from_environment
from local.engine.queue import Received
from local.runner import child, doorbell, names
from local.runner.in_hand import InHand
from local.runner.plan import of_kind
from local.runner.source_mapping import invoke

FALLBACK_SECONDS = 20.0
_SHORTEST_SECONDS = 0.02
_TROUBLE_SECONDS = 1.0

log = logging.getLogger(__name__)


class Source(Protocol):
    """The consuming side of one queue of the embedded engine."""

    def receive(self, max_messages: int) -> list[Received]:
        """Take up to so many messages into flight."""

    def delete(self, receipts: Sequence[str]) -> None:
        """Forget messages that were handled."""

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """Make messages in flight visible again after so many seconds."""

    def next_visible_at(self) -> int | None:
        """Epoch milliseconds; None when nothing waits."""


@dataclass
class Lane:
    """The loop of one worker."""

    function: Function
    queue_name: str
    batch: int
    source: Source
    handler: Handler
    in_hand: InHand
    sleep: Callable[[float], None]
    ring: Callable[[], None]

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until told to stop; trouble with the engine is waited out."""
        left = self.in_hand.left()
        empty_rounds = 0
        while not stopped():
            try:
                if left:
                    self.source.hold(left, 0)
                    left = []
                empty_rounds = 0 if self.step() else empty_rounds + 1
                if empty_rounds and not stopped():
                    self.sleep(self._pause(empty_rounds))
            except (SurgelineError, OSError) as error:
                log.warning("%s waits: %s", self.function.name, type(error).__name__)
                left = self.in_hand.left()
                self.sleep(_TROUBLE_SECONDS)

    def step(self) -> int:
        """Receive and handle one batch; how many messages it had."""
        found = self.source.receive(self.batch)
        if not found:
            return 0
        self.in_hand.note([message.receipt for message in found])
        if len(found) == self.batch:
            self.ring()
        if done := invoke(self.handler, self.function, self.queue_name, found):
            self.source.delete(done)
        self.in_hand.note([])
        return len(found)

    def _pause(self, empty_rounds: int) -> float:
        """Until something is due; longer each time when what is due cannot be had after all."""
        until = doorbell.seconds_until(self.source.next_visible_at(), FALLBACK_SECONDS)
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
        batch=wake.batch,
        source=from_environment(this.environ).queue(wake.queue),
        handler=handler,
        in_hand=InHand(this.home / "lanes" / this.name),
        sleep=doorbell.Sleeper(int(this.environ[names.LISTEN_FD]), stop.fd).sleep,
        ring=lambda: ring(wake.queue),
    )
    this.ready()
    lane.run(lambda: stop.is_set)


if __name__ == "__main__":
    main(*sys.argv[1:])
    child.end()
