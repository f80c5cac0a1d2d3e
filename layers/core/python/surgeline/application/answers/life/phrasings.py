"""Labels of recent weeks become proposed phrasings of articles here.

Nothing of them is stored. They are read from the log each time, so that an erasure reaches them by
itself. Only the digests of dismissed ones are kept, in the book of drafts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surgeline.application.answers.life.labels import AGAINST, Label, Source
from surgeline.domain.ids import keyed_id
from surgeline.domain.redaction import redact, without_names
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.article import MAX_QUESTION_CHARS, Article
from surgeline.knowledge.articles.life import Origin
from surgeline.knowledge.articles.states import AUTOMATED, FOR_PEOPLE
from surgeline.knowledge.text.reading import match_form

MOST_PHRASINGS: Final = 20
"""The number of proposed phrasings of one article, those with the most customers first."""

MOST_QUIZZED: Final = 20
"""The number of questions of the quiz in a pool's pack."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question that customers asked in these words, and that people said an article is about.

    `threads` said exactly these words. `customers` counts those who said them or nearly so.
    `nearer` is another article that the index takes the words for, if there is one.
    """

    article_id: str
    text: str
    threads: tuple[str, ...]
    customers: int
    counts: Mapping[Source, int]
    nearer: str | None = None

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Return the threads that a draft has to name as the source of the words."""
        return tuple(Origin(each, self.text) for each in self.threads)

    def as_json(self) -> dict[str, Any]:
        """Return the phrasing for programs."""
        return {
            "text": self.text,
            "customers": self.customers,
            "sources": dict(self.counts),
            "nearer": self.nearer,
        }


@dataclass(slots=True)
class _Group:
    text: str
    threads: dict[str, None] = field(default_factory=dict)
    customers: set[str] = field(default_factory=set)
    counts: Counter[Source] = field(default_factory=Counter)


def phrasings_of(
    labels: Iterable[Label],
    index: Index,
    is_dismissed: Callable[[str, str], bool],
    *,
    known: bool = False,
) -> dict[str, list[Phrasing]]:
    """Return proposed phrasings by article, those of the most customers first.

    A question that has more rejections than agreements is left out. So is one that is a phrasing
    already, one that holds a number, an address or the customer's name, and one that
    `is_dismissed(article, form)`. With `known` those that are phrasings already come too.
    """
    found: dict[str, list[Phrasing]] = defaultdict(list)
    for (article_id, form), group in _grouped(labels, index, known=known).items():
        bad = sum(group.counts[each] for each in AGAINST)
        if group.counts.total() - bad > bad and not is_dismissed(article_id, form):
            phrasing = Phrasing(
                article_id,
                group.text,
                tuple(group.threads),
                len(group.customers),
                dict(group.counts),
            )
            found[article_id].append(replace(phrasing, nearer=_nearer(index, phrasing)))
    return {
        article_id: sorted(each, key=lambda one: (-one.customers, one.text))[:MOST_PHRASINGS]
        for article_id, each in sorted(found.items())
    }


def quiz_of(
    found: Mapping[str, Sequence[Phrasing]], states: Mapping[str, str]
) -> dict[str, list[Phrasing]]:
    """Return the phrasings that a pack's quiz asks, of articles that people are shown."""
    shown = {
        article_id: list(each)
        for article_id, each in found.items()
        if states.get(article_id, AUTOMATED) in FOR_PEOPLE
    }
    quiz: dict[str, list[Phrasing]] = {}
    left = MOST_QUIZZED
    for article_id, each in shown.items():
        if left > 0:
            quiz[article_id] = each[:left]
            left -= len(each)
    return quiz


def dismissal_of(key: bytes, article_id: str, form: str) -> str:
    """Return the digest of a dismissed proposal. Nobody reads the words out of it without the key.

    `article_id` is empty for a question that nobody will write an article for.
    """
    return keyed_id("p", key, "dismissed", article_id, form)


def with_phrasings(article: Article, texts: Sequence[str]) -> Article:
    """Return the article with more phrasings."""
    return replace(article, questions=tuple(dict.fromkeys((*article.questions, *texts))))


def _grouped(
    labels: Iterable[Label], index: Index, *, known: bool
) -> dict[tuple[str, str], _Group]:
    """Return the labels by article and by the form in which texts are compared."""
    groups: dict[tuple[str, str], _Group] = {}
    forms = {
        each.id: set() if known else set(map(match_form, each.questions)) for each in index.articles
    }
    for label in labels:
        text, form = label.text.strip(), match_form(label.text)
        if not form or form in forms.get(label.article_id, {form}):
            continue
        if len(text) > MAX_QUESTION_CHARS or "\n" in text or _tells_who(text, label.names):
            continue
        group = groups.setdefault((label.article_id, form), _Group(text))
        if group.text == text:
            group.threads[label.thread_id] = None
        if label.source not in AGAINST:
            group.customers.add(label.thread_id)
        group.counts[label.source] += 1
    return groups


def _tells_who(text: str, names: Iterable[str]) -> bool:
    return without_names(redact(text, "contact"), names) != text


def _nearer(index: Index, phrasing: Phrasing) -> str | None:
    """Return another article that the index finds for the words, or None."""
    ranking = index.judge(phrasing.text).ranking
    best = ranking[0].article_id if ranking else None
    return best if best != phrasing.article_id else None
