"""The books of the surge controller are opened here, with what each of them keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from surgeline.application.books import Book
from surgeline.application.ports.ledger import Ledger
from surgeline.domain.surge.absence import Absence
from surgeline.domain.surge.expected import DayCounts, Expected
from surgeline.domain.surge.state import Decision, Override, State

NOW: Final = "now"
"""The id of the one entry of the book of the controller's memory."""
_T = TypeVar("_T")


class Decode(Protocol):
    """Reads a stored document of a class. `adapters.staff_format` has the one in use."""

    def __call__(self, kind: type[_T], text: str, /) -> _T:
        """Return the document. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class SurgeBooks:
    """The books of the memory, the decisions, a lead's words, and each day's numbers."""

    memory: Book[State]
    decisions: Book[Decision]
    overrides: Book[Override]
    absences: Book[Absence]
    forecasts: Book[Expected]
    counts: Book[DayCounts]


def surge_books(ledger: Ledger, encode: Callable[[Any], str], decode: Decode) -> SurgeBooks:
    """Return the books over a ledger. Documents are written and read by `encode` and `decode`."""

    def opened(name: str, kind: type[_T], days: int) -> Book[_T]:
        return Book(ledger, name, days=days, encode=encode, decode=lambda text: decode(kind, text))

    return SurgeBooks(
        memory=opened("surge-memory", State, 30),
        decisions=opened("surge-decisions", Decision, 90),
        overrides=opened("surge-overrides", Override, 8),
        absences=opened("surge-absences", Absence, 100),
        forecasts=opened("surge-forecasts", Expected, 400),
        counts=opened("surge-counts", DayCounts, 90),
    )
