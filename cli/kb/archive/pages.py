"""The pages of a help centre are made of articles here. They need no server and no other site.

Without scripts everything can be read. The script of a list only searches in it.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from surgeline.domain.texts import fill
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.states import AUTOMATED

from cli.kb.archive.words import words_of

STYLE: Final = Path(__file__).with_name("style.css")
PUBLIC: Final = "public"
"""The tag of an article that everybody may read, whatever its state."""
_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_LINK: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
SEARCH: Final = Path(__file__).with_name("search.js")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'"
)
_ATOM: Final = "http://www.w3.org/2005/Atom"
_MOST_NEWS: Final = 50
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Site:
    """A help centre: its articles, its name, and where it will stand.

    `base` is its address, which a sitemap needs. `chat` is where somebody writes who still needs
    help. `reviewed` is the day on which an article was last reviewed, by its id.
    """

    articles: Sequence[Article]
    name: str
    base: str = ""
    chat: str = ""
    reviewed: Mapping[str, str] = field(default_factory=dict)


def is_public(article: Article) -> bool:
    """Return whether everybody may read an article: one that answers, or with the tag `public`."""
    return article.state in ("", AUTOMATED) or PUBLIC in article.tags


def files_of(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of the help centre."""
    places = _places(site.articles)
    by_language: dict[str, list[Article]] = defaultdict(list)
    for article in site.articles:
        by_language[article.language].append(article)
    languages = sorted(by_language)
    siblings = _siblings(site.articles)
    yield "style.css", STYLE.read_text(encoding="utf-8")
    yield "search.js", SEARCH.read_text(encoding="utf-8")
    yield "index.html", _front(site, languages)
    for language in languages:
        yield f"{language}/index.html", _list(site, by_language[language], languages, places)
        yield f"{language}/articles.js", _searched(by_language[language], places)
        if site.base and (feed := _feed(site, language, by_language[language], places)):
            yield f"{language}/feed.xml", feed
    for article in site.articles:
        others = [each for each in siblings[_stem(article)] if each.id != article.id]
        yield places[article.id], _page(site, article, others, places)
    if site.base:
        paths = ["index.html", *(f"{each}/index.html" for each in languages), *places.values()]
        yield "sitemap.xml", _sitemap(site.base, paths)
        yield (
            "robots.txt",
            f"User-agent: *\nAllow: /\nSitemap: {urljoin(site.base, 'sitemap.xml')}\n",
        )


def _places(articles: Sequence[Article]) -> dict[str, str]:
    """Return the path of each article, which stays the same as long as its id does."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for article in articles:
        plain = _PLAIN.sub("-", article.id.lower()).strip("-")
        path = f"{article.language}/{plain}.html"
        if not plain or plain == "index" or path in taken or len(plain) < len(article.id) / 2:
            digest = hashlib.sha256(article.id.encode()).hexdigest()[:12]
            path = f"{article.language}/{plain[:40]}-{digest}.html".replace("/-", "/")
        taken.add(path)
        found[article.id] = path
    return found


def _stem(article: Article) -> str:
    """Return the part of an id that the languages of one entry share."""
    return article.id.removesuffix(f".{article.language}")


def _siblings(articles: Sequence[Article]) -> dict[str, list[Article]]:
    found: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        found[_stem(article)].append(article)
    return found


def _front(site: Site, languages: Sequence[str]) -> str:
    links = "".join(
        f'<li><a href="{each}/index.html" lang="{each}" hreflang="{each}">'
        f"{escape(words_of(each)['language'])}</a></li>"
        for each in languages
    )
    language = languages[0] if languages else "en"
    body = f'<h1>{escape(site.name)}</h1><ul class="answers">{links}</ul>'
    return _framed(site, language, site.name, body, top="")


def _list(
    site: Site, articles: Sequence[Article], languages: Sequence[str], places: Mapping[str, str]
) -> str:
    language = articles[0].language
    words = words_of(language)
    rows = "".join(
        f'<li><a href="../{places[each.id]}">{escape(each.title)}</a></li>'
        for each in sorted(articles, key=lambda each: (each.title.casefold(), each.id))
    )
    others = _languages([(each, f"../{each}/index.html") for each in languages if each != language])
    asks = f' data-chat="{escape(site.chat)}" data-ask="{escape(words["ask"])}"'
    search = (
        f'<form id="search" role="search" hidden data-nothing="{escape(words["nothing"])}"'
        f"{asks if site.chat and '#' not in site.chat else ''}>"
        f'<label for="query">{escape(words["search"])}</label>'
        '<input id="query" type="search" autocomplete="off"></form>'
        '<p id="found" class="soft" role="status"></p>'
    )
    body = (
        f"<h1>{escape(words['all'])}</h1>{others}{search}"
        f'<ul id="answers" class="answers">{rows}</ul>'
        '<script src="articles.js"></script><script src="../search.js"></script>'
    )
    has_news = site.base and any(each.id in site.reviewed for each in articles)
    head = '<link rel="alternate" type="application/atom+xml" href="feed.xml">' if has_news else ""
    return _framed(site, language, f"{words['all']} · {site.name}", body, top="../", head=head)


def _searched(articles: Sequence[Article], places: Mapping[str, str]) -> str:
    """Return the script that holds what a list is searched for: titles, addresses and answers."""
    rows = [
        [each.title, f"../{places[each.id]}", fill(each.answer, {})]
        for each in sorted(articles, key=lambda each: (each.title.casefold(), each.id))
    ]
    return f"window.helpArticles = {json.dumps(rows, ensure_ascii=False)};\n"


def _feed(site: Site, language: str, articles: Sequence[Article], places: Mapping[str, str]) -> str:
    """Return the newest reviewed articles of a language as an Atom feed, or an empty text."""
    known = [each for each in articles if each.id in site.reviewed]
    newest = sorted(known, key=lambda each: (site.reviewed[each.id], each.id), reverse=True)
    if not newest:
        return ""
    entries = "".join(_entry(site, each, places[each.id]) for each in newest[:_MOST_NEWS])
    address = escape(urljoin(site.base, f"{language}/feed.xml"))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="{_ATOM}" xml:lang="{language}">'
        f"<title>{escape(site.name)}</title><id>{address}</id>"
        f'<link rel="self" href="{address}"/><author><name>{escape(site.name)}</name></author>'
        f"<updated>{site.reviewed[newest[0].id]}T00:00:00Z</updated>{entries}</feed>\n"
    )


def _entry(site: Site, article: Article, place: str) -> str:
    address, day = escape(urljoin(site.base, place)), site.reviewed[article.id]
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
        f"<article><h1>{escape(article.title)}</h1>{_body(answer)}{reviewed}</article>"
        f"{_languages(alternates)}"
    )
    data = json.dumps(_structured(article, answer), ensure_ascii=False).replace("<", "\\u003c")
    head += f'<script type="application/ld+json">{data}</script>'
    title = f"{article.title} · {site.name}"
    return _framed(site, article.language, title, body, top="../", head=head)


def _languages(links: Sequence[tuple[str, str]]) -> str:
    """Return the links to other languages, each in its own."""
    if not links:
        return ""
    items = "".join(
        f'<li><a href="{escape(path)}" lang="{code}" hreflang="{code}">'
        f"{escape(words_of(code)['language'])}</a></li>"
        for code, path in links
    )
    return f'<nav aria-label="Languages"><ul>{items}</ul></nav>'


def _framed(site: Site, language: str, title: str, body: str, *, top: str, head: str = "") -> str:
    words = words_of(language)
    chat = (
        f'<p>{escape(words["more"])} <a href="{escape(site.chat)}" referrerpolicy="'
        f'no-referrer-when-downgrade">{escape(words["chat"])}</a></p>'  # the chat learns the page
        if site.chat
        else ""
    )
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta http-equiv="content-security-policy" content="{_POLICY}">'
        '<meta name="referrer" content="no-referrer">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{top}style.css">{head}</head>'
        f'<body><header><a href="{top}index.html">{escape(site.name)}</a></header>'
        f"<main>{body}</main><footer>{chat or escape(site.name)}</footer></body></html>\n"
    )


def _body(answer: str) -> str:
    """Return an answer as paragraphs and lists, as the chat shows it."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", answer.strip()):
        lines, items = [], []
        for line in block.splitlines():
            if line.startswith("- "):
                items.append(f"<li>{_linked(line[2:])}</li>")
            else:
                lines.append(_linked(line))
        if lines:
            parts.append(f"<p>{'<br>'.join(lines)}</p>")
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
    return "".join(parts)


def _linked(line: str) -> str:
    """Return a line as HTML, whose addresses are links."""
    done, reached = "", 0
    for found in _LINK.finditer(line):
        address = escape(found[0])
        done += f'{escape(line[reached : found.start()])}<a href="{address}">{address}</a>'
        reached = found.end()
    return done + escape(line[reached:])


def _structured(article: Article, answer: str) -> dict[str, object]:
    """Return the article as search engines read questions and answers."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": article.language,
        "mainEntity": [
            {
                "@type": "Question",
                "name": article.title,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
        ],
    }


def _sitemap(base: str, paths: Sequence[str]) -> str:
    rows = "".join(f"<url><loc>{escape(urljoin(base, each))}</loc></url>\n" for each in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<urlset xmlns="{_SITEMAP}">\n{rows}</urlset>\n'
