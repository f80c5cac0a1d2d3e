"""Labels are read from the log here: which article a customer's question was about.

People say so for free. Customers pick among offered articles, reject answers, and say when asked
whether one helped. Agents answer with an article's words, or report that they used it. Nothing here
reads or stores anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal

from surgeline.application.ports.conversations import Record
from surgeline.application.thread_log import names_in
from surgeline.domain.events import AgentWrote, CustomerWrote, PoolResolved
from surgeline.domain.survey.ask import HELPED, NOT_HELPED
from surgeline.knowledge.articles.article import Article

Source = Literal["picked", "used", "helped", "rejected", "not_helped"]
"""`picked`: the customer picked the article. `used`: an agent answered with its words. `helped` and
`not_helped`: the customer said so when asked. `rejected`: the customer said so unasked."""
AGAINST: Final[frozenset[Source]] = frozenset({"rejected", "not_helped"})
_SURVEYED: Final[Mapping[str, Source]] = {HELPED: "helped", NOT_HELPED: "not_helped"}
ALIKE: Final = 0.8
"""An agent's text that is so much like an article's answer used that article."""
COMPARED_CHARS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Label:
    """A question of a customer, and the article that somebody said it is about, or not about.

    `names` are what the customer is called, as far as that is known.
    """

    thread_id: str
    text: str
    article_id: str
    source: Source
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class _Asked:
    """The last question of a conversation that the bot weighed."""

    conversation_id: str | None
    text: str
    near: tuple[str, ...]
    answered: str | None


def labels_of(
    thread_id: str, newest_first: Sequence[Record], articles: Mapping[str, Article]
) -> Iterator[Label]:
    """Yield the labels in a thread's records, the oldest first.

    `articles` are those that answer now, by their ids.
    """
    names = names_in(newest_first)
    for label in _labels(thread_id, newest_first, articles):
        yield replace(label, names=names)


def _labels(
    thread_id: str, newest_first: Sequence[Record], articles: Mapping[str, Article]
) -> Iterator[Label]:
    asked: _Asked | None = None
    for record in reversed(newest_first):
        if asked is not None and record.conversation_id != asked.conversation_id:
            asked = None
        if isinstance(record.event, CustomerWrote):
            if asked is not None:
                yield from _said_of(asked, thread_id, record)
            asked = _question_in(record, record.event) or asked
        elif isinstance(record.event, AgentWrote) and asked is not None:
            used = article_used(record.event.text, asked.near, articles)
            if used is not None:
                yield Label(thread_id, asked.text, used, "used")
                asked = None
        elif isinstance(record.event, PoolResolved) and asked is not None:
            for each in record.event.suggestions:
                if each.use != "skipped" and each.article_id in articles:
                    yield Label(thread_id, asked.text, each.article_id, "used")
            asked = None


def _said_of(asked: _Asked, thread_id: str, record: Record) -> Iterator[Label]:
    """Yield what the customer's next message says of the question before."""
    why = record.explanation
    told = _SURVEYED.get(why.decision)
    if told is not None and asked.answered is not None:
        yield Label(thread_id, asked.text, asked.answered, told)
    # Two articles that answered one message had a question each, so its words fit neither.
    if asked.answered is not None and why.rejected == (asked.answered,):
        yield Label(thread_id, asked.text, asked.answered, "rejected")
    if why.decision == "answer" and why.basis is None and why.article_id is not None:
        yield Label(thread_id, asked.text, why.article_id, "picked")


def _question_in(record: Record, event: CustomerWrote) -> _Asked | None:
    """Return the question that a message asks, or None for one that only says something of others.

    A message that rejects and asks at once is no clean example of a question.
    """
    why = record.explanation
    if why.basis is None or why.rejected:
        return None
    return _Asked(record.conversation_id, event.text, why.candidates, why.article_id)


def article_used(said: str, near: Iterable[str], articles: Mapping[str, Article]) -> str | None:
    """Return the near article whose words an agent used, or None."""
    words = _plain(said)
    for article_id in near:
        article = articles.get(article_id)
        if article is None:
            continue
        answer = _plain(article.answer)
        likeness = SequenceMatcher(None, answer, words, autojunk=False)
        if answer in words or (likeness.quick_ratio() >= ALIKE and likeness.ratio() >= ALIKE):
            return article_id
    return None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()[:COMPARED_CHARS]
