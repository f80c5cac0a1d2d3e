"""The span of time that operators ask for is read here."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from surgeline.domain.hours import zone_of
from surgeline.errors import BadRequest
from surgeline.reports.days import day_of

DAY = 86_400_000
LONGEST_DAYS = 31
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def span_of(
    asked: Mapping[str, object], *, now: int, usual_days: int, zone: str
) -> tuple[int, int]:
    """Return the times `since` and `until` in epoch milliseconds. The span ends now at the latest.

    A date is its first moment in the zone. Without times it is the last `usual_days`. Raises
    BadRequest for a span that is too long.
    """
    until = min(_time(asked, "until", now + 1, zone), now + 1)
    since = _time(asked, "since", until - usual_days * DAY, zone)
    if not 0 <= since < until or until - since > LONGEST_DAYS * DAY:
        raise BadRequest(
            f"use a time before `until`, by at most {LONGEST_DAYS} days", field="since"
        )
    return since, until


def any_span_of(asked: Mapping[str, object], *, now: int, zone: str) -> tuple[int, int]:
    """Return the times `since` and `until`, of any length. Without times it is all that is past."""
    until = min(_time(asked, "until", now + 1, zone), now + 1)
    since = max(0, _time(asked, "since", 0, zone))
    if not since < until:
        raise BadRequest("use a time before `until`", field="since")
    return since, until


def _time(asked: Mapping[str, object], name: str, default: int, zone: str) -> int:
    """Return a date, or a time written as RFC 3339, in epoch milliseconds."""
    value = asked.get(name)
    if value is None:
        return default
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return day_of(date.fromisoformat(value), zone_of(zone)).start
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest(
            "use a date, as in 2026-03-01, or a time with its zone, as in 2026-03-01T12:00:00Z",
            field=name,
        )
    return int(moment.timestamp() * 1000)
