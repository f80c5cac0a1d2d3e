"""The condition of a home at this moment is a port for people: the backlog and the troubles."""

from dataclasses import dataclass
from typing import Final, Protocol

LATE_SECONDS: Final = 30
"""A due message that nobody took for so long means that no worker is running."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The messages that wait in one queue. `oldest_seconds` is None where the home can't say."""

    queue: str
    waiting: int
    oldest_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The queues' backlogs, and a sentence for each trouble.

    `dead_letters` counts the dead letters of the queues that could be asked.
    """

    backlogs: tuple[Backlog, ...]
    dead_letters: int
    troubles: tuple[str, ...] = ()


class Inspection(Protocol):
    """Looks at a home without changing it."""

    def backlogs(self) -> tuple[Backlog, ...]:
        """Return what waits in each queue now, and read nothing else. Raises Unavailable."""

    def look(self) -> Condition:
        """Return the condition as it is now.

        Raises nothing, because a failure to look is a trouble too.
        """
