"""`surgeline report NAME` tells what the records of conversations show, in numbers or as a page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import urlencode

import click
from surgeline.adapters.system_texts import FALLBACK, lead_words
from surgeline.domain.texts import Words
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.reports.days import week_of
from surgeline.reports.page.page import page
from surgeline.reports.registry import REPORTS, report_named
from surgeline.reports.report import Table

from cli.api import admin
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

PATH = "/v1/admin/reports/"
LONGEST_DAYS = 92
LONGEST_TABLE = 40
"""A longer table is for pages and programs only."""


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


class Week(click.ParamType[str]):
    """A week of the calendar, such as 2026-W09, from Monday to Sunday."""

    name = "week"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the week; see click.ParamType."""
        try:
            week_of(value)
        except ValueError:
            self.fail(f"{plain(value)!r} is no week of the calendar, such as 2026-W09", param, ctx)
        return value


@click.command(
    help="""Report on past days, from the records of conversations.

    A conversation belongs to the day on which it was opened. A new day's numbers still change while
    its conversations go on.

    \b
    """
    + "\n    ".join(f"{name:<11} {report_named(name).about}" for name in REPORTS),
    epilog=example(
        "surgeline report daily",
        "surgeline report daily --week 2026-W09 --zone Asia/Seoul --html week.html",
        "surgeline report daily --from 2026-02-01 --to 2026-02-28 --json",
    ),
)
@click.argument("name", type=click.Choice(list(REPORTS)), metavar="NAME")
@click.option("--day", type=Date(), help="The day. Today, if nothing is given.")
@click.option("--week", type=Week(), help="A week from Monday to Sunday, as in 2026-W09.")
@click.option("--from", "first", type=Date(), help="The first of several days, with --to.")
@click.option("--to", "last", type=Date(), help="The last of several days, with --from.")
@click.option("--zone", metavar="Z", help="Whose days, by IANA name.  [default: the company's]")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the words.  [default: the company's]"
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with a plot and tables.",
)
@click.option(
    "--texts", is_flag=True,
    help="With digest: also show what some customers wrote, without contact data.",
)  # fmt: skip
@url_option
@admin_key_option
@json_option
def report(
    *,
    name: str,
    day: date | None,
    week: str | None,
    first: date | None,
    last: date | None,
    zone: str | None,
    language: str | None,
    html: Path | None,
    texts: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Read a report and show it. The help text lists the reports."""
    chosen = {"zone": zone, "language": language, "texts": "yes" if texts else None}
    query = _days(day, week, first, last) | {k: v for k, v in chosen.items() if v is not None}
    asked = f"?{urlencode(query)}" if query else ""
    found: dict[str, Any] = admin(url, admin_key).get(f"{PATH}{name}{asked}")
    words = lead_words(found.get("language", FALLBACK))
    if html is not None:
        _write(html, page(found, words))
    if as_json:
        print_json(found)
        return
    _print(found, words)
    if html is not None:
        click.echo(f"\nThe page is {html}")


def _days(
    day: date | None, week: str | None, first: date | None, last: date | None
) -> dict[str, str]:
    """Return the days that are asked for, as the API takes them. Raises WrongUse."""
    if (first is None) != (last is None):
        raise WrongUse("--from and --to belong together: give both, or --day, or --week.")
    if sum(each is not None for each in (day, week, first)) > 1:
        raise WrongUse("give --day, or --week, or --from and --to, but only one of these.")
    if day is not None:
        return {"day": day.isoformat()}
    if week is not None:
        return {"week": week}
    if first is None or last is None:
        return {}
    if last < first:
        raise WrongUse(f"the days end before they begin: --from {first} --to {last}.")
    number = (last - first).days + 1
    if number > LONGEST_DAYS:
        raise WrongUse(
            f"{first} to {last} are {number} days, and a report has at most {LONGEST_DAYS}."
        )
    return {"from": first.isoformat(), "to": last.isoformat()}


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{file} can't be written: {error.strerror}") from error


def _print(found: Mapping[str, Any], words: Words) -> None:
    click.echo(plain(found["finding"]))
    for table in report_named(found["report"]).show(found, words).tables:
        if table.rows and len(table.rows) <= LONGEST_TABLE:
            click.echo(f"\n{plain(table.caption)}")
            for line in _lines(table):
                click.echo(plain(line).rstrip())


def _lines(table: Table) -> Iterator[str]:
    """Yield a table's lines: names to the left, values to the right."""
    is_list = tuple(table.columns) == (table.caption,)  # whose head would only repeat its name
    rows: Sequence[Sequence[str]] = table.rows if is_list else (table.columns, *table.rows)
    widths = [max(_width(row[place]) for row in rows) for place in range(len(table.columns))]
    for row in rows:
        cells = [
            _padded(c, width, left=False) for c, width in zip(row[1:], widths[1:], strict=True)
        ]
        yield "  ".join([_padded(row[0], widths[0], left=True), *cells])


def _padded(text: str, width: int, *, left: bool) -> str:
    """Return a cell that is `width` columns wide on a terminal."""
    spaces = " " * (width - _width(text))
    return text + spaces if left else spaces + text


def _width(text: str) -> int:
    """Return the columns that a text takes on a terminal. A Korean letter takes two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
