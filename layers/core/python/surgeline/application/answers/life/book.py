"""The drafts of a knowledge base, and what is known of its articles, are kept here as one blob.

Key: `knowledge/{base}/life.json`. Each change reads the blob, and replaces it only while nobody
else has replaced it meanwhile.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.errors import Disagrees, Unavailable, Unreadable
from surgeline.knowledge.articles.life import Draft, Kept, as_stored, draft_of

MOST_OPEN: Final = 200
"""The number of drafts that may be open at once."""
MOST_DONE: Final = 100
"""The number of drafts that are kept after their end, the newest ones."""
MOST_DISMISSED: Final = 2_000
"""The number of dismissed proposals that are remembered, the newest ones."""
MOST_BYTES: Final = 4_000_000
TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Book:
    """The drafts of a knowledge base, the oldest first, and what is known of its articles.

    `dismissed` holds digests of proposals that nobody wants to see again.
    """

    drafts: tuple[Draft, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    dismissed: tuple[str, ...] = ()

    def draft(self, draft_id: str) -> Draft:
        """Return the draft of that id. Raises Absent."""
        found = next((each for each in self.drafts if each.id == draft_id), None)
        if found is None:
            raise Absent(f"there is no draft {draft_id!r}; see the list of drafts")
        return found

    def review_by(self, article_id: str) -> str | None:
        """Return the day from which a published article is due for a review, or None."""
        known = self.kept.get(article_id)
        return known.review_by if known else None

    def with_draft(self, draft: Draft) -> "Book":
        """Return the book with this draft added or replaced."""
        known = [draft if each.id == draft.id else each for each in self.drafts]
        return replace(self, drafts=tuple(known if draft in known else [*known, draft]))

    def with_drafts(self, drafts: Sequence[Draft]) -> "Book":
        """Return the book with these drafts replaced."""
        book = self
        for each in drafts:
            book = book.with_draft(each)
        return book

    def dismissing(self, digests: Sequence[str]) -> "Book":
        """Return the book with more dismissed proposals. The oldest ones are forgotten."""
        all_ = dict.fromkeys((*self.dismissed, *digests))
        return replace(self, dismissed=tuple(all_)[-MOST_DISMISSED:])

    def without(self, draft_id: str) -> "Book":
        """Return the book without a draft."""
        return replace(self, drafts=tuple(each for each in self.drafts if each.id != draft_id))

    def bounded(self) -> "Book":
        """Return the book with the newest of its ended drafts. Raises Disagrees if it is full."""
        if sum(each.is_open for each in self.drafts) > MOST_OPEN:
            raise Disagrees(
                f"there are {MOST_OPEN} open drafts already; publish, decline or discard some",
                state="full",
            )
        done = [each.id for each in self.drafts if not each.is_open]
        gone = set(done[:-MOST_DONE])
        return replace(self, drafts=tuple(each for each in self.drafts if each.id not in gone))


def read_book(blobs: Blobs, knowledge_base: str) -> Book:
    """Return the book of a knowledge base, which is empty before the first draft."""
    return _decoded(bytes_of(blobs, _key(knowledge_base)))


def change_book(blobs: Blobs, knowledge_base: str, change: Callable[[Book], Book]) -> Book:
    """Replace the book by what `change` makes of it, which is called again if others were quicker.

    Returns the new book. Raises Disagrees where the book is full.
    """
    key = _key(knowledge_base)
    for _ in range(TRIES):
        was = bytes_of(blobs, key)
        before = _decoded(was)
        book = change(before).bounded()
        if book == before:
            return book
        raw = _encoded(book)
        if len(raw) > MOST_BYTES:
            raise Disagrees(
                f"the drafts of {knowledge_base} take more than {MOST_BYTES:,} bytes; publish, "
                "decline or discard some",
                state="full",
            )
        try:
            blobs.swap(key, raw, was=was)
        except Changed:
            continue
        return book
    raise Unavailable(f"the drafts of {knowledge_base} change all the time; try again later")


def _encoded(book: Book) -> bytes:
    stored = {
        "schema": 1,
        "drafts": list(map(as_stored, book.drafts)),
        "articles": {name: asdict(kept) for name, kept in book.kept.items()},
        "dismissed": list(book.dismissed),
    }
    return json.dumps(stored).encode()


def _decoded(raw: bytes | None) -> Book:
    if raw is None:
        return Book()
    try:
        stored = json.loads(raw)
        return Book(
            tuple(map(draft_of, stored["drafts"])),
            {name: _kept(kept) for name, kept in stored["articles"].items()},
            tuple(map(str, stored.get("dismissed", ()))),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable("the drafts that are stored can't be read by this release") from error


def _kept(stored: Mapping[str, Any]) -> Kept:
    known = {each.name: stored[each.name] for each in fields(Kept) if each.name in stored}
    return Kept(**{**known, "sources": tuple(map(str, stored.get("sources", ())))})


def _key(knowledge_base: str) -> str:
    return f"knowledge/{knowledge_base}/life.json"
