"""Approved drafts become a new version of their knowledge base here, through the usual build.

The build measures the new version and sets its thresholds, as for every publication. A draft is
published once its version answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.knowledge_history import go_back
from surgeline.application.answers.life.book import Book, change_book, read_book
from surgeline.application.answers.life.check_draft import drop_check
from surgeline.application.answers.publish_knowledge import upload_knowledge, version_of
from surgeline.application.answers.starters import keep_heard, mark_of
from surgeline.application.answers.states.check_states import Gate
from surgeline.application.answers.states.published_articles import article_in, articles_now
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Disagrees, Rejected, Unprocessable
from surgeline.knowledge.articles.jsonl import to_jsonl
from surgeline.knowledge.articles.life import Draft, Step, applied, digest_of, kept_of

FILE: Final = "drafts.jsonl"
BUILD_SECONDS: Final = 900
"""A build that takes longer has failed, and its drafts may be published again."""


def publish_drafts(
    blobs: Blobs, knowledge_base: str, wanted: Sequence[str], step: Step, gate: Gate | None = None
) -> tuple[str, list[Draft]]:
    """Build a version with the approved drafts, all of them where `wanted` names none.

    `gate` judges the states that they ask for. Returns the version and the drafts. Raises Absent,
    Disagrees, Unprocessable.
    """
    articles = articles_now(blobs, knowledge_base)
    chosen = _chosen(read_book(blobs, knowledge_base), wanted, now=step.at)
    changed = applied(articles, chosen)
    if not changed:
        raise Unprocessable("no article would be left; publish another one first")
    raw = to_jsonl(changed)
    version = version_of(raw)

    def building(book: Book) -> Book:
        now = _chosen(book, wanted, now=step.at)
        if [(each.id, each.digest) for each in now] != [(each.id, each.digest) for each in chosen]:
            raise Disagrees("the approved drafts have just changed; try again", state="changed")
        return book.with_drafts(
            [each.building(step, version, article_in(articles, each.article_id)) for each in now]
        )

    book = change_book(blobs, knowledge_base, building)
    heard = [mark for each in chosen for mark in _heard_in(book.draft(each.id))]
    keep_heard(blobs, knowledge_base, heard)
    try:
        upload_knowledge(blobs, knowledge_base, raw, FILE, at=step.at, gate=gate)
    except Rejected as refused:
        settle_drafts(blobs, knowledge_base, version, answers=False, at=step.at, why=str(refused))
        raise
    return version, [book.draft(each.id) for each in chosen]


def _heard_in(draft: Draft) -> Iterator[str]:
    """Yield the marks of the phrasings that a draft adds in customers' words."""
    before = draft.before.questions if draft.before else ()
    said = {each.text for each in draft.origins}.difference(before)
    for text in draft.article.questions if draft.article else ():
        if text in said:
            yield mark_of(draft.article_id, text)


def settle_drafts(
    blobs: Blobs, knowledge_base: str, version: str, *, answers: bool, at: int, why: str = ""
) -> list[Draft]:
    """Note whether a built version answers, and return its drafts.

    `why` says why the version does not answer. A repeat changes nothing.
    """
    settled: list[Draft] = []

    def change(book: Book) -> Book:
        settled.clear()
        kept = dict(book.kept)
        for each in book.drafts:
            if each.version != version or each.state != "approved":
                continue
            if not answers:
                settled.append(each.not_published(why or "another version was published meanwhile"))
                continue
            settled.append(each.published())
            if each.article is None:
                kept.pop(each.article_id, None)
            else:
                kept[each.article_id] = kept_of(each, kept.get(each.article_id), at=at)
        return replace(book.with_drafts(settled), kept=kept)

    change_book(blobs, knowledge_base, change)
    for each in settled if answers else ():
        drop_check(blobs, knowledge_base, each.id)
    return settled


def undo_draft(blobs: Blobs, knowledge_base: str, draft_id: str, step: Step) -> tuple[str, Draft]:
    """Take a published draft back: the article answers again as it did before.

    If the draft's version is the newest and holds no other draft, the version before answers at
    once. Otherwise a version with the former article is built. Returns the version that answers or
    is built. Raises Absent, Disagrees.
    """
    book = read_book(blobs, knowledge_base)
    draft = book.draft(draft_id)
    undone = draft.undone(step)
    articles = articles_now(blobs, knowledge_base)
    if digest_of(article_in(articles, draft.article_id)) != draft.digest:
        raise Disagrees(
            f"the article {draft.article_id!r} was changed since; take that change back first",
            state="changed",
        )
    current = current_version(blobs, knowledge_base)
    alone = [each.id for each in book.drafts if each.version == draft.version] == [draft_id]
    if current == draft.version and alone:
        version = go_back(blobs, knowledge_base, current, None, at=step.at).version
    else:
        former = replace(draft, article=draft.before)
        raw = to_jsonl(applied(articles, [former]))
        version = upload_knowledge(blobs, knowledge_base, raw, FILE, at=step.at).version

    def change(book: Book) -> Book:
        kept = {name: each for name, each in book.kept.items() if name != draft.article_id}
        return replace(book.with_draft(undone), kept=book.kept if draft.before else kept)

    change_book(blobs, knowledge_base, change)
    return version, undone


def _chosen(book: Book, wanted: Sequence[str], *, now: int) -> list[Draft]:
    """Return the drafts to publish. A build that is under way is waited for."""
    for each in book.drafts:
        is_new = now - each.changed_at < BUILD_SECONDS * 1000
        if each.state == "approved" and each.version is not None and is_new:
            raise Disagrees(
                f"version {each.version} is being built; publish the others in a moment",
                state="building",
            )
    approved = [each for each in book.drafts if each.state == "approved"]
    chosen = [book.draft(each) for each in wanted] or approved
    if not chosen:
        raise Disagrees("no draft is approved; approve one first", state="nothing")
    for each in chosen:
        if each.state != "approved":
            raise Disagrees(f"draft {each.id} is {each.state}; approve it first", state=each.state)
    ids = [each.article_id for each in chosen]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise Disagrees(
            f"several approved drafts change {twice[0]!r}; name one of them, or decline the others",
            state="twice",
        )
    return [replace(each, version=None) for each in chosen]
