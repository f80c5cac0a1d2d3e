"""The wait of a new request is estimated here from the latest full rounds, without a clock."""

from dataclasses import dataclass

_WEIGHT = 0.05
"""The weight of the newest round.

A round that the machine delayed says little of the next rounds.
"""


@dataclass(slots=True)
class ExpectedWait:
    """An estimate from rounds of `at_once` events.

    Smaller rounds say nothing, as each costs the same.
    """

    at_once: int
    round_seconds: float = 0.01

    def observe(self, count: int, seconds: float) -> None:
        """Record how long a round of so many events took."""
        if count == self.at_once:
            self.round_seconds += _WEIGHT * (seconds - self.round_seconds)

    def behind(self, waiting: int) -> float:
        """Return the seconds until so many events are answered."""
        return waiting / self.at_once * self.round_seconds
