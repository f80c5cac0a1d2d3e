"""This moment is read here: how each pool stands, who waits, and what the last hour brought."""

from collections.abc import Mapping
from dataclasses import dataclass

from surgeline.application.configuration import Configuration
from surgeline.application.drills import really_waiting
from surgeline.application.pools.seats import MILLIONTHS, company_day
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import DeliveryLog
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.waitlist import Waitlist
from surgeline.application.reports.last_hour import last_hour
from surgeline.application.reports.pool_stands import Stand, stands


@dataclass(frozen=True, slots=True)
class Budget:
    """The costs of all pools today so far, and the company's budget for them."""

    spent: float
    budget: float


def budget_now(configuration: Configuration, board: PoolBoard, *, now: int) -> Budget | None:
    """Return how the day's budget stands, or None if the company has none. Raises Unavailable."""
    budget = configuration.reports.daily_budget
    if budget is None:
        return None
    return Budget(board.spent(company_day(configuration, now)) / MILLIONTHS, budget)


@dataclass(frozen=True, slots=True)
class LiveState:
    """The state at a moment (`at`, epoch ms). `waiting` conversations wait for any seat."""

    at: int
    waiting: int
    pools: tuple[Stand, ...]
    last_hour: Mapping[str, object]
    budget: Budget | None = None

    @property
    def real_pools(self) -> tuple[Stand, ...]:
        """Return the pools without those of drills."""
        return tuple(each for each in self.pools if not each.drill)

    @property
    def longest_wait_seconds(self) -> int:
        """Return how long the first in line has waited, or 0 if nobody waits."""
        since = (each.waits_since for each in self.real_pools if each.waits_since)
        return max(0, self.at - min(since, default=self.at)) // 1000


@dataclass(frozen=True, slots=True)
class LiveSources:
    """The stores that the live state is read from."""

    store: ConversationStore
    outcomes: Outcomes
    board: PoolBoard
    waitlist: Waitlist
    log: DeliveryLog

    def read(self, configuration: Configuration, *, now: int) -> LiveState:
        """Return the state of this moment. Raises Unavailable."""
        found = stands(
            configuration, self.board, self.waitlist, self.log, now=now, store=self.store
        )
        return LiveState(
            at=now,
            waiting=really_waiting(configuration, self.waitlist),
            pools=tuple(found),
            last_hour=last_hour(self.store, self.outcomes, now=now),
            budget=budget_now(configuration, self.board, now=now),
        )
