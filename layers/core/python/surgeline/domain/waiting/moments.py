"""Moments are said here as customers read them: "today at 14:00", "Monday at 9:00".

The words come from the system texts of the customer's language, and the zone is the company's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from surgeline.domain.hours import zone_of
from surgeline.domain.texts import fill

DAYS_BY_NAME = 6
"""A moment within so many days is named by its weekday alone, and a later one by its date too."""


def moment(texts: Mapping[str, str], at: int, *, now: int, zone: str) -> str:
    """Return the words for a moment in the time zone, as the day stands `now`.

    A moment that no calendar has is said in no words.
    """
    try:
        return _said(texts, at, now, zone)
    except (OverflowError, OSError, ValueError):
        return ""


def day(texts: Mapping[str, str], at: int, *, zone: str) -> str:
    """Return the words for the day of a moment in the past, with its month."""
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone))
    return fill(
        _text(texts, "day_of_month"),
        {"day": there.day, "month": _one_of(texts, "months", there.month - 1)},
    )


def clock(texts: Mapping[str, str], at: int, *, zone: str) -> str:
    """Return the words for the time of day of a moment in the zone."""
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone))
    name = "clock_whole" if there.minute == 0 else "clock"
    return fill(_text(texts, name), {"hour": there.hour, "minute": f"{there.minute:02}"})


def _said(texts: Mapping[str, str], at: int, now: int, zone: str) -> str:
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone))
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone_of(zone)).date()
    clock = _text(texts, "clock_whole" if there.minute == 0 else "clock")
    days = (there.date() - today).days
    name = "date_at" if days > DAYS_BY_NAME else "weekday_at"
    return fill(
        _text(texts, "today_at" if days == 0 else name),
        {
            "time": fill(clock, {"hour": there.hour, "minute": f"{there.minute:02}"}),
            "weekday": _one_of(texts, "weekdays", there.weekday()),
            "day": there.day,
            "month": _one_of(texts, "months", there.month - 1),
        },
    )


def _one_of(texts: Mapping[str, str], key: str, number: int) -> str:
    """Return one of the names that the text lists, or its number where there are too few."""
    names = _text(texts, key).split("|")
    return names[number].strip() if number < len(names) else str(number + 1)


def _text(texts: Mapping[str, str], key: str) -> str:
    return texts.get(key, key)
