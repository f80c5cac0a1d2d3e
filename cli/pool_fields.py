"""The flags that describe a pool live here, with the configuration's fields that they become.

The instance judges the values and names the field of each problem. Only forms are read here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from cli.console import Command, WrongUse, instance_option
from cli.pool_tools import TOOLS

CLOSED = "closed"
PARAMETERS: Mapping[str, str] = {
    "url": "endpoint",
    "hours": "spans",
    "hours.zone": "zone",
    "hours.holidays": "holidays",
}
"""The parameters of the flags for fields that the configuration calls otherwise."""
_FLAGS = (
    click.option(
        "--kind",
        type=click.Choice(["in_house", "outsourced", "on_demand"]),
        help="Whose people they are. A new pool is outsourced unless this says otherwise.",
    ),
    click.option(
        "--reached-by",
        type=click.Choice(["webhook", "console", *TOOLS]),
        help="How they are reached: at an --endpoint (webhook, the usual way), in the console "
        "at /agent, or in a tool of theirs.",
    ),
    click.option("--ring-seconds", type=int, metavar="N", help="How long an offer stands."),
    click.option(
        "--language",
        "languages",
        multiple=True,
        metavar="CODE",
        help="A language that the pool speaks.",
    ),
    click.option(
        "--skill", "skills", multiple=True, metavar="WORD", help="A skill that steps ask for."
    ),
    click.option("--zone", metavar="ZONE", help="The time zone of the hours: Europe/Paris."),
    click.option(
        "--open",
        "spans",
        multiple=True,
        metavar='"DAY SPAN"',
        help='An opening time: "mon 09:00-18:00", "sun closed", "2026-12-24 09:00-12:00".',
    ),
    click.option(
        "--holiday",
        "holidays",
        multiple=True,
        metavar="DATE",
        help="A day without hours: 2026-12-25.",
    ),
    click.option(
        "--seats",
        type=int,
        metavar="N",
        help="The number of people. Without it the pool itself declines.",
    ),
    click.option(
        "--chats-per-seat",
        type=int,
        metavar="N",
        help="The conversations that one person has at a time.",
    ),
    click.option(
        "--minimum-seats",
        type=int,
        metavar="N",
        help="The people who are always there, in a pool that can bring more.",
    ),
    click.option(
        "--maximum-seats",
        type=int,
        metavar="N",
        help="The most people that the pool may be asked to bring.",
    ),
    click.option(
        "--priority", type=int, metavar="N", help="A pool with a higher priority is asked first."
    ),
    click.option("--weight", type=int, metavar="N", help="The pool's share in a weighted step."),
    click.option(
        "--cost-per-conversation",
        type=float,
        metavar="COST",
        help="The cost of one conversation, in the company's currency.",
    ),
    click.option(
        "--cost-per-hour",
        type=float,
        metavar="COST",
        help="The cost of one person's hour, in place of --cost-per-conversation.",
    ),
    click.option(
        "--handle-minutes", type=float, metavar="N", help="The average handle time, for the cap."
    ),
    click.option(
        "--daily-cap",
        type=float,
        metavar="COST",
        help="A pool that cost so much today is not asked.",
    ),
    click.option(
        "--redaction",
        type=click.Choice(["none", "payment", "contact"]),
        help="What is taken out of texts: card and resident registration numbers (payment, the "
        "default), e-mail addresses and phone numbers too (contact), or nothing (none).",
    ),
    click.option(
        "--drill/--no-drill",
        default=None,
        help="The pool takes the customers of drills, and no real ones.",
    ),
)
_WHOLE = {
    "url",
    "kind",
    "reached_by",
    "ring_seconds",
    "seats",
    "chats_per_seat",
    "minimum_seats",
} | {
    *("maximum_seats", "priority", "weight", "cost_per_conversation"),
    *("cost_per_hour", "handle_minutes", "daily_cap", "redaction", "languages", "skills", "drill"),
}


def address_options(command: Command) -> Command:
    """Add the pool's endpoint and the instance's address, and --url for either.

    In release 0.1.0 --url was the pool's endpoint here, and the instance everywhere else.
    """
    for option in (
        click.option("--url", metavar="URL", hidden=True),
        instance_option,
        click.option(
            "--endpoint", metavar="URL", help="The address at which the pool takes events."
        ),
    ):
        command = option(command)
    return command


def addresses_of(options: dict[str, Any], *, change: bool = False) -> tuple[str | None, str]:
    """Return the pool's endpoint, if it is given, and the instance's address. Raises WrongUse.

    Beside --endpoint, --url is the instance's address. Alone --url is the endpoint, with a notice.
    A change with other fields refuses --url alone, because its meaning is unclear there.
    """
    endpoint, url, instance = options["endpoint"], options["url"], options["instance"]
    if url is None:
        return endpoint, instance
    if endpoint is not None:
        return endpoint, url
    if change and fields_of(options | {"url": None}, change=True):
        raise WrongUse(
            "--url has two meanings here: give --endpoint for the address that takes events, "
            "or --instance for the instance's address."
        )
    click.echo(
        "--url is taken for the pool's endpoint; give --endpoint, which a later release requires.",
        err=True,
    )
    return url, instance


def field_flags(command: Command) -> Command:
    """Add every flag that describes a pool; a flag for a list may be given several times."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def fields_of(options: dict[str, Any], *, change: bool = False) -> dict[str, Any]:
    """Return the configuration's fields that were given. Raises WrongUse.

    In a change the instance merges the hours, so their zone need not be repeated.
    """
    fields = {
        name: list(value) if isinstance(value, tuple) else value for name, value in options.items()
    }
    found = {name: fields[name] for name in sorted(_WHOLE) if fields.get(name) not in (None, [])}
    hours = _hours(options["spans"], options["holidays"])
    zone = options["zone"]
    if hours and not zone and not change:
        raise WrongUse("hours need the zone whose clock they are on: --zone Europe/Paris.")
    hours = ({"zone": zone} if zone else {}) | hours
    return found | ({"hours": hours} if hours else {})


def _hours(spans: Iterable[str], holidays: Iterable[str]) -> dict[str, Any]:
    week: dict[str, list[str]] = {}
    special: dict[str, list[str]] = {}
    for each in spans:
        day, _, span = each.strip().partition(" ")
        if not span:
            raise WrongUse(f'--open {each!r}: give a day and a span, such as "mon 09:00-18:00".')
        days = special if day[:1].isdigit() else week
        that_day = days.setdefault(day.lower(), [])
        that_day += [] if span.strip() == CLOSED else [span.strip()]
    found = {"week": week, "special": special, "holidays": list(holidays)}
    return {name: value for name, value in found.items() if value}
