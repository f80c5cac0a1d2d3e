"""The questions that a chat page offers first, and titles, are kept beside each version of a base.

Keys: `knowledge/{base}/{version}.starters.json` and `.titles.json`. The chat page and the console
read them without the index, which is large. Questions of the articles that customers asked about
most are offered (`knowledge/{base}/asked.json`), and then those of the authors' first articles.
None is in a customer's words, because they may hold a name (`knowledge/{base}/heard.json`).

A page of a site has its own most asked articles (`knowledge/{base}/asked_on_pages.json`), whose
questions the chat offers there (`knowledge/{base}/{version}.pages.json`).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.domain.account import LONGEST_PLACE
from surgeline.errors import Unavailable

if TYPE_CHECKING:
    from surgeline.knowledge.articles.article import Article

OFFERED = 3
MOST_CHARS = 60
"""A longer question would not fit on a button."""

MOST_ASKED = 100
"""The number of most asked articles whose order is kept."""

MOST_PAGES = 100
"""The number of pages of a company's sites that have questions of their own."""

MOST_ASKED_THERE = 20

REREAD_MS = 60_000

Starters = Mapping[str, tuple[str, ...]]
"""Questions by language."""
Titles = Mapping[str, str]
"""Titles by the ids of articles."""


def starters_of(articles: "Iterable[Article]", heard: Collection[str] = ()) -> Starters:
    """Return a short question of each of the first articles, by language.

    A whole question is chosen before mere words. `heard` has the marks of customers' words.
    """
    found: dict[str, list[str]] = {}
    for article in articles:
        chosen = found.setdefault(article.language, [])
        short = [each for each in article.questions if len(each) <= MOST_CHARS]
        fitting = [each for each in short if mark_of(article.id, each) not in heard]
        asked = (each for each in fitting if each.rstrip().endswith(("?", "？")))
        best = next(asked, fitting[0] if fitting else None)
        if best and len(chosen) < OFFERED:
            chosen.append(best)
    return {language: tuple(questions) for language, questions in found.items() if questions}


def place_of(page: str) -> str:
    """Return the host and the path of an address, by which a page is known, or nothing."""
    host, _, path = page.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")
    return f"{host.lower()}/{path.rstrip('/')}"[:LONGEST_PLACE] if host else ""


def keep_starters(
    blobs: Blobs, knowledge_base: str, version: str, articles: "Iterable[Article]"
) -> None:
    """Keep the questions of a version whose answering articles these are, in their order."""
    known = {each.id: each for each in articles}
    heard = _heard(bytes_of(blobs, _key_of_heard(knowledge_base)))
    asked = {article: place for place, article in enumerate(_asked(blobs, knowledge_base))}
    ordered = sorted(known.values(), key=lambda each: asked.get(each.id, len(asked)))
    offered = starters_of(ordered, heard)
    blobs.put(_key(knowledge_base, version), json.dumps(offered).encode())
    pages = {
        page: starters_of((known[each] for each in ids if each in known), heard)
        for page, ids in _asked_on_pages(blobs, knowledge_base).items()
    }
    key = _key_of_pages(knowledge_base, version)
    if pages or bytes_of(blobs, key):
        blobs.put(key, json.dumps(pages, ensure_ascii=False).encode())


def keep_heard(blobs: Blobs, knowledge_base: str, marks: Collection[str]) -> None:
    """Keep the marks of more phrasings that are in customers' words. A mark holds no words."""
    key = _key_of_heard(knowledge_base)
    while not (known := _heard(was := bytes_of(blobs, key))).issuperset(marks):
        try:
            blobs.swap(key, json.dumps(sorted(known.union(marks))).encode(), was=was)
        except Changed:
            continue


def mark_of(article_id: str, text: str) -> str:
    """Return a mark by which a phrasing of an article is known again."""
    return hashlib.sha256(json.dumps([article_id, text]).encode()).hexdigest()[:16]


def _heard(kept: bytes | None) -> frozenset[str]:
    return frozenset(map(str, json.loads(kept))) if kept else frozenset()


def _key_of_heard(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/heard.json"


def keep_asked(
    blobs: Blobs,
    knowledge_base: str,
    articles: list[str],
    pages: Mapping[str, list[str]] | None = None,
) -> None:
    """Keep the ids of the articles that are asked most, the most asked first.

    `pages` has them by the pages of sites, the busiest page first.
    """
    body = json.dumps(articles[:MOST_ASKED]).encode()
    if bytes_of(blobs, _key_of_asked(knowledge_base)) != body:
        blobs.put(_key_of_asked(knowledge_base), body)
    few = {page: ids[:MOST_ASKED_THERE] for page, ids in list((pages or {}).items())[:MOST_PAGES]}
    if few != _asked_on_pages(blobs, knowledge_base):
        blobs.put(_key_of_asked_on_pages(knowledge_base), json.dumps(few).encode())


def _asked_on_pages(blobs: Blobs, knowledge_base: str) -> Mapping[str, list[str]]:
    kept = bytes_of(blobs, _key_of_asked_on_pages(knowledge_base))
    found = json.loads(kept) if kept else {}
    return {str(page): list(map(str, ids)) for page, ids in found.items()}


def _key_of_asked_on_pages(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/asked_on_pages.json"


def _asked(blobs: Blobs, knowledge_base: str) -> list[str]:
    """Return the articles that are asked most, or none before anybody asked."""
    kept = bytes_of(blobs, _key_of_asked(knowledge_base))
    return list(map(str, json.loads(kept))) if kept else []


def _key_of_asked(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/asked.json"


def kept_starters(blobs: Blobs, knowledge_base: str) -> Starters:
    """Return the questions of the version that answers, or none where none are known.

    Release 0.1.0 kept none.
    """
    try:
        version = str(json.loads(blobs.get(f"knowledge/{knowledge_base}/current"))["version"])
        found = json.loads(blobs.get(_key(knowledge_base, version)))
    except (Absent, ValueError, TypeError, KeyError):
        return {}
    return {language: tuple(questions) for language, questions in found.items()}


def kept_on_pages(blobs: Blobs, knowledge_base: str) -> Mapping[str, Starters]:
    """Return the questions of the version that answers, by the places of pages that have some."""
    try:
        version = str(json.loads(blobs.get(f"knowledge/{knowledge_base}/current"))["version"])
        found = json.loads(blobs.get(_key_of_pages(knowledge_base, version)))
    except (Absent, ValueError, TypeError, KeyError):
        return {}
    return {
        page: {language: tuple(texts) for language, texts in questions.items()}
        for page, questions in found.items()
    }


def _key_of_pages(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.pages.json"


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.starters.json"


# ---------------------------------------------------------------- titles


def keep_titles(
    blobs: Blobs, knowledge_base: str, version: str, articles: "Iterable[Article]"
) -> None:
    """Keep the titles of a version."""
    titles = {each.id: each.title for each in articles if each.title}
    blobs.put(
        _key_of_titles(knowledge_base, version), json.dumps(titles, ensure_ascii=False).encode()
    )


class ArticleTitles:
    """Reads the titles of each knowledge base, and looks every minute for a newer version."""

    def __init__(self, blobs: Blobs, clock: Clock) -> None:
        self._blobs = blobs
        self._clock = clock
        self._known: dict[str, tuple[int, str, Titles]] = {}

    def of(self, knowledge_base: str) -> Titles:
        """Return the titles of the version that answers.

        There are none of a version that an earlier release built, or while they can't be read.
        """
        now = self._clock.now()
        read_at, version, titles = self._known.get(knowledge_base, (None, "", {}))
        if read_at is not None and 0 <= now - read_at < REREAD_MS:
            return titles
        try:
            pointer = json.loads(self._blobs.get(f"knowledge/{knowledge_base}/current"))
            newest = str(pointer["version"])
            if newest != version:
                found = json.loads(self._blobs.get(_key_of_titles(knowledge_base, newest)))
                version, titles = newest, {str(each): str(found[each]) for each in found}
        except Unavailable:
            pass  # the titles of a minute ago are as good
        except (Absent, ValueError, TypeError, KeyError):
            titles = {}
        self._known[knowledge_base] = now, version, titles
        return titles


def _key_of_titles(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.titles.json"
