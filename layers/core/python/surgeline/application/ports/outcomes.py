"""The port of the records that reports and lists read lives here: conversations' openings and ends.

All records of a conversation stand together, in the order in which conversations were opened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from surgeline.domain.outcome import Kept, Opened, Outcome, Surveyed

Place = tuple[int, str]
"""The place of a conversation: the time of its opening (epoch ms), then its key."""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """The records of one conversation. An erased one has tombstones, which hold no id."""

    place: Place
    opened: tuple[Opened, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    surveyed: tuple[Surveyed, ...] = ()

    @classmethod
    def of(cls, place: Place, records: Iterable[Kept]) -> "KeptConversation":
        """Return the conversation of these records, each kind in the order of its parts."""
        kept = sorted(records, key=lambda each: each.part)
        return cls(
            place,
            tuple(each for each in kept if isinstance(each, Opened)),
            tuple(each for each in kept if isinstance(each, Outcome)),
            tuple(each for each in kept if isinstance(each, Surveyed)),
        )

    @property
    def customer(self) -> str:
        """Return the customer's key, which is empty in an erased conversation."""
        first: tuple[Kept, ...] = (*self.opened[:1], *self.outcomes[:1], *self.surveyed[:1])
        return first[0].customer

    @property
    def is_erased(self) -> bool:
        """Return whether a person's records were erased here."""
        records: tuple[Kept, ...] = (*self.opened, *self.outcomes, *self.surveyed)
        return "" in [each.conversation_id for each in records]

    @property
    def has_ended(self) -> bool:
        """Return whether the last opening has an end on record."""
        last = max((each.part for each in self.opened), default=0)
        return last in [each.part for each in self.outcomes]


class Outcomes(Protocol):
    """Keeps a record of each opening, end and survey, as long as the logs of conversations."""

    def add(self, *records: Kept) -> None:
        """Keep the records. A repeat changes nothing, and an erased record stays erased."""

    def erase(self, records: Sequence[Kept]) -> None:
        """Put a tombstone in the place of each record, also where there is none yet."""

    def find(
        self,
        since: int,
        until: int,
        *,
        after: Place | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[KeptConversation]:
        """Return conversations that were opened from `since` and before `until`, in order.

        `after` is the place of the last one of the page before. The time should span some weeks at
        most, because each of its days is looked into until there are enough.
        """
