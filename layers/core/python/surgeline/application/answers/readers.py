"""Readers read a customer's text that needs no search of the knowledge base.

They are asked in the order of `RECOGNISERS`, and the first that knows the text decides. A new
reader is a function in a file of its own and a line there. A reading of a new kind needs its rule
as well. Readers are pure, because their readings are remembered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from surgeline.domain.facts import Exchange
from surgeline.domain.reading import (
    Answered,
    Courtesy,
    Offered,
    Reading,
    SmallTalk,
    TakesBack,
    WantsPerson,
)
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.turn import ReadingRule
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.text.choices import agrees, picked
from surgeline.knowledge.text.reading import (
    MAX_CHARS,
    detect_language,
    small_talk,
    takes_back,
    wants_person,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its exchange, and the index of its articles, if the index was read."""

    text: str
    exchange: Exchange
    index: Index | None = None


Reader = Callable[[Said], Reading | None]


def language_of(text: str) -> str | None:
    """Return the language of a text.

    In a courtesy each word may tell the language ("merci beaucoup").
    """
    told = detect_language(text)
    if told is None and small_talk(text):
        told = next(filter(None, map(detect_language, text[:MAX_CHARS].split())), None)
    return told


def titled(index: Index, articles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the articles that the index still holds, with their titles."""
    found = map(index.article, articles)
    return tuple((article.id, article.title) for article in found if article is not None)


def shown_with(*articles: Article) -> tuple[tuple[str, tuple[Attached, ...]], ...]:
    """Return what is shown with the answers of articles, by article. Most articles have nothing."""
    return tuple(
        (
            each.id,
            tuple(Attached(e.kind, e.url, "", e.title, e.alt) for e in each.media),  # type: ignore[arg-type] # the kinds were checked when it was read
        )
        for each in articles
        if each.media
    )


def asks_for_person(said: Said) -> Reading | None:
    """Read a wish for a person."""
    if not wants_person(said.text):
        return None
    return WantsPerson(why="the customer asked for a person", language=said.exchange.language)


def takes_request_back(said: Said) -> Reading | None:
    """Read that a request which is kept is not wanted any more."""
    if not said.exchange.is_kept or not takes_back(said.text):
        return None
    return TakesBack(why="the customer took the request back", language=said.exchange.language)


def picks(said: Said) -> Reading | None:
    """Read the customer's pick among the offered articles, by number or by words."""
    if said.index is None:
        return None
    exchange, offered = said.exchange, titled(said.index, said.exchange.choices)
    if not offered:
        return _agreed(said)
    pick = picked(said.text, [title for _, title in offered])
    if pick is None:
        return None
    if pick == "person":
        return WantsPerson(why="the customer picked a person", language=exchange.language)
    if pick == "again":
        return Offered(
            why="the customer agreed to several choices, which are offered again",
            language=exchange.language,
            candidates=offered,
            alternatives=exchange.alternatives,
        )
    article = said.index.article(offered[pick][0])
    assert article is not None  # `titled` read its title just now
    return Answered(
        why="the customer picked it among the choices",
        language=article.language,
        confidence=1.0,
        article_id=article.id,
        text=article.answer,
        alternatives=tuple(each for each, _ in offered if each != article.id),
        media=shown_with(article),
    )


def _agreed(said: Said) -> Reading | None:
    """Read a mere "yes". After an answer this is thanks, otherwise it says nothing."""
    if not agrees(said.text):
        return None
    courtesy: Courtesy = "thanks" if said.exchange.standing else "unreadable"
    return SmallTalk(why="a mere yes", language=said.exchange.language, courtesy=courtesy)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A reader, with the rules of those of its readings that `decide.TABLES` does not know."""

    read: Reader
    rules: Mapping[type, ReadingRule] = field(default_factory=dict)


RECOGNISERS = (Recogniser(takes_request_back), Recogniser(asks_for_person), Recogniser(picks))
"""The recognisers of this release, in the order in which they are asked."""
