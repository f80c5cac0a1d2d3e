"""`surgeline simulate` rehearses a day: the code that runs then, with made customers and people."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from cli.console import WrongUse, example, json_option, print_json
from cli.pages.frame import write
from cli.people import simulate_words as words
from cli.people.intervals import rows_of, whole_number_of
from cli.people.numbers import Within
from local.rehearsal.day import Arrivals, Day, WrongDay, minutes, read_day, with_arrivals
from local.rehearsal.rehearsal import rehearse

DRAWN_MINUTES = 24 * 60


@click.command(
    epilog=example(
        "surgeline simulate ordinary-day",
        "surgeline simulate two-hour-peak --seed 7 --html peak.html",
        "surgeline simulate my-day.json --compare more-people.json --json",
        "surgeline simulate ordinary-day --arrivals tomorrow.csv --times 2",
    )
)
@click.argument("day", metavar="DAY")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    metavar="N",
    help="The seed of all chance. The same one gives the same day, byte for byte.",
)
@click.option(
    "--policy",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A JSON file with pools, routing, rules or promise that take the place of the day's own.",
)
@click.option(
    "--compare",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also play the day with this policy, for the same customers.",
)
@click.option(
    "--arrivals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Let the customers of a CSV file come, with from and contacts of each interval of a day.",
)
@click.option(
    "--times",
    type=Within(0, 1_000, min_open=True),
    default=1,
    metavar="K",
    help="So many times the customers.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with charts and tables.",
)
@json_option
def simulate(
    *,
    day: str,
    seed: int,
    policy: str | None,
    compare: str | None,
    arrivals: Path | None,
    times: float,
    html: Path | None,
    as_json: bool,
) -> None:
    """Rehearse a day: how long customers wait, who serves them, what it costs, what gets lost.

    DAY is a file, or one of the shipped days: ordinary-day, two-hour-peak, half-staff-ill,
    vendors-down, viral-question, month-in-a-week, hundredfold-day. The real handlers run on a clock
    that jumps. A thousand contacts take about half a minute.
    """
    try:
        played = [_day(day, policy, arrivals, times)]
        if compare is not None:
            played.append(_day(day, compare, arrivals, times))
        reports = [rehearse(each, seed).as_json() for each in played]
    except WrongDay as error:
        raise WrongUse(f"{error}.") from error
    if html is not None:
        write(html, words.page_of(reports))
    if as_json:
        print_json(reports[0] if compare is None else {"a": reports[0], "b": reports[1]})
        return
    click.echo("\n".join(words.of_reports(reports)))
    if html is not None:
        click.echo(f"The page is {html}")


def _day(name: str, policy: str | None, arrivals: Path | None, times: float) -> Day:
    """Return the day to play. Raises WrongDay, WrongUse."""
    found = read_day(name, policy)
    return with_arrivals(found, _read(arrivals) if arrivals else found.arrivals, times)


def _read(file: Path) -> Sequence[Arrivals]:
    """Return the arrivals of a recorded or forecast day. Raises WrongUse."""
    starts: list[tuple[int, int]] = []
    for line, row in rows_of(file, ("from", "contacts")):
        clock = row["from"].partition("T")[2][:5] or row["from"][:5]
        try:
            begin = minutes(clock)
        except ValueError:
            begin = DRAWN_MINUTES
        if not 0 <= begin < DRAWN_MINUTES or (starts and begin <= starts[-1][0]):
            raise WrongUse(
                f"{file}, line {line}, from: times of one day follow each other, such as 09:30 or"
                " 2026-03-01T09:30."
            )
        starts.append((begin, whole_number_of(file, line, "contacts", row["contacts"])))
    if len(starts) < 2:  # noqa: PLR2004 # the distance of two is the length of an interval
        raise WrongUse(f"{file} has {len(starts)} intervals, and a day has at least two.")
    length = min(after[0] - before[0] for before, after in pairwise(starts))
    return [
        Arrivals.model_validate(
            {"from": _clock(begin), "to": _clock(begin + length), "contacts": contacts}
        )
        for begin, contacts in starts
    ]


def _clock(minute: int) -> str:
    minute = min(minute, DRAWN_MINUTES)
    return f"{minute // 60:02}:{minute % 60:02}"
