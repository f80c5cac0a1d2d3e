"""The estimates of many days are counted here: their error, and how often the bound held."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from surgeline.domain.estimates.estimate import (
    LEAST_HANDLED,
    LEAST_WAITS,
    Position,
    interval,
    spread,
)
from surgeline.domain.estimates.pace import Pace, WaitEnded

from benchmarks.waits.day import Customer, Moment, Played, Scene, rmse

GUESSES: Final = ("queue", "last to enter", "head of line", "0.9/0.1 average")
"""The names of the guesses. The first is ours."""


@dataclass(slots=True)
class Marks:
    """The marks of a scene: customers who had to wait, the errors by guess, and the bounds.

    Errors are of the customers who were told a time, which are the same for every guess.
    """

    scene: str
    waited: int = 0
    errors: dict[str, float] = field(default_factory=dict)
    judged: int = 0
    held: int = 0
    held_of_all: int = 0
    bounded: int = 0

    @property
    def coverage(self) -> float:
        """Return the share of the told bounds that held, of those of which production knows it."""
        return self.held / self.judged if self.judged else 0.0

    @property
    def coverage_of_all(self) -> float:
        """Return the same for all, also for those who gave up, by the wait they would have had."""
        return self.held_of_all / self.bounded if self.bounded else 0.0

    def better_than(self, guess: str) -> float:
        """Return how much less our error is than another's, as a share of the other's."""
        return 1 - self.errors[GUESSES[0]] / self.errors[guess]


class _Season:
    """Days in a row, over which the pace of the pool is learned as in production."""

    def __init__(self, believed: float) -> None:
        self._believed = believed
        self._pace = Pace()
        self._handled = self._seconds = 0
        self._waits = 0
        self.ended: list[Customer] = []

    def sees(self, customer: Customer, moment: Moment) -> None:
        """Estimate the wait of a customer who arrives, and keep the guesses of others."""
        pace = self._pace.counted(self._handled, self._seconds)
        line = Position(
            customer.ahead,
            customer.seats,
            max(1.0, pace.handle_seconds) * self._believed,
            pace.gives_up,
            customer.known,
            customer.over,
        )
        found = spread(line)
        mean = found[0] if found else 0.0
        customer.guesses = (mean, moment.last_wait, moment.head_wait, moment.average)
        found = interval(line, pace.log_factor)
        if found and pace.ended >= LEAST_WAITS:
            customer.high = found.high
        elif found and pace.handled >= LEAST_HANDLED:
            customer.guess = found.high

    def ends(self, customer: Customer) -> None:
        """Learn from a wait that ended, as far as production sees it."""
        self.ended.append(customer)
        self._waits += 1
        held = _held(customer, customer.high or customer.guess)
        wait = WaitEnded(
            waited_seconds=customer.waited,
            came=not customer.left,
            kept=int(held is True),
            missed=int(held is False),
        )
        pace = self._pace.counted(self._handled, self._seconds)
        self._pace = pace.after(wait, str(self._waits))

    def hands(self, seconds: float) -> None:
        """Count a conversation that ended."""
        self._handled += 1
        self._seconds += round(seconds)


def _held(customer: Customer, high: int) -> bool | None:
    """Return whether a bound held, or None where the customer gave up before it."""
    if not high or (customer.left and customer.waited <= high):
        return None
    return not customer.left and customer.offered <= high


def measured(scene: Scene, days: int, *, believed: float = 1.0, first: int = 0) -> Marks:
    """Return the marks of a scene over so many days in a row.

    With `believed` below 1 conversations are taken to be that much shorter than they are.
    """
    season = _Season(believed)
    for seed in range(first, first + days):
        Played(scene, seed, sees=season.sees, ends=season.ends, hands=season.hands).play()
    waited = season.ended
    bounded = [each for each in waited if each.high]
    told = [_held(each, each.high) for each in waited]
    judged = [held for held in told if held is not None]
    return Marks(
        scene=scene.name,
        waited=len(waited),
        errors={
            name: rmse([(each.guesses[place], each.offered) for each in bounded])
            for place, name in enumerate(GUESSES)
        },
        judged=len(judged),
        held=sum(judged),
        held_of_all=sum(each.offered <= each.high for each in bounded),
        bounded=len(bounded),
    )


def first_days(scene: Scene, days: int, *, believed: float = 1.0) -> Marks:
    """Return the marks of a scene over so many days of which each is a pool's first one."""
    marks = [measured(scene, 1, believed=believed, first=seed) for seed in range(days)]
    return replace(together(marks), scene=scene.name)


def together(marks: Sequence[Marks]) -> Marks:
    """Return the marks of several scenes as one, each customer counting once."""
    waited, bounded = (sum(each.waited for each in marks), sum(each.bounded for each in marks))
    errors = {
        name: (sum(e.errors[name] ** 2 * e.bounded for e in marks) / max(1, bounded)) ** 0.5
        for name in GUESSES
    }
    return replace(
        marks[0],
        scene="all together",
        waited=waited,
        errors=errors,
        judged=sum(each.judged for each in marks),
        held=sum(each.held for each in marks),
        held_of_all=sum(each.held_of_all for each in marks),
        bounded=bounded,
    )
