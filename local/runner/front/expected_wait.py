"""The wait of a request that comes now is estimated here, from the latest full rounds. Pure."""

from dataclasses import dataclass

_WEIGHT = 0.05
"""The weight of the newest round; one that the machine held up says little of the next ones."""


@dataclass(slots=True)
class ExpectedWait:
    """`at_once` events are a full round. Smaller rounds say nothing: each costs about the same."""

    at_once: int
    round_seconds: float = 0.01

    def note(self, count: int, seconds: float) -> None:
        """Record how long a round of so many took."""
        if count == self.at_once:
            self.round_seconds += _WEIGHT * (seconds - self.round_seconds)

    def behind(self, waiting: int) -> float:
        """Return the seconds until so many are answered."""
        return waiting / self.at_once * self.round_seconds
