"""Shrinkage is the share of the rostered who are not on seat: in meetings, ill, or on leave.

Shares are exact fractions, because 21 / 0.7 is 30.000000000000004 in floating point.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """The named parts of shrinkage, each a share of the rostered.

    Independent parts multiply: somebody in a meeting may also be ill. Parts that exclude each other
    add up. Raises ValueError.
    """

    parts: tuple[tuple[str, Fraction], ...] = ()
    is_exclusive: bool = False

    def __post_init__(self) -> None:
        for name, share in self.parts:
            if not 0 <= share < 1:
                raise ValueError(
                    f"the shrinkage {name!r} can't be {float(share)}; it is at least 0 and below 1"
                )
        names = [name for name, _ in self.parts]
        if twice := _twice(names):
            raise ValueError(f"the shrinkage {twice!r} is named twice")
        if self.total >= 1:
            raise ValueError(f"the shrinkage is {float(self.total)} in all; it must stay below 1")

    @property
    def total(self) -> Fraction:
        """Return the share of the rostered who are not on seat."""
        shares = [share for _, share in self.parts]
        if self.is_exclusive:
            return sum(shares, Fraction(0))
        return 1 - prod((1 - share for share in shares), start=Fraction(1))

    def rostered(self, agents: int) -> int:
        """Return how many must be rostered so that so many are on seat."""
        return ceil(agents / (1 - self.total))

    def on_seat(self, rostered: int) -> int:
        """Return how many of the rostered can be counted on."""
        return floor(rostered * (1 - self.total))


def _twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
