"""The queues of a virtual home are asked here for what is due, and only where something changed."""

from collections.abc import Callable, Iterable

from local.engine.queue import SqliteQueue


class Due:
    """The moments at which queues next have something to give.

    A queue is asked again once it was touched. `queue(name)` returns the queue.
    """

    def __init__(self, names: Iterable[str], queue: Callable[[str], SqliteQueue]) -> None:
        self._names = tuple(names)
        self._queue = queue
        self._known: dict[str, int | None] = {}

    def touch(self, name: str) -> None:
        """Note that a queue got or gave a message, or holds one for another time."""
        self._known.pop(name, None)

    def touch_all(self) -> None:
        """Note that somebody else may have changed any queue."""
        self._known.clear()

    def next_at(self) -> int | None:
        """Return the earliest moment at which a queue has something to give, or None for never."""
        due = [moment for moment in map(self._at, self._names) if moment is not None]
        return min(due, default=None)

    def is_due(self, name: str, now: int) -> bool:
        """Return whether a queue has something to give now."""
        moment = self._at(name)
        return moment is not None and moment <= now

    def _at(self, name: str) -> int | None:
        if name not in self._known:
            self._known[name] = self._queue(name).next_visible_at()
        return self._known[name]
