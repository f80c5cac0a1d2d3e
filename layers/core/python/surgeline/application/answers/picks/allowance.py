"""The number of picks that a month may cost is counted here, for all processes together."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.errors import SurgelineError

AT_ONCE: Final = 20
"""A process takes so many at a time, so that most picks write nothing. What it leaves is lost."""
TRIES: Final = 5


class Allowance:
    """Allows at most `most` picks in a calendar month (UTC). `alarm` is told when all are used."""

    def __init__(
        self, notebook: Notebook, clock: Clock, most: int, alarm: Callable[..., None]
    ) -> None:
        self._notebook = notebook
        self._clock = clock
        self._most = most
        self._alarm = alarm
        self._month = ""
        self._left = 0
        self._used_up = ""

    def take(self) -> bool:
        """Return whether one more pick is allowed. It then counts as made."""
        month = datetime.fromtimestamp(self._clock.now() / 1000, UTC).strftime("%Y-%m")
        if month == self._used_up:
            return False
        if month != self._month or not self._left:
            self._month, self._left = month, self._taken(month)
        if not self._left:
            return False
        self._left -= 1
        return True

    def _taken(self, month: str) -> int:
        """Take some of the month's picks for this process, and return how many."""
        name = f"picks-{month}"
        for _ in range(TRIES):
            try:
                page = self._notebook.read(name)
                used = int(json.loads(page.body)["picks"]) if page.body else 0
                taken = min(AT_ONCE, self._most - used)
                if taken <= 0:
                    self._used_up = month
                    self._alarm("picks_used_up", month=month, picks=used)
                    return 0
                self._notebook.write(name, json.dumps({"picks": used + taken}).encode(), after=page)
            except Changed:
                continue
            except SurgelineError:
                return 0
            return taken
        return 0
