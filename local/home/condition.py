"""The condition of the embedded home tells of late queues, damaged files and a full disk.

A stopped lane is noticed by the due messages that nobody takes.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.condition import LATE_SECONDS, Backlog, Condition
from surgeline.errors import SurgelineError

from local.engine.queue import SqliteQueue
from local.engine.upkeep import check

LEAST_FREE_BYTES: Final = 50_000_000
MOST_CHECKED_BYTES: Final = 200_000_000
"""Larger homes are read whole only at a start, because a status must not take seconds."""


class EmbeddedInspection:
    """The inspection of a folder (see ports.Inspection)."""

    def __init__(self, home: Path, queues: Iterable[SqliteQueue], clock: Clock) -> None:
        self._home = home
        self._queues = tuple(queues)
        self._clock = clock

    def look(self) -> Condition:
        """Read the queues' files, check all files, and look at the free room of the disk."""
        backlogs, troubles, dead = [], [*self._damage(), *self._disk()], 0
        for queue in self._queues:
            try:
                backlog = self._backlog(queue)
                dead += queue.dead_count()
            except SurgelineError as error:
                troubles.append(str(error))
                continue
            backlogs.append(backlog)
            oldest = backlog.oldest_seconds or 0
            if oldest >= LATE_SECONDS:
                troubles.append(
                    f"nobody takes what is due in the queue {queue.name} (for {oldest} s): "
                    f"its worker has stopped, or can't keep up; see {self._home / 'logs'}"
                )
        return Condition(tuple(backlogs), dead, tuple(dict.fromkeys(troubles)))

    def backlogs(self) -> tuple[Backlog, ...]:
        """Ask each queue's file."""
        return tuple(self._backlog(queue) for queue in self._queues)

    def _backlog(self, queue: SqliteQueue) -> Backlog:
        waiting, since = queue.due()
        oldest = 0 if since is None else max(0, self._clock.now() - since) // 1000
        return Backlog(queue.name, waiting, oldest)

    def _damage(self) -> list[str]:
        size = sum(path.stat().st_size for path in self._home.rglob("*.sqlite"))
        if size > MOST_CHECKED_BYTES:
            return []
        try:
            check(self._home)
        except SurgelineError as error:
            return [str(error)]
        return []

    def _disk(self) -> list[str]:
        free = shutil.disk_usage(self._home).free
        if free >= LEAST_FREE_BYTES:
            return []
        return [f"the disk of {self._home} has only {free // 1_000_000} MB left: make room"]
