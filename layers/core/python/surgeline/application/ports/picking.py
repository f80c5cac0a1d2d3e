"""The port of a model that picks one of a few articles for a question, or none, lives here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Option:
    """An article as the model sees it."""

    title: str
    answer: str


class PickFailed(Exception):
    """Raised for a pick that did not come, or that names no option. The message is one word."""


class Picker(Protocol):
    """Picks among options. It returns a place and never a text, so it writes to no customer."""

    @property
    def model(self) -> str:
        """Return the id of the model."""

    def pick(self, question: str, options: Sequence[Option]) -> int | None:
        """Return the place of the option that answers the question, or None.

        Raises PickFailed within two seconds.
        """
