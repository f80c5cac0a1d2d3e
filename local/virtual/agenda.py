"""The agenda holds what will happen at a stated moment, such as a schedule or a vendor's call."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

Act = Callable[[], object]


class Agenda:
    """Acts in the order of their moments.

    Acts of the same moment keep the order of their adding.
    """

    def __init__(self) -> None:
        self._acts: list[tuple[int, int, Act]] = []
        self._numbers = count()
        self._now = 0

    def at(self, moment: int, act: Act) -> None:
        """Add an act for a moment, in epoch milliseconds."""
        heapq.heappush(self._acts, (moment, next(self._numbers), act))

    def every(self, seconds: int, act: Act, *, first_at: int) -> None:
        """Add an act that comes again after so many seconds, for ever.

        If the clock was moved over several of its moments, the act comes once for all of them.
        """
        step = seconds * 1000

        def act_and_repeat() -> None:
            missed = (self._now - first_at) // step
            self.every(seconds, act, first_at=first_at + (missed + 1) * step)
            act()

        self.at(first_at, act_and_repeat)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Hold all acts back within the context. What was missed of a repeated one comes once."""
        held, self._acts = self._acts, []
        try:
            yield
        finally:
            self._acts = sorted([*held, *self._acts])

    def next_at(self) -> int | None:
        """Return the earliest moment of the agenda, or None when the agenda is empty."""
        return self._acts[0][0] if self._acts else None

    def act(self, now: int) -> int:
        """Carry out what is due by now, and return how many acts there were."""
        acted, self._now = 0, now
        while self._acts and self._acts[0][0] <= now:
            _, _, act = heapq.heappop(self._acts)
            act()
            acted += 1
        return acted
