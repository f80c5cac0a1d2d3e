"""`surgeline staffing` says how many agents are needed, for one interval or for a day of them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from surgeline.domain.staffing.need import Goal, Need, need
from surgeline.domain.staffing.plan import Expected, plan
from surgeline.domain.staffing.queue import Performance, Work, performance
from surgeline.domain.staffing.shrinkage import Shrinkage

from cli.api import Api, admin
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.pages.frame import write
from cli.people import staffing_words as words
from cli.people.intervals import LONGEST_SECONDS, Seconds, Share, Within, number_of, rows_of
from cli.people.own_history import could_come

LONGEST_MINUTES = 24 * 60
MOST_INTERVALS = 2_000


_seconds = Within(0, LONGEST_SECONDS, min_open=True)


@click.command(
    epilog=example(
        "surgeline staffing --contacts 100 --aht 180 --target 0.8 --within 20"
        " --shrinkage meetings=0.1 --shrinkage ill=0.08",
        "surgeline staffing --contacts 200 --aht-at-load 480,560,660 --patience 300 --within 60",
        "surgeline staffing --day monday.csv --aht 480 --own-agents 12 --html monday.html",
        "surgeline staffing --day monday.csv --aht 480 --own-agents 12 --available",
    )
)
@click.option("--contacts", type=Within(0, 1e8), metavar="N", help="The contacts of an interval.")
@click.option(
    "--upper-contacts",
    type=Within(0, 1e8),
    metavar="N",
    help="The upper end of the forecast, for a second number of agents.",
)
@click.option(
    "--day",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Plan every interval of a CSV file with the columns from, contacts and perhaps upper.",
)
@click.option(
    "--interval-minutes",
    type=Within(0, LONGEST_MINUTES, min_open=True),
    default=30,
    show_default=True,
    metavar="M",
    help="The length of an interval.",
)
@click.option("--aht", type=_seconds, metavar="S", help="The mean time that a contact takes.")
@click.option(
    "--aht-at-load",
    type=Seconds(),
    metavar="S,S,...",
    help="The time of a chat while an agent has one, two, three. It replaces --aht.",
)
@click.option(
    "--patience", type=_seconds, metavar="S", help="The mean time until a customer gives up."
)
@click.option(
    "--target",
    type=Within(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    metavar="SHARE",
    help="The share of contacts that are served in time.",
)
@click.option(
    "--within",
    type=Within(0, LONGEST_SECONDS),
    default=60,
    show_default=True,
    metavar="S",
    help="In time means within so many seconds.",
)
@click.option(
    "--max-occupancy",
    type=Within(0, 1, min_open=True),
    default=1,
    metavar="SHARE",
    help="The most that agents may be busy on average. No bound, if nothing is given.",
)
@click.option(
    "--max-abandoned",
    type=Within(0, 1, min_open=True),
    default=1,
    metavar="SHARE",
    help="The most contacts that may give up. It needs --patience.",
)
@click.option(
    "--minimum",
    type=click.IntRange(0, 10_000),
    default=1,
    show_default=True,
    metavar="N",
    help="So many agents are there in any case.",
)
@click.option(
    "--shrinkage",
    type=Share(),
    multiple=True,
    metavar="[NAME=]SHARE",
    help="The share of the rostered who are away. Give each cause by its name.",
)
@click.option(
    "--shrinkage-adds",
    is_flag=True,
    help="The causes exclude each other, so that they add up.",
)
@click.option(
    "--agents",
    type=click.IntRange(0, 100_000),
    metavar="N",
    help="Don't search: say what so many agents achieve.",
)
@click.option(
    "--own-agents",
    type=click.IntRange(0, 100_000),
    metavar="N",
    help="So many are rostered of your own; --day then says what to book elsewhere.",
)
@click.option(
    "--available",
    is_flag=True,
    help="Book fewer elsewhere: people of the instance said that they can work then.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also draw the plan of --day, as a page.",
)
@url_option
@admin_key_option
@json_option
def staffing(
    *,
    contacts: float | None,
    upper_contacts: float | None,
    day: Path | None,
    interval_minutes: float,
    aht: float | None,
    aht_at_load: tuple[float, ...] | None,
    patience: float | None,
    target: float,
    within: float,
    max_occupancy: float,
    max_abandoned: float,
    minimum: int,
    shrinkage: tuple[tuple[str, Fraction], ...],
    shrinkage_adds: bool,
    agents: int | None,
    own_agents: int | None,
    available: bool,
    html: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Say how many agents an interval needs, and which rule asks for the last of them.

    The service level is the share of all contacts that are served in time. Those who give up
    count as not served. Without --patience nobody gives up (Erlang C), which asks for more agents.
    """
    handle = aht_at_load or ((aht,) if aht is not None else None)
    _check(contacts=contacts, upper_contacts=upper_contacts, day=day, handle=handle, agents=agents)
    if day is None and (html is not None or own_agents is not None or available):
        raise WrongUse("--html, --own-agents and --available belong to --day.")
    if max_abandoned < 1 and patience is None:
        raise WrongUse("--max-abandoned needs --patience: without it nobody gives up.")
    assert handle is not None
    try:
        away = Shrinkage(shrinkage, shrinkage_adds)
        goal = Goal(
            target=target,
            within_seconds=within,
            max_occupancy=max_occupancy,
            max_abandoned=max_abandoned,
            minimum=minimum,
        )
        work = Work((contacts or 0) / (interval_minutes * 60), handle, patience)
        if day is not None:
            api = admin(url, admin_key) if available else None
            found = _plan(day, interval_minutes, work, goal, away, own=own_agents, api=api)
            _show_plan(found, goal, html, as_json=as_json)
        elif agents is not None:
            _given(work, goal, away, agents, as_json=as_json)
        else:
            upper = None if upper_contacts is None else upper_contacts / (interval_minutes * 60)
            _one(work, goal, away, upper, as_json=as_json)
    except ValueError as error:
        raise WrongUse(f"{error}.") from error


def _check(
    *,
    contacts: float | None,
    upper_contacts: float | None,
    day: Path | None,
    handle: tuple[float, ...] | None,
    agents: int | None,
) -> None:
    """Refuse options that don't belong together. Raises WrongUse."""
    if (contacts is None) == (day is None):
        raise WrongUse("give --contacts for one interval, or --day for a file of them.")
    if handle is None:
        raise WrongUse("give --aht, or --aht-at-load for agents who have several chats.")
    if day is not None and (upper_contacts is not None or agents is not None):
        raise WrongUse("--upper-contacts and --agents belong to --contacts.")
    if upper_contacts is not None and (agents is not None or upper_contacts < (contacts or 0)):
        raise WrongUse("--upper-contacts is at least --contacts, and goes without --agents.")


def _numbers(found: Performance) -> dict[str, Any]:
    return {
        "probability_of_wait": found.probability_of_wait,
        "service_level": found.service_level,
        "service_level_of_patient": found.service_level_of_patient,
        "asa_seconds": found.asa_seconds,
        "mean_wait_seconds": found.mean_wait_seconds,
        "occupancy": found.occupancy,
        "contacts_per_agent": found.contacts_per_agent,
        "abandoned": found.abandoned,
        "stable": found.is_stable,
    }


def _needed(found: Need, away: Shrinkage) -> dict[str, Any]:
    return {
        "agents": found.agents,
        "rostered": away.rostered(found.agents),
        **_numbers(found.performance),
        "binding": found.bound_by[0],
        "bound_by": list(found.bound_by),
    }


def _one(
    work: Work, goal: Goal, away: Shrinkage, upper_per_second: float | None, *, as_json: bool
) -> None:
    found = need(work, goal)
    document = _needed(found, away) | _about(work, goal, away)
    patient = Work(work.per_second, work.handle_seconds)
    document["agents_if_nobody_gives_up"] = (
        found.agents if work.patience_seconds is None else need(patient, goal).agents
    )
    if upper_per_second is not None:
        most = Work(upper_per_second, work.handle_seconds, work.patience_seconds)
        document["upper"] = _needed(need(most, goal), away)
    if as_json:
        print_json(document)
        return
    fewer = max(0, found.agents - 1)
    one_less = performance(work, fewer, goal.within_seconds)
    click.echo("\n".join(words.of_need(document, goal, fewer, one_less)))


def _given(work: Work, goal: Goal, away: Shrinkage, agents: int, *, as_json: bool) -> None:
    found = performance(work, agents, goal.within_seconds)
    document = {
        "agents": agents,
        "rostered": away.rostered(agents),
        **_numbers(found),
        "binding": None,
        **_about(work, goal, away),
    }
    if as_json:
        print_json(document)
        return
    click.echo("\n".join(words.of_agents(document, goal)))


def _about(work: Work, goal: Goal, away: Shrinkage) -> dict[str, Any]:
    return {
        "model": words.model_of(work),
        "erlang": work.full_agents,
        "shrinkage": float(away.total),
        "target": goal.target,
        "within_seconds": goal.within_seconds,
        "service_level_counts": words.SERVICE_LEVEL,
    }


def _plan(
    file: Path,
    minutes: float,
    work: Work,
    goal: Goal,
    away: Shrinkage,
    *,
    own: int | None,
    api: Api | None,
) -> dict[str, Any]:
    names, expected = _read(file)
    more = None if api is None else could_come(api, file, names, minutes)
    found = plan(expected, minutes * 60, work, goal, away, own=own, more=more)
    intervals = [
        {
            "from": name,
            "contacts": each.contacts,
            **_needed(one.need, away),
            "upper_agents": one.upper.agents if one.upper else None,
            "upper_rostered": one.upper_rostered,
            "booked": one.booked,
        }
        for name, each, one in zip(names, expected, found, strict=True)
    ]
    for each, people in zip(intervals, more or (), strict=False):
        each["available"] = people
    document = _about(work, goal, away) | {
        "interval_minutes": minutes,
        "agent_hours": sum(each.need.agents for each in found) * minutes / 60,
        "rostered_hours": sum(each.rostered for each in found) * minutes / 60,
        "booked_hours": sum(each.booked for each in found) * minutes / 60,
        "intervals": intervals,
    }
    del document["erlang"]
    return document


def _show_plan(
    document: Mapping[str, Any], goal: Goal, html: Path | None, *, as_json: bool
) -> None:
    if html is not None:
        write(html, words.plan_page(document, goal))
    if as_json:
        print_json(document)
        return
    click.echo("\n".join(words.of_plan(document, goal)))
    if html is not None:
        click.echo(f"The page is {html}")


def _read(file: Path) -> tuple[Sequence[str], Sequence[Expected]]:
    """Return the intervals' names and contacts. Raises WrongUse."""
    names, expected = [], []
    for line, row in rows_of(file, ("from", "contacts")):
        contacts = number_of(file, line, "contacts", row["contacts"])
        upper = _upper(file, line, row)
        if upper is not None and upper < contacts:
            raise WrongUse(
                f"{file}, line {line}, upper: {upper:g} is below contacts, {contacts:g}."
            )
        names.append(plain(row["from"]))
        expected.append(Expected(contacts, upper))
    if not 1 <= len(names) <= MOST_INTERVALS:
        raise WrongUse(f"{file} has {len(names)} intervals; a plan has 1 to {MOST_INTERVALS:,}.")
    return names, expected


def _upper(file: Path, line: int, row: Mapping[str, str]) -> float | None:
    text = row.get("upper", "")
    return number_of(file, line, "upper", text) if text else None
