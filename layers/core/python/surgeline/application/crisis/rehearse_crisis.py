"""A crisis is rehearsed here: what each conversation of a day would have met under a profile."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from surgeline.domain.crisis.in_crisis import Fit, Marks, fit_of
from surgeline.domain.crisis.profile import Profile
from surgeline.reports.case import Case

MOST_LISTED = 500
_TO_PERSON = ("to_people", "suppressed")
_ORDER: tuple[Fit, ...] = ("to_people", "suppressed", "variant", "neutral")
"""What counts for a conversation with several answers: the first of these."""


@dataclass(frozen=True, slots=True)
class Met:
    """The fit that a conversation would have met, and `articles`, the bot's answers in it.

    `fit` is None where the bot gave no answer, so that nothing would have changed.
    """

    conversation_id: str
    articles: tuple[str, ...]
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How many conversations would have met what, and the newest of them one by one."""

    conversations: int
    counts: Mapping[str, int]
    met: tuple[Met, ...]

    @property
    def more_people(self) -> int:
        """Return how many conversations would have gone to people that the bot had answered."""
        return sum(self.counts.get(each, 0) for each in _TO_PERSON)


def rehearse(
    cases: Iterable[Case], profile: Profile, marks: Callable[[Case, str], Marks]
) -> Rehearsal:
    """Play the answers of some conversations under a profile.

    `marks` returns the marks of an article in the case's knowledge base, as it is now.
    """
    counts: Counter[str] = Counter()
    met: list[Met] = []
    number = 0
    for case in cases:
        number += 1
        answers = case.account.answered if case.account else ()
        fits = {fit_of(each, marks(case, each), profile) for each in answers}
        fit = next((each for each in _ORDER if each in fits), None)
        counts[fit or "unchanged"] += 1
        met.append(Met(case.conversation_id, answers, fit))
    return Rehearsal(number, dict(counts), tuple(met[-MOST_LISTED:]))
