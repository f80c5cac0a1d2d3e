"""The times that each class of stored items is kept stand here, with the port that deletes them.

On AWS DynamoDB and SQS delete by themselves, by the times that the adapters write. The embedded
home is swept.
"""

from dataclasses import dataclass, fields
from typing import Final, Protocol

# Dedupe must outlive every provider's redelivery (7 days) and 8 days. The rest are a year and more.
# The thread is kept longest, so that a thread never begins anew above records of its own.
EVENT_DAYS: Final = 9
DELIVERY_DAYS: Final = 90
OFFER_DAYS: Final = 90
RECORD_DAYS: Final = 400
THREAD_DAYS: Final = 430
DEAD_LETTER_DAYS: Final = 14
MAIL_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How long a company keeps each class of its customers' data, in days.

    `records`: what was said and decided, and the records for reports. `deliveries`: the log of
    sends. `mails`: stored mails, and files that came with messages.
    """

    records: int = RECORD_DAYS
    deliveries: int = DELIVERY_DAYS
    mails: int = MAIL_DAYS

    @property
    def threads(self) -> int:
        """Return how long a thread is kept, which is longer than its records."""
        return self.records + THREAD_DAYS - RECORD_DAYS


USUAL: Final = Days()
LEAST: Final = {"records": 30, "deliveries": 14, "mails": 1}
"""Reports look back for weeks, and a delivery may be tried and replayed for days."""


def days_of(text: str) -> Days:
    """Return the days of a setting such as `records=180 mails=30`, with the usual ones beside them.

    Nothing is kept longer than usual. Raises ValueError, which says what is accepted.
    """
    given: dict[str, int] = {}
    for part in text.replace(",", " ").split():
        name, _, number = part.partition("=")
        most = getattr(USUAL, name, 0) if name in LEAST else 0
        is_number = number.isascii() and number.isdecimal() and len(number) < len("10000")
        if not (most and is_number and LEAST[name] <= int(number) <= most):
            accepted = ", ".join(
                f"{each.name}={LEAST[each.name]} to {getattr(USUAL, each.name)}"
                for each in fields(Days)
            )
            raise ValueError(f"retention {part[:64]!r}: use days as in {accepted}")
        given[name] = int(number)
    return Days(**given)


class Retention(Protocol):
    """Deletes the items that a home has kept for their whole time."""

    def sweep(self, now: int) -> int:
        """Delete everything whose time is over at `now` (epoch ms).

        Return how many items that was.
        """
