"""`surgeline subscription` says who is told of what: alerts, conversations and reports."""

from collections.abc import Mapping
from typing import Any

import click
from surgeline.domain.alerts.rules import LEVELS
from surgeline.domain.alerts.subscription import ALERTS, EVENTS
from surgeline.domain.hours import WEEKDAYS
from surgeline.reports.registry import REPORTS

from cli.api import admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

PLACE = ("admin", "subscriptions")


@click.group()
def subscription() -> None:
    """Say who is told of alerts and conversations at once, and is sent reports each day or week."""


@subscription.command(
    epilog=example(
        "surgeline subscription add ann --email ann@shop.example --channel mail"
        " --subject alerts --subject digest",
        "surgeline subscription add bi --webhook https://bi.example/in --subject daily --at 06:30",
        "surgeline subscription add boss --email b@shop.example --channel mail"
        " --subject digest --every week --weekday mon",
        "surgeline subscription add crm --webhook https://crm.example/in"
        " --subject conversation.opened --subject conversation.closed",
    )
)
@click.argument("name", metavar="ID")
@click.option("--email", metavar="ADDRESS", help="Send mails to this address.")
@click.option("--channel", metavar="ID", help="The e-mail channel whose address sends the mails.")
@click.option("--webhook", metavar="URL", help="Post signed webhooks to this URL.")
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    required=True,
    type=click.Choice([ALERTS, *EVENTS, *REPORTS]),
    metavar="SUBJECT",
    help=f"`{ALERTS}`, an event: {', '.join(EVENTS)}; or a report: {', '.join(REPORTS)}."
    " Give it several times.",
)
@click.option(
    "--every", type=click.Choice(["day", "week"]), default="day", show_default=True,
    help="How often reports are sent.",
)  # fmt: skip
@click.option(
    "--at", default="08:00", show_default=True, metavar="HH:MM",
    help="When reports are sent, in the company's time zone.",
)  # fmt: skip
@click.option(
    "--weekday", type=click.Choice(WEEKDAYS), default="mon", show_default=True,
    help="On which day of the week, with --every week.",
)  # fmt: skip
@click.option(
    "--level", type=click.Choice(LEVELS), default="notice", show_default=True,
    help="The least level of alerts that are told.",
)  # fmt: skip
@click.option(
    "--texts", is_flag=True,
    help="Send the texts of people along with events of conversations, without contact data.",
)  # fmt: skip
@url_option
@admin_key_option
@json_option
def add(
    *,
    name: str,
    email: str | None,
    channel: str | None,
    webhook: str | None,
    subjects: tuple[str, ...],
    texts: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
    **when: str,
) -> None:
    """Add the subscription ID, or replace it. The secret of a new webhook is printed once.

    A report covers the day or the seven days before it is sent. A digest says in plain words what
    changed and what to do.
    """
    if (email is None) == (webhook is None):
        raise WrongUse("give --email with --channel, or --webhook, but not both.")
    way = {"kind": "webhook", "url": webhook} if webhook else {"kind": "email", "to": email}
    body = {**way, "channel": channel or "", "subjects": list(subjects), "texts": texts, **when}
    answered = admin(url, admin_key).put(path(*PLACE, name), body)
    if as_json:
        print_json(answered)
        return
    click.echo(f"Subscription {name} is set: {plain(_line(answered['subscription']))}")
    if "secret" in answered:
        click.echo(f"Its secret, shown only now: {answered['secret']}")


@subscription.command("list", epilog=example("surgeline subscription list"))
@url_option
@admin_key_option
@json_option
def list_(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """List who is told of what, and when."""
    found = admin(url, admin_key).get(path(*PLACE))["subscriptions"]
    if as_json:
        print_json(found)
        return
    for each in found:
        click.echo(plain(f"{each['id']:<16} {_line(each)}"))
    if not found:
        click.echo("Nobody is told of anything. `surgeline subscription add --help` shows how.")


@subscription.command(epilog=example("surgeline subscription check crm"))
@click.argument("name", metavar="ID")
@url_option
@admin_key_option
@json_option
def check(*, name: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Let the instance send the webhook of the subscription ID a signed `subscription.ping` now.

    Exits 1 unless the webhook took it.
    """
    pinged = admin(url, admin_key).post(path(*PLACE, name, "ping"), {})
    if as_json:
        print_json(pinged)
    else:
        took = "took" if pinged["taken"] else "did not take"
        said = f"{pinged['outcome']}, {pinged['milliseconds']} ms"
        click.echo(f"The webhook of {name} {took} it: {said}")
    if not pinged["taken"]:
        raise click.exceptions.Exit(1)


@subscription.command(epilog=example("surgeline subscription remove ann"))
@click.argument("name", metavar="ID")
@url_option
@admin_key_option
@json_option
def remove(*, name: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """End the subscription ID, so that nothing is sent to it any more."""
    answered = admin(url, admin_key).delete(path(*PLACE, name))
    if as_json:
        print_json(answered)
        return
    click.echo(f"Subscription {name} is ended")


def _line(found: Mapping[str, Any]) -> str:
    where = found["url"] if found["kind"] == "webhook" else f"{found['to']} from {found['channel']}"
    events = [each for each in found["subjects"] if each in EVENTS]
    reports = [each for each in found["subjects"] if each not in (ALERTS, *EVENTS)]
    said = []
    if ALERTS in found["subjects"]:
        said.append("alerts at once" if found["level"] == "notice" else f"{found['level']} alerts")
    if events:
        texts = " with texts" if found.get("texts") else ""
        said.append(f"{', '.join(events)} at once{texts}")
    if reports:
        day = found["weekday"] if found["every"] == "week" else "day"
        said.append(f"{', '.join(reports)} each {day} at {found['at']}")
    return f"{where}: {'; '.join(said)}"
