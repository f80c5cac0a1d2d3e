"""The history of a forecast is counted here from past conversations, in any form that is read."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from surgeline.adapters.past.read import PastRefused, read_past

from cli.console import WrongUse, counted, plain
from cli.people.history import COUNTS, TIMES, read_history
from cli.people.intervals import rows_of

STEP = timedelta(minutes=15)
LEAST_DAYS = 3
"""With fewer days nothing is left once the first and the last one are."""
_TABLES = (".csv", ".tsv", ".txt")


def any_history(
    file: Path, zone: ZoneInfo, *, ours: tuple[str, ...] = ()
) -> Mapping[datetime, float]:
    """Return the counts of a file with counted intervals, or with past conversations."""
    is_table = file.suffix.lower() in _TABLES
    if is_table and _is_counted(file):
        return read_history(file, zone)
    try:
        past = read_past(file, ours=ours)
    except PastRefused as error:
        if is_table:
            return read_history(file, zone)  # which says what columns it needs
        raise WrongUse(str(error)) from error
    begins = [
        next((said.at for said in each.said if said.by == "customer" and said.at), None)
        for each in past.conversations
    ]
    known = [datetime.fromtimestamp(at / 1000, UTC) for at in begins if at is not None]
    found = _by_interval(known, zone, file)
    days = (max(found) - min(found)).days + 1
    whole = counted(int(sum(found.values())), "conversation")
    without = len(begins) - len(known)
    more = f" {counted(without, 'conversation')} without a time left out." if without else ""
    click.echo(plain(f"{file}: {whole} in {days} whole days.{more}"), err=True)
    return found


def _is_counted(file: Path) -> bool:
    """Return whether the columns of a table are those of counted intervals."""
    try:
        header = next(iter(rows_of(file)), (0, {}))[1]
    except WrongUse:
        return True  # reading it says what is wrong
    return bool(header.keys() & set(COUNTS)) and bool(header.keys() & set(TIMES))


def _by_interval(known: list[datetime], zone: ZoneInfo, file: Path) -> dict[datetime, float]:
    """Return how many conversations began in each interval of the whole days.

    Nobody counts the first and the last day, because the file may begin and end within them. An
    interval of the others in which nobody wrote counts as zero.
    """
    days = sorted({each.astimezone(zone).date() for each in known})
    if not days or (days[-1] - days[0]).days + 1 < LEAST_DAYS:
        raise WrongUse(
            f"{file}: the conversations tell fewer than {LEAST_DAYS} days of their times; a "
            "forecast needs two weeks."
        )
    at, end = _midnight(days[0] + timedelta(days=1), zone), _midnight(days[-1], zone)
    counts = Counter(at + (each - at) // STEP * STEP for each in known if at <= each < end)
    found: dict[datetime, float] = {}
    while at < end:
        found[at] = float(counts[at])
        at += STEP
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
