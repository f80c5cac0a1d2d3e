"""`surgeline incident` publishes, lists and ends texts that stand before the bot's answers."""

import re
from collections.abc import Mapping
from typing import Any

import click

from cli.api import admin, path
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

PATH = "/v1/admin/incidents"
SPIKES = "/v1/admin/spikes"
UNITS = {"m": 1, "h": 60, "d": 24 * 60}
TIME = re.compile(r"([0-9]{1,6})([mhd])")
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Lasting(click.ParamType[int]):
    """A time that something lasts, as 90m, 4h or 2d. The value is in minutes."""

    name = "time"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the minutes; see click.ParamType."""
        if isinstance(value, int):
            return value
        found = TIME.fullmatch(value)
        if found is None:
            self.fail("use minutes, hours or days, as in 90m, 4h or 2d", param, ctx)
        return int(found[1]) * UNITS[found[2]]


def by_language(texts: tuple[str, ...], usual: str = "en") -> dict[str, str]:
    """Return texts by language. A text begins with its language, as in `fr: Bonjour`.

    A text without a language is in the usual one. Raises WrongUse for a language given twice.
    """
    found: dict[str, str] = {}
    for each in texts:
        language, colon, text = each.partition(":")
        if not colon or not LANGUAGE.fullmatch(language):
            language, text = usual, each
        if language in found:
            raise WrongUse(f"two texts are in {language!r}; give one text for each language.")
        found[language] = text.strip()
    return found


@click.group()
def incident() -> None:
    """Publish one answer everywhere while something is wrong."""


@incident.command(
    epilog=example(
        'surgeline incident publish --text "Parcels of Monday arrive a day late." '
        "--article en-order-status --for 6h",
        'surgeline incident publish --text "en: Our phones are down." '
        '--text "fr: Nos téléphones sont en panne." --for 2h',
        'surgeline incident publish --text "We close at noon today." --article en-hours --tell 6h',
    )
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    required=True,
    metavar="TEXT",
    help="The approved text. Repeat it for other languages, as in 'fr: …'.",
)
@click.option(
    "--article", "articles", multiple=True, metavar="ID", help="A topic. Without any: every topic."
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="ID",
    help="A channel. Without any: all channels.",
)
@click.option(
    "--for",
    "minutes",
    type=Lasting(),
    default="12h",
    show_default=True,
    help="How long it stands, as 90m, 4h or 2d. It ends by itself.",
)
@click.option(
    "--tell",
    "tell_minutes",
    type=Lasting(),
    default="0m",
    help="Also tell those who asked about it within this time, as 6h. Each is told once.",
)
@url_option
@admin_key_option
@json_option
def publish(
    *,
    texts: tuple[str, ...],
    articles: tuple[str, ...],
    channels: tuple[str, ...],
    minutes: int,
    tell_minutes: int,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Put TEXT before the bot's answers on a topic, on the page's banner and in pools' offers."""
    body = {
        "texts": by_language(texts),
        "articles": list(articles),
        "channels": list(channels),
        "minutes": minutes,
    }
    if tell_minutes:
        body["tell_minutes"] = tell_minutes
    made = admin(url, admin_key).post(PATH, body)
    if as_json:
        print_json(made)
        return
    click.echo(f"{made['id']} stands before the answers within seconds, until {made['ends_at']}")
    if tell_minutes:
        click.echo("Those who asked about it before are told from the next minute on.")
    click.echo(f"End it earlier: surgeline incident end {made['id']}")


@incident.command(name="list", epilog=example("surgeline incident list"))
@url_option
@admin_key_option
@json_option
def list_incidents(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """List the incidents of the last two weeks, and how many contacts each one avoided."""
    found = admin(url, admin_key).get(PATH)
    if as_json:
        print_json(found)
        return
    for each in found["incidents"]:
        for line in _lines(each):
            click.echo(plain(line))
    if not found["incidents"]:
        click.echo("No incidents in the last two weeks.")


@incident.command(epilog=example("surgeline incident watch"))
@url_option
@admin_key_option
@json_option
def watch(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """List the topics that many ask about now, and those that grow slowly over days."""
    found = admin(url, admin_key).get(SPIKES)
    if as_json:
        print_json(found)
        return
    for each in found["spikes"]:
        click.echo(plain(_spike(each)))
    for each in found["growing"]:
        click.echo(plain(_growing(each)))
    if not found["spikes"] and not found["growing"]:
        click.echo("No topic is asked about more than usual.")
    if found["days_known"] < found["days_needed"]:
        known, needed = found["days_known"], found["days_needed"]
        click.echo(f"Nothing is noticed before {needed} days were counted; there are {known} now.")


@incident.command(epilog=example("surgeline incident end i3f9a1c204b"))
@click.argument("incident_id", metavar="INCIDENT")
@url_option
@admin_key_option
@json_option
def end(incident_id: str, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """End INCIDENT now. The bot answers as before within seconds."""
    if not incident_id.isalnum():
        raise Failed(f"{plain(incident_id)!r} is no id of an incident; `incident list` shows them.")
    ended = admin(url, admin_key).post(path("admin", "incidents", incident_id, "end"), {})
    if as_json:
        print_json(ended)
    else:
        click.echo(f"{ended['id']} has ended. The bot answers as before within seconds.")


def _spike(each: Mapping[str, Any]) -> str:
    state = "has ended" if each["ended_at"] else "goes on"
    return (
        f"spike    {_topic(each)}  {each['customers']:,} customers, {each['expected']:,.0f} are "
        f"usual, since {each['began_at'][:16]}Z, {state}"
    )


def _growing(each: Mapping[str, Any]) -> str:
    days = "day" if each["days"] == 1 else "days"
    return (
        f"growing  {_topic(each)}  {each['customers']:,} customers in {each['days']} {days}, "
        f"{each['expected']:,.0f} are usual"
    )


def _topic(each: Mapping[str, Any]) -> str:
    article = each["article"]
    return f"{each['topic']} ({article['title']})" if article else str(each["topic"])


def _lines(each: Mapping[str, Any]) -> list[str]:
    uses = each["uses"]
    topic = ", ".join(each["articles"]) or "every topic"
    lines = [f"{each['id']}  {each['state']}  until {each['ends_at'][:16]}Z  on {topic}"]
    lines += [f"    {language}: {text}" for language, text in each["texts"].items()]
    if uses:
        least = "" if uses["complete"] else "at least "
        lines.append(
            f"    told to {least}{counted(uses['told'], 'customer')}: "
            f"{counted(uses['avoided'], 'contact')} avoided, "
            f"{uses['wanted_person']:,} asked for a person"
        )
        if uses.get("told_first"):
            lines.append(
                f"    {uses['told_first']:,} of them were told unasked: "
                f"{uses['silent']:,} have not written since"
            )
    return lines
