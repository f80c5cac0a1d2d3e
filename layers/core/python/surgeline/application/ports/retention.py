"""The times that each class of stored items is kept stand here, with the port that deletes them.

On AWS DynamoDB and SQS delete by themselves, by the times that the adapters write. The embedded
home is swept.
"""

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


class Retention(Protocol):
    """Deletes the items that a home has kept for their whole time."""

    def sweep(self, now: int) -> int:
        """Delete everything whose time is over at `now` (epoch ms).

        Return how many items that was.
        """
