"""The layout of an index inside its artifact is defined here, array by array.

As in release 0.1.0, the stored name of a language index is "pool", and of a tier model "head".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.matching.calibration import Calibrator
from surgeline.knowledge.matching.encoder_view import EncoderView
from surgeline.knowledge.matching.evidence import firsts_of
from surgeline.knowledge.matching.features import Lookup, Rows, Vocabulary
from surgeline.knowledge.matching.misplaced import Stray
from surgeline.knowledge.matching.passages import Passages
from surgeline.knowledge.matching.policy import CHOICE_PROMISE
from surgeline.knowledge.matching.tier_model import TierModel, Trials
from surgeline.knowledge.matching.traffic import Adapted

Arrays = dict[str, NDArray[Any]]

_PART_ARRAYS: Final = ("members", "owners", "sources", "phrasings_of")
_TRIAL_ARRAYS: Final = ("best", "answer", "choice", "right", "offered", "alone")


def put_part(prefix: str, part: LanguageIndex, arrays: Arrays) -> dict[str, Any]:
    """Add a language index's arrays under a prefix and return its parts that are no arrays."""
    for name in _PART_ARRAYS:
        arrays[prefix + name] = getattr(part, name).astype(np.int32)
    arrays[f"{prefix}hashes"] = part.vocabulary.hashes
    arrays[f"{prefix}weights"] = part.vocabulary.weights
    arrays[f"{prefix}starts"] = part.lookup.postings.starts
    arrays[f"{prefix}columns"] = part.lookup.postings.columns.astype(np.int32)
    arrays[f"{prefix}values"] = part.lookup.postings.values
    return {
        "language": part.language,
        "also": list(part.also),
        "courteous": part.courteous,
        "unseen_weight": part.vocabulary.unseen_weight,
        "word_share": part.vocabulary.word_share,
        "strays": [list(each) for each in part.strays],
        **_put_passages(f"{prefix}passages_", part.passages, arrays),
        "heads": [
            _put_model(f"{prefix}head{number}_", model, arrays)
            for number, model in enumerate(part.models)
        ],
    }


def get_part(prefix: str, about: Mapping[str, Any], arrays: Arrays) -> LanguageIndex:
    """Return the language index that `put_pool` stored."""
    owners = arrays[f"{prefix}owners"].astype(np.int64)
    part = LanguageIndex(
        language=about["language"],
        also=tuple(about["also"]),
        courteous=about["courteous"],
        members=arrays[f"{prefix}members"].astype(np.int64),
        owners=owners,
        firsts=firsts_of(owners),
        sources=arrays[f"{prefix}sources"].astype(np.int64),
        phrasings_of=arrays[f"{prefix}phrasings_of"].astype(np.int64),
        vocabulary=Vocabulary(
            arrays[f"{prefix}hashes"],
            arrays[f"{prefix}weights"],
            about["unseen_weight"],
            about["word_share"],
        ),
        lookup=Lookup.of(
            Rows(
                arrays[f"{prefix}starts"],
                arrays[f"{prefix}columns"].astype(np.int64),
                arrays[f"{prefix}values"],
            ),
            len(owners),
        ),
        models=tuple(
            _get_model(f"{prefix}head{number}_", model, arrays)
            for number, model in enumerate(about["heads"])
        ),
    )
    part = replace(part, passages=_get_passages(f"{prefix}passages_", about, part, arrays))
    return part.with_strays([Stray(*each) for each in about.get("strays", ())])


def _put_passages(prefix: str, passages: Passages | None, arrays: Arrays) -> dict[str, Any]:
    """Add the arrays of passages; an index without passages is stored as before."""
    if passages is None:
        return {}
    arrays[f"{prefix}owners"] = passages.owners.astype(np.int32)
    arrays[f"{prefix}hashes"] = passages.vocabulary.hashes
    arrays[f"{prefix}weights"] = passages.vocabulary.weights
    arrays[f"{prefix}starts"] = passages.rows.starts
    arrays[f"{prefix}columns"] = passages.rows.columns.astype(np.int32)
    arrays[f"{prefix}values"] = passages.rows.values
    for tier, vectors in passages.vectors.items():
        arrays[f"{prefix}{tier}_vectors"] = vectors.astype(np.float16)
    return {"passages": [passages.vocabulary.unseen_weight, passages.vocabulary.word_share]}


def _get_passages(
    prefix: str, about: Mapping[str, Any], part: LanguageIndex, arrays: Arrays
) -> Passages | None:
    if "passages" not in about:
        return None
    hashes, weights = arrays[f"{prefix}hashes"], arrays[f"{prefix}weights"]
    return Passages.of(
        len(part.members),
        arrays[f"{prefix}owners"].astype(np.int64),
        Vocabulary(hashes, weights, *about["passages"]),
        Rows(
            arrays[f"{prefix}starts"],
            arrays[f"{prefix}columns"].astype(np.int64),
            arrays[f"{prefix}values"],
        ),
        {
            view.tier: arrays[name].astype(np.float32)
            for model in part.models
            for view in model.views
            if (name := f"{prefix}{view.tier}_vectors") in arrays
        },
    )


def _put_model(prefix: str, model: TierModel, arrays: Arrays) -> dict[str, Any]:
    arrays[f"{prefix}coefficients"] = model.coefficients.astype(np.float16)
    arrays[f"{prefix}thresholds"] = model.thresholds
    for name in _TRIAL_ARRAYS:
        arrays[f"{prefix}trial_{name}"] = getattr(model.trials, name)
    for name, calibrator in (("answer", model.answer), ("choice", model.choice)):
        arrays[f"{prefix}{name}"] = np.stack(
            (calibrator.means, calibrator.scales, calibrator.slopes)
        )
        arrays[f"{prefix}{name}_leanings"] = calibrator.leanings
    for view in model.views:
        arrays[f"{prefix}{view.tier}_mean"] = view.mean.astype(np.float16)
        arrays[f"{prefix}{view.tier}_vectors"] = view.vectors.astype(np.float16)
        if view.whitening is not None:
            arrays[f"{prefix}{view.tier}_evening"] = view.whitening.astype(np.float16)
    return _put_traffic(prefix, model.traffic, arrays) | {
        "tier": model.tier,
        "gram_weight": model.gram_weight,
        "views": [[view.tier, view.weight, view.sharpness] for view in model.views],
        "offers_from": model.offers_from,
        "intercepts": [model.answer.intercept, model.choice.intercept],
    }


def _get_model(prefix: str, about: Mapping[str, Any], arrays: Arrays) -> TierModel:
    answer, choice = about["intercepts"]
    return TierModel(
        tier=about["tier"],
        gram_weight=about["gram_weight"],
        views=tuple(
            EncoderView(
                tier,
                weight,
                sharpness,
                arrays[f"{prefix}{tier}_mean"].astype(np.float32),
                _get_whitening(f"{prefix}{tier}_evening", arrays),
                arrays[f"{prefix}{tier}_vectors"].astype(np.float32),
            )
            for tier, weight, sharpness in about["views"]
        ),
        coefficients=arrays[f"{prefix}coefficients"].astype(np.float32),
        answer=_get_calibrator(f"{prefix}answer", answer, arrays),
        choice=_get_calibrator(f"{prefix}choice", choice, arrays),
        thresholds=arrays[f"{prefix}thresholds"],
        trials=Trials(**{name: arrays[f"{prefix}trial_{name}"] for name in _TRIAL_ARRAYS}),
        # An artifact of an earlier release offers choices as it did.
        offers_from=about.get("offers_from", CHOICE_PROMISE),
        traffic=_get_traffic(prefix, about, arrays),
    )


def _put_traffic(prefix: str, traffic: Adapted | None, arrays: Arrays) -> dict[str, Any]:
    """Add the arrays of traffic; an index without traffic is stored as before."""
    if traffic is None:
        return {}
    arrays[f"{prefix}traffic_thresholds"] = traffic.thresholds
    return {"traffic": [traffic.questions, traffic.wrong, traffic.assumed]}


def _get_traffic(prefix: str, about: Mapping[str, Any], arrays: Arrays) -> Adapted | None:
    if "traffic" not in about:
        return None
    questions, wrong, assumed = about["traffic"]
    return Adapted(questions, wrong, assumed, arrays[f"{prefix}traffic_thresholds"])


def _get_whitening(name: str, arrays: Arrays) -> Floats | None:
    return arrays[name].astype(np.float32) if name in arrays else None


def _get_calibrator(name: str, intercept: float, arrays: Arrays) -> Calibrator:
    means, scales, slopes = arrays[name]
    return Calibrator(means, scales, slopes, intercept, arrays[f"{name}_leanings"])
