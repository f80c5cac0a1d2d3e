"""`surgeline crisis` swaps the bot's tone, and turns it back, with one act each."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from cli.api import admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.incident import Lasting, by_language

PATH = "/v1/admin/crisis"
FITS = {
    "variant": "answered with the crisis answer",
    "neutral": "answered as before, marked neutral",
    "suppressed": "not answered, because the article is suppressed",
    "to_people": "sent straight to people",
    "unchanged": "not changed, because the bot gave no answer",
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def crisis() -> None:
    """Speak in another tone while something grave goes on."""


@crisis.command(
    epilog=example(
        "surgeline crisis on calm --dry-run",
        "surgeline crisis on calm --for 3d",
    )
)
@click.argument("profile", metavar="PROFILE")
@click.option(
    "--for",
    "minutes",
    type=Lasting(),
    default="24h",
    show_default=True,
    help="How long it lasts, as 90m, 4h or 2d. It ends by itself.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Change nothing: say what the conversations of the last day would have met.",
)
@url_option
@admin_key_option
@json_option
def on(
    *,
    profile: str,
    minutes: int,
    dry_run: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Turn PROFILE on. Every answer follows it within seconds."""
    api = admin(url, admin_key)
    if dry_run:
        found = api.get(f"{PATH}/rehearsal?{urlencode({'profile': profile})}")
    else:
        found = api.put(PATH, {"profile": profile, "minutes": minutes})
    if as_json:
        print_json(found)
        return
    for line in _rehearsed(found) if dry_run else _status(found):
        click.echo(plain(line))


@crisis.command(epilog=example("surgeline crisis off"))
@url_option
@admin_key_option
@json_option
def off(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Turn the crisis off. Everything is as before within seconds."""
    found = admin(url, admin_key).delete(PATH)
    if as_json:
        print_json(found)
    else:
        click.echo("No crisis is on. The bot answers as before within seconds.")


@crisis.command(epilog=example("surgeline crisis status"))
@url_option
@admin_key_option
@json_option
def status(url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Say whether a crisis is on, and what each profile would do to the articles."""
    found = admin(url, admin_key).get(PATH)
    if as_json:
        print_json(found)
        return
    for line in _status(found):
        click.echo(plain(line))


@crisis.command(
    epilog=example(
        'surgeline crisis profile calm --preamble "en: We know that this is a hard time." '
        "--banner 'en: We are here.' --to-people en-cancel",
    )
)
@click.argument("profile", metavar="PROFILE")
@click.option("--preamble", multiple=True, metavar="TEXT", help="Before the first answer.")
@click.option("--banner", multiple=True, metavar="TEXT", help="Above the chat page.")
@click.option(
    "--texts", type=FILE, metavar="FILE", help="System texts, as {language: {key: text}}."
)
@click.option(
    "--suppress",
    multiple=True,
    metavar="TAG",
    help="A tag whose articles are not used.  [default: cheerful, selling]",
)
@click.option("--to-people", multiple=True, metavar="ID", help="An article whose topic is theirs.")
@url_option
@admin_key_option
@json_option
def profile(
    *,
    profile: str,
    preamble: tuple[str, ...],
    banner: tuple[str, ...],
    texts: Path | None,
    suppress: tuple[str, ...],
    to_people: tuple[str, ...],
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write PROFILE, in a quiet hour. A text begins with its language, as in 'fr: …'.

    A crisis that is on keeps the profile as it was.
    """
    body: dict[str, object] = {
        "preamble": by_language(preamble),
        "banner": by_language(banner),
        "texts": _texts_of(texts) if texts else {},
        "to_people": list(to_people),
    }
    if suppress:
        body["suppressed_tags"] = list(suppress)
    made = admin(url, admin_key).put(path("admin", "crisis", "profiles", profile), body)
    if as_json:
        print_json(made)
    else:
        click.echo(f"{made['id']} is written. Try it: surgeline crisis on {made['id']} --dry-run")


def _texts_of(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise WrongUse(f"{file}: not JSON in UTF-8.") from error


def _status(found: Mapping[str, Any]) -> Iterator[str]:
    on = found["on"]
    if on:
        yield f"{on['profile']} is on until {on['until'][:16]}Z. Off: surgeline crisis off"
    else:
        yield "No crisis is on."
    for each in found["profiles"]:
        for base in each["articles"]:
            yield (
                f"  {each['id']} on {base['knowledge_base']}: {base['variant']:,} with a crisis "
                f"answer, {base['neutral']:,} neutral, {base['to_people']:,} to people, "
                f"{base['suppressed']:,} suppressed"
            )
    if not found["profiles"]:
        yield "There is no profile yet; `surgeline crisis profile` writes one."


def _rehearsed(found: Mapping[str, Any]) -> Iterator[str]:
    least = "" if found["complete"] else "the first "
    number = counted(found["conversations"], "conversation")
    yield f"{found['profile']} over {least}{number} of the last day. Nothing was changed."
    for fit, words in FITS.items():
        if found["counts"].get(fit):
            yield f"  {found['counts'][fit]:>7,}  {words}"
    yield f"{counted(found['more_people'], 'conversation')} more would have gone to people."
    changed = [each for each in found["met"] if each["fit"] not in (None, "neutral")]
    for each in changed[:10]:
        yield f"  {each['conversation_id']}  {', '.join(each['articles'])}: {FITS[each['fit']]}"
