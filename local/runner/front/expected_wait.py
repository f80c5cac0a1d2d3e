"""How long whoever comes now would wait for an answer, by what full rounds took lately. Pure."""

from dataclasses import dataclass

_WEIGHT = 0.05
"""Of the newest round: one that the machine held up for long says little of the next ones."""


@dataclass(slots=True)
class ExpectedWait:
    """`at_once` events are a full round. Smaller rounds say nothing: each costs about the same."""

    at_once: int
    round_seconds: float = 0.01

    def note(self, count: int, seconds: float) -> None:
        """A round of so many took so long."""
        if count == self.at_once:
            self.round_seconds += _WEIGHT * (seconds - self.round_seconds)

    def behind(self, waiting: int) -> float:
        """Seconds until so many are answered."""
        return waiting / self.at_once * self.round_seconds
