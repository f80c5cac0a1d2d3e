"""A file of a mail is taken out of the stored mail here."""

from surgeline.adapters.channels.email.mime import file_of
from surgeline.adapters.media.fetching import CannotFetch, Fetching
from surgeline.application.ports.targets import Refused


def fetch(fetching: Fetching) -> bytes:
    """Return the file with that number in that mail. Raises CannotFetch."""
    key, _, number = fetching.ref.rpartition("#")
    found = file_of(fetching.stored(key), int(number) if number.isdecimal() else -1)
    if not found:
        raise CannotFetch(Refused(outcome="empty", final=True, attempted=False))
    return found
