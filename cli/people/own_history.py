"""An instance's own history is read here: the conversations of each interval of past days."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cli.api import Api

PATH = "/v1/admin/reports/daily"
COUNTED = ("arrivals", "handed_off")


def own_history(
    api: Api, today: date, days: int, zone: ZoneInfo, counted: str, *, with_today: bool
) -> Mapping[datetime, float]:
    """Return the counts of so many days before today, by the beginnings of their intervals.

    Days before the first conversation are left out. Of today only intervals that are over count.
    """
    found: dict[datetime, float] = {}
    for back in range(days, -1 if with_today else 0, -1):
        counts = _counts(api, today - timedelta(days=back), zone, counted)
        if found or any(counts.values()):
            found |= counts
    return found


def _counts(api: Api, day: date, zone: ZoneInfo, counted: str) -> dict[datetime, float]:
    query = urlencode({"day": day.isoformat(), "zone": zone.key})
    report: Mapping[str, Any] = api.get(f"{PATH}?{query}")
    as_of = datetime.fromisoformat(report["as_of"])
    length = timedelta(minutes=report["interval_minutes"])
    begins = {datetime.fromisoformat(each["from"]): each[counted] for each in report["intervals"]}
    return {
        at.astimezone(UTC): float(count) for at, count in begins.items() if at + length <= as_of
    }
