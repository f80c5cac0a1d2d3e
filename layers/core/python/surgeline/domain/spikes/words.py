"""New words are found here: words that unusually many customers use within 15 minutes.

A brand-new subject shows itself by its words before any article has a topic for it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.domain.spikes.baseline import LEAST_DAYS
from surgeline.domain.spikes.detect import LEAST_CUSTOMERS
from surgeline.domain.spikes.tail import least_rare

RISK: Final = 1e-5
"""Chance alone exceeds a threshold less often than this. Many words are looked at each time."""
RISK_OF_KNOWN: Final = 1e-6
"""The same for words that articles may have. Their topics spread more than chance alone."""
FLOOR: Final = 1.0
"""A word that nobody ever used is expected at least so often. Rare words are not kept."""
LEAST_KEPT: Final = 4
"""A word that fewer customers used within 15 minutes is kept nowhere."""
MOST_KEPT: Final = 500
_OPEN, _CLOSE = "\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some time: how many `customers` wrote, and how many of them used each word."""

    customers: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that `customers` used, of whom `expected` would have been usual.

    `others` are the words that most of the same customers used too, the commonest first.
    """

    word: str
    customers: frozenset[str]
    expected: float
    others: tuple[str, ...] = ()


def topic_of_word(word: str) -> str:
    """Return the topic of a word. No article has such a name."""
    return f"{_OPEN}{word}{_CLOSE}"


def word_of_topic(topic: str) -> str | None:
    """Return the word of a topic, or None for the topic of an article."""
    quoted = topic.startswith(_OPEN) and topic.endswith(_CLOSE)
    return topic[1:-1] if quoted else None


def kept_words(heard: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return how many customers used each word, for the words that may be kept."""
    many = sorted((-len(who), word) for word, who in heard.items() if len(who) >= LEAST_KEPT)
    return {word: -count for count, word in many[:MOST_KEPT]}


def new_words(
    heard: Mapping[str, frozenset[str]],
    customers: int,
    days: Sequence[Words],
    *,
    goes_on: Collection[str] = (),
    known: Callable[[], Collection[str]] = frozenset,
    risk: float = RISK,
) -> list[NewWord]:
    """Return the words that far more of the customers use than on earlier days.

    `heard` are the customers who used each word. A word that `goes_on` needs half as many. Words
    that the same customers use are one new word with its others. Too few days find none. Words
    that an article has are no new ones. They are asked for only where a word is unusual.
    """
    if len(days) < LEAST_DAYS:
        return []
    total = sum(each.customers for each in days)
    found = []
    for word, who in heard.items():
        share = sum(each.counts.get(word, 0) for each in days) / total if total else 0.0
        expected = share * customers + FLOOR
        threshold = max(LEAST_CUSTOMERS, least_rare(expected, risk))
        if len(who) >= (threshold / 2 if word in goes_on else threshold):
            found.append(NewWord(word, who, expected))
    has = known() if found else ()
    new = [each for each in found if each.word not in has]
    return together(sorted(new, key=lambda each: _rank(each, goes_on)))


def _rank(found: NewWord, goes_on: Collection[str]) -> tuple[bool, int, str]:
    return found.word not in goes_on, -len(found.customers), found.word


def together(found: Iterable[NewWord]) -> list[NewWord]:
    """Join each word to an earlier one that at least half of its customers used as well."""
    leads: list[NewWord] = []
    for each in found:
        place = next((n for n, lead in enumerate(leads) if _is_shared(each, lead)), None)
        if place is None:
            leads.append(each)
        else:
            lead = leads[place]
            others = (*lead.others, each.word)
            leads[place] = NewWord(lead.word, lead.customers, lead.expected, others)
    return leads


def _is_shared(word: NewWord, lead: NewWord) -> bool:
    return 2 * len(word.customers & lead.customers) >= len(word.customers)
