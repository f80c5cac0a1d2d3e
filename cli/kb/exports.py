"""`surgeline kb export` gives back the articles that answer now."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import article_of
from surgeline.knowledge.text.languages import LANGUAGES

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
from cli.importers.written_pages import as_markdown, as_qnabot
from cli.kb.files import OUT, say, write

TRIES = 3
FOLDER, QNABOT = "md", "qnabot"
"""Markdown is a folder of files. QnABot's form is JSON, too."""


@click.command(epilog=example("surgeline kb export shop", "surgeline kb export shop -o shop.xlsx"))
@click.argument("name")
@click.option("-o", "--out", type=OUT, help="The file to write (default: NAME in that format).")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, FOLDER, QNABOT]),
    help="By default the ending of --out says it, or else it is jsonl. md is a folder of files.",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Only the articles in it.")
@url_option
@admin_key_option
@json_option
def export(
    *,
    name: str,
    out: Path | None,
    form: str | None,
    language: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write the articles of the knowledge base NAME that answer now.

    `kb import` reads every format but qnabot back exactly as it was, so a spreadsheet can be
    changed and published. A text that would not come back as it is stands between <pre> and </pre>.
    QnABot has no titles, notes or languages: it gets one language, and what is lost is said.
    """
    chosen = form or _form_of(out)
    endings = {FOLDER: "", QNABOT: ".json"}
    target = out or Path(f"{name}{endings.get(chosen, f'.{chosen}')}")
    version, articles = published(admin(url, admin_key), name)
    articles = [each for each in articles if language in (None, each.language)]
    if not articles:
        raise Failed(f"{name} has no article in {language}.")
    _write(target, articles, chosen)
    if as_json:
        made = {"file": str(target), "format": chosen, "articles": len(articles)}
        print_json({"knowledge_base": name, "version": version} | made)
    else:
        click.echo(f"{target}: {counted(len(articles), 'article')} of {name}, version {version}")


def _write(target: Path, articles: Sequence[Article], form: str) -> None:
    if form == FOLDER:
        if target.exists():
            raise WrongUse(f"{target} is there already; give --out a new folder")
        target.mkdir(parents=True)
        for file, content in as_markdown(articles):
            write(target / file, content)
    elif form == QNABOT:
        spoken = sorted({each.language for each in articles})
        if len(spoken) > 1:
            raise WrongUse(f"QnABot names no language; choose with --language: {', '.join(spoken)}")
        content, lost = as_qnabot(articles)
        for each in lost:
            say(f"warning: {each}")
        write(target, content)
    else:
        write(target, written(articles, form))


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
        raise WrongUse(
            f"--out ends with {out.suffix or 'nothing'}; use .{', .'.join(FORMATS)}, or"
            f" --format {FOLDER} for a folder of Markdown"
        )
    return ending
