"""The condition of a home at this moment, for people: what waits, and what is wrong."""

from dataclasses import dataclass
from typing import Final, Protocol

LATE_SECONDS: Final = 30
"""A message that is due and that nobody took for so long means that nobody is there to take it."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one queue. `oldest_seconds` is None where the home can't say."""

    queue: str
    waiting: int
    oldest_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The queues' backlogs, and a sentence for each thing that is wrong.

    `dead_letters` counts those of the queues that could be asked.
    """

    backlogs: tuple[Backlog, ...]
    dead_letters: int
    troubles: tuple[str, ...] = ()


class Inspection(Protocol):
    """Looks at a home without changing it."""

    def look(self) -> Condition:
        """Return the condition as it is now. Raises nothing: a failure to look is a trouble."""
