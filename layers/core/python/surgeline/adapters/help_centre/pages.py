"""The pages of a help centre are made of articles here. They need no server and no other site.

Without scripts everything can be read. The script of a list only searches in it.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from surgeline.adapters.help_centre.marked import marked
from surgeline.adapters.help_centre.words import words_of
from surgeline.domain.texts import fill
from surgeline.knowledge.articles.article import Article

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'"
)
FRONT: Final = "index.html"
SITEMAP: Final = "sitemap.xml"
FEED: Final = "feed.xml"
MOST_LISTED_BYTES: Final = 14_000
"""A list goes on on a next page beyond this, so that no page has more than 20 kB."""
_OF_LISTS: Final = re.compile(r"index|page-[0-9]+")
_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_ATOM: Final = "http://www.w3.org/2005/Atom"
_MOST_NEWS: Final = 50
_MAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Site:
    """A help centre: its articles, its name, and where it will stand.

    Without a name it is called help in each language. `is_placed` says that its address is known,
    so that there are a sitemap and feeds. `chat` is where somebody writes who still needs help.
    `reviewed` is the day on which an article was last reviewed, by its id. `logo` is the address of
    a picture. `told` is where searches without a result are told, or nothing where nobody is told.
    These three may be paths as seen from the front page.
    """

    articles: Sequence[Article]
    name: str
    is_placed: bool = False
    chat: str = ""
    reviewed: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""
    told: str = ""

    def called(self, language: str) -> str:
        """Return the name on the pages of a language."""
        return self.name or words_of(language)["help"]

    def seen(self, address: str, top: str) -> str:
        """Return an address as it stands on a page from which `top` leads to the front page."""
        return escape(address if ":" in address else f"{top}{address}")

    @property
    def policy(self) -> str:
        """Return what the pages may load. They reach no place but the one that is told."""
        if not self.told:
            return POLICY
        place = urlsplit(self.told)
        origin = f"{place.scheme}://{place.netloc}" if place.netloc else "'self'"
        return f"{POLICY}; connect-src {origin}"


def files_of(site: Site, base: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file that is made of the articles.

    `base` is the address of the folder, with a slash at its end, where the site is placed.
    """
    centre = HelpCentre(site)
    for path in centre.paths:
        text = centre.text(path, base)
        if text is not None:
            yield path, text
    if site.is_placed:
        yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}{SITEMAP}\n"


def names_address(path: str) -> bool:
    """Return whether a file holds the address of its help centre, as the sitemap and feeds do."""
    return path.rpartition("/")[2] in {SITEMAP, FEED}


class HelpCentre:
    """The files of a help centre, each of which is made when it is asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._places = _places(site.articles)
        self._by_path = {self._places[each.id]: each for each in site.articles}
        by_language: dict[str, list[Article]] = defaultdict(list)
        for article in sorted(site.articles, key=lambda each: (each.title.casefold(), each.id)):
            by_language[article.language].append(article)
        self._by_language = by_language
        self.languages = sorted(by_language)

    @cached_property
    def paths(self) -> Sequence[str]:
        """Return the paths of all files, the lists before the pages."""
        return *self._makers, *self._located

    def text(self, path: str, base: str = "") -> str | None:
        """Return the text of a file, or None where there is none at that path.

        `base` is the address of the help centre. Only files that `names_address` knows have it.
        """
        if make := self._makers.get(path):
            return make()
        located = self._located.get(path)
        return located(base) if located else None

    @cached_property
    def _makers(self) -> Mapping[str, Callable[[], str]]:
        site, languages = self._site, self.languages
        found: dict[str, Callable[[], str]] = {FRONT: partial(_front, site, languages)}
        for language, articles in self._by_language.items():
            lists = _rows_by_path(language, articles, self._places)
            has_news = self._has_news(articles)
            for path in lists:
                found[path] = partial(
                    _list, site, language, path, lists, languages, has_news=has_news
                )
            found[f"{language}/articles.js"] = partial(_searched, articles, self._places)
        for path, article in self._by_path.items():
            found[path] = partial(self._page, article)
        return found

    @cached_property
    def _located(self) -> Mapping[str, Callable[[str], str]]:
        if not self._site.is_placed:
            return {}
        pages = [each for each in self._makers if each.endswith(".html")]
        found: dict[str, Callable[[str], str]] = {SITEMAP: partial(_sitemap, pages)}
        for language, articles in self._by_language.items():
            if self._has_news(articles):
                news = partial(_feed, self._site, language, articles, self._places)
                found[f"{language}/{FEED}"] = news
        return found

    def _has_news(self, articles: Sequence[Article]) -> bool:
        site = self._site
        return site.is_placed and any(each.id in site.reviewed for each in articles)

    def _page(self, article: Article) -> str:
        siblings = self._siblings[_stem(article)]
        others = [each for each in siblings if each.id != article.id]
        return _page(self._site, article, others, self._places)

    @cached_property
    def _siblings(self) -> Mapping[str, Sequence[Article]]:
        found: dict[str, list[Article]] = defaultdict(list)
        for article in self._site.articles:
            found[_stem(article)].append(article)
        return found


def _places(articles: Sequence[Article]) -> dict[str, str]:
    """Return the path of each article, which stays the same as long as its id does."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for article in articles:
        plain = _PLAIN.sub("-", article.id.lower()).strip("-")
        path = f"{article.language}/{plain}.html"
        if (
            not plain
            or _OF_LISTS.fullmatch(plain)
            or path in taken
            or len(plain) < len(article.id) / 2
        ):
            digest = hashlib.sha256(article.id.encode()).hexdigest()[:12]
            path = f"{article.language}/{plain[:40]}-{digest}.html".replace("/-", "/")
        taken.add(path)
        found[article.id] = path
    return found


def _stem(article: Article) -> str:
    """Return the part of an id that the languages of one entry share."""
    return article.id.removesuffix(f".{article.language}")


def _front(site: Site, languages: Sequence[str]) -> str:
    links = "".join(
        f'<li><a href="{each}/index.html" lang="{each}" hreflang="{each}">'
        f"{escape(words_of(each)['language'])}</a></li>"
        for each in languages
    )
    language = languages[0] if languages else "en"
    name = site.called(language)
    body = f'<h1>{escape(name)}</h1><ul class="answers">{links}</ul>'
    return _framed(site, language, name, body, top="")


def _rows_by_path(
    language: str, articles: Sequence[Article], places: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the rows of a list by the paths of its pages, which are never too large."""
    rows = (
        f'<li><a href="../{places[each.id]}">{escape(each.title)}</a></li>' for each in articles
    )
    pages: list[list[str]] = [[]]
    size = 0
    for row in rows:
        size += len(row.encode())
        if size > MOST_LISTED_BYTES and pages[-1]:
            pages.append([])
            size = len(row.encode())
        pages[-1].append(row)
    return {
        f"{language}/{FRONT if number == 1 else f'page-{number}.html'}": "".join(each)
        for number, each in enumerate(pages, 1)
    }


def _list(
    site: Site,
    language: str,
    path: str,
    lists: Mapping[str, str],
    languages: Sequence[str],
    *,
    has_news: bool,
) -> str:
    """Return one page of a language's list, with the search and the way to the other pages."""
    words = words_of(language)
    links = [(each, f"../{each}/{FRONT}") for each in languages if each != language]
    others = _languages(words, links)
    asks = f' data-chat="{site.seen(site.chat, "../")}" data-ask="{escape(words["ask"])}"'
    told = f' data-told="{site.seen(site.told, "../")}"' if site.told else ""
    search = (
        f'<form id="search" role="search" hidden data-nothing="{escape(words["nothing"])}"'
        f' data-shown="{escape(words["shown"])}"'
        f"{asks if site.chat and '#' not in site.chat else ''}{told}>"
        f'<label for="query">{escape(words["search"])}</label>'
        '<input id="query" type="search" autocomplete="off"></form>'
        '<p id="found" class="soft" role="status"></p>'
    )
    body = (
        f"<h1>{escape(words['all'])}</h1>{others}{search}"
        f'<ul id="answers" class="answers">{lists[path]}</ul>{_turned(words, path, lists)}'
        '<script src="../search.js"></script>'
    )
    head = f'<link rel="alternate" type="application/atom+xml" href="{FEED}">' if has_news else ""
    return _framed(
        site, language, f"{words['all']} · {site.called(language)}", body, top="../", head=head
    )


def _turned(words: Mapping[str, str], path: str, lists: Mapping[str, str]) -> str:
    """Return the links to the other pages of a list, where it has several."""
    if len(lists) == 1:
        return ""
    here = ' aria-current="page"'
    items = "".join(
        f'<li><a href="{each.rpartition("/")[2]}"{here if each == path else ""}>{at}</a></li>'
        for at, each in enumerate(lists, 1)
    )
    return f'<nav id="pages" aria-label="{escape(words["pages"])}"><ul>{items}</ul></nav>'


def _searched(articles: Sequence[Article], places: Mapping[str, str]) -> str:
    """Return the script that holds what a list is searched for: titles, addresses and answers."""
    rows = [[each.title, f"../{places[each.id]}", fill(each.answer, {})] for each in articles]
    return f"window.helpArticles = {json.dumps(rows, ensure_ascii=False)};\n"


def _feed(
    site: Site, language: str, articles: Sequence[Article], places: Mapping[str, str], base: str
) -> str:
    """Return the newest reviewed articles of a language as an Atom feed."""
    known = [each for each in articles if each.id in site.reviewed]
    newest = sorted(known, key=lambda each: (site.reviewed[each.id], each.id), reverse=True)
    entries = "".join(
        _entry(site, each, f"{base}{places[each.id]}") for each in islice(newest, _MOST_NEWS)
    )
    name = escape(site.called(language))
    address = escape(f"{base}{language}/{FEED}")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="{_ATOM}" xml:lang="{language}">'
        f"<title>{name}</title><id>{address}</id>"
        f'<link rel="self" href="{address}"/><author><name>{name}</name></author>'
        f"<updated>{site.reviewed[newest[0].id]}T00:00:00Z</updated>{entries}</feed>\n"
    )


def _entry(site: Site, article: Article, place: str) -> str:
    address, day = escape(place), site.reviewed[article.id]
    return (
        f"<entry><title>{escape(article.title)}</title><id>{address}</id>"
        f'<link href="{address}"/><updated>{day}T00:00:00Z</updated></entry>\n'
    )


def _page(
    site: Site, article: Article, others: Sequence[Article], places: Mapping[str, str]
) -> str:
    words, answer = words_of(article.language), fill(article.answer, {})
    day = site.reviewed.get(article.id)
    reviewed = f'<p class="soft">{escape(words["reviewed"].format(day=day))}</p>' if day else ""
    alternates = [(each.language, f"../{places[each.id]}") for each in others]
    head = "".join(
        f'<link rel="alternate" hreflang="{language}" href="{escape(path)}">'
        for language, path in alternates
    )
    body = (
        f'<p><a href="index.html">{escape(words["all"])}</a></p>'
        f"<div {_item('FAQPage')}><article {_item('Question', 'mainEntity')}>"
        f'<h1 itemprop="name">{escape(article.title)}</h1>'
        f'<div {_item("Answer", "acceptedAnswer")}><div itemprop="text">{_body(answer)}</div></div>'
        f"{_media(article)}{reviewed}</article></div>"
        f"{_languages(words, alternates)}"
    )
    title = f"{article.title} · {site.called(article.language)}"
    return _framed(site, article.language, title, body, top="../", head=head)


def _item(kind: str, of: str = "") -> str:
    """Return the attributes by which search engines read a part as a question or an answer."""
    part = f' itemprop="{of}"' if of else ""
    return f'itemscope itemtype="https://schema.org/{kind}"{part}'


def _languages(words: Mapping[str, str], links: Sequence[tuple[str, str]]) -> str:
    """Return the links to other languages, each in its own."""
    if not links:
        return ""
    items = "".join(
        f'<li><a href="{escape(path)}" lang="{code}" hreflang="{code}">'
        f"{escape(words_of(code)['language'])}</a></li>"
        for code, path in links
    )
    return f'<nav aria-label="{escape(words["languages"])}"><ul>{items}</ul></nav>'


def _framed(site: Site, language: str, title: str, body: str, *, top: str, head: str = "") -> str:
    words, name = words_of(language), site.called(language)
    chat = (
        f'<p>{escape(words["more"])} <a href="{site.seen(site.chat, top)}" referrerpolicy="'
        f'no-referrer-when-downgrade">{escape(words["chat"])}</a></p>'  # the chat learns the page
        if site.chat
        else ""
    )
    logo = f'<img src="{site.seen(site.logo, top)}" alt="" height="32"> ' if site.logo else ""
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta http-equiv="content-security-policy" content="{site.policy}">'
        '<meta name="referrer" content="no-referrer">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{top}style.css">{head}</head>'
        f'<body><header><a href="{top}index.html">{logo}{escape(name)}</a></header>'
        f"<main>{body}</main><footer>{chat or escape(name)}</footer></body></html>\n"
    )


def _body(answer: str) -> str:
    """Return an answer as paragraphs and lists, as the chat shows it."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", answer.strip()):
        lines, items = [], []
        for line in block.splitlines():
            if line.startswith("- "):
                items.append(f"<li>{marked(line[2:])}</li>")
            else:
                lines.append(marked(line))
        if lines:
            parts.append(f"<p>{'<br>'.join(lines)}</p>")
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
    return "".join(parts)


def _media(article: Article) -> str:
    """Return links to an article's pictures, videos and files, which this page loads nothing of."""
    if not article.media:
        return ""
    items = "".join(
        f'<li><a href="{escape(each.url)}">{escape(each.title or each.alt or each.url)}</a></li>'
        for each in article.media
    )
    return f"<ul>{items}</ul>"


def _sitemap(paths: Sequence[str], base: str) -> str:
    rows = "".join(f"<url><loc>{escape(base + each)}</loc></url>\n" for each in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<urlset xmlns="{_MAP}">\n{rows}</urlset>\n'
