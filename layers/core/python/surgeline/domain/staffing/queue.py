"""The long run of one queue is computed here: Erlang C, Erlang A, and chats side by side.

In Erlang C everybody waits until an agent is free. In Erlang A a customer gives up after a time of
patience, which is exponential. Agents who chat take several contacts at a time, and each takes
longer then. With one chat at a time that model is Erlang A.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, expm1, inf, isfinite, log
from typing import Final

_STEPS: Final = 2_000
"""The steps of an integral, on each side of the promised time."""
_NEGLIGIBLE: Final = 45.0
"""A value that is smaller than the largest one by this power of e adds nothing to an integral."""


@dataclass(frozen=True, slots=True)
class Work:
    """The contacts of a queue, of which so many arrive `per_second`.

    `handle_seconds` has the handle time of an agent with one contact at a time, with two, and so
    on. Nobody gives up where `patience_seconds` is None. Raises ValueError.
    """

    per_second: float
    handle_seconds: tuple[float, ...]
    patience_seconds: float | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.per_second) and self.per_second >= 0):
            raise ValueError(f"contacts can't be {self.per_second}; they are 0 or more")
        if not self.handle_seconds:
            raise ValueError("a handle time is missing")
        for seconds in self.handle_seconds:
            if not (isfinite(seconds) and seconds > 0):
                raise ValueError(f"a handle time can't be {seconds}; it is more than 0 seconds")
        patience = self.patience_seconds
        if patience is not None and not (isfinite(patience) and patience > 0):
            raise ValueError(f"patience can't be {patience}; it is more than 0 seconds")

    @property
    def at_a_time(self) -> int:
        """Return the most contacts that one agent takes at a time."""
        return len(self.handle_seconds)

    @property
    def busiest_seconds(self) -> float:
        """Return an agent's time for each contact while he has as many as he may."""
        return self.handle_seconds[-1] / self.at_a_time

    @property
    def full_agents(self) -> float:
        """Return how many agents the contacts keep wholly busy, in Erlang."""
        return self.per_second * self.busiest_seconds

    def rate(self, contacts: int, agents: int) -> float:
        """Return how many contacts end a second while so many are spread evenly over agents."""
        each, more = divmod(contacts, agents)
        ends = (agents - more) * each / self.handle_seconds[each - 1] if each else 0.0
        return ends + (more * (each + 1) / self.handle_seconds[each] if more else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """The experience of a queue's customers in the long run.

    `service_level` is the share of all contacts that are served within the promised time.
    `service_level_of_patient` leaves those out who give up within that time. `asa_seconds` is the
    mean wait of the served, and `mean_wait_seconds` that of everybody. Both are None where the
    queue grows for ever. `occupancy` is the share of the places that are taken.
    """

    probability_of_wait: float
    service_level: float
    service_level_of_patient: float
    abandoned: float
    asa_seconds: float | None
    mean_wait_seconds: float | None
    occupancy: float
    contacts_per_agent: float
    is_stable: bool = True


def performance(work: Work, agents: int, within_seconds: float) -> Performance:
    """Return the long run of a queue with so many agents. The promise is `within_seconds`."""
    if not work.per_second:
        return _steady(1.0, 0.0, 0.0, 0.0)
    if not agents:
        return _unattended(work)
    places = agents * work.at_a_time
    last, mean = _below(work, agents, places)
    waits = _waits(work, work.rate(places, agents), last, within_seconds)
    if waits is None:
        return _overrun(work)
    taken = (1 - waits.probability) * mean + waits.probability * places
    return Performance(
        probability_of_wait=waits.probability,
        service_level=waits.served_within,
        service_level_of_patient=waits.served_within / (1 - waits.left_within),
        abandoned=waits.left,
        asa_seconds=waits.of_served,
        mean_wait_seconds=waits.of_all,
        occupancy=min(1.0, taken / places),
        contacts_per_agent=taken / agents,
    )


def _steady(level: float, waits: float, left: float, occupancy: float) -> Performance:
    return Performance(
        probability_of_wait=waits,
        service_level=level,
        service_level_of_patient=level,
        abandoned=left,
        asa_seconds=0.0,
        mean_wait_seconds=0.0,
        occupancy=occupancy,
        contacts_per_agent=0.0,
    )


def _unattended(work: Work) -> Performance:
    """Return the long run without any agent: everybody gives up, or waits for ever."""
    return Performance(
        probability_of_wait=1.0,
        service_level=0.0,
        service_level_of_patient=0.0,
        abandoned=0.0 if work.patience_seconds is None else 1.0,
        asa_seconds=None,
        mean_wait_seconds=work.patience_seconds,
        occupancy=1.0,
        contacts_per_agent=0.0,
        is_stable=work.patience_seconds is not None,
    )


def _overrun(work: Work) -> Performance:
    """Return the long run of a queue that grows for ever."""
    return Performance(
        probability_of_wait=1.0,
        service_level=0.0,
        service_level_of_patient=0.0,
        abandoned=0.0,
        asa_seconds=None,
        mean_wait_seconds=None,
        occupancy=1.0,
        contacts_per_agent=float(work.at_a_time),
        is_stable=False,
    )


def _below(work: Work, agents: int, places: int) -> tuple[float, float]:
    """Look at the moments at which a place is free.

    Return the share of them at which it is the last one, and the mean number of contacts.
    """
    last, mean = 1.0, 0.0
    for contacts in range(1, places):
        arrives = work.per_second * last
        last = arrives / (work.rate(contacts, agents) + arrives)
        mean += last * (contacts - mean)
    return last, mean


# ---------------------------------------------------------------- those who wait


@dataclass(frozen=True, slots=True)
class _Waits:
    """The waits in a queue. All are shares of all contacts, or seconds."""

    probability: float
    served_within: float
    left: float
    left_within: float
    of_served: float
    of_all: float


def _waits(work: Work, served: float, last: float, within: float) -> _Waits | None:
    """Return the waits where `served` contacts a second end while all places are taken.

    Return None where the queue grows for ever.
    """
    if work.patience_seconds is not None:
        return _waits_of_impatient(work.per_second, served, last, within, 1 / work.patience_seconds)
    spare = served - work.per_second
    if spare <= 0:
        return None
    odds = work.per_second * last / spare
    waiting = odds / (1 + odds)
    return _Waits(
        probability=waiting,
        served_within=1 - waiting * exp(-spare * within),
        left=0.0,
        left_within=0.0,
        of_served=waiting / spare,
        of_all=waiting / spare,
    )


def _waits_of_impatient(
    arrives: float, served: float, last: float, within: float, leaves: float
) -> _Waits:
    """Return the waits from the density of the wait that a very patient customer would have."""

    def height(at: float) -> float:
        return -arrives * expm1(-leaves * at) / leaves - served * at

    peak = log(arrives / served) / leaves if arrives > served else 0.0
    top = height(peak)
    begin, end = _extent(height, peak, 1 / served)
    middle = min(max(within, begin), end)
    mass, left, stayed = 0.0, 0.0, 0.0
    within_mass, within_left = 0.0, 0.0
    for first, after in ((begin, middle), (middle, end)):
        within_mass, within_left = mass, left
        part = _integrals(lambda at: exp(height(at) - top), leaves, first, after)
        mass, left, stayed = mass + part[0], left + part[1], stayed + part[2]
    odds = log(arrives * last * mass) + top if last else -inf
    waiting = _share_of_odds(odds)
    gave_up = waiting * left / mass
    early = -expm1(-leaves * within) * (mass - within_mass)
    return _Waits(
        probability=waiting,
        served_within=1 - waiting + waiting * (within_mass - within_left) / mass,
        left=gave_up,
        left_within=waiting * (within_left + early) / mass,
        of_served=waiting * stayed / mass / (1 - gave_up),
        of_all=gave_up / leaves,
    )


def _share_of_odds(odds: float) -> float:
    """Return the share that belongs to the logarithm of odds."""
    if odds > 0:
        return 1 / (1 + exp(-odds))
    return exp(odds) / (1 + exp(odds))


def _extent(height: Callable[[float], float], peak: float, step: float) -> tuple[float, float]:
    """Return the times between which a hill stands out. `step` is where to look first."""
    ground = height(peak) - _NEGLIGIBLE
    far = step
    while height(peak + far) > ground:
        far *= 2
    end = _crossing(height, ground, peak, peak + far)
    if not peak or height(0.0) > ground:
        return 0.0, end
    return _crossing(height, ground, peak, 0.0), end


def _crossing(height: Callable[[float], float], ground: float, above: float, below: float) -> float:
    for _ in range(60):
        middle = (above + below) / 2
        if height(middle) > ground:
            above = middle
        else:
            below = middle
    return below


def _integrals(
    density: Callable[[float], float], leaves: float, first: float, after: float
) -> tuple[float, float, float]:
    """Integrate by Simpson's rule, between two times.

    Return the mass, the mass of those who have left by then, and the seconds of those who stayed.
    """
    step = (after - first) / _STEPS
    mass = left = stayed = 0.0
    for number in range(_STEPS + 1):
        at = first + number * step
        weight = 1 if number in (0, _STEPS) else 4 if number % 2 else 2
        here = weight * density(at)
        gone = -expm1(-leaves * at)
        mass += here
        left += here * gone
        stayed += here * (1 - gone) * at
    scale = step / 3
    return mass * scale, left * scale, stayed * scale
