"""The answers that people gave to questions alike are weighed here: whose closed, and how simple.

Everything is pure. A person's answers are compared by Wilson's lower bound, so that one lucky end
does not count more than many.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, Final

from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.domain.shares import bounds
from surgeline.knowledge.text.reading import match_form

MOST_COMPARED: Final = 8
"""The number of answers of a group that are compared with each other."""
COMPARED_CHARS: Final = 600
LONG_CHARS: Final = 1_000
"""An answer of this length is half as simple as a short one."""
_GRAM: Final = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer. `closed` is None where nobody knows whether that was the end."""

    text: str
    by: str = ""
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """An answer of the person whose answers close most, with how many of theirs did."""

    text: str
    by: str
    closed: int
    of: int

    def as_json(self) -> dict[str, Any]:
        """Return whose answer it is, and what it rests on."""
        return {"by": self.by, "closed": self.closed, "of": self.of}


def replies_to(newest_first: Iterable[AskedQuestion]) -> Iterator[Reply]:
    """Yield what people answered to questions alike, each once.

    A customer who asked such a question again was not helped by the answer before.
    """
    told: set[tuple[str, str]] = set()
    back: set[str] = set()
    for each in newest_first:
        if each.reply is not None and (each.thread_id, each.reply) not in told:
            told.add((each.thread_id, each.reply))
            came_back = each.thread_id in back and each.closed is not None
            yield Reply(each.reply, each.by, False if came_back else each.closed)
        back.add(each.thread_id)


def best_answer(replies: Iterable[Reply]) -> Best | None:
    """Return the shortest answer that closed, of the person whose answers surely close most."""
    by_person: dict[str, list[Reply]] = defaultdict(list)
    for each in replies:
        if each.closed is not None:
            by_person[each.by].append(each)
    found = [
        Best(min((e.text for e in theirs if e.closed), key=_short_first), by, closed, len(theirs))
        for by, theirs in by_person.items()
        if (closed := sum(bool(each.closed) for each in theirs))
    ]
    return min(found, key=lambda one: (-bounds(one.closed, one.of)[0], one.by), default=None)


def shortest_first(texts: Iterable[str], first: Best | None = None) -> list[str]:
    """Return the answers, each once: the best one before all others, and then the shortest."""
    known = sorted(set(texts), key=_short_first)
    return known if first is None else list(dict.fromkeys((first.text, *known)))


def simplicity_of(answers: Iterable[str]) -> float:
    """Return how simple an answer is, from 0 to 1. Short ones that say the same are simple.

    Nothing is known of a question that nobody answered, so it counts as simple.
    """
    compared = list(islice(answers, MOST_COMPARED))
    if not compared:
        return 1.0
    length = sum(map(len, compared)) / len(compared)
    return _agreement([_grams(each) for each in compared]) / (1 + length / LONG_CHARS)


def _agreement(grams: Sequence[frozenset[str]]) -> float:
    """Return between a half, where no two answers share anything, and one, where all are equal."""
    pairs = list(combinations(grams, 2))
    if not pairs:
        return 1.0
    alike = sum(2 * len(one & other) / max(1, len(one) + len(other)) for one, other in pairs)
    return 0.5 + 0.5 * alike / len(pairs)


def _grams(text: str) -> frozenset[str]:
    form = match_form(text)[:COMPARED_CHARS]
    return frozenset(form[at : at + _GRAM] for at in range(max(1, len(form) - _GRAM + 1)))


def _short_first(text: str) -> tuple[int, str]:
    return len(text), text
