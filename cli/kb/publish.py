"""`surgeline kb publish|versions|rollback` set and list the version that answers."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from surgeline.application.answers.knowledge_shelf import REREAD_SECONDS

from cli.api import Api, Refused, admin, path
from cli.console import (
    Failed,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.importers.read import Source
from cli.kb.files import KNOWLEDGE, language_option, say, say_warnings, source_of
from cli.kb.tables import show_versions

PUBLISH_SECONDS = 60.0
PUBLISH_PAUSE_SECONDS = 0.2
# A publication that takes away more than this share of the current articles is rarely meant.
MOST_GONE = 0.5
MOST_NAMED = 10
_NOT_FOUND = 404
WITHIN = f" within {REREAD_SECONDS} s"


@click.command(epilog=example("surgeline kb publish samples/shop.jsonl shop"))
@click.argument("file", type=KNOWLEDGE)
@click.argument("name")
@language_option
@click.option("--yes", is_flag=True, help="Ask nothing and refuse nothing, whatever goes.")
@url_option
@admin_key_option
@json_option
def publish(
    *,
    file: Path,
    name: str,
    language: str | None,
    yes: bool,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Publish FILE as the knowledge base NAME, so that the instance builds it and answers from it.

    FILE replaces all articles of NAME. Where most of them would go, a terminal is asked first, and
    nothing is published without a terminal or --yes. Until the new version is built, the previous
    one answers. It also answers if the new one is refused.
    """
    source = source_of(file, as_json=as_json, language=language)
    say_warnings(source.warnings)
    api = admin(url, admin_key)
    agree_to_what_goes(source, name, api, ask=_yes if yes else asked_at_a_terminal())
    publish_source(source, name, api, as_json=as_json)


@click.command(epilog=example("surgeline kb versions shop"))
@click.argument("name")
@url_option
@admin_key_option
@json_option
def versions(*, name: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """List the versions of the knowledge base NAME, the newest first."""
    found = admin(url, admin_key).get(path("admin", "knowledge", name, "versions"))
    if as_json:
        print_json(found)
    else:
        show_versions(name, found["versions"])


@click.command(
    epilog=example("surgeline kb rollback shop", "surgeline kb rollback shop 3f0a91c2b7d4e865")
)
@click.argument("name")
@click.argument("version", required=False)
@url_option
@admin_key_option
@json_option
def rollback(
    *, name: str, version: str | None, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Answer again from an earlier version of the knowledge base NAME.

    Without VERSION, the version that answered before the current one answers again. The change
    takes effect within five seconds, because nothing is built.
    """
    body = {"version": version} if version else {}
    answered = admin(url, admin_key).post(path("admin", "knowledge", name, "rollback"), body)
    if as_json:
        print_json({"knowledge_base": name, **answered})
    else:
        click.echo(f"{name}: version {answered['version']} answers again{WITHIN}")


def asked_at_a_terminal() -> Callable[[str], bool] | None:
    """Return the function that asks a person, None where no person could answer."""
    return click.confirm if sys.stdin.isatty() else None


def _yes(_question: str) -> bool:
    return True


def agree_to_what_goes(
    source: Source, name: str, api: Api, *, ask: Callable[[str], bool] | None
) -> None:
    """Say which articles go, and ask where most of the current ones would go.

    Raises Failed where the answer is no, and where nobody can be asked.
    """
    before = _articles_now(api, name)
    stay = {each.id for each in source.articles}
    gone = [id_ for id_ in before if id_ not in stay]
    if not gone:
        return
    say(f"{name} answers from {counted(len(before), 'article')} now; {_named(gone)}.")
    lost = sorted(set(before.values()) - {each.language for each in source.articles})
    if lost:
        say(f"No article is left in: {', '.join(map(plain, lost))}.")
    if len(gone) <= MOST_GONE * len(before):
        return
    if ask is None:
        raise Failed(
            f"Nothing was published, because most articles of {name} would go. If that is meant, "
            f"say `surgeline kb publish FILE {name} --yes`. {_TO_ADD.format(name=name)}"
        )
    if not ask("Publish all the same?"):
        raise Failed(f"Nothing was published. {_TO_ADD.format(name=name)}")


_TO_ADD = "To add to {name}, publish a file of all its articles."


def _articles_now(api: Api, name: str) -> dict[str, str]:
    """Return the languages of the articles that answer now, by their ids."""
    try:
        listed = api.get(path("admin", "knowledge", name, "articles"))["articles"]
    except Refused as refused:
        if refused.status != _NOT_FOUND:
            raise
        return {}
    return {each["id"]: each["language"] for each in listed}


def _named(gone: Sequence[str]) -> str:
    """Return how many go, with the ids of the first ones."""
    first = ", ".join(map(plain, gone[:MOST_NAMED]))
    more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
    return f"{len(gone)} of them {'go' if len(gone) > 1 else 'goes'}: {first}{more}"


def publish_source(source: Source, name: str, api: Api, *, as_json: bool) -> None:
    """Upload a source, and wait until the new version answers. Raises Failed where it does not."""
    place = path("admin", "knowledge", name)
    uploaded = api.put(place, source.raw, content_type="application/x-ndjson")
    wait_for(api, place, uploaded["version"])
    if as_json:
        print_json({"knowledge_base": name, **uploaded})
    else:
        click.echo(
            f"{name}: version {uploaded['version']} answers{WITHIN} "
            f"({counted(uploaded['articles'], 'article')})"
        )


def wait_for(api: Api, place: str, version: str) -> None:
    """Wait until a version answers at the place of its knowledge base. Raises Failed."""
    ends_at = time.monotonic() + PUBLISH_SECONDS
    while (found := api.get(place))["current"] != version:
        _check_refused(found.get("latest") or {}, version)
        if time.monotonic() >= ends_at:
            raise Failed(
                f"version {version} was taken in but does not answer after "
                f"{PUBLISH_SECONDS:.0f} s; the previous one still does. See the instance's logs."
            )
        time.sleep(PUBLISH_PAUSE_SECONDS)


def _check_refused(latest: dict[str, Any], version: str) -> None:
    if latest.get("version") == version and latest.get("what") == "refused":
        problems = "\n".join(plain(str(each)) for each in latest.get("problems", ()))
        raise Failed(f"version {version} was refused; the previous one still answers.\n{problems}")
