"""A pool's pace is kept here: how long its conversations take, and how people wait for it.

The pace changes when a wait for the pool ends. It is one small document beside the pool's seats.
"""

from dataclasses import dataclass, replace
from typing import Final

HANDLED_REMEMBERED: Final = 150
"""The mean handle time is that of about so many conversations, the last ones."""
WAITS_REMEMBERED: Final = 200
"""Those who gave up are counted in about so many waits, the last ones."""
PATIENCE_SECONDS: Final = 600.0
"""A customer is taken to wait so long before he gives up, as far as nothing else is known."""
PATIENCE_WEIGHT: Final = 3.0
"""So many customers would have to give up until the pool's own numbers weigh as much as that."""
PROMISED: Final = 0.8
"""The share of waits that end within the upper bound that a customer is told."""
CORRECTION: Final = 0.05
"""How far one wait moves the factor that holds the upper bound to its promise, in the long run."""
FIRST_CORRECTION: Final = 9.0
"""A wait moves the factor this far, divided by the waits before it, as long as that is more."""
FIRST_WAITS: Final = 20
"""So many waits are before it at least. No bound is told sooner."""
WIDEST: Final = 2.5
"""The factor's logarithm stays within this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEnded:
    """A wait for a pool ended: a person `came`, or the customer gave up.

    `kept` upper bounds that the customer was told held, and `missed` did not. Nobody knows it of a
    bound before which the customer gave up.
    """

    waited_seconds: float
    came: bool
    kept: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The pace of a pool's conversations, and of those who waited for it.

    `ended` waits ended so far. The last of them took `waited_seconds`, and `gave_up` of their
    customers gave up. A conversation takes `handle_seconds`, by the first `handled` conversations
    of the pool, which took `handled_seconds` together. Upper bounds are told times the factor whose
    logarithm is `log_factor`. `changes` counts the changes, and `last` is the last one's id.
    """

    ended: int = 0
    waited_seconds: float = 0.0
    gave_up: float = 0.0
    handle_seconds: float = 0.0
    handled: int = 0
    handled_seconds: int = 0
    log_factor: float = 0.0
    changes: int = 0
    last: str = ""

    def counted(self, handled: int, handled_seconds: int) -> "Pace":
        """Return the pace with the pool's conversations so far, of which the last count most."""
        more = handled - self.handled
        if more <= 0:
            return self
        mean = max(1.0, (handled_seconds - self.handled_seconds) / more)
        weight = min(1.0, more / min(handled, HANDLED_REMEMBERED))
        return replace(
            self,
            handle_seconds=self.handle_seconds + weight * (mean - self.handle_seconds),
            handled=handled,
            handled_seconds=handled_seconds,
        )

    def after(self, wait: WaitEnded, change_id: str) -> "Pace":
        """Return the pace after a wait ended. A change that was made last is not made again."""
        if change_id == self.last:
            return self
        keeps = 1 - 1 / WAITS_REMEMBERED
        step = max(CORRECTION, FIRST_CORRECTION / max(FIRST_WAITS, self.ended))
        moved = self.log_factor + step * (PROMISED * wait.missed - (1 - PROMISED) * wait.kept)
        return replace(
            self,
            ended=self.ended + 1,
            waited_seconds=self.waited_seconds * keeps + wait.waited_seconds,
            gave_up=self.gave_up * keeps + (not wait.came),
            log_factor=min(WIDEST, max(-WIDEST, moved)),
            changes=self.changes + 1,
            last=change_id,
        )

    @property
    def gives_up(self) -> float:
        """Return the rate at which one waiting customer gives up, for each second."""
        seconds = self.waited_seconds + PATIENCE_WEIGHT * PATIENCE_SECONDS
        return (self.gave_up + PATIENCE_WEIGHT) / seconds
