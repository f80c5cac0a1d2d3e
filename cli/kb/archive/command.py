"""`surgeline kb site` writes a public help centre of published articles into a folder."""

import shutil
from pathlib import Path
from typing import Any, Final

import click
from surgeline.knowledge.articles.article import Article

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
from cli.kb.archive.pages import Site, files_of, is_public
from cli.kb.exports import published
from cli.kb.files import KNOWLEDGE, language_option, source_of

MARK: Final = ".surgeline-site"
"""The file that says that a folder was written by this command, and may be replaced."""


@click.command(
    epilog=example(
        "surgeline kb site samples/shop.jsonl --out help",
        "surgeline kb site --name shop --out help --base https://help.example.com/",
    )
)
@click.argument("file", type=KNOWLEDGE, required=False)
@click.option("--name", help="The instance's knowledge base, in place of a file.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write. A folder that this command wrote before is replaced.",
)
@click.option("--title", default="Help", show_default=True, help="The help centre's name.")
@click.option("--base", default="", help="Its address. With it there is a sitemap.")
@click.option("--chat", default="", help="Where somebody writes who still needs help.")
@language_option
@url_option
@admin_key_option
@json_option
def site(
    *,
    file: Path | None,
    name: str | None,
    out: Path,
    title: str,
    base: str,
    chat: str,
    language: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write a help centre of articles: plain pages in each language, with a search, no tracking.

    With --name the published articles of an instance are written, with the day of their last
    review. Customers' phrasings are not shown, nor are articles that do not answer, unless they
    have the tag `public`. Upload the folder to any web server.
    """
    if (file is None) == (name is None):
        raise WrongUse("give a FILE, or --name of the instance's knowledge base")
    for option, address in (("--base", base), ("--chat", chat)):
        if address and not address.startswith(("https://", "http://")):
            raise WrongUse(f"{option} must start with https:// or http://, not {address!r}")
    if file is not None:
        articles: list[Article] = list(source_of(file, language=language).articles)
        reviewed: dict[str, str] = {}
    else:
        api = admin(url, admin_key)
        _, articles = published(api, name or "")
        reviewed = _reviewed(api, name or "")
    whole = base if base.endswith("/") or not base else f"{base}/"
    articles = [each for each in articles if is_public(each)]
    made = _written(out, Site(articles, title, whole, chat, reviewed))
    if as_json:
        print_json({"folder": str(out), "articles": len(articles), "files": made})
    else:
        click.echo(f"{out}: {counted(len(articles), 'article')}, {made} files")


def _reviewed(api: Api, name: str) -> dict[str, str]:
    """Return the days on which articles were last reviewed."""
    found: dict[str, Any] = api.get(path("admin", "knowledge", name, "due") + "?known=yes")
    known = found.get("known", {})
    return {each: at[:10] for each, at in known.items() if at}


def _written(out: Path, site: Site) -> int:
    """Write the help centre beside the folder, and then put it in its place."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise Failed(f"{out} holds other files; name a new folder, or an earlier help centre.")
    beside = out.with_name(f".{out.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    number = 0
    try:
        for number, (place, text) in enumerate(files_of(site), 1):  # noqa: B007 # counted
            target = beside / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        (beside / MARK).write_text("", encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        beside.replace(out)
    except OSError as error:
        raise WrongUse(f"{out} can't be written: {error.strerror}.") from error
    return number
