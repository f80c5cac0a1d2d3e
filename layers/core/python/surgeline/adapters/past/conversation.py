"""A past conversation is described here, whatever file it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from surgeline.adapters.past.reasons import PastProblem
from surgeline.knowledge.articles.article import Place

By = Literal["customer", "team"]

MOST_TEXT: Final = 10_000
MOST_SHORT: Final = 200
CUT: Final = "\n[…]"


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `at` is when it was written, in UTC epoch ms, or None if that is unknown."""

    by: By
    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class PastConversation:
    """One conversation or ticket, with what was said in it, the oldest first.

    `place` is where it stands in the file. `key` names it there, and stays the same when the file
    is read again. `sender` is the customer's address. `message_id` and `references` are those of
    the customer's last mail, with angle brackets. `is_open`: the source does not call it closed.
    """

    place: Place
    key: str
    sender: str
    said: tuple[Said, ...]
    subject: str = ""
    name: str = ""
    language: str | None = None
    is_open: bool = True
    message_id: str = ""
    references: tuple[str, ...] = ()

    @property
    def awaits_word(self) -> bool:
        """Return whether the last word is the customer's."""
        return bool(self.said) and self.said[-1].by == "customer"


@dataclass(frozen=True, slots=True)
class Past:
    """The conversations of a file, the problems of what was left out, and the file's format.

    `left_out` counts what is no customer's conversation, such as a machine's mail, by its code of
    LEFT_OUT.
    """

    conversations: tuple[PastConversation, ...]
    problems: tuple[PastProblem, ...] = ()
    format: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
