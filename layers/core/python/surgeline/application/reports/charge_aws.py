"""The part of AWS in the company's budget is counted here, from conversations that were opened.

It is the estimate of the `spend` report: a price a conversation, and a price of the day. A claim of
a seat counts it beside the costs of the pools.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from surgeline.application.configuration import Configuration
from surgeline.application.pools.seats import MILLIONTHS, company_day
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.outcomes import Outcomes, Place
from surgeline.application.ports.refusals import Changed
from surgeline.domain.hours import zone_of
from surgeline.reports.days import day_of
from surgeline.reports.report import AwsPrice

PAGE: Final = "charged"
LATE_MS: Final = 900_000
"""A record may be written so long after its conversation was opened. A younger one counts later."""
AT_ONCE: Final = 500
PAGES: Final = 10
"""So many pages of conversations are counted a minute. What a surge leaves is counted after it."""


@dataclass(frozen=True, slots=True)
class ChargeAws:
    """The use case. `price` returns what AWS takes, by the rate of a US dollar.

    The board is told the sum of the day and no difference, so that a repeat counts nothing twice.
    """

    notebook: Notebook
    outcomes: Outcomes
    board: PoolBoard
    price: Callable[[float], AwsPrice]
    clock: Clock

    def __call__(self, configuration: Configuration) -> None:
        """Count what was opened since the last minute. Without a budget nothing is read."""
        if configuration.reports.daily_budget is None:
            return
        now = self.clock.now()
        day = company_day(configuration, now)
        start = day_of(date.fromisoformat(day), zone_of(configuration.reports.zone)).start
        page = self.notebook.read(PAGE)
        known: Mapping[str, Any] = json.loads(page.body) if page.body else {}
        before, after = (known["count"], known["after"]) if known.get("day") == day else (0, None)
        more, place = self._count(start, now - LATE_MS, (after[0], after[1]) if after else None)
        price = self.price(configuration.reports.usd_rate)
        cost = price.per_day + (before + more) * price.per_conversation
        self.board.charge(day, round(cost * MILLIONTHS), at=now)
        if more:
            counted = {"day": day, "count": before + more, "after": place}
            with suppress(Changed):  # another minute has counted the same conversations
                self.notebook.write(PAGE, json.dumps(counted).encode(), after=page)

    def _count(self, since: int, until: int, after: Place | None) -> tuple[int, Place | None]:
        """Return how many follow a place, and the place of the last one."""
        count = 0
        for _ in range(PAGES):
            found = self.outcomes.find(since, until, after=after, limit=AT_ONCE)
            count += len(found)
            after = found[-1].place if found else after
            if len(found) < AT_ONCE:
                break
        return count, after
