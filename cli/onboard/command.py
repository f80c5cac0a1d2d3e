"""`surgeline pool onboard ID` writes the pack with which a pool begins."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import click

from cli.api import Api, admin, path
from cli.console import (
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    print_json,
    url_option,
)
from cli.onboard.conformance import points_of
from cli.onboard.pack import Known, pack_of
from cli.onboard.page import page_of
from cli.pages.frame import write
from cli.simulation import PORT, secret_option

DAYS: Final = 28


@click.command(
    epilog=example(
        "surgeline pool onboard vendor",
        "surgeline pool onboard vendor --knowledge shop --out vendor.html",
    )
)
@click.argument("pool_id", metavar="ID")
@click.option("--check", "checks", is_flag=True, help="Try the connection first, as `pool check`.")
@secret_option("SURGELINE_POOL_SECRET")
@click.option("--port", type=PORT, default=8797, show_default=True, help="Where --check listens.")
@click.option("--knowledge", "name", default="shop", show_default=True, help="The knowledge base.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write. The data stand beside it as JSON.  [default: ID.html]",
)
@url_option
@admin_key_option
@json_option
def onboard(
    *,
    pool_id: str,
    checks: bool,
    secret: str | None,
    port: int,
    name: str,
    out: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write what the people of the pool ID need to begin: one page, and the same as data.

    It has the topics of four weeks by frequency, the articles, the company's words, when to pass
    on, the texts for a crisis, and a quiz of customers' own questions. These are redacted to the
    pool's level. With --check it also has the points of `pool check`, and whether each holds.
    """
    api = admin(url, admin_key)
    known = _known(api, pool_id, name)
    pack = pack_of(known, points_of(api, known.pool, secret, port=port) if checks else ())
    if as_json:
        print_json(pack)
        return
    page = out or Path(f"{pool_id}.html")
    data = page.with_suffix(".json")
    write(page, page_of(pack))
    write(data, json.dumps(pack, ensure_ascii=False, indent=1) + "\n")
    number = counted(len(pack["articles"]), "article")
    click.echo(
        f"{page} and {data}: {number}, {len(pack['topics'])} topics, "
        f"a quiz of {counted(len(pack['quiz']), 'question')}"
    )


def _known(api: Api, pool_id: str, name: str) -> Known:
    configuration: dict[str, Any] = api.get(path("admin", "configuration"))["configuration"]
    pool = next((each for each in configuration["pools"] if each["id"] == pool_id), None)
    if pool is None:
        raise WrongUse(f"there is no pool {pool_id!r}; `surgeline pool list` lists them")
    place = path("admin", "knowledge", name, "phrasings")
    return Known(
        pool=pool,
        configuration=configuration,
        articles=_articles(api, name),
        topics=_topics(api),
        phrasings=api.get(f"{place}?known=yes&pool={pool_id}")["articles"],
    )


def _articles(api: Api, name: str) -> list[dict[str, Any]]:
    place, after = path("admin", "knowledge", name, "articles"), 0
    found: list[dict[str, Any]] = []
    while after is not None:
        page = api.get(f"{place}?content=yes&after={after}")
        found += page["articles"]
        after = page["next_after"]
    return found


def _topics(api: Api) -> list[dict[str, Any]]:
    """Return the topics of four weeks up to the instance's own today, the commonest first."""
    place = path("admin", "reports", "contacts")
    today = date.fromisoformat(api.get(place)["to"])
    first = today - timedelta(days=DAYS - 1)
    topics: list[dict[str, Any]] = api.get(f"{place}?from={first}&to={today}")["topics"]
    return topics
