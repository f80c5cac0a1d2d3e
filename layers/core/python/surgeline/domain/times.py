"""Times are written and read here as they leave the system.

Inside they are UTC epoch milliseconds.
"""

from datetime import UTC, datetime


def rfc3339(milliseconds: int) -> str:
    """Return the time as RFC 3339, UTC, with milliseconds."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_rfc3339(time: str) -> bool:
    """Return whether the text is a time with its zone, as RFC 3339 writes it."""
    try:
        return datetime.fromisoformat(time).tzinfo is not None
    except ValueError:
        return False


def milliseconds(time: str) -> int:
    """Return a time of RFC 3339 as UTC epoch milliseconds. Raises ValueError."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)
