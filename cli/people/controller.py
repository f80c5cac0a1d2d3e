"""`surgeline controller` shows what the surge controller does and why, and takes a lead's word."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import click
from surgeline.domain.forecast.history import intervals_of
from surgeline.domain.hours import zone_of

from cli.api import admin, path
from cli.console import (
    DateOrMoment,
    Failed,
    Moment,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.people import controller_words as words
from cli.people.history import moment_of
from cli.people.intervals import number_of, rows_of

_LASTING: Final = re.compile(r"(\d{1,5})([mh])")
_DAY_MINUTES: Final = 24 * 60
_STEP: Final = 5
_DATE: Final = len("2026-03-02")
ENGLISH: Final = {"language": "en"}
"""The language of the commands, in which the reasons are told too."""


class Lasting(click.ParamType[int]):
    """A time from now, such as 45m or 2h, in minutes."""

    name = "duration"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the minutes; see click.ParamType."""
        found = _LASTING.fullmatch(str(value))
        if found is None:
            self.fail("use minutes or hours, such as 45m or 2h", param, ctx)
        return int(found[1]) * (60 if found[2] == "h" else 1)


for_option = click.option(
    "--for", "minutes", type=Lasting(), metavar="TIME", help="As in 45m or 2h."
)
why_option = click.option("--why", metavar="TEXT", help="The reason, which goes on record.")


@click.group()
def controller() -> None:
    """Watch, stop and overrule the controller that brings people in when many write.

    `surgeline config publish` sets what it may do. docs/people-in-time.md tells how it decides.
    """


@controller.command(epilog=example("surgeline controller show", "surgeline controller show --json"))
@url_option
@admin_key_option
@json_option
def show(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """Show the mode, the money, what was asked of whom, and the last decision."""
    found = admin(url, admin_key).get(f"/v1/admin/surge?{urlencode(ENGLISH)}")
    if as_json:
        print_json(found)
        return
    click.echo("\n".join(words.of_state(found)))


@controller.command(
    epilog=example(
        "surgeline controller explain",
        "surgeline controller explain 2026-03-01T10:15:00Z",
        "surgeline controller explain --since 2h --all",
    )
)
@click.argument("moment", type=Moment(), required=False, metavar="[TIME]")
@click.option(
    "--since", type=DateOrMoment(), help="Tell from this time on. The last day, if not given."
)
@click.option("--all", "everything", is_flag=True, help="Also tell the looks without an act.")
@url_option
@admin_key_option
@json_option
def explain(
    *,
    moment: str | None,
    since: str | None,
    everything: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Tell each decision with its facts and reasons, the newest first.

    With a TIME only the last decision before it is told, with its price list. TIME is as in 30m ago
    (30m), or 2026-03-01T10:15:00Z.
    """
    query = {"until": moment} if moment else {"since": since} if since else {}
    path = f"/v1/admin/surge/decisions?{urlencode(query | ENGLISH)}"
    found = admin(url, admin_key).get(path)["decisions"]
    if moment:
        found = found[:1]
    elif not everything:
        found = [each for each in found if each["did"] != "nothing"]
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("Nothing was decided in that time.")
    for each in found:
        click.echo("\n".join(words.of_decision(each, with_prices=bool(moment))))


@controller.command(
    epilog=example(
        'surgeline controller mode off --for 2h --why "the agency asked for a break"',
        "surgeline controller mode configured",
    )
)
@click.argument("wanted", type=click.Choice(["off", "advise", "ask", "act", "configured"]))
@for_option
@why_option
@url_option
@admin_key_option
def mode(
    *, wanted: str, minutes: int | None, why: str | None, url: str, admin_key: str | None
) -> None:
    """Put the controller into another mode for a while, or back into the configured one."""
    api = admin(url, admin_key)
    if wanted == "configured":
        api.delete("/v1/admin/surge/mode")
        click.echo("The controller is in the configured mode again.")
        return
    if minutes is None or why is None:
        raise WrongUse("say how long and why: --for 2h --why TEXT.")
    body = {"mode": wanted, "minutes": minutes}
    override = api.put("/v1/admin/surge/mode", body, headers=_because(why))["override"]
    click.echo(f"The controller is in the mode {wanted} until {override['until'][:16]}Z.")


@controller.command(
    epilog=example(
        'surgeline controller override agency 6 --for 90m --why "the match ends at nine"',
        "surgeline controller override agency --end",
    )
)
@click.argument("pool")
@click.argument("people", type=click.IntRange(0), required=False)
@for_option
@why_option
@click.option("--end", "ends", is_flag=True, help="End the pool's override now.")
@url_option
@admin_key_option
def override(
    *,
    pool: str,
    people: int | None,
    minutes: int | None,
    why: str | None,
    ends: bool,
    url: str,
    admin_key: str | None,
) -> None:
    """Let POOL have so many PEOPLE from outside for a while, whatever the advice is.

    The pool's ceiling and the spend caps hold all the same.
    """
    api = admin(url, admin_key)
    place = path("admin", "surge", "pools", pool)
    if ends:
        api.delete(place)
        click.echo(f"The controller decides about {plain(pool)} again.")
        return
    if people is None or minutes is None or why is None:
        raise WrongUse("say how many, how long and why: PEOPLE --for 90m --why TEXT.")
    body = {"people": people, "minutes": minutes}
    told = api.put(place, body, headers=_because(why))["override"]
    click.echo(f"{plain(pool)} has {people} people from outside until {told['until'][:16]}Z.")


@controller.command(epilog=example("surgeline controller approve"))
@url_option
@admin_key_option
def approve(*, url: str, admin_key: str | None) -> None:
    """Approve what the controller proposes in the mode `ask`. It acts within a minute."""
    api = admin(url, admin_key)
    proposal = api.get("/v1/admin/surge")["proposal"]
    if proposal is None:
        raise Failed("the controller proposes nothing now.")
    api.post("/v1/admin/surge/approval", {"proposal": proposal["proposal"]})
    for act in proposal["acts"]:
        click.echo(f"Approved: {words.of_act(act)}")


@controller.command(
    epilog=example(
        "surgeline controller forecast tomorrow.csv --day 2026-03-02",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day", metavar="DATE", help="The day, where the file has only times of a day.")
@url_option
@admin_key_option
def forecast(*, file: Path, day: str | None, url: str, admin_key: str | None) -> None:
    """Give the controller the forecast of a day, in place of its own.

    FILE is a CSV file of `surgeline forecast --csv`, with `from` and `contacts`. A column `agents`
    says who is on shift. The contacts are those who ask for a person. Intervals that are not in the
    file have none. Times without an offset are on the clock of the instance's reports.
    """
    which, rows = _read(file, day)
    api = admin(url, admin_key)
    about: Mapping[str, Any] = api.get("/v1/admin/configuration")["configuration"]
    zone = zone_of(about.get("reports", {}).get("zone", "UTC"))
    body = _body(file, which, rows, zone)
    found = api.put(path("admin", "surge", "forecasts", which.isoformat()), body)
    click.echo(f"{which}: {found['contacts']:,.0f} contacts in {found['intervals']} intervals.")


def _because(why: str) -> dict[str, str]:
    return {"x-reason": quote(why)}


def _read(file: Path, day: str | None) -> tuple[date, Sequence[tuple[int, Mapping[str, str]]]]:
    """Return the day of a file, and its rows by their lines. Raises WrongUse."""
    rows = list(rows_of(file, ("from", "contacts")))
    days = {row["from"][:_DATE] for _, row in rows if len(row["from"]) > _DATE}
    days |= {day} if day else set()
    only = _date(days.pop()) if len(days) == 1 else None
    if only is None:
        raise WrongUse(f"{file}: say which day it is: --day 2026-03-02, and one day only.")
    return only, rows


def _body(
    file: Path, which: date, rows: Sequence[tuple[int, Mapping[str, str]]], zone: ZoneInfo
) -> dict[str, Any]:
    """Return the numbers of a day by intervals from its midnight on. Raises WrongUse.

    They follow each other in real time, so that a day of 23 or 25 hours has fewer or more of them.
    """
    found: dict[datetime, dict[str, float | None]] = {}
    for line, row in rows:
        text = row["from"]
        whole = text if len(text) > _DATE else f"{which}T{text:0>5}"
        at = moment_of(file, line, whole, zone, found)
        local = at.astimezone(zone)
        if local.date() != which or local.minute % _STEP or local.second:
            raise WrongUse(
                f"{file}, line {line}, from: use times of {which} at whole five minutes, such as"
                " 09:30 or 2026-03-01T09:30; the day is that of"
                f" {zone.key}, as in the instance's reports."
            )
        agents = row.get("agents")
        found[at] = {
            "contacts": number_of(file, line, "contacts", row["contacts"]),
            "agents": number_of(file, line, "agents", agents) if agents else None,
        }
    begins = [at for at, _ in intervals_of(which, zone, _length(file, sorted(found)))]
    if not found.keys() <= set(begins):
        raise WrongUse(f"{file}: its intervals are not of one length, such as 30 minutes.")
    nothing: Mapping[str, float | None] = {"contacts": 0.0, "agents": 0.0}
    filled = [found.get(each, nothing) for each in begins]
    minutes = (begins[1] - begins[0]) // timedelta(minutes=1)
    body: dict[str, Any] = {"minutes": minutes, "contacts": [each["contacts"] for each in filled]}
    if all(each["agents"] is not None for each in found.values()):
        body["agents"] = [each["agents"] for each in filled]
    return body


def _length(file: Path, moments: Sequence[datetime]) -> int:
    """Return the length of the intervals in minutes. Raises WrongUse."""
    apart = min((after - before for before, after in pairwise(moments)), default=timedelta())
    minutes = apart // timedelta(minutes=1)
    if not minutes or _DAY_MINUTES % minutes:
        raise WrongUse(f"{file}: its intervals are not of one length, such as 30 minutes.")
    return minutes


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
