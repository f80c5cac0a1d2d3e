"""`surgeline report daily` tells how many wrote, who answered them, and how long it took."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from cli.api import Api, admin
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.report.finding import COUNTS, finding, rows_of, total_of
from cli.report.page import page

PATH = "/v1/admin/reports/daily"
LONGEST_DAYS = 731


class Date(click.ParamType[date]):
    """A date of the calendar, such as 2026-03-01."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date; see click.ParamType."""
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:  # it also reads other forms
            self.fail(
                f"{plain(value)!r} is no date of the calendar, such as 2026-03-01", param, ctx
            )
        return found


@click.group()
def report() -> None:
    """Report on past days, from the records of conversations."""


@report.command(
    epilog=example(
        "surgeline report daily",
        "surgeline report daily --day 2026-03-01 --time-zone Asia/Seoul --html monday.html",
        "surgeline report daily --from 2026-02-01 --to 2026-02-28 --json",
    )
)
@click.option("--day", type=Date(), help="The day. Today, if nothing is given.")
@click.option("--from", "first", type=Date(), help="The first of several days, with --to.")
@click.option("--to", "last", type=Date(), help="The last of several days, with --from.")
@click.option(
    "--time-zone", metavar="Z", default="UTC", show_default=True, help="Whose days, by IANA name."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with a plot and tables.",
)
@url_option
@admin_key_option
@json_option
def daily(
    *,
    day: date | None,
    first: date | None,
    last: date | None,
    time_zone: str,
    html: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Count the conversations of a day: who answered, how fast, and how each was resolved.

    A conversation belongs to the day on which it was opened. Several days give one report each, and
    the sum of their counts. A new day's numbers still change while its conversations go on.
    """
    days = _days(day, first, last)
    api = admin(url, admin_key)
    reports = [_asked(api, each, time_zone) for each in days]
    if html is not None:
        _write(html, page(reports))
    if as_json:
        print_json(_document(reports, is_range=first is not None))
        return
    _print(reports)
    if html is not None:
        click.echo(f"The page is {html}")


def _days(day: date | None, first: date | None, last: date | None) -> Sequence[date | None]:
    """Return the days that are asked for. None is today. Raises WrongUse."""
    if (first is None) != (last is None):
        raise WrongUse("--from and --to belong together: give both, or --day.")
    if first is None or last is None:
        return [day]
    if day is not None:
        raise WrongUse("give --day, or --from and --to, but not both.")
    if last < first:
        raise WrongUse(f"the days end before they begin: --from {first} --to {last}.")
    number = (last - first).days + 1
    if number > LONGEST_DAYS:
        raise WrongUse(
            f"{first} to {last} are {number} days, and a report has at most {LONGEST_DAYS}."
        )
    return [first + timedelta(days=each) for each in range(number)]


def _asked(api: Api, day: date | None, time_zone: str) -> dict[str, Any]:
    query = {"time_zone": time_zone} | ({"day": day.isoformat()} if day else {})
    found: dict[str, Any] = api.get(f"{PATH}?{urlencode(query)}")
    return found


def _document(reports: Sequence[Mapping[str, Any]], *, is_range: bool) -> Mapping[str, Any]:
    """Return a day's report as it is, or the reports of several days with their sum."""
    if not is_range:
        return reports[0]
    return {
        "from": reports[0]["day"],
        "to": reports[-1]["day"],
        "time_zone": reports[0]["time_zone"],
        "total": total_of(reports),
        "days": list(reports),
    }


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{file} can't be written: {error.strerror}") from error


def _print(reports: Sequence[Mapping[str, Any]]) -> None:
    click.echo(plain(finding(reports)))
    if len(reports) == 1:
        click.echo()
        for name, value in rows_of(reports[0]):
            click.echo(plain(f"{name:<44} {value:>10}"))
        return
    names = ("arrivals", "answered_by_bot", "handed_off", "abandoned", "unresolved")
    click.echo("\n" + " ".join([f"{'day':<10}", *(f"{COUNTS[each]:>16}" for each in names)]))
    for each in reports:
        click.echo(" ".join([each["day"], *(f"{each[name]:>16}" for name in names)]))
