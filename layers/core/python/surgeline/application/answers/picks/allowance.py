"""The number of picks that a month may cost is counted here, for all processes together."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.errors import SurgelineError

AT_ONCE: Final = 20
SHARES: Final = 500
"""A process takes the month's 500th part at a time, and 20 at most. What it leaves is lost."""
TRIES: Final = 5


class Allowance:
    """Allows at most `most` picks in a calendar month (UTC). `alarm` is told when too few are left.

    The month's page has the picks that were taken, and each knowledge base's day of rehearsal.
    """

    def __init__(
        self, notebook: Notebook, clock: Clock, most: int, alarm: Callable[..., None]
    ) -> None:
        self._notebook = notebook
        self._clock = clock
        self._most = most
        self._at_once = max(1, min(AT_ONCE, most // SHARES))
        self._alarm = alarm
        self._month = ""
        self._left = 0
        self._used_up = ""

    def take(self) -> bool:
        """Return whether one more pick is allowed. It then counts as made."""
        month = self._today()[:7]
        if month == self._used_up:
            return False
        if month != self._month or not self._left:
            self._month = month
            self._left = self._changed(month, self._some)
        if not self._left:
            return False
        self._left -= 1
        return True

    def take_all(self, count: int, *, knowledge_base: str) -> bool:
        """Return whether a rehearsal of so many picks is allowed. All of them then count as made.

        A knowledge base is rehearsed once a day (UTC), and never with a part of the picks.
        """
        today = self._today()

        def rehearsal(page: dict[str, Any]) -> int:
            days, left = page.setdefault("rehearsed", {}), self._most - page["picks"]
            if days.get(knowledge_base) == today:
                return 0
            if left < count:
                told = {"needed": count, "left": max(0, left)}
                self._alarm("picks_too_few", knowledge_base=knowledge_base, **told)
                return 0
            days[knowledge_base] = today
            return count

        return self._changed(today[:7], rehearsal) > 0

    def _some(self, page: dict[str, Any]) -> int:
        """Return how many picks this process may take now."""
        taken: int = min(self._at_once, self._most - page["picks"])
        if taken <= 0:
            self._used_up = self._month
            self._alarm("picks_used_up", month=self._month, picks=page["picks"])
        return taken

    def _changed(self, month: str, take: Callable[[dict[str, Any]], int]) -> int:
        """Let `take` change the month's page, and return how many picks it took."""
        name = f"picks-{month}"
        for _ in range(TRIES):
            try:
                page = self._notebook.read(name)
                body = json.loads(page.body) if page.body else {"picks": 0}
                taken = take(body)
                if taken <= 0:
                    return 0
                body["picks"] += taken
                self._notebook.write(name, json.dumps(body).encode(), after=page)
            except Changed:
                continue
            except SurgelineError:
                return 0
            return taken
        return 0

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock.now() / 1000, UTC).date().isoformat()
