"""Days that are not like others: closed days, holidays, planned days, and the day after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isfinite
from typing import Final, Literal

Kind = Literal["closed", "holiday", "day_after", "planned"]

FIRST_GUESS: Final[Mapping[Kind, float]] = {"holiday": 0.5, "day_after": 1.2}
"""The factor of such a day as long as none was seen."""
LONGEST_REST: Final = 15
"""The days before that are looked at in order to find a closed one."""


@dataclass(frozen=True, slots=True)
class Special:
    """A day of the calendar. `multiplier` is None where the history says how large it is.

    Raises ValueError.
    """

    kind: Kind
    multiplier: float | None = None

    def __post_init__(self) -> None:
        given = self.multiplier
        if self.kind == "planned" and given is None:
            raise ValueError("a planned day needs its multiplier, such as 1.5")
        if self.kind == "closed" and given is not None:
            raise ValueError("a closed day has no multiplier")
        if given is not None and not (isfinite(given) and 0 <= given <= 1_000):  # noqa: PLR2004 # said below
            raise ValueError(f"a multiplier is a number from 0 to 1,000, not {given}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The special days by their dates."""

    days: Mapping[date, Special] = field(default_factory=dict)

    def special(self, which: date, open_weekdays: Collection[int]) -> Special | None:
        """Return what is special about a date.

        The first open day after closed ones and holidays is special too, unless it is named.
        """
        named = self.days.get(which)
        if named is not None:
            return named
        for back in range(1, LONGEST_REST + 1):
            before = which - timedelta(days=back)
            rested = self.days.get(before)
            if rested is not None and rested.kind in {"closed", "holiday"}:
                return Special("day_after")
            if before.weekday() in open_weekdays:
                return None
        return None
