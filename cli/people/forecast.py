"""`surgeline forecast` says how many contacts will come, from a history of counted intervals."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from surgeline.domain.forecast.backtest import Backtest, backtest
from surgeline.domain.forecast.band import band
from surgeline.domain.forecast.calendar import Calendar
from surgeline.domain.forecast.forecast import Forecaster
from surgeline.domain.forecast.history import Observed, intervals_of, observed_days
from surgeline.domain.forecast.live import live_factor

from cli.api import admin
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    print_json,
    url_option,
)
from cli.pages.frame import write
from cli.past.options import ours_option
from cli.people import forecast_words as words
from cli.people.history import YEARS, Zone, read_calendar
from cli.people.own_history import COUNTED, own_history
from cli.people.past_history import any_history

MOST_DAYS = 366
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_written = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=example(
        "surgeline forecast --history contacts.csv --zone Europe/Paris --csv tomorrow.csv",
        "surgeline forecast --history contacts.csv --calendar days.csv --days 7 --html week.html",
        "surgeline forecast --history contacts.csv --live",
        "surgeline forecast --history support.mbox --ours @shop.example --zone Europe/Paris",
        "surgeline forecast --last-days 42 --of handed_off",
        "surgeline forecast --history contacts.csv --backtest",
    )
)
@click.option(
    "--history",
    type=_file,
    metavar="FILE",
    help="A CSV file with a time and the contacts of each interval, in which a missing line is a"
    " gap. Or past conversations: a mailbox, a table, or the export of a helpdesk.",
)
@ours_option
@click.option(
    "--last-days",
    type=click.IntRange(14, 365),
    metavar="N",
    help="Instead of a file: so many past days of the instance itself.",
)
@click.option(
    "--of",
    "counted",
    type=click.Choice(COUNTED),
    default=COUNTED[0],
    show_default=True,
    help="With --last-days: all conversations, or those for which a person was asked for.",
)
@click.option(
    "--calendar",
    type=_file,
    metavar="FILE",
    help="A CSV file with date, kind (closed, holiday, day_after, planned) and multiplier.",
)
@click.option(
    "--zone",
    "--time-zone",
    "time_zone",
    type=Zone(),
    metavar="Z",
    default="UTC",
    show_default=True,
    help="Whose days and times, by IANA name.",
)
@click.option(
    "--interval-minutes",
    type=click.Choice([15, 30, 60]),
    default=30,
    show_default=True,
    help="The length of an interval. Shorter ones of the history are summed.",
)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day to forecast. The next open day, if nothing is given.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=1,
    show_default=True,
    metavar="N",
    help="So many days.",
)
@click.option(
    "--live", is_flag=True, help="Forecast the rest of the history's last day, from what came."
)
@click.option(
    "--backtest",
    "is_backtest",
    is_flag=True,
    help="Forecast each day of the history from those before it, and say how wrong that is.",
)
@click.option(
    "--csv",
    "csv_file",
    type=_written,
    metavar="FILE",
    help="Also write the intervals, as `surgeline staffing --day` reads them.",
)
@click.option("--html", type=_written, metavar="FILE", help="Also draw the days, as a page.")
@url_option
@admin_key_option
@json_option
def forecast(
    *,
    history: Path | None,
    ours: tuple[str, ...],
    last_days: int | None,
    counted: str,
    calendar: Path | None,
    time_zone: ZoneInfo,
    interval_minutes: int,
    day: datetime | None,
    days: int,
    live: bool,
    is_backtest: bool,
    csv_file: Path | None,
    html: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Forecast the contacts of coming days, with a band in which four of five counts lie.

    Two weeks of history are enough. The error is told beside the one that chance alone makes.
    """
    known = read_calendar(calendar) if calendar else Calendar()
    if is_backtest and (live or day or csv_file or html):
        raise WrongUse("--backtest goes without --live, --day, --csv and --html.")
    if live and (day or days > 1):
        raise WrongUse("--live is about the history's last day; leave out --day and --days.")
    if day and day.year not in YEARS:
        raise WrongUse(f"--day: use a day from {YEARS[0]} to {YEARS[-1]}.")
    if (history is None) == (last_days is None):
        raise WrongUse("give --history with a file, or --last-days of an instance.")
    if history is not None:
        counts = any_history(history, time_zone, ours=ours)
    else:
        today = datetime.now(time_zone).date()
        counts = own_history(
            admin(url, admin_key), today, last_days or 0, time_zone, counted, with_today=live
        )
    try:
        observed = observed_days(counts, time_zone, interval_minutes)
        if is_backtest:
            _show_backtest(backtest(observed, known), interval_minutes, as_json=as_json)
            return
        maker = Forecaster(observed, known)
    except ValueError as error:
        raise WrongUse(f"{history or 'the instance'}: {error}.") from error
    last = observed[-1]
    first = day.date() if day else last.date if live else maker.next_open()
    seen = last if live else None
    which = [first + timedelta(days=number) for number in range(days)]
    documents = [_made(maker, each, time_zone, interval_minutes, seen) for each in which]
    _show(documents, csv_file, html, as_json=as_json)


def _made(
    maker: Forecaster, which: date, zone: ZoneInfo, minutes: int, seen: Observed | None
) -> dict[str, Any]:
    """Return the document of a day. Of a day that was seen in part, it is that of the rest."""
    places = list(intervals_of(which, zone, minutes))
    made = maker.forecast(which, [slot for _, slot in places])
    factor, rest = 1.0, 0
    if seen is not None:
        rest = _place_after(made.slots, seen)
        usual = dict(zip(made.slots, made.contacts, strict=True))
        so_far = [usual.get(cell.slot, 0.0) for cell in seen.cells]
        came = [cell.contacts for cell in seen.cells]
        factor = live_factor([*so_far, *made.contacts[rest:]], came)
    intervals = []
    for (at, _), usual_mean in list(zip(places, made.contacts, strict=True))[rest:]:
        if not usual_mean and not made.is_closed:
            continue
        mean = usual_mean * factor
        low, high = band(mean, made.excess)
        local = at.astimezone(zone).isoformat(timespec="minutes")
        intervals.append({"from": local, "contacts": mean, "lower": low, "upper": high})
    return {
        "day": which.isoformat(),
        "time_zone": zone.key,
        "interval_minutes": minutes,
        "contacts": sum(each["contacts"] for each in intervals),
        "closed": made.is_closed,
        "special": made.special.kind if made.special else None,
        "factor": made.factor,
        "live_factor": factor if seen is not None else None,
        "excess": made.excess,
        "intervals": [] if made.is_closed else intervals,
    }


def _place_after(slots: Sequence[int], seen: Observed) -> int:
    """Return the place behind the last interval that was counted. A time may come twice a day."""
    last = seen.cells[-1].slot
    counted = sum(cell.slot == last for cell in seen.cells)
    return [place for place, slot in enumerate(slots) if slot == last][counted - 1] + 1


def _show(
    documents: Sequence[dict[str, Any]], csv_file: Path | None, html: Path | None, *, as_json: bool
) -> None:
    if csv_file is not None:
        write(csv_file, _as_csv(documents))
    if html is not None:
        write(html, words.forecast_page(documents))
    if as_json:
        print_json(documents[0] if len(documents) == 1 else {"days": list(documents)})
        return
    click.echo("\n".join(words.of_days(documents)))
    for name, file in (("intervals are", csv_file), ("page is", html)):
        if file is not None:
            click.echo(f"The {name} in {file}" if name[0] == "i" else f"The {name} {file}")


def _as_csv(documents: Sequence[dict[str, Any]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("from", "contacts", "lower", "upper"))
    for each in (interval for document in documents for interval in document["intervals"]):
        most = max(each["upper"], each["contacts"])
        row = (each["from"], f"{each['contacts']:.2f}", each["lower"], f"{most:.2f}")
        writer.writerow(row)
    return made.getvalue()


def _show_backtest(found: Backtest, minutes: int, *, as_json: bool) -> None:
    document = asdict(found) | {"interval_minutes": minutes}
    document["live"] = [
        {"from": words.clock(rest.slot), "before": rest.before, "after": rest.after}
        for rest in found.live
    ]
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join(words.of_backtest(found, minutes)))
