"""Answers from a published knowledge base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from surgeline.domain.facts import Exchange
    from surgeline.domain.reading import Reading


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may be the answer, as a pool's people read it."""

    article_id: str
    title: str
    answer: str


class Answerer(Protocol):
    """Answers from a published knowledge base; pure once its artifact is loaded."""

    def answer(self, knowledge_base: str, text: str, *, exchange: "Exchange") -> "Reading":
        """Read a customer's text.

        Never raises for any text; a missing or corrupt artifact abstains and is reported.
        """

    def suggestions(self, knowledge_base: str, article_ids: Sequence[str]) -> list[Suggestion]:
        """Return those of these articles that the knowledge base has now, in their order."""
