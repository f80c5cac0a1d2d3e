"""Articles whose review is due are listed here, and stop answering where a rule says so.

The pointer `knowledge/{base}/current` carries the articles that may be offered and not answered.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from surgeline.application.answers.current_knowledge import current_index, pointer_key
from surgeline.application.answers.life.book import Book, change_book, read_book
from surgeline.application.answers.states.published_articles import article_in, articles_now
from surgeline.application.knowledge_settings import Overdue
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.errors import Unavailable
from surgeline.knowledge.articles.life import Kept, Step

TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Due:
    """An article that answers, and what is known of it."""

    article_id: str
    title: str
    kept: Kept

    def as_json(self) -> dict[str, Any]:
        """Return the article for programs."""
        return {
            "article": self.article_id,
            "title": self.title,
            "author": self.kept.author,
            "owner": self.kept.owner,
            "sources": list(self.kept.sources),
            "reviewer": self.kept.reviewer,
            "review_by": self.kept.review_by,
            "when_overdue": self.kept.when_overdue or None,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """The outcome of a review. An owner, sources or a rule that are None stay as they are."""

    review_by: str | None
    owner: str | None = None
    sources: tuple[str, ...] | None = None
    when_overdue: str | None = None


def due_articles(blobs: Blobs, knowledge_base: str, until: str) -> list[Due]:
    """Return the articles whose review is due by a day, the longest due first."""
    kept = read_book(blobs, knowledge_base).kept
    if not any(each.is_due(until) for each in kept.values()):
        return []
    found = [
        Due(each.id, each.title, kept[each.id])
        for each in articles_now(blobs, knowledge_base)
        if each.id in kept and kept[each.id].is_due(until)
    ]
    return sorted(found, key=lambda each: (each.kept.review_by or "", each.article_id))


def note_review(
    blobs: Blobs, knowledge_base: str, article_id: str, review: Review, step: Step
) -> Kept:
    """Note that somebody looked at an article, and until when it is good. Raises Absent."""
    if article_in(articles_now(blobs, knowledge_base), article_id) is None:
        raise Absent(f"no article {article_id!r} answers")

    def change(book: Book) -> Book:
        known = book.kept.get(article_id, Kept())
        reason = step.reason or known.reason
        reviewed = replace(
            known,
            reviewer=step.who,
            reviewed_at=step.at,
            review_by=review.review_by,
            reason=reason,
            owner=known.owner if review.owner is None else review.owner,
            sources=known.sources if review.sources is None else review.sources,
            when_overdue=known.when_overdue if review.when_overdue is None else review.when_overdue,
        )
        return replace(book, kept={**book.kept, article_id: reviewed})

    return change_book(blobs, knowledge_base, change).kept[article_id]


def paused_when_due(
    blobs: Blobs, knowledge_base: str, today: str, *, rule: Overdue
) -> dict[str, str]:
    """Return the due articles that have to be paused, with the day since when they are due."""
    due = _under(due_articles(blobs, knowledge_base, today), rule, "pause")
    return {each.article_id: each.kept.review_by or "" for each in due}


def hold_due(blobs: Blobs, knowledge_base: str, today: str, *, rule: Overdue) -> tuple[str, ...]:
    """Keep due articles from answering that may only be offered, and let all others answer.

    `rule` is that of articles that have none of their own. Returns the ids of the articles that are
    only offered.
    """
    for _ in range(TRIES):
        pointer = bytes_of(blobs, pointer_key(knowledge_base))
        current = current_index(blobs, knowledge_base)
        if pointer is None or current is None:
            return ()
        due = _under(due_articles(blobs, knowledge_base, today), rule, "offer")
        held = tuple(sorted(each.article_id for each in due))
        if held == current.held:
            return held
        changed = json.loads(pointer) | {"held": list(held)}
        try:
            blobs.swap(pointer_key(knowledge_base), json.dumps(changed).encode(), was=pointer)
        except Changed:
            continue
        return held
    raise Unavailable(f"the pointer of {knowledge_base} changes all the time; try again later")


def _under(due: Iterable[Due], rule: Overdue, wanted: Overdue) -> list[Due]:
    return [each for each in due if (each.kept.when_overdue or rule) == wanted]
