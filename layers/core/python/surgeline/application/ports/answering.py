"""The port of answers from a published knowledge base lives here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from surgeline.domain.facts import Exchange
    from surgeline.domain.reading import Reading


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may be the answer, as people read it, with its marks for a crisis.

    `note` is for the people who answer alone.
    """

    article_id: str
    title: str
    answer: str
    tags: tuple[str, ...] = ()
    crisis_answer: str = ""
    note: str = ""


class Answerer(Protocol):
    """Answers from a published knowledge base. An answerer is pure once its artifact is loaded."""

    def answer(self, knowledge_base: str, text: str, *, exchange: "Exchange") -> "Reading":
        """Read a customer's text.

        No text makes this raise. With a missing or corrupt artifact it abstains and reports that.
        """

    def suggestions(self, knowledge_base: str, article_ids: Sequence[str]) -> list[Suggestion]:
        """Return the articles that the knowledge base still has, in the given order."""
