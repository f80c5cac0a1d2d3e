"""People write, propose, approve, decline and discard drafts of articles here."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.answers.life.book import Book, change_book, read_book
from surgeline.application.answers.life.check_draft import ask_for_check, check_of, drop_check
from surgeline.application.answers.states.published_articles import article_in, articles_now
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Disagrees, Unprocessable
from surgeline.knowledge.articles.article import Article, KnowledgeRefused
from surgeline.knowledge.articles.jsonl import as_fields, read_jsonl
from surgeline.knowledge.articles.life import Draft, Origin, Step, digest_of

FILE: Final = "draft"


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a draft as a person gives it. `article` is None where it is to be retired."""

    article_id: str
    article: Article | None
    review_by: str | None = None
    origins: tuple[Origin, ...] = ()


class EditDrafts:
    """The use cases of one knowledge base's drafts. `step(act)` says who does it, when and why."""

    def __init__(self, blobs: Blobs, knowledge_base: str) -> None:
        self._blobs = blobs
        self._base = knowledge_base

    def book(self) -> Book:
        """Return all drafts, and what is known of the articles."""
        return read_book(self._blobs, self._base)

    def write(self, draft_id: str, wording: Wording, step: Step) -> Draft:
        """Begin a draft under a new id. Raises Disagrees where there is nothing to retire."""
        if wording.article is None:
            known = article_in(articles_now(self._blobs, self._base), wording.article_id)
            if known is None:
                raise Disagrees(f"no article {wording.article_id!r} answers, so none is retired")
        draft = Draft(id=draft_id, article_id=wording.article_id, article=None)
        return self._put(lambda _: _written(draft, wording, step), draft_id)

    def rewrite(
        self, draft_id: str, wording: Wording, step: Step, *, read_at: int | None = None
    ) -> Draft:
        """Replace a draft's text. What was proposed or approved before is void.

        `read_at` is the last change that the editor has seen (ms). Raises Absent, Disagrees.
        """

        def rewritten(book: Book) -> Draft:
            draft = book.draft(draft_id)
            if read_at is not None and draft.changed_at != read_at:
                raise Disagrees(
                    "somebody has changed this draft meanwhile; read it again", state="changed"
                )
            return _written(draft, wording, step)

        return self._put(rewritten, draft_id)

    def propose(self, draft_id: str, step: Step) -> Draft:
        """Propose a draft, which begins its check. Raises Absent, Disagrees, Unprocessable."""
        articles = articles_now(self._blobs, self._base)

        def proposed(book: Book) -> Draft:
            draft = book.draft(draft_id)
            problems, _ = problems_of(draft.article)
            if problems:
                raise Unprocessable("the draft is not complete", problems=problems)
            against = digest_of(article_in(articles, draft.article_id))
            return draft.proposed(step, against=against)

        draft = self._put(proposed, draft_id)
        ask_for_check(self._blobs, self._base, draft_id, at=step.at)
        return draft

    def approve(self, draft_id: str, step: Step, *, second_person: bool) -> Draft:
        """Approve a draft whose check is done. Raises Absent, Forbidden, Disagrees."""
        return self._put(
            lambda book: self._approved(book, draft_id, step, second_person=second_person), draft_id
        )

    def _approved(self, book: Book, draft_id: str, step: Step, *, second_person: bool) -> Draft:
        draft = book.draft(draft_id)
        approved = draft.approved(step, second_person=second_person)
        check = check_of(self._blobs, self._base, draft_id)
        if check is None or check["digest"] != draft.digest:
            raise Disagrees(
                "the draft is still being checked; try again in a moment", state="checking"
            )
        if check["problem"]:
            raise Disagrees(f"the draft can't be built: {check['problem']}", state="unbuildable")
        return approved

    def decline(self, draft_id: str, step: Step) -> Draft:
        """Decline a draft, which may be written anew. Raises Absent, Disagrees."""
        return self._put(lambda book: book.draft(draft_id).declined(step), draft_id)

    def discard(self, draft_id: str) -> None:
        """Delete a draft that was not published, with its check. Raises Absent, Disagrees."""

        def without(book: Book) -> Book:
            draft = book.draft(draft_id)
            if draft.version is not None:
                raise Disagrees("a draft that was published stays on record", state=draft.state)
            return book.without(draft_id)

        change_book(self._blobs, self._base, without)
        drop_check(self._blobs, self._base, draft_id)

    def _put(self, change: Callable[[Book], Draft], draft_id: str) -> Draft:
        book = change_book(self._blobs, self._base, lambda each: each.with_draft(change(each)))
        return book.draft(draft_id)


def problems_of(article: Article | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the problems of an article that keep it from being published, and the warnings."""
    if article is None:
        return (), ()
    try:
        found = read_jsonl(json.dumps(as_fields(article)).encode(), FILE)
    except KnowledgeRefused as refused:
        return tuple(f"{each.field}: {each.message}" for each in refused.problems), ()
    return (), tuple(f"{each.field}: {each.message}" for each in found.warnings)


def forget_drafts(blobs: Blobs, knowledge_bases: Sequence[str], thread_id: str, *, at: int) -> None:
    """Take the words of a thread out of open drafts. `at` is the time (ms)."""
    step = Step(at, "an erasure", "erased")
    for base in dict.fromkeys(knowledge_bases):
        change_book(
            blobs,
            base,
            lambda book: book.with_drafts([each.without(thread_id, step) for each in book.drafts]),
        )


def _written(draft: Draft, wording: Wording, step: Step) -> Draft:
    return draft.written(
        wording.article, step, review_by=wording.review_by, origins=wording.origins
    )
