"""`surgeline kb publish|versions|rollback`: which version of a knowledge base answers."""

import time
from pathlib import Path
from typing import Any

import click
from surgeline.application.answers.knowledge_shelf import REREAD_SECONDS

from cli.api import Api, admin, path
from cli.console import (
    Failed,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.importers.read import Source
from cli.kb.files import KNOWLEDGE, language_option, say_warnings, source_of
from cli.kb.tables import show_versions

PUBLISH_SECONDS = 60.0
PUBLISH_PAUSE_SECONDS = 0.2
WITHIN = f" within {REREAD_SECONDS} s"


@click.command(epilog=example("surgeline kb publish samples/shop.jsonl shop"))
@click.argument("file", type=KNOWLEDGE)
@click.argument("name")
@language_option
@url_option
@admin_key_option
@json_option
def publish(
    *, file: Path, name: str, language: str | None, url: str, admin_key: str | None, as_json: bool
) -> None:
    """Publish FILE as the knowledge base NAME: the instance builds it and answers from it.

    Until it is built, and if it is refused, the previous version answers.
    """
    source = source_of(file, as_json=as_json, language=language)
    say_warnings(source.warnings)
    publish_source(source, name, admin(url, admin_key), as_json=as_json)


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
    """Answer from VERSION of the knowledge base NAME again, or from the one before the current.

    It takes effect within five seconds; nothing is built.
    """
    body = {"version": version} if version else {}
    answered = admin(url, admin_key).post(path("admin", "knowledge", name, "rollback"), body)
    if as_json:
        print_json({"knowledge_base": name, **answered})
    else:
        click.echo(f"{name}: version {answered['version']} answers again{WITHIN}")


def publish_source(source: Source, name: str, api: Api, *, as_json: bool) -> None:
    """Upload, and wait until the new version answers. Raises Failed where it does not."""
    place = path("admin", "knowledge", name)
    uploaded = api.put(place, source.raw, content_type="application/x-ndjson")
    _wait_for(api, place, uploaded["version"])
    if as_json:
        print_json({"knowledge_base": name, **uploaded})
    else:
        click.echo(
            f"{name}: version {uploaded['version']} answers{WITHIN} "
            f"({uploaded['articles']} articles)"
        )


def _wait_for(api: Api, place: str, version: str) -> None:
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
