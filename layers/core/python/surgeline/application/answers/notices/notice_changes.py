"""Each minute what answers now is compared with what people were told last.

So a change is noticed whichever way it came: a publication, a way back, a draft that was undone, a
step of an article by a person or by itself. The first look only remembers what answers.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surgeline.application.answers.life.book import Book, read_book
from surgeline.application.answers.notices.notice_book import (
    NoticeBook,
    decoded,
    encoded,
    page_of,
)
from surgeline.application.answers.states.article_texts import texts_of
from surgeline.application.answers.states.ledger import Change, Ledger, read_ledger
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook, Page
from surgeline.application.ports.refusals import Changed
from surgeline.domain.ids import derived_id
from surgeline.knowledge.articles.life import Draft
from surgeline.knowledge.articles.notices import (
    MOST_ARTICLES,
    ArticleChange,
    ArticleText,
    Notice,
    NoticeKind,
    changes_between,
    ordered,
    state_change,
)

REFRESH_MS: Final = 30 * 86_400_000
"""A page that is older than this is written anew, so that a quiet base keeps it."""
Tell = Callable[[Sequence[Notice]], None]
"""Sends notices to pools. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Stands:
    """The version that answers now, and the states that differ from `automated`."""

    version: str
    states: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """Return the parts by which a change is seen."""
        raw = json.dumps(sorted(self.states.items())).encode()
        return self.version, hashlib.sha256(raw).hexdigest()[:16]


@dataclass(slots=True)
class NoticeChanges:
    """The use case. A process remembers what it saw, and reads the page after a change alone."""

    blobs: Blobs
    notebook: Notebook
    tell: Tell
    clock: Clock
    _seen: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, knowledge_base: str) -> list[Notice]:
        """Notice what changed, have pools told, and return the new notices. Raises Unavailable."""
        now = self._stands(knowledge_base)
        if now is None or self._seen.get(knowledge_base) == now.key:
            return []
        page = self.notebook.read(page_of(knowledge_base))
        book = decoded(page)
        found = self._look(knowledge_base, book, now) if book.versions else []
        at = self.clock.now()
        if (book.version, book.states) != now.key or at - book.written_at > REFRESH_MS:
            book = self._taken(knowledge_base, book, now, found)
            try:
                page = self.notebook.write(page_of(knowledge_base), encoded(book), after=page)
            except Changed:
                return []  # another minute has noticed it
        self._tell(knowledge_base, book, page)
        self._seen[knowledge_base] = now.key
        return found

    def _tell(self, knowledge_base: str, book: NoticeBook, page: Page) -> None:
        """Have pools told. If a process dies in between, they are told again under the same ids."""
        untold = [each for each in book.notices if each.id in book.untold]
        if not untold:
            return
        self.tell(untold)
        told = encoded(replace(book, untold=()))
        with suppress(Changed):  # another minute has told them, under the same ids
            self.notebook.write(page_of(knowledge_base), told, after=page)

    def _stands(self, knowledge_base: str) -> Stands | None:
        raw = bytes_of(self.blobs, f"knowledge/{knowledge_base}/current")
        try:
            pointer: Mapping[str, Any] = json.loads(raw or b"{}")
            return Stands(str(pointer["version"]), dict(pointer.get("states", {})))
        except (ValueError, TypeError, KeyError):
            return None  # nothing answers, or the next publication replaces a damaged pointer

    def _look(self, knowledge_base: str, book: NoticeBook, now: Stands) -> list[Notice]:
        """Return a notice for another version, and one for articles in other states."""
        at, found = self.clock.now(), []
        texts = texts_of(self.blobs, knowledge_base, now.version)
        changed: list[ArticleChange] = []
        if book.version is not None and book.version != now.version:
            before = texts_of(self.blobs, knowledge_base, book.version)
            known = before is not None and texts is not None
            if before is not None and texts is not None:
                changed = self._by_whom(knowledge_base, book, now, changes_between(before, texts))
            kind: NoticeKind = "rolled_back" if now.version in book.versions else "published"
            if changed or not known:
                found.append(_notice(knowledge_base, kind, now.version, at, changed, known=known))
        new = {each.article_id for each in changed if each.kind == "new"}
        ledger = read_ledger(self.blobs, knowledge_base)
        steps = [each for each in _steps(ledger, texts, book) if each.article_id not in new]
        if steps:
            found.append(_notice(knowledge_base, "states", now.key[1], at, ordered(steps)))
        return found

    def _by_whom(
        self, knowledge_base: str, book: NoticeBook, now: Stands, changes: list[ArticleChange]
    ) -> list[ArticleChange]:
        """Name who changed each article and why, where a draft did it."""
        drafts = read_book(self.blobs, knowledge_base)
        return [
            replace(each, who=draft.reviewer or draft.author, reason=draft.reason)
            if (draft := _draft_of(drafts, each.article_id, book, now)) is not None
            else each
            for each in changes
        ]

    def _taken(
        self, knowledge_base: str, book: NoticeBook, now: Stands, found: list[Notice]
    ) -> NoticeBook:
        """Return the book once these notices are in it."""
        ledger = read_ledger(self.blobs, knowledge_base)
        others = [each for each in book.versions if each != now.version]
        return NoticeBook(
            versions=(*others, now.version),
            states=now.key[1],
            steps_until=max([book.steps_until, *(each.at for _, each in _all_steps(ledger))]),
            notices=(*book.notices, *found),
            untold=(*book.untold, *(each.id for each in found)),
            written_at=self.clock.now(),
        )


def _notice(
    knowledge_base: str,
    kind: NoticeKind,
    name: str,
    at: int,
    changes: Sequence[ArticleChange],
    *,
    known: bool = True,
) -> Notice:
    return Notice(
        id=f"{knowledge_base}.{derived_id('c', knowledge_base, f'{kind}/{name}/{at}')}",
        at=at,
        knowledge_base=knowledge_base,
        kind=kind,
        changes=tuple(changes[:MOST_ARTICLES]),
        more=max(0, len(changes) - MOST_ARTICLES),
        known=known,
    )


def _draft_of(drafts: Book, article_id: str, book: NoticeBook, now: Stands) -> Draft | None:
    """Return the draft that made the change of an article, or took it back, or None."""
    of_article = [each for each in drafts.drafts if each.article_id == article_id]
    made = [each for each in of_article if each.version == now.version]
    undone = [
        each for each in of_article if each.state == "undone" and each.changed_at > book.written_at
    ]
    return next(iter((*reversed(undone), *reversed(made))), None)


def _steps(
    ledger: Ledger, texts: Mapping[str, ArticleText] | None, book: NoticeBook
) -> Iterator[ArticleChange]:
    """Yield the articles that are in another state than at the last look.

    An article of a version without texts is told by its id.
    """
    newer: dict[str, list[Change]] = {}
    for name, each in _all_steps(ledger):
        if each.at > book.steps_until and (texts is None or name in texts):
            newer.setdefault(name, []).append(each)
    for name, changes in newer.items():
        first, last = changes[0], changes[-1]
        if first.before != last.after:
            yield state_change(
                name,
                texts[name] if texts is not None else ArticleText(name, "", ""),
                before=first.before,
                after=last.after,
                who=last.who,
                reason=last.reason,
            )


def _all_steps(ledger: Ledger) -> Iterator[tuple[str, Change]]:
    for name, standing in ledger.standings.items():
        for each in standing.changes:
            yield name, each
