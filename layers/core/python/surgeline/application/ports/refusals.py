"""What ports refuse with, and what it means for a caller."""

from surgeline.errors import Conflict, Rejected, Unavailable


class Stale(Conflict):
    """The thread moved on since it was loaded; load and decide again."""


class AlreadyDone(Conflict):
    """This event was committed before; load shows its record."""


class TooLarge(Rejected):
    """The item is over the store's or the queue's limit (400 kB a record, 256 kB a message)."""

    status = 413
    code = "too_large"


class Throttled(Unavailable):
    """The service asks for less; nothing was kept."""


class OfferClosed(Conflict):
    """The offer can't be accepted: `status` says how it ended, or `expired`, or `taken`."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the offer is {status}")
        self.status = status


class Changed(Conflict):
    """What was to be replaced is not what it was said to be; nothing was changed."""


class Absent(Rejected):
    """No such item."""

    status = 404
    code = "not_found"
