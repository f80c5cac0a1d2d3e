"""Answers from a published knowledge base."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from surgeline.domain.facts import Answer, Exchange


class Answerer(Protocol):
    """Answers from a published knowledge base; pure once its artifact is loaded."""

    def answer(self, knowledge_base: str, text: str, *, exchange: "Exchange") -> "Answer":
        """Never raises for any text; a missing or corrupt artifact abstains and is reported."""
