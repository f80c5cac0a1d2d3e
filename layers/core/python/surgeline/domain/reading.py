"""A reading is the meaning that a customer's text was taken for. The rules decide what follows.

Each kind of reading is a class of its own with one rule (`bot.READINGS`). So a new kind is a new
file and one line in `decide`.
"""

from dataclasses import dataclass
from typing import Literal

from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.thread import HandoffReason

Courtesy = Literal["greeting", "thanks", "unreadable", "addition"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The numbers that an answer was weighed by, as probabilities from 0 to 1.

    `tier` compared the texts. `threshold` is the probability that an answer needed. `odds` are how
    probably each of the candidates is right.
    """

    tier: str
    threshold: float
    odds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The common part of readings: the reason, for people, and the language of the text."""

    why: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed(Reading):
    """A question that the knowledge base was asked.

    `candidates` are (article id, title), best first. `rejects_last`: the customer rejected the last
    answer, and the candidates answer the rest of the message.
    """

    confidence: float | None = None
    candidates: tuple[tuple[str, str], ...] = ()
    basis: Basis | None = None
    rejects_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Weighed):
    """An article answers the question. `alternatives` are offered if the customer rejects it.

    `also` are the articles, with their texts, that answer the other questions of the message.
    `media` are pairs of an article and what is shown with its answer.
    """

    article_id: str
    text: str
    alternatives: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    media: tuple[tuple[str, tuple[Attached, ...]], ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """Return all articles that answer, in the order of the questions."""
        return (self.article_id, *(article for article, _ in self.also))

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the texts of all articles that answer, in the order of the questions."""
        return (self.text, *(text for _, text in self.also))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Weighed):
    """The candidates are offered as choices.

    `alternatives` are offered if no candidate is right.
    """

    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstained(Weighed):
    """No article answers surely enough. `reason` is set if a handoff has a reason of its own.

    `shadow` is the article that would have answered, and only decides beside people.
    """

    reason: HandoffReason | None = None
    shadow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Reading):
    """The customer said only that the last answer was wrong.

    The candidates are those that are left.
    """

    candidates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantsPerson(Reading):
    """The customer asked for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesBack(Reading):
    """The customer takes back the request for a person that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk(Reading):
    """The customer asked nothing: a greeting, thanks, or a text that nobody can read.

    An "addition" only adds to the message before, such as the number of the order. The bot's last
    reply stands, so that nothing is said to it.
    """

    courtesy: Courtesy
