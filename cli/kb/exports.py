"""`surgeline kb export` gives back the articles that answer now."""

from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import article_of

from cli.api import Api, admin, path
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    print_json,
    url_option,
)
from cli.importers.written import FORMATS, written
from cli.kb.files import OUT, write

TRIES = 3


@click.command(epilog=example("surgeline kb export shop", "surgeline kb export shop -o shop.xlsx"))
@click.argument("name")
@click.option("-o", "--out", type=OUT, help="The file to write (default: NAME in that format).")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="By default the ending of --out says it, or else it is jsonl.",
)
@url_option
@admin_key_option
@json_option
def export(
    *,
    name: str,
    out: Path | None,
    form: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write the articles of the knowledge base NAME that answer now.

    `kb import` reads every format back exactly as it was, so a spreadsheet can be changed and
    published. A text that would not come back as it is stands between <pre> and </pre>.
    """
    chosen = form or _form_of(out)
    target = out or Path(f"{name}.{chosen}")
    version, articles = published(admin(url, admin_key), name)
    write(target, written(articles, chosen))
    if as_json:
        made = {"file": str(target), "format": chosen, "articles": len(articles)}
        print_json({"knowledge_base": name, "version": version} | made)
    else:
        click.echo(f"{target}: {counted(len(articles), 'article')} of {name}, version {version}")


def published(api: Api, name: str) -> tuple[str, list[Article]]:
    """Return the version that answers and its articles. Raises Failed."""
    for _ in range(TRIES):
        found = _pages(api, path("admin", "knowledge", name, "articles"))
        if found is not None:
            return found
    raise Failed(f"{name} is published again and again; try once more when that is done.")


def _pages(api: Api, place: str) -> tuple[str, list[Article]] | None:
    """Return the articles of all pages, or None where another version came in between."""
    version, after = None, 0
    articles: list[Article] = []
    while after is not None:
        page = api.get(f"{place}?content=yes&after={after}")
        if "next_after" not in page:
            raise Failed("This instance can't give its articles back; update it first.")
        version = version or page["version"]
        if page["version"] != version:
            return None
        articles += map(_article, page["articles"])
        after = page["next_after"]
    return str(version), articles


def _article(fields: dict[str, Any]) -> Article:
    return article_of(fields)


def _form_of(out: Path | None) -> str:
    if out is None:
        return FORMATS[0]
    ending = out.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise WrongUse(f"--out ends with {out.suffix or 'nothing'}; use .{', .'.join(FORMATS)}")
    return ending
