"""A line of customers is played here: they arrive, wait for a seat, and give up.

Everything of a day follows from its seed. A day knows for each customer how long the wait would
have been, also where the customer gave up before.
"""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

WARM_SECONDS: Final = 1_800.0
DAY_SECONDS: Final = 9_000.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A peak: customers an hour, how long a conversation takes, patience, and the seats.

    `seats` are the seats from a second on, in order. Of those to come, the confirmed ones are known
    from `known_before` seconds before. `spread` is the variation of the handle times: 1 is
    exponential, anything else lognormal. `hours` are the customers an hour from a second on, where
    they are not always `per_hour`, which is the most then. Nobody comes after `lasts` seconds.
    """

    name: str
    per_hour: float
    handle_seconds: float
    patience_seconds: float
    seats: tuple[tuple[float, int], ...]
    known_before: float = 0.0
    spread: float = 1.0
    hours: tuple[tuple[float, float], ...] = ()
    lasts: float = DAY_SECONDS


SCENES: Final = (
    Scene("18 agents", 400, 160, 300, ((0, 18),)),
    Scene("16 agents", 400, 160, 300, ((0, 16),)),
    Scene("10, and 20 from the 50th minute", 300, 160, 300, ((0, 10), (3_000, 20)), 1_200),
    Scene("20, and 12 from the 70th minute", 400, 160, 300, ((0, 20), (4_200, 12))),
    Scene("16 agents, lognormal", 400, 160, 300, ((0, 16),), spread=0.8),
)


@dataclass(slots=True)
class Customer:
    """One customer who had to wait: the line that he found, and how it went.

    `offered` is the wait until a seat was his, which he may not have stayed to see. `left` is
    whether he gave up before, and `waited` is how long he stayed. `over` conversations more than
    seats went on when he came. `high` is the bound that he was told, `guess` one that he was not.
    """

    at: float
    ahead: int
    seats: int
    offered: float = math.inf
    left: bool = False
    known: tuple[tuple[float, int], ...] = ()
    guesses: tuple[float, ...] = ()
    high: int = 0
    guess: int = 0
    waited: float = 0.0
    over: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """The line as history-based estimates see it: the last waits, and the head's wait so far."""

    last_wait: float
    head_wait: float
    average: float


Guess = Callable[[Customer, Moment], None]


class Played:
    """One day of a scene. `sees` is called for each customer who has to wait, as he arrives.

    `ends` is called when a seat comes to a customer, or would have come, in the order of time.
    `hands` is called with each conversation's length as it ends.
    """

    def __init__(
        self,
        scene: Scene,
        seed: int,
        *,
        sees: Guess,
        ends: Callable[[Customer], None],
        hands: Callable[[float], None],
    ) -> None:
        self._scene = scene
        self._chance = Random(seed)  # noqa: S311 # a game of chance
        self._sees = sees
        self._ends = ends
        self._hands = hands
        self._line: list[tuple[Customer, float]] = []
        self._busy: list[tuple[float, float]] = []
        self._last_wait = 0.0
        self._average = 0.0

    def play(self) -> None:
        """Play the day."""
        scene = self._scene
        arrival = self._next_arrival(0.0)
        changes = [at for at, _ in scene.seats[1:]]
        while arrival < scene.lasts or self._line:
            ends = self._busy[0][0] if self._busy else math.inf
            change = changes[0] if changes else math.inf
            now = min(arrival if arrival < scene.lasts else math.inf, ends, change)
            if now == math.inf:
                return
            self._leave(now)
            if now == ends:
                self._hands(heapq.heappop(self._busy)[1])
            elif now == change:
                changes.pop(0)
            else:
                self._arrives(now)
                arrival = self._next_arrival(now)
            self._serve(now)

    def _next_arrival(self, now: float) -> float:
        """Return when the next customer comes. Where fewer come than at most, some are left out."""
        scene = self._scene
        while now < scene.lasts:
            now += self._chance.expovariate(scene.per_hour / 3_600)
            if not scene.hours or self._chance.random() * scene.per_hour < _at(scene.hours, now):
                return now
        return now

    def _seats(self, now: float) -> int:
        return int(_at(self._scene.seats, now))

    def _arrives(self, now: float) -> None:
        seats = self._seats(now)
        if len(self._busy) < seats and not self._line:
            self._begin(now)
            return
        known = tuple(
            (at - now, more - before)
            for (_, before), (at, more) in zip(
                self._scene.seats, self._scene.seats[1:], strict=False
            )
            if now < at <= now + self._scene.known_before
        )
        there = [each for each, _ in self._line if not each.left]
        over = max(0, len(self._busy) - seats)
        customer = Customer(now, len(there), seats, known=known, over=over)
        head = now - there[0].at if there else 0.0
        self._sees(customer, Moment(self._last_wait, head, self._average))
        patience = self._chance.expovariate(1 / self._scene.patience_seconds)
        self._line.append((customer, now + patience))

    def _leave(self, now: float) -> None:
        """Mark those whose patience ended. They stay, to see what their wait would have been."""
        for customer, gives_up_at in self._line:
            if gives_up_at <= now and not customer.left:
                customer.left, customer.waited = True, gives_up_at - customer.at

    def _serve(self, now: float) -> None:
        """Give free seats to those first in line. Who has left takes none."""
        while len(self._busy) < self._seats(now) and self._line:
            customer, _ = self._line.pop(0)
            customer.offered = now - customer.at
            if not customer.left:
                customer.waited = customer.offered
                self._last_wait = customer.offered
                self._average = 0.9 * self._average + 0.1 * customer.offered
                self._begin(now)
            self._ends(customer)

    def _begin(self, now: float) -> None:
        takes = self._takes()
        heapq.heappush(self._busy, (now + takes, takes))

    def _takes(self) -> float:
        scene = self._scene
        if scene.spread == 1.0:
            return self._chance.expovariate(1 / scene.handle_seconds)
        sigma = math.sqrt(math.log(1 + scene.spread**2))
        return self._chance.lognormvariate(
            math.log(scene.handle_seconds) - sigma * sigma / 2, sigma
        )


def _at(steps: Sequence[tuple[float, float]], now: float) -> float:
    """Return the value that holds at a second."""
    return next((value for at, value in reversed(steps) if at <= now), 0.0)


def rmse(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the root of the mean squared difference."""
    return math.sqrt(sum((a - b) ** 2 for a, b in pairs) / len(pairs)) if pairs else 0.0
