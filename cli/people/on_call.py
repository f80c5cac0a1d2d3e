"""`surgeline on-call` says who is on call, calls people, offers shifts, and lets people swap."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.api import admin, path
from cli.console import (
    Moment,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

from_option = click.option(
    "--from", "begins", type=Moment(), required=True, help="As in 2026-03-01T18:00:00+01:00."
)
until_option = click.option(
    "--until", "ends", type=Moment(), required=True, help="As in 2026-03-01T22:00:00+01:00."
)
why_option = click.option("--why", required=True, metavar="TEXT", help="Why people are needed.")

_TOLD = {
    "coming": "comes",
    "declined": "can't come",
    "again": "had said so before",
    "full": "is not needed any more, because enough come",
    "over": "answered too late: the call is over",
    "not_asked": "was not asked yet",
    "hours": "would pass the hours of the week",
}


_SHARES = (
    *("hours", "night_hours", "weekend_hours", "pages", "pages_at_night"),
    *("silent", "shifts", "owed_hours", "load"),
)


@click.group("on-call")
def on_call() -> None:
    """See who is on call, call people, offer shifts, and let people swap.

    The configuration's on_call has the people and their rotas. docs/on-call.md describes it.
    """


@on_call.command(epilog=example("surgeline on-call show", "surgeline on-call show --json"))
@url_option
@admin_key_option
@json_option
def show(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """Show who is on call now in each rota, and the calls of the last days."""
    found = admin(url, admin_key).get("/v1/admin/calls")
    if as_json:
        print_json(found)
        return
    names = {each["id"]: each["name"] for each in found["people"]}
    for rota in found["rotas"]:
        order = ", then ".join(names.get(each, each) for each in rota["on_call"])
        click.echo(plain(f"{rota['id']}: {order or 'nobody now'}"))
    for each in found["swaps"]:
        span = f"{each['from'][:16]}Z to {each['until'][:16]}Z"
        over, instead = (names.get(each[who], each[who]) for who in ("takes_over", "instead_of"))
        click.echo(plain(f"{each['id']}  {each['rota']}: {over} instead of {instead}, {span}"))
    for call in found["calls"]:
        click.echo(plain("\n".join(_told(call))))
    if not found["rotas"] and not found["calls"]:
        click.echo("There is no rota yet. docs/on-call.md says how to configure one.")


@on_call.command(
    epilog=example(
        'surgeline on-call call evening --people 2 --why "the shop is on television"',
        'surgeline on-call call evening --why "nobody answers" --emergency',
    )
)
@click.argument("rota")
@click.option("--people", type=click.IntRange(1), default=1, show_default=True, help="How many.")
@why_option
@click.option("--emergency", is_flag=True, help="Call people in their quiet time, too.")
@url_option
@admin_key_option
def call(
    *, rota: str, people: int, why: str, emergency: bool, url: str, admin_key: str | None
) -> None:
    """Call people of ROTA, one after the other until enough come."""
    body = {"rota": rota, "people": people, "why": why, "emergency": emergency}
    found = admin(url, admin_key).post("/v1/admin/calls", body)["call"]
    click.echo(f"Call {found['id']} is open. The first people are asked within a minute.")


@on_call.command(
    epilog=example(
        "surgeline on-call offer --from 2026-03-01T18:00:00+01:00"
        ' --until 2026-03-01T22:00:00+01:00 --people 2 --why "the sale"',
    )
)
@from_option
@until_option
@click.option("--people", type=click.IntRange(1), default=1, show_default=True, help="How many.")
@click.option("--person", "persons", multiple=True, metavar="ID", help="Only this person; repeat.")
@why_option
@url_option
@admin_key_option
def offer(
    *,
    begins: str,
    ends: str,
    people: int,
    persons: tuple[str, ...],
    why: str,
    url: str,
    admin_key: str | None,
) -> None:
    """Offer a shift to everybody at once. The first who say yes have it."""
    body = {"from": begins, "until": ends, "people": people, "why": why, "persons": list(persons)}
    found = admin(url, admin_key).post("/v1/admin/shifts", body)["call"]
    click.echo(f"Offer {found['id']} is open. People are asked within a minute.")


@on_call.command(
    epilog=example(
        "surgeline on-call answer 01772366400000-0a1b2c3d4e mina --comes --in-minutes 20",
        "surgeline on-call answer 01772366400000-0a1b2c3d4e mina --declines",
    )
)
@click.argument("call_id", metavar="CALL")
@click.argument("person")
@click.option("--comes/--declines", "coming", required=True, help="What the person said.")
@click.option("--in-minutes", type=click.IntRange(0, 1_440), help="When the person is there.")
@url_option
@admin_key_option
def answer(
    *,
    call_id: str,
    person: str,
    coming: bool,
    in_minutes: int | None,
    url: str,
    admin_key: str | None,
) -> None:
    """Note what PERSON answered by phone to CALL, as if the link had been pressed."""
    body = {"person": person, "coming": coming, "in_minutes": in_minutes}
    told = admin(url, admin_key).post(path("admin", "calls", call_id, "answers"), body)["told"]
    click.echo(plain(f"{person}: {_TOLD[told]}"))


@on_call.command(epilog=example("surgeline on-call ledger", "surgeline on-call ledger --days 30"))
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    default=90,
    show_default=True,
    metavar="N",
    help="The last days that count.",
)
@url_option
@admin_key_option
@json_option
def ledger(*, days: int, url: str, admin_key: str | None, as_json: bool) -> None:
    """Show everybody's share: hours, nights, weekends, pages, shifts, and leave that is owed.

    Who is next by fairness stands first: the least load, then whose last turn is longest ago.
    """
    found = admin(url, admin_key).get(f"/v1/admin/calls/ledger?days={days}")
    if as_json:
        print_json(found)
        return
    if not found["people"]:
        click.echo("There is nobody on call yet. docs/on-call.md says how to configure people.")
        return
    heads = ("hours", "night", "weekend", "pages", "at night", "silent", "shifts", "owed", "load")
    click.echo(f"{'the last ' + str(days) + ' days':<20}" + "".join(f"{each:>9}" for each in heads))
    for each in found["people"]:
        values = (each[name] for name in _SHARES)
        line = "".join(f"{value:>9,g}" for value in values)
        click.echo(plain(f"{(each['name'] or each['person'])[:19]:<20}{line}"))
    for rota in found["rotas"]:
        if rota["next"]:
            click.echo(plain(f"{rota['id']}: next by fairness is {rota['next']}"))


@on_call.command(epilog=example("surgeline on-call close 01772366400000-0a1b2c3d4e"))
@click.argument("call_id", metavar="CALL")
@url_option
@admin_key_option
def close(*, call_id: str, url: str, admin_key: str | None) -> None:
    """End a call or an offer, so that nobody more is asked."""
    admin(url, admin_key).post(path("admin", "calls", call_id, "close"), {})
    click.echo(f"{plain(call_id)} is closed.")


@on_call.command(
    epilog=example(
        "surgeline on-call swap evening --instead-of mina --takes-over lee"
        " --from 2026-03-01T09:00:00+01:00 --until 2026-03-02T09:00:00+01:00",
    )
)
@click.argument("rota")
@click.option("--instead-of", required=True, metavar="ID", help="Who is not on call then.")
@click.option("--takes-over", required=True, metavar="ID", help="Who is on call then.")
@from_option
@until_option
@click.option("--why", default="", metavar="TEXT", help="The reason, which goes on record.")
@url_option
@admin_key_option
def swap(
    *,
    rota: str,
    instead_of: str,
    takes_over: str,
    begins: str,
    ends: str,
    why: str,
    url: str,
    admin_key: str | None,
) -> None:
    """Let one person be on call in ROTA in the place of another."""
    body = {
        "rota": rota,
        "from": begins,
        "until": ends,
        "instead_of": instead_of,
        "takes_over": takes_over,
        "reason": why,
    }
    admin(url, admin_key).post("/v1/admin/swaps", body)
    click.echo(plain(f"{takes_over} is on call instead of {instead_of}, until {ends[:16]}."))


@on_call.command(
    epilog=example(
        "surgeline on-call override evening --takes-over lee"
        " --from 2026-03-01T09:00:00+01:00 --until 2026-03-02T09:00:00+01:00",
    )
)
@click.argument("rota")
@click.option("--takes-over", required=True, metavar="ID", help="Who is on call first then.")
@from_option
@until_option
@click.option("--why", default="", metavar="TEXT", help="The reason, which goes on record.")
@url_option
@admin_key_option
def override(
    *, rota: str, takes_over: str, begins: str, ends: str, why: str, url: str, admin_key: str | None
) -> None:
    """Let a person be on call first in ROTA for a time, whoever is on turn.

    It becomes a swap with each person whose time it is. `on-call undo` ends each of them.
    """
    body = {"rota": rota, "from": begins, "until": ends, "takes_over": takes_over, "reason": why}
    admin(url, admin_key).post("/v1/admin/swaps", body)
    click.echo(plain(f"{takes_over} is on call first in {rota}, until {ends[:16]}."))


@on_call.command(epilog=example("surgeline on-call undo 01772366400000-0a1b2c3d4e"))
@click.argument("swap_id", metavar="SWAP")
@url_option
@admin_key_option
def undo(*, swap_id: str, url: str, admin_key: str | None) -> None:
    """Undo a swap from now on. `on-call show` lists the swaps. What was served stays."""
    admin(url, admin_key).delete(path("admin", "swaps", swap_id))
    click.echo(f"{plain(swap_id)} is undone.")


@on_call.command(
    epilog=example("surgeline on-call calendar mina", "surgeline on-call calendar mina --end")
)
@click.argument("person")
@click.option("--end", is_flag=True, help="End the link, so that it opens nothing any more.")
@url_option
@admin_key_option
def calendar(*, person: str, end: bool, url: str, admin_key: str | None) -> None:
    """Make the secret link of PERSON's calendar, to subscribe to in a calendar program.

    A new link ends the one before. Who has the link sees the person's times on call, so send it to
    that person alone.
    """
    place = path("admin", "calendars", person)
    if end:
        admin(url, admin_key).delete(place)
        click.echo(plain(f"The link of {person}'s calendar opens nothing any more."))
        return
    click.echo(plain(admin(url, admin_key).post(place, {})["url"]))


def _told(call: Mapping[str, Any]) -> Iterator[str]:
    """Yield a call with what everybody said."""
    is_test = call["kind"] == "test"
    state = "open" if call["is_open"] else "over"
    if call["is_full"]:
        state = "somebody answered" if is_test else "enough come"
    elif call["is_exhausted"]:
        state = "everybody was asked, and "
        state += "nobody answered" if is_test else "too few come"
    kind = f"call of {call['rota']}" if call["rota"] else "offer of a shift"
    if is_test:
        kind = f"test page of {call['rota']}"
    yield f"{call['id']}  {kind} for {call['people']}, {state}: {call['why']}"
    said = {each["person"]: each for each in call["answers"]}
    for person in dict.fromkeys(each["person"] for each in call["asked"]):
        answer = said.get(person)
        if answer is None:
            yield f"  {person}: no answer yet"
        elif is_test:
            yield f"  {person}: was reached"
        elif answer["coming"]:
            yield f"  {person}: comes, there at {answer['arrives_at'][11:16]}Z"
        else:
            yield f"  {person}: can't come"
