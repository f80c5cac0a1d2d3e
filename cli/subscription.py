"""`surgeline subscription` says who is told of what: alerts, conversations and reports."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import click
from surgeline.application.ports.deliveries import AFTER_ALL
from surgeline.domain.alerts.rules import LEVELS
from surgeline.domain.alerts.subscription import ALERTS, EVENTS
from surgeline.domain.hours import WEEKDAYS
from surgeline.reports.registry import REPORTS

from cli.api import Api, admin, path
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
LOOK_SECONDS = 0.5


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
        "surgeline subscription add duty --channel slack --to C0123ABCD --subject alerts",
        "surgeline subscription add team --pool agents --subject alerts --subject digest",
    )
)
@click.argument("name", metavar="ID")
@click.option("--email", metavar="ADDRESS", help="Send mails to this address.")
@click.option("--channel", metavar="ID", help="The channel that sends the mails, or has the chat.")
@click.option(
    "--to", metavar="PLACE", default="",
    help="The place in that channel's messenger: a channel of Slack, a chat, a group or a number.",
)  # fmt: skip
@click.option("--pool", metavar="ID", default="", help="Write where the people of this pool work.")
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
    help="Send texts of people along, without contact data: with events, and with a digest.",
)  # fmt: skip
@url_option
@admin_key_option
@json_option
def add(
    *,
    name: str,
    email: str | None,
    channel: str | None,
    to: str,
    pool: str,
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
    ways: list[dict[str, str]] = []
    if email is not None:
        ways.append({"kind": "email", "to": email})
    if webhook is not None:
        ways.append({"kind": "webhook", "url": webhook})
    if to or pool:
        ways.append({"kind": "chat", "to": to, "pool": pool})
    if len(ways) != 1:
        raise WrongUse(
            "give one way: --email with --channel, --channel with --to, --pool, or --webhook."
        )
    body = {**ways[0], "channel": channel or "", "subjects": list(subjects), "texts": texts, **when}
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
@click.option(
    "--wait", default=15, show_default=True, metavar="SECONDS", type=click.IntRange(0, 600),
    help="How long to wait until a mail or a chat has taken it.",
)  # fmt: skip
@url_option
@admin_key_option
@json_option
def check(*, name: str, wait: int, url: str, admin_key: str | None, as_json: bool) -> None:
    """Let the instance send the subscription ID a test now: a signed ping, a mail or a message.

    Exits 1 unless it was taken.
    """
    instance = admin(url, admin_key)
    pinged = instance.post(path(*PLACE, name, "ping"), {})
    if "delivery_id" in pinged:
        pinged |= _outcome(instance, pinged, wait)
    way = "webhook" if "endpoint" not in pinged else "subscriber"
    if as_json:
        print_json(pinged)
    elif pinged["outcome"] is None:
        click.echo(f"The test for {name} is on its way. What became of it is shown by:")
        click.echo(f"  surgeline delivery list --endpoint {pinged['endpoint']}")
    else:
        took = "took" if pinged["taken"] else "did not take"
        said = f"{pinged['outcome']}, {pinged['milliseconds']} ms"
        click.echo(f"The {way} of {name} {took} it: {plain(said)}")
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


def _outcome(instance: Api, sent: Mapping[str, Any], wait: int) -> dict[str, Any]:
    """Return what became of a test's first try, as far as that is known within `wait` seconds."""
    asked = urlencode({"endpoint": sent["endpoint"], "id": sent["delivery_id"]})
    until = time.monotonic() + wait
    while True:
        tried = instance.get(f"/v1/admin/deliveries?{asked}")["deliveries"]
        if tried:
            [one] = tried
            names = ("outcome", "status", "milliseconds")
            lost = str(one["outcome"]).startswith(AFTER_ALL)
            taken = one["end"] == "delivered" and not lost
            return {"taken": taken, **{name: one[name] for name in names}}
        if time.monotonic() >= until:
            return {"taken": False, "outcome": None, "status": None, "milliseconds": 0}
        time.sleep(LOOK_SECONDS)


def _place(found: Mapping[str, Any]) -> str:
    """Return where a subscription's messages go."""
    if found["kind"] == "webhook":
        return str(found["url"])
    if found["kind"] == "email":
        return f"{found['to']} from {found['channel']}"
    return f"pool {found['pool']}" if found.get("pool") else f"{found['to']} in {found['channel']}"


def _line(found: Mapping[str, Any]) -> str:
    events = [each for each in found["subjects"] if each in EVENTS]
    reports = [each for each in found["subjects"] if each not in (ALERTS, *EVENTS)]
    said = []
    if ALERTS in found["subjects"]:
        said.append("alerts at once" if found["level"] == "notice" else f"{found['level']} alerts")
    texts = " with texts" if found.get("texts") else ""
    if events:
        said.append(f"{', '.join(events)} at once{texts}")
    if reports:
        day = found["weekday"] if found["every"] == "week" else "day"
        also = texts if "digest" in reports else ""
        said.append(f"{', '.join(reports)} each {day} at {found['at']}{also}")
    return f"{_place(found)}: {'; '.join(said)}"
