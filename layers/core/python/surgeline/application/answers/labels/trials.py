"""Answers and choices of the bot are drawn from the log here, each with what was said of it.

What nobody objected to is drawn as well, because objections alone say nothing of the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from surgeline.application.answers.life.labels import labels_of
from surgeline.application.answers.recent_questions import is_question
from surgeline.application.ports.conversations import Record
from surgeline.domain.events import CustomerWrote
from surgeline.domain.handing_over import HANDED_OFF
from surgeline.knowledge.answering.live import ANOTHER, TO_PERSON, UNOPPOSED, kind_of
from surgeline.knowledge.articles.article import Article

OF_A_CUSTOMER: Final = 3
"""So that one customer, or a flood of one, moves little."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A customer's text, the article that came first for it, and the kind of what was said."""

    text: str
    article_id: str
    kind: str


def trials_of(
    thread_id: str, newest_first: Sequence[Record], articles: Mapping[str, Article], since: int
) -> list[Trial]:
    """Return the newest answers and choices of a thread since a time (ms), each text once.

    `articles` are those that answer now, by their ids. A choice counts only where the customer
    picked an article, or a person was asked in its place.
    """
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for label in labels_of(thread_id, newest_first, articles):
        said[label.text].add((label.article_id, label.source))
    drawn: dict[str, Trial] = {}
    for text, article_id, known in _shown(newest_first, since):
        kinds = {
            source if article == article_id else f"{source}{ANOTHER}"
            for article, source in said[text]
        }
        kind = kind_of(kinds | known)
        if kind is not None and article_id in articles:
            drawn.setdefault(text, Trial(text, article_id, kind))
    return list(islice(drawn.values(), OF_A_CUSTOMER))


def _shown(newest_first: Sequence[Record], since: int) -> Iterator[tuple[str, str, set[str]]]:
    """Yield texts, the article that came first, and what the log itself says, the newest first."""
    after: Record | None = None
    for record in newest_first:
        event, why = record.event, record.explanation
        if not isinstance(event, CustomerWrote):
            continue
        if is_question(record, since) and not why.rejected:
            if why.decision == "answer" and why.article_id is not None:
                yield event.text, why.article_id, {UNOPPOSED}
            elif why.decision == "suggest" and why.candidates:
                yield event.text, why.candidates[0], {TO_PERSON} if _left(record, after) else set()
        after = record


def _left(record: Record, after: Record | None) -> bool:
    """Return whether the customer's next message after a choice asked for a person."""
    return (
        after is not None
        and after.conversation_id == record.conversation_id
        and after.explanation.decision.startswith(HANDED_OFF)
    )
