"""An instance is asked here: for the conversations of past days, and for who can come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cli.api import Api
from cli.console import WrongUse

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


def could_come(api: Api, file: Path, names: Sequence[str], minutes: float) -> list[int]:
    """Return for each interval how many people come by their own word. Raises WrongUse.

    They said that they can work for all of it, or yes to a shift that has all of it. `names` are
    the beginnings of the intervals, as the file has them.
    """
    found: Mapping[str, Any] = api.get("/v1/admin/calls")
    said = {each["id"]: list(map(_span, each["available"])) for each in found["people"]}
    for call in found["calls"]:
        if call["kind"] == "shift":
            for answer in call["answers"]:
                if answer["coming"]:
                    said.setdefault(answer["person"], []).append(_span(call))
    length = timedelta(minutes=minutes)
    return [
        sum(
            any(since <= at and at + length <= until for since, until in spans)
            for spans in said.values()
        )
        for at in (_moment(file, name) for name in names)
    ]


def _span(found: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(found["from"]), datetime.fromisoformat(found["until"])


def _moment(file: Path, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(name)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 # without an offset, as what is refused below
    if found.tzinfo is None:
        raise WrongUse(
            f"{file}, from: {name!r} has no date and offset, such as 2026-03-02T09:00+01:00;"
            " --available needs them, as `surgeline forecast --csv` writes them."
        )
    return found
