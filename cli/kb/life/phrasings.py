"""`surgeline kb phrasings` shows the words that customers used for an article, and drafts them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

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
from cli.kb.files import FILE, tier_option
from cli.kb.life.drafts import reason_option
from cli.kb.life.past_phrasings import draft_of, phrasings_of_history
from cli.past.options import ours_option

SHOWN: Final = 10
_SOURCES: Final = {
    "picked": "picked it",
    "used": "got its words from a person",
    "helped": "said that it helped",
    "rejected": "rejected it",
    "not_helped": "said that it did not help",
}


@click.command(
    epilog=example(
        "surgeline kb phrasings shop",
        "surgeline kb phrasings shop en-returns --draft 1 --draft 3",
        "surgeline kb phrasings shop en-returns --dismiss 2",
        "surgeline kb phrasings shop --history support.mbox --ours @shop.example",
    )
)
@click.argument("name")
@click.argument("article", required=False)
@click.option("--draft", "wanted", type=int, multiple=True, help="Draft ARTICLE with this one.")
@click.option(
    "--dismiss", "unwanted", type=int, multiple=True, help="Never propose this one again."
)
@click.option("--history", type=FILE, help="Past conversations, in any form of `kb candidates`.")
@ours_option
@tier_option
@reason_option
@url_option
@admin_key_option
@json_option
def phrasings(
    *,
    name: str,
    article: str | None,
    wanted: tuple[int, ...],
    unwanted: tuple[int, ...],
    history: Path | None,
    ours: tuple[str, ...],
    tier: str,
    reason: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Show questions of four weeks that people said an article of NAME is about.

    Customers say so by picking it among the choices, and agents by answering with its words.
    A rejection counts against. Nothing is added by itself: --draft begins a draft, which is
    proposed, checked and approved as any other. With --history the questions are those of past
    conversations that people answered with an article's words.
    """
    if (wanted or unwanted) and article is None:
        raise WrongUse("--draft and --dismiss need an ARTICLE")
    if unwanted and history is not None:
        raise WrongUse("--dismiss is for proposals of the instance, not of --history")
    api = admin(url, admin_key)
    if history is None:
        listed = api.get(path("admin", "knowledge", name, "phrasings"))["articles"]
    else:
        listed = phrasings_of_history(api, name, history, ours, tier)
    shown = [each for each in listed if article in (None, each["article"])]
    if unwanted:
        body = {"article": article, "texts": _texts(shown, unwanted)}
        found = api.post(path("admin", "knowledge", name, "dismissals"), body)
        click.echo(f"{counted(found['dismissed'], 'phrasing')} will not be proposed again")
    if wanted and article is not None:
        texts = _texts(shown, wanted)
        if history is not None:
            made = draft_of(api, name, article, texts, reason)
        else:
            body = {"article": article, "texts": texts, "reason": reason}
            made = api.post(path("admin", "knowledge", name, "phrasings"), body)
        click.echo(plain(f"draft {made['id']} of {article}: {counted(made['added'], 'phrasing')}"))
        click.echo(f"Next: surgeline kb propose {plain(name)} {made['id']}")
    if wanted or unwanted:
        return
    if as_json:
        print_json({"articles": shown})
        return
    for line in _lines(shown):
        click.echo(plain(line))


def _texts(shown: list[dict[str, Any]], numbers: tuple[int, ...]) -> list[str]:
    """Return the phrasings of those numbers. Raises WrongUse."""
    known = [each["text"] for article in shown for each in article["phrasings"]]
    if not all(1 <= each <= len(known) for each in numbers):
        raise WrongUse(f"that article has {counted(len(known), 'proposed phrasing')}")
    return [known[each - 1] for each in numbers]


def _lines(shown: list[dict[str, Any]]) -> Iterator[str]:
    if not shown:
        yield "No phrasing is proposed. They come from choices that customers pick."
    for article in shown:
        yield f"{article['article']} ({article['title']}):"
        for number, each in enumerate(article["phrasings"][:SHOWN], 1):
            yield f"  {number}. {each['text']}"
            yield f"     {_why(each)}"
        more = len(article["phrasings"]) - SHOWN
        if more > 0:
            yield f"  and {more} more; --json lists them all"


def _why(each: Mapping[str, Any]) -> str:
    sources = ", ".join(
        f"{each['sources'][name]} {words}"
        for name, words in _SOURCES.items()
        if each["sources"].get(name)
    )
    nearer = f"; the bot finds {each['nearer']} nearer" if each["nearer"] else ""
    return f"{counted(each['customers'], 'customer')}: {sources}{nearer}"
