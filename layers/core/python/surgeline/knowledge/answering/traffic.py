"""An index's thresholds are moved here to suit a company's own traffic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.language_index import LanguageIndex, rehearsal_of
from surgeline.knowledge.answering.verdict import Measured, measure
from surgeline.knowledge.matching.policy import threshold_for
from surgeline.knowledge.matching.tier_model import TierModel
from surgeline.knowledge.matching.traffic import Adapted, adapt

_DIGITS: Final = 4


def with_traffic(index: Index, texts: Iterable[str]) -> Index:
    """Return the index with thresholds that keep the promise on questions like these.

    Only the confidences of the texts count. A text that asks nothing, or that no language index can
    judge, is left out. The tier model that answers now is adapted. The others keep their rehearsed
    thresholds.
    """
    return adapted_to(index, [found for text in texts if (found := measure(index, text))])


def adapted_to(index: Index, asked: Iterable[Measured]) -> Index:
    """Return the index with thresholds that suit questions of these confidences."""
    measured: list[list[Measured]] = [[] for _ in index.parts]
    for each in asked:
        measured[each.part].append(each)
    parts = tuple(
        _adapted(part, asked, tuple(index.encoders))
        for part, asked in zip(index.parts, measured, strict=True)
    )
    return replace(index, parts=parts)


@dataclass(frozen=True, slots=True)
class Move:
    """The change of a language's threshold by traffic, at one promise."""

    language: str
    tier: str
    questions: int
    wrong: float
    assumed: float
    rehearsed: float
    threshold: float

    @property
    def sentence(self) -> str:
        """Return the change as a sentence for a support lead."""
        before, after = f"{self.rehearsed:.0%}", f"{self.threshold:.0%}"
        move = f"moved what an answer needs from {before} to {after}"
        if before == after:
            move = f"left what an answer needs at {after}"
        return (
            f"{self.questions} questions of your traffic {move}: about {self.wrong:.0%} of them "
            f"find no right article, where {self.assumed:.0%} was assumed."
        )

    def eased(self, before: float | None, step: float) -> "Move":
        """Return the move with a threshold that falls by at most `step` from the one before."""
        least = (self.rehearsed if before is None else before) - step
        return replace(self, threshold=max(self.threshold, round(least, _DIGITS)))

    @property
    def is_at_risk(self) -> bool:
        """Return whether the rehearsed threshold would break the promise on this traffic."""
        return self.threshold > self.rehearsed

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Move":
        """Return the move of its JSON object; fields of a newer release are left out."""
        return cls(**{each.name: stored[each.name] for each in fields(cls)})

    def as_json(self) -> dict[str, Any]:
        """Return the move for programs."""
        return {
            "language": self.language,
            "tier": self.tier,
            "questions": self.questions,
            "wrong": self.wrong,
            "assumed": self.assumed,
            "rehearsed": round(self.rehearsed, _DIGITS),
            "threshold": round(self.threshold, _DIGITS),
        }


def moves_of(index: Index, promise: float | None = None) -> list[Move]:
    """Return the changes by traffic, one language index after the other."""
    kept = index.promise if promise is None else promise
    found = [_move(part, model, kept) for part in index.parts for model in part.models]
    return [move for move in found if move is not None]


def moved_by(index: Index, moves: Iterable[Move]) -> Index:
    """Return the index with the thresholds of moves that were found before.

    A move counts for the language and the tier that it was found with, and for nothing else.
    """
    found = {(move.language, move.tier): move for move in moves}
    parts = tuple(
        replace(
            part,
            models=tuple(
                _held(model, found[key]) if (key := (part.language, model.tier)) in found else model
                for model in part.models
            ),
        )
        for part in index.parts
    )
    return replace(index, parts=parts) if found else index


def raised_to(index: Index, least: float | None) -> Index:
    """Return the index whose answers need at least a probability, whatever its thresholds are."""
    if least is None:
        return index
    parts = tuple(
        replace(part, models=tuple(replace(model, least=least) for model in part.models))
        for part in index.parts
    )
    return replace(index, parts=parts)


def _held(model: TierModel, move: Move) -> TierModel:
    thresholds = np.full(len(model.thresholds), move.threshold)
    return replace(model, traffic=Adapted(move.questions, move.wrong, move.assumed, thresholds))


def _move(part: LanguageIndex, model: TierModel, promise: float) -> Move | None:
    if model.traffic is None:
        return None
    return Move(
        language=part.language,
        tier=model.tier,
        questions=model.traffic.questions,
        wrong=model.traffic.wrong,
        assumed=model.traffic.assumed,
        rehearsed=threshold_for(model.thresholds, promise),
        threshold=model.standing(promise),
    )


def _adapted(part: LanguageIndex, asked: list[Measured], tiers: tuple[str, ...]) -> LanguageIndex:
    model = part.best(tiers)
    traffic = adapt(
        rehearsal_of(part, model),
        model.thresholds,
        np.array([each.confidence for each in asked], dtype=np.float64),
        np.array([each.answerable for each in asked], dtype=np.bool_),
    )
    models = tuple(
        replace(each, traffic=traffic) if each is model else each for each in part.models
    )
    return replace(part, models=models)
