"""`surgeline simulate` rehearses a day: the code that runs then, with made customers and people."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import click

from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    print_json,
    url_option,
)
from cli.pages.frame import write
from cli.people import drill
from cli.people import simulate_words as words
from cli.people.drill import Ways
from cli.people.intervals import Within, minute_of, rows_of, whole_number_of
from local.rehearsal.day import Arrivals, Day, WrongDay, read_day, with_arrivals
from local.rehearsal.rehearsal import rehearse

DRAWN_MINUTES = 24 * 60
_DATE = len("2026-03-01")


@click.command(
    epilog=example(
        "surgeline simulate ordinary-day",
        "surgeline simulate two-hour-peak --seed 7 --html peak.html",
        "surgeline simulate my-day.json --compare more-people.json --json",
        "surgeline simulate ordinary-day --arrivals tomorrow.csv --times 2",
        "surgeline simulate two-hour-peak --live --minutes 30",
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
@click.option("--live", is_flag=True, help="Play a part of the day as a drill, in real time.")
@click.option("--channel", metavar="ID", help="The drill's web channel, if several are marked.")
@click.option("--from", "begin", metavar="TIME", help="The drill's first minute of the day: 09:30.")
@click.option(
    "--minutes",
    "length",
    type=click.IntRange(1, 480),
    default=30,
    show_default=True,
    metavar="N",
    help="How long a drill's customers come.",
)
@click.option(
    "--then-minutes",
    type=click.IntRange(0, 240),
    default=15,
    show_default=True,
    metavar="N",
    help="How long those who came may stay after that.",
)
@url_option
@admin_key_option
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
    live: bool,
    channel: str | None,
    begin: str | None,
    length: int,
    then_minutes: int,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Rehearse a day: how long customers wait, who serves them, what it costs, what gets lost.

    DAY is a file, or one of the shipped days: ordinary-day, two-hour-peak, half-staff-ill,
    vendors-down, viral-question, month-in-a-week, hundredfold-day. The real handlers run on a clock
    that jumps. A thousand contacts take about half a minute.

    With --live the customers of a part of the day write to a running instance, on a channel and to
    pools that are marked as drill. Nothing of it counts in reports, caps or real lines.
    """
    if live:
        _check_live(compare, html)
        ways = Ways(channel, begin, length, then_minutes, seed)
        with _problems_told():
            drill.live(_day(day, policy, arrivals, times), ways, url, admin_key, as_json=as_json)
        return
    with _problems_told():
        played = [_day(day, policy, arrivals, times)]
        if compare is not None:
            played.append(_day(day, compare, arrivals, times))
        reports = [rehearse(each, seed).as_json() for each in played]
    if html is not None:
        write(html, words.page_of(reports))
    if as_json:
        print_json(reports[0] if compare is None else {"a": reports[0], "b": reports[1]})
        return
    click.echo("\n".join(words.of_reports(reports)))
    if html is not None:
        click.echo(f"The page is {html}")


@contextmanager
def _problems_told() -> Iterator[None]:
    """Tell what is wrong with a day as a wrong use of the command."""
    try:
        yield
    except WrongDay as error:
        raise WrongUse(f"{error}.") from error


def _check_live(compare: str | None, html: Path | None) -> None:
    if compare is not None or html is not None:
        raise WrongUse("--live plays one day and writes no page: leave out --compare and --html.")


def _day(name: str, policy: str | None, arrivals: Path | None, times: float) -> Day:
    """Return the day to play. Raises WrongDay, WrongUse."""
    found = read_day(name, policy)
    return with_arrivals(found, _read(arrivals) if arrivals else found.arrivals, times)


def _read(file: Path) -> Sequence[Arrivals]:
    """Return the arrivals of a recorded or forecast day. Raises WrongUse."""
    starts: dict[int, int] = {}
    texts: dict[int, str] = {}
    for line, row in rows_of(file, ("from", "contacts")):
        text = row["from"]
        begin = minute_of(text[_DATE + 1 : _DATE + 6] or text[:5])
        if begin is None or not (begin > max(starts, default=-1) or _again(texts, begin, text)):
            raise WrongUse(
                f"{file}, line {line}, from: times of one day follow each other, such as 09:30 or"
                " 2026-03-01T09:30. An hour comes twice only with two offsets."
            )
        came = whole_number_of(file, line, "contacts", row["contacts"])
        texts[begin], starts[begin] = text, starts.get(begin, 0) + came
    if len(starts) < 2:  # noqa: PLR2004 # the distance of two is the length of an interval
        raise WrongUse(f"{file} has {len(starts)} intervals, and a day has at least two.")
    length = min(after - before for before, after in pairwise(starts))
    return [
        Arrivals.model_validate(
            {"from": _clock(begin), "to": _clock(begin + length), "contacts": contacts}
        )
        for begin, contacts in starts.items()
    ]


def _again(texts: Mapping[int, str], begin: int, text: str) -> bool:
    """Return whether the clocks went back, so that a time of one date comes with two offsets."""
    before = texts.get(begin, text)
    return before != text and before[: _DATE + 6] == text[: _DATE + 6]


def _clock(minute: int) -> str:
    minute = min(minute, DRAWN_MINUTES)
    return f"{minute // 60:02}:{minute % 60:02}"
