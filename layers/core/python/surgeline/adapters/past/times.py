"""Times of exports are read here. Only forms that can't be taken for another day are accepted."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC).timestamp()
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_MILLISECONDS: Final = 1e11
"""A larger number counts milliseconds, a smaller one seconds."""


def moment_of(value: object) -> int | None:
    """Return a time in UTC epoch ms, or None for what is no time.

    Accepted are ISO 8601, the form of mails, and seconds or milliseconds since 1970. A time without
    a zone is in UTC.
    """
    if isinstance(value, bool):
        return None
    seconds = _seconds(value) if isinstance(value, int | float | str) else None
    if seconds is None or not _EARLIEST <= seconds < _LATEST:
        return None
    return int(seconds * 1000)


def _seconds(value: float | str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return _written(str(value).strip())
    return number / 1000 if number > _MILLISECONDS else number


def _written(text: str) -> float | None:
    try:
        read = datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        try:
            read = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None
