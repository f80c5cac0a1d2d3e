"""The plan's queues are opened in a home folder here."""

from collections.abc import Callable
from pathlib import Path

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness

from infra.topology import Queue
from local.engine.queue import SqliteQueue

Ring = Callable[[str], None]


def open_queue(
    home: Path,
    queue: Queue,
    *,
    clock: Clock,
    ring: Ring | None = None,
    durable: bool = False,
    alone: bool = False,
    randomness: Randomness | None = None,
) -> SqliteQueue:
    """Return the engine's queue for a queue of the plan."""
    return SqliteQueue(
        home / "queues" / f"{queue.name}.sqlite",
        queue.name,
        fifo=queue.fifo,
        visibility_seconds=queue.visibility_seconds,
        max_receive_count=queue.max_receive_count,
        clock=clock,
        durable=durable,
        alone=alone,
        ring=ring,
        randomness=randomness,
    )
