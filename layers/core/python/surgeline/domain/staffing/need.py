"""The fewest agents that keep a goal are found here, with the rule that asks for the last one."""

from dataclasses import dataclass
from math import ceil, isfinite
from typing import Final, Literal

from surgeline.domain.staffing.queue import Performance, Work, performance

MOST_AGENTS: Final = 100_000
Rule = Literal["service_level", "abandonment", "occupancy", "minimum_cover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The promise to customers and agents.

    The share `target` of all contacts is served within `within_seconds`. At most `max_occupancy` of
    the places are taken on average, and at most `max_abandoned` of the contacts give up. So many
    agents are there in any case: `minimum`. Raises ValueError.
    """

    target: float
    within_seconds: float
    max_occupancy: float = 1.0
    max_abandoned: float = 1.0
    minimum: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            raise ValueError(f"a target can't be {self.target}; it lies between 0 and 1, as 0.8")
        if not (isfinite(self.within_seconds) and self.within_seconds >= 0):
            raise ValueError(f"the promise can't be {self.within_seconds}; it is 0 seconds or more")
        for name, share in (
            ("occupancy", self.max_occupancy),
            ("share of contacts that give up", self.max_abandoned),
        ):
            if not 0 < share <= 1:
                raise ValueError(f"the most {name} can't be {share}; it is above 0 and at most 1")
        if not 0 <= self.minimum <= MOST_AGENTS:
            raise ValueError(f"the minimum can't be {self.minimum}; it is 0 to {MOST_AGENTS}")


@dataclass(frozen=True, slots=True)
class Need:
    """The agents that keep a goal, what they achieve, and the rules that one fewer would break."""

    agents: int
    performance: Performance
    bound_by: tuple[Rule, ...]


def need(work: Work, goal: Goal) -> Need:
    """Return the fewest agents that keep the goal. Raises ValueError where they are too many."""
    if work.full_agents > MOST_AGENTS:
        raise ValueError(
            f"these contacts keep {work.full_agents:,.0f} agents busy; the most is {MOST_AGENTS:,}"
        )
    if not broken(found := performance(work, goal.minimum, goal.within_seconds), goal):
        return Need(goal.minimum, found, ("minimum_cover",))
    too_few, enough = goal.minimum, max(goal.minimum + 1, ceil(work.full_agents))
    step = ceil(enough**0.5)
    while broken(performance(work, enough, goal.within_seconds), goal):
        too_few, enough, step = enough, enough + step, 2 * step
        if too_few > MOST_AGENTS:
            raise ValueError(f"no {MOST_AGENTS:,} agents keep this goal; ask for less")
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if broken(performance(work, middle, goal.within_seconds), goal):
            too_few = middle
        else:
            enough = middle
    return Need(
        enough,
        performance(work, enough, goal.within_seconds),
        broken(performance(work, too_few, goal.within_seconds), goal),
    )


def broken(found: Performance, goal: Goal) -> tuple[Rule, ...]:
    """Return the rules of the goal that a queue breaks."""
    rules: dict[Rule, bool] = {
        "service_level": not found.is_stable or found.service_level < goal.target,
        "abandonment": found.abandoned > goal.max_abandoned,
        "occupancy": found.occupancy > goal.max_occupancy,
    }
    return tuple(name for name, is_broken in rules.items() if is_broken)
