"""The refusals that ports raise live here, with their meaning for a caller."""

from surgeline.errors import Conflict, Rejected, Unavailable


class Stale(Conflict):
    """The thread moved on since it was loaded. Load and decide again."""


class AlreadyDone(Conflict):
    """This event was committed before. A load shows its record."""


class TooLarge(Rejected):
    """The item is over the store's or the queue's limit (400 kB a record, 256 kB a message)."""

    status = 413
    code = "too_large"


class Throttled(Unavailable):
    """The service asks for fewer calls. Nothing was kept."""


class OfferClosed(Conflict):
    """The offer can't be accepted. `status` says how it ended, or is `expired` or `taken`."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the offer is {status}")
        self.status = status


class Changed(Conflict):
    """The value to replace was not the expected one, so nothing was changed."""


class Absent(Rejected):
    """There is no such item."""

    status = 404
    code = "not_found"
