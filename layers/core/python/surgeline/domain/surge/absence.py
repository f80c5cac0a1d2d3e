"""People who were rostered and don't come are noted here, so that the next hours are planned."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """So many `people` are absent from `since` until `until`. `who` names them for a lead."""

    id: str
    people: int
    since: int
    until: int
    who: str = ""
    by: str = ""
    reason: str = ""
    schema: int = 1


def absent_at(absences: Iterable[Absence], at: int) -> int:
    """Return how many people are absent at a moment."""
    return sum(each.people for each in absences if each.since <= at < each.until)
