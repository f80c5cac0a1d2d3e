"""The difference of two knowledge bases is computed here: articles added, changed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.knowledge.articles.article import Article

_FIELDS: Final = (
    "title",
    "language",
    "questions",
    "answer",
    "tags",
    "crisis_answer",
    "state",
    "media",
    "note",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that is in both knowledge bases, and the fields that differ."""

    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids in the order of the knowledge base that holds them; `unchanged` is a count."""

    added: tuple[str, ...]
    changed: tuple[Changed, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Return whether the two knowledge bases hold the same articles."""
        return not (self.added or self.changed or self.removed)


def difference(before: Sequence[Article], after: Sequence[Article]) -> Difference:
    """Return the changes when `after` takes the place of `before`."""
    old = {article.id: article for article in before}
    new = {article.id: article for article in after}
    changed = tuple(
        Changed(article.id, fields)
        for article in after
        if article.id in old and (fields := _fields(old[article.id], article))
    )
    return Difference(
        added=tuple(id_ for id_ in new if id_ not in old),
        changed=changed,
        removed=tuple(id_ for id_ in old if id_ not in new),
        unchanged=sum(id_ in old for id_ in new) - len(changed),
    )


def _fields(old: Article, new: Article) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if getattr(old, name) != getattr(new, name))
