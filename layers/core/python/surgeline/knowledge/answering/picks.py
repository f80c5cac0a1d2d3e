"""A model may pick among the articles of an undecided verdict; picks are weighed here.

The model is rehearsed as the index is: with phrasings whose right article is known, and with
phrasings whose article is left out. Its picks answer from the confidence on at which they keep the
promise. Below that they only stand first among the choices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.language_index import LanguageIndex, rehearsal_of
from surgeline.knowledge.answering.verdict import Verdict

MOST_OPTIONS: Final = 5
MOST_TRIALS: Final = 60
"""So many phrasings are asked with their article, and as many without it."""


@dataclass(frozen=True, slots=True)
class PickTrial:
    """A question for the rehearsal of a model.

    `options` are articles' ids in an order that tells nothing. `article` is the right one, or None.
    `confidence` is the index's own. `weight` is how many questions the trial stands for.
    """

    text: str
    article: str | None
    options: tuple[str, ...]
    confidence: float
    weight: float


@dataclass(frozen=True, slots=True)
class Picked:
    """The outcome of a trial: the picked article, if any."""

    trial: PickTrial
    article: str | None


def options_of(verdict: Verdict) -> tuple[str, ...]:
    """Return the articles among which a model may pick, in an order that tells nothing.

    There are none where the verdict is decided: an answer, several questions, or a doubt.
    """
    if not verdict.undecided:
        return ()
    return _shuffled(each.article_id for each in verdict.ranking[:MOST_OPTIONS])


def with_pick(verdict: Verdict, article_id: str, *, needed: float | None) -> Verdict:
    """Return an undecided verdict after a model picked one of its candidates.

    `needed` is the confidence from which picks answer. None means that they never do.
    """
    first = [each for each in verdict.ranking if each.article_id == article_id]
    rest = [each for each in verdict.ranking if each.article_id != article_id]
    moved = replace(verdict, ranking=(*first, *rest))
    if needed is None or verdict.confidence < needed:
        reason = f"{verdict.reason} A model picked {article_id!r}, which stands first."
        return replace(moved, reason=reason)
    reason = (
        f"The bot alone is only {verdict.confidence:.0%} sure. A model picked {article_id!r}, and "
        f"its picks keep the promise from {needed:.0%} on."
    )
    return replace(moved, kind="answer", article_id=article_id, reason=reason, undecided=False)


def pick_trials(index: Index) -> list[PickTrial]:
    """Return the questions that rehearse a model: phrasings that the rehearsal left undecided."""
    return [trial for part in index.parts for trial in _trials(index, part)]


def pick_threshold(picked: Sequence[Picked], promise: float) -> float | None:
    """Return the least confidence from which on picks keep the promise, or None for never.

    One more wrong pick than was seen is assumed, because a handful of trials proves nothing.
    """
    total = sum(each.trial.weight for each in picked)
    made = [each for each in picked if each.article is not None]
    lowest, answered, right = None, 1.0, 0.0
    for each in sorted(made, key=lambda found: -found.trial.confidence):
        weight = each.trial.weight * len(picked) / total
        answered += weight
        right += weight * (each.article == each.trial.article)
        if right >= promise * answered:
            lowest = each.trial.confidence
    return lowest


def _trials(index: Index, part: LanguageIndex) -> Iterator[PickTrial]:
    model = part.models[-1]
    phrasings = part.learnt_from(index.articles)
    asked = np.tile(phrasings.asked, 2)
    undecided = (part.rehearsed_kinds(index.promise) == "suggest") & asked & ~model.trials.alone
    weights = rehearsal_of(part, model).weights
    count = len(part.owners)
    for answerable in (True, False):
        places = np.flatnonzero(undecided & ((np.arange(2 * count) < count) == answerable))
        chosen = places[np.linspace(0, len(places) - 1, min(len(places), MOST_TRIALS)).astype(int)]
        each_stands_for = float(weights[places].sum()) / max(len(chosen), 1)
        for place in chosen.tolist():
            own = index.articles[int(part.members[phrasings.owners[place % count]])].id
            found = bool(answerable and model.trials.offered[place])
            yield _trial(
                index,
                phrasings.texts[place % count],
                own,
                found=found,
                confidence=float(model.trials.answer[place]),
                weight=each_stands_for,
            )


def _trial(
    index: Index,
    text: str,
    own: str,
    *,
    found: bool,
    **weighed: Any,  # noqa: ANN401 - floats
) -> PickTrial:
    """Return a trial; the own article is an option where the rehearsal `found` it."""
    others = index.judge(text, exclude=(own,)).ranking
    near = [each.article_id for each in others[: MOST_OPTIONS - found]]
    options = _shuffled([own, *near] if found else near)
    return PickTrial(text, own if found else None, options, **weighed)


def _shuffled(ids: Any) -> tuple[str, ...]:  # noqa: ANN401 - any iterable of ids
    return tuple(sorted(ids))
