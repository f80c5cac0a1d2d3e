"""A month's spending is counted here, for all processes together: picks, or tokens."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import Any, Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.errors import SurgelineError

AT_ONCE: Final = 20
TOKENS_AT_ONCE: Final = 10_000
SHARES: Final = 500
"""A process takes the month's 500th part at a time, and 20 picks or 10,000 tokens at most.

What it leaves is lost.
"""
TRIES: Final = 5


class Allowance:
    """Allows at most `most` picks in a calendar month (UTC). `alarm` is told when too few are left.

    The month's page has the picks that were taken, and each knowledge base's day of rehearsal.
    `of` names what else is counted in place of picks, on a page of its own.
    """

    def __init__(
        self,
        notebook: Notebook,
        clock: Clock,
        most: int,
        alarm: Callable[..., None],
        *,
        of: str = "picks",
        at_once: int = AT_ONCE,
    ) -> None:
        self._notebook = notebook
        self._clock = clock
        self._most = most
        self._of = of
        self._at_once = max(1, min(at_once, most // SHARES))
        self._alarm = alarm
        self._lock = Lock()
        self._month = ""
        self._left = 0
        self._used_up = ""

    def take(self, count: int = 1) -> bool:
        """Return whether so many more picks are allowed. All of them then count as made."""
        month = self._today()[:7]
        if month == self._used_up:
            return False
        with self._lock:
            if month != self._month:
                self._month, self._left = month, 0
            if self._left < count:
                self._left += self._changed(month, partial(self._some, count - self._left))
            if self._left < count:
                return False
            self._left -= count
            return True

    def take_all(self, count: int, *, knowledge_base: str) -> bool:
        """Return whether a rehearsal of so many picks is allowed. All of them then count as made.

        A knowledge base is rehearsed once a day (UTC), and never with a part of the picks.
        """
        today = self._today()

        def rehearsal(page: dict[str, Any]) -> int:
            days, left = page.setdefault("rehearsed", {}), self._most - page[self._of]
            if days.get(knowledge_base) == today:
                return 0
            if left < count:
                told = {"needed": count, "left": max(0, left)}
                self._alarm("picks_too_few", knowledge_base=knowledge_base, **told)
                return 0
            days[knowledge_base] = today
            return count

        return self._changed(today[:7], rehearsal) > 0

    def _some(self, needed: int, page: dict[str, Any]) -> int:
        """Return how many picks this process may take now: those needed at least, or none."""
        left: int = self._most - page[self._of]
        if left <= 0:
            self._used_up = self._month
        if left < needed:
            self._alarm(f"{self._of}_used_up", month=self._month, **{self._of: page[self._of]})
            return 0
        return min(max(self._at_once, needed), left)

    def _changed(self, month: str, take: Callable[[dict[str, Any]], int]) -> int:
        """Let `take` change the month's page, and return how many picks it took."""
        name = f"{self._of}-{month}"
        for _ in range(TRIES):
            try:
                page = self._notebook.read(name)
                body = json.loads(page.body) if page.body else {self._of: 0}
                taken = take(body)
                if taken <= 0:
                    return 0
                body[self._of] += taken
                self._notebook.write(name, json.dumps(body).encode(), after=page)
            except Changed:
                continue
            except SurgelineError:
                return 0
            return taken
        return 0

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock.now() / 1000, UTC).date().isoformat()
