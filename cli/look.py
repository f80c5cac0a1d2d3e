"""`surgeline look` shows and changes the company's name, colours, logo and texts."""

import base64
from pathlib import Path
from typing import Any

import click

from cli.api import Api, admin
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)

LOOK = "/v1/admin/look"
VERSIONS = "/v1/admin/configuration/versions"
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
FIELDS = ("name", "accent", "logo", "side", "privacy_url", "help_centre", "hours_of")
_SHOWN_LOGO = 40
brand_option = click.option(
    "--brand", metavar="ID", help="The channel whose own look is meant. Without it, the company's."
)


@click.group()
def look() -> None:
    """Show and change the look and the words: name, colour, logo, texts.

    Chat pages, the widget and every channel use them. A brand is a channel whose look differs from
    the company's.
    """


@look.command(epilog=example("surgeline look show", "surgeline look show --brand lamps"))
@brand_option
@url_option
@admin_key_option
@json_option
def show(*, brand: str | None, url: str, admin_key: str | None, as_json: bool) -> None:
    """Print the look in force. A field that is not named is Surgeline's own."""
    found = admin(url, admin_key).get(LOOK)
    wanted = _part(found, brand)
    if as_json:
        print_json(wanted)
        return
    for name in FIELDS:
        if value := str(wanted.get(name) or ""):
            short = (
                value if name != "logo" else f"{value[:_SHOWN_LOGO]}… ({len(value):,} characters)"
            )
            click.echo(f"{name.replace('_', ' '):<14}{plain(short)}")
    for language, texts in sorted((wanted.get("texts") or {}).items()):
        for key, text in texts.items():
            click.echo(plain(f"{f'{language}.{key}':<30}{text}"))
    for language, questions in sorted((wanted.get("starters") or {}).items()):
        for each in questions:
            click.echo(plain(f"{f'{language} starter':<30}{each}"))


@look.command(epilog=example("surgeline look texts --language fr"))
@click.option("--language", default="en", show_default=True, help="The language of the texts.")
@url_option
@admin_key_option
@json_option
def texts(*, language: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Print the texts that can be replaced, as Surgeline ships them."""
    found = admin(url, admin_key).get(LOOK)
    shipped = found["texts"].get(language)
    if shipped is None:
        raise WrongUse(f"--language: use {', '.join(found['texts'])}, not {language!r}")
    if as_json:
        print_json(shipped)
        return
    for key, text in shipped.items():
        click.echo(plain(f"{key:<24}{text}"))
    click.echo(f"and on the chat page: {', '.join(found['page_words'])}")


@look.command(
    epilog=example(
        'surgeline look change --name "Lamps of Lyon" --accent "#7a1f5c" --logo logo.svg',
        'surgeline look change --text "en.greeting=Hello. Ask us about lamps."',
        'surgeline look change --brand lamps --starter "en=Which bulb fits?" --clear logo',
    )
)
@brand_option
@click.option("--name", help="The name at the top of the chat.")
@click.option("--accent", metavar="#RRGGBB", help="The one colour. Its contrast is checked.")
@click.option(
    "--logo",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An SVG or PNG of at most 24 kB.",
)
@click.option(
    "--side", type=click.Choice(["left", "right"]), help="The corner of the widget's button."
)
@click.option("--privacy-url", metavar="URL", help="The page about privacy, linked below the chat.")
@click.option(
    "--hours-of", metavar="POOL", help="The pool whose opening hours the chat page shows."
)
@click.option(
    "--help-centre",
    type=click.Choice(["open", "closed"]),
    help="Whether everybody may read the articles that answer, at /help/CHANNEL.",
)
@click.option(
    "--text",
    "own_texts",
    multiple=True,
    metavar="LANGUAGE.KEY=TEXT",
    help="A text in place of Surgeline's. An empty TEXT brings Surgeline's back.",
)
@click.option(
    "--starter",
    "starters",
    multiple=True,
    metavar="LANGUAGE=QUESTION",
    help="A question to offer first. All of a language are given at once.",
)
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice([*FIELDS, "texts", "starters"]),
    help="Forget a field.",
)
@url_option
@admin_key_option
@json_option
def change(
    *,
    brand: str | None,
    own_texts: tuple[str, ...],
    starters: tuple[str, ...],
    clear: tuple[str, ...],
    logo: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
    **fields: str | None,
) -> None:
    """Change the named fields and nothing else. A look with problems changes nothing."""
    api = admin(url, admin_key)
    found = api.get(LOOK)
    wanted = {name: each for name, each in _part(found, brand).items() if name not in clear}
    wanted |= {name: each for name, each in fields.items() if each is not None}
    if logo:
        wanted["logo"] = _address_of(logo)
    wanted["texts"] = _with_texts(wanted.get("texts") or {}, own_texts)
    wanted["starters"] = (wanted.get("starters") or {}) | _by_language(starters)
    _publish(api, found, brand, wanted, as_json=as_json)


@look.command(epilog=example("surgeline look undo"))
@url_option
@admin_key_option
@json_option
def undo(*, url: str, admin_key: str | None, as_json: bool) -> None:
    """Bring the look back that was in force before the last change of it."""
    api = admin(url, admin_key)
    found = api.get(LOOK)
    now = {name: found[name] for name in ("company", "brands")}
    for each in api.get(VERSIONS)["versions"][1:]:
        document = api.get(f"/v1/admin/configuration?version={each['version']}")["configuration"]
        then = {name: document.get(name, {}) for name in now}
        if then != now:
            answer = api.put(LOOK, then, headers={"If-Match": found["version"]})
            _told(answer, as_json=as_json)
            return
    raise Failed("no other look was in force in the versions that are kept")


def _part(found: dict[str, Any], brand: str | None) -> dict[str, Any]:
    part: dict[str, Any] = found["brands"].get(brand, {}) if brand else found["company"]
    return part


def _publish(
    api: Api, found: dict[str, Any], brand: str | None, wanted: dict[str, Any], *, as_json: bool
) -> None:
    body = {"brands": found["brands"] | {brand: wanted}} if brand else {"company": wanted}
    _told(api.put(LOOK, body, headers={"If-Match": found["version"]}), as_json=as_json)


def _told(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(
            f"version {answer['version']} is in force within seconds; `look undo` takes it back"
        )


def _address_of(file: Path) -> str:
    kind = TYPES.get(file.suffix.lower())
    if kind is None:
        raise WrongUse(f"--logo: give a file that ends in .svg or .png, not {file.name!r}")
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _with_texts(known: dict[str, dict[str, str]], given: tuple[str, ...]) -> dict[str, Any]:
    texts = {language: dict(each) for language, each in known.items()}
    for each in given:
        place, equals, text = each.partition("=")
        language, dot, key = place.partition(".")
        if not (equals and dot and key):
            raise WrongUse(
                f"--text: write LANGUAGE.KEY=TEXT, such as en.greeting=Hello, not {each!r}"
            )
        texts.setdefault(language, {})[key] = text
    return {
        language: kept
        for language, each in texts.items()
        if (kept := {key: text for key, text in each.items() if text})
    }


def _by_language(given: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given:
        language, equals, question = each.partition("=")
        if not equals:
            raise WrongUse(
                f"--starter: write LANGUAGE=QUESTION, such as en=Are you open?, not {each!r}"
            )
        found.setdefault(language, []).append(question)
    return found
