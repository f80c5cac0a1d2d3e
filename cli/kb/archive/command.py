"""`surgeline kb site` writes a public help centre of published articles into a folder."""

import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click
from surgeline.adapters.help_centre.pages import Site, files_of
from surgeline.application.answers.states.for_everybody import is_public
from surgeline.domain.ids import NAME
from surgeline.knowledge.articles.article import Article

from cli.api import Api, Refused, admin, path
from cli.console import (
    Failed,
    NotReachable,
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.kb.exports import published
from cli.kb.files import KNOWLEDGE, language_option, say, source_of

BESIDE: Final = Path(__file__).parents[3] / "web" / "help"
"""The folder of the files that every help centre has, whatever its articles."""
MARK: Final = ".surgeline-site"
"""The file that says that a folder was written by this command, and may be replaced."""
CHANNEL: Final = re.compile(NAME)
LOOK_SECONDS: Final = 15.0
"""So a change is written within a minute, also where writing takes its time."""


@click.command(
    epilog=example(
        "surgeline kb site samples/shop.jsonl --out help",
        "surgeline kb site --name shop --out help --base https://help.example.com/",
        "surgeline kb site --name shop --out help --follow",
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
@click.option(
    "--searches",
    is_flag=True,
    help="Tell the instance of --chat which searches find nothing.",
)
@click.option("--follow", is_flag=True, help="Go on, and write each change within a minute.")
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
    searches: bool,
    follow: bool,
    language: str | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Write a help centre of articles: plain pages in each language, with a search, no tracking.

    With --name the published articles of an instance are written, with the day of their last
    review. Customers' phrasings are not shown, nor are articles that do not answer, unless people
    are shown them and they have the tag `public`. With --searches the pages tell the instance the
    words for which they have no answer, and nothing else; its channel has to list their site among
    its `origins`. Upload the folder to any web server, or let one
    show it while --follow keeps it as the instance answers.
    """
    if (file is None) == (name is None):
        raise WrongUse("give a FILE, or --name of the instance's knowledge base")
    for option, address in (("--base", base), ("--chat", chat)):
        if address and not address.startswith(("https://", "http://")):
            raise WrongUse(f"{option} must start with https:// or http://, not {address!r}")
    told = _told(chat) if searches else ""
    if follow and name is None:
        raise WrongUse("--follow goes with --name, because a file is published by nobody")
    api = admin(url, admin_key) if name is not None else None

    def write() -> None:
        if api is None or name is None:
            assert file is not None
            articles: list[Article] = list(source_of(file, language=language).articles)
            reviewed: dict[str, str] = {}
        else:
            articles, reviewed = published(api, name)[1], _reviewed(api, name)
        whole = base if base.endswith("/") or not base else f"{base}/"
        shown = [each for each in articles if is_public(each)]
        made = _written(out, Site(shown, title, bool(whole), chat, reviewed, told=told), whole)
        if as_json:
            print_json({"folder": str(out), "articles": len(shown), "files": made})
        else:
            click.echo(f"{out}: {counted(len(shown), 'article')}, {made} files")

    if api is None or name is None or not follow:
        write()
    else:
        followed(partial(_standing, api, name), write, partial(time.sleep, LOOK_SECONDS))


def _told(chat: str) -> str:
    """Return where the instance of a chat page takes searches that found nothing."""
    root, _, channel = chat.rpartition("/c/")
    if not root or not CHANNEL.fullmatch(channel):
        raise WrongUse(
            "--searches needs the address of a chat page as --chat, such as"
            f" https://chat.example.com/c/web, not {chat!r}"
        )
    return f"{root}/v1/web/{channel}/visitors"


def followed(
    look: Callable[[], object], write: Callable[[], None], wait: Callable[[], None]
) -> None:
    """Write at once, and again after each change of what `look` sees, until somebody stops it.

    An instance that does not answer is asked again. What was written stays meanwhile.
    """
    known: object = None
    while True:
        try:
            now = look()
            if now != known:
                write()
                known = now
        except (NotReachable, Refused) as error:
            if known is None:
                raise
            say(plain(f"not looked at: {error}"))
        try:
            wait()
        except KeyboardInterrupt:
            return


def _standing(api: Api, name: str) -> object:
    """Return what changes with each publication, each state and each review."""
    listed = api.get(path("admin", "knowledge", name, "articles"))
    return listed, _reviewed(api, name)


def _reviewed(api: Api, name: str) -> dict[str, str]:
    """Return the days on which articles were last reviewed."""
    found: dict[str, Any] = api.get(path("admin", "knowledge", name, "due") + "?known=yes")
    known = found.get("known", {})
    return {each: at[:10] for each, at in known.items() if at}


def _written(out: Path, site: Site, base: str) -> int:
    """Write the help centre beside the folder, and then put it in its place."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise Failed(f"{out} holds other files; name a new folder, or an earlier help centre.")
    beside = out.with_name(f".{out.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    number = 0
    always = ((each.name, each.read_text(encoding="utf-8")) for each in sorted(BESIDE.iterdir()))
    try:
        for number, (place, text) in enumerate(chain(always, files_of(site, base)), 1):  # noqa: B007 # counted
            target = beside / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        (beside / MARK).write_text("", encoding="utf-8")
        _put(beside, out)
    except OSError as error:
        raise WrongUse(f"{out} can't be written: {error.strerror}.") from error
    return number


def _put(beside: Path, out: Path) -> None:
    """Put a written folder in its place, which is without a folder for a moment only."""
    before = out.with_name(f".{out.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if out.exists():
        out.replace(before)
    beside.replace(out)
    shutil.rmtree(before, ignore_errors=True)
