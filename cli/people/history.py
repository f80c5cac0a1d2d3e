"""A history of contacts and a calendar are read here from CSV files. A refusal names its line."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, cast, get_args
from zoneinfo import ZoneInfo

import click
from surgeline.domain.forecast.calendar import Calendar, Kind, Special
from surgeline.domain.hours import zone_of

from cli.console import WrongUse, plain
from cli.people.intervals import number_of, rows_of

TIMES: Final = (
    "from",
    "start",
    "timestamp",
    "datetime",
    "interval",
    "interval_start",
    "ds",
    "time",
    "date",
)
COUNTS: Final = ("contacts", "arrivals", "calls", "count", "volume", "offered", "y")

YEARS: Final = range(1970, 2200)
"""The years in which contacts may have come, or may be forecast."""

_BOTH: Final = "date and time"
"""The moment stands in two columns."""


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its IANA name, such as Europe/Paris."""

    name = "zone"

    def convert(
        self, value: str | ZoneInfo, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        """Return the zone; see click.ParamType."""
        if isinstance(value, ZoneInfo):
            return value
        try:
            return zone_of(value)
        except (ValueError, KeyError, OSError):
            self.fail(f"{plain(value)!r} is no time zone, such as Europe/Paris", param, ctx)


def read_history(file: Path, zone: ZoneInfo) -> Mapping[datetime, float]:
    """Return the counts of intervals by their beginnings, in UTC. Raises WrongUse.

    A time without an offset is on the wall clock of the zone. A repeated hour comes twice.
    """
    found: dict[datetime, float] = {}
    names: tuple[str, str] | None = None
    for line, row in rows_of(file):
        names = names or _columns(file, list(row))
        text = row[names[0]] if names[0] != _BOTH else f"{row['date']}T{row['time']}"
        at = moment_of(file, line, text, zone, found)
        found[at] = number_of(file, line, names[1], row[names[1]])
    return found


def _columns(file: Path, header: Sequence[str]) -> tuple[str, str]:
    """Return the names of the columns with the time and with the count."""
    times = [name for name in TIMES if name in header]
    counts = [name for name in COUNTS if name in header]
    if not times or not counts:
        raise WrongUse(
            f"{file}, line 1: the columns are {plain(', '.join(header))}; one is the time"
            f" ({', '.join(TIMES)}), and one the number of contacts ({', '.join(COUNTS)})."
        )
    is_split = {"date", "time"} <= set(times) and times[0] == "time"
    return (_BOTH if is_split else times[0]), counts[0]


def moment_of(
    file: Path, line: int, text: str, zone: ZoneInfo, known: Mapping[datetime, object]
) -> datetime:
    """Return the moment of a line in UTC, which is none of those that are `known`.

    A time without an offset is on the wall clock of the zone. Raises WrongUse.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = datetime.min  # noqa: DTZ901 # as far off as what is refused below
    if read.year not in YEARS:
        raise WrongUse(
            f"{file}, line {line}: {plain(text)!r} is no time such as 2026-03-01T09:30"
            f" from {YEARS[0]} to {YEARS[-1]}."
        )
    local = read if read.tzinfo else read.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    if read.tzinfo is None and at.astimezone(zone).replace(tzinfo=None, fold=0) != read:
        raise WrongUse(
            f"{file}, line {line}: {plain(text)} was skipped by the clocks of {zone.key};"
            " leave the line out, or write its offset."
        )
    if at in known and read.tzinfo is None:
        at = local.replace(fold=1).astimezone(UTC)
    if at in known:
        raise WrongUse(f"{file}, line {line}: {plain(text)} stands there twice.")
    return at


def read_calendar(file: Path) -> Calendar:
    """Return the calendar of a file with the columns date, kind and multiplier. Raises WrongUse."""
    days: dict[date, Special] = {}
    for line, row in rows_of(file, ("date", "kind")):
        try:
            which = date.fromisoformat(row["date"])
            special = _special(row)
        except ValueError as error:
            raise WrongUse(f"{file}, line {line}: {plain(str(error))}.") from error
        if which in days:
            raise WrongUse(f"{file}, line {line}: {which} stands there twice.")
        days[which] = special
    return Calendar(days)


def _special(row: Mapping[str, str]) -> Special:
    kinds = get_args(Kind)
    if row["kind"] not in kinds:
        raise ValueError(f"the kind {row['kind']!r} is none of {', '.join(kinds)}")
    text = row.get("multiplier", "")
    return Special(cast("Kind", row["kind"]), float(text) if text else None)
