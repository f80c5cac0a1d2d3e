"""Answers from a published knowledge base."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from surgeline.domain.facts import Answer


class Answerer(Protocol):
    """Answers from a published knowledge base; pure once its artifact is loaded."""

    def answer(
        self,
        knowledge_base: str,
        text: str,
        *,
        language: str | None,
        rejected: tuple[str, ...],
        choices: tuple[str, ...],
    ) -> "Answer":
        """Never raises for any text; a missing or corrupt artifact abstains and is reported.

        `rejected` articles are never offered again; `choices` are those that the customer was
        offered last, in order, for a pick by number or words. `language` is the thread's so far.
        """
