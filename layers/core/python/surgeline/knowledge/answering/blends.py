"""The ways to compare texts are chosen here: what grams and each encoder count in a mix."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.phrasings import Phrasings
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder
from surgeline.knowledge.matching.encoder_view import EncoderView, Mix
from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.matching.misplaced import Pulls
from surgeline.knowledge.matching.ridge import left_out_accuracy
from surgeline.knowledge.matching.tier_model import (
    Grams,
    Known,
    TierModel,
    blended,
    learn_model,
)

# These are the ways to mix what the encoders at hand see. The phrasings choose among them, left out
# one by one. The sentence encoder learned English. In other languages it counts for less than the
# static table. In Korean, whose letters it never saw, it does not count.
_TABLE_ALONE: Final = Mix(1.0, {"static": 3.0})
_ENGLISH: Final = Mix(0.6, {"sentence": 3.0, "static": 1.0})
_ELSEWHERE: Final = Mix(1.0, {"sentence": 1.5, "static": 3.0})
# The table takes short questions about one subject for the same. So it may count less, and always
# does where an article has a phrasing or two, because there is nothing to choose by then.
_SHORT_KOREAN: Final = Mix(1.0, {"static": 1.0})
_SHORT_ELSEWHERE: Final = Mix(1.0, {"sentence": 1.5, "static": 1.0})
_FEW: Final = 2
_RICHEST_LAST: Final = ("static", "sentence", MANAGED)
# A service's vectors are taken alone, or with a little of the table where its weights are here.
_MANAGED_ALONE: Final = Mix(0.6, {MANAGED: 3.0})
_MANAGED: Final = Mix(0.6, {MANAGED: 3.0, "static": 1.0})
# The static table's vectors are crowded around their mean, the sentence encoder's are not. Those of
# services are crowded more or less, and around their mean they are as far apart as sentences.
_CENTRED: Final = frozenset({"static", MANAGED})
# The table has Korean mostly in pieces of syllables. Most texts share these few directions.
_WHITENED: Final = {"ko": frozenset({"static"})}
# The sharpness of nearness depends on how far apart an encoder's vectors lie.
_SHARPNESS: Final = {"static": 0.8, "sentence": 0.5, MANAGED: 0.5}
# A richer mix must be right this much more often to be worth its time.
_WORTH: Final = 0.003
# Other weights must be right for more than one phrasing more, which chance decides.
_WORTH_PHRASINGS: Final = 1.5
_CHOOSE_FROM: Final = 1_000


def learn_blend(
    language: str,
    phrasings: Phrasings,
    grams: Grams,
    *,
    known: Known,
    enough: NDArray[np.bool_],
    encoders: Mapping[str, Encoder],
) -> tuple[TierModel, Pulls]:
    """Learn the tier model whose mix lets most left-out phrasings find their article."""
    few = int(np.bincount(phrasings.owners).max()) <= _FEW
    blends = _blends(language, encoders, few=few)
    return _learn_best(
        language, phrasings, grams, blends, known=known, enough=enough, encoders=encoders
    )


def learn_managed(
    language: str,
    phrasings: Phrasings,
    grams: Grams,
    *,
    known: Known,
    enough: NDArray[np.bool_],
    encoders: Mapping[str, Encoder],
) -> TierModel:
    """Learn the tier model of a service's vectors. All phrasings are encoded at once."""
    blends = [each for each in (_MANAGED_ALONE, _MANAGED) if set(each.views) <= set(encoders)]
    encoders[MANAGED].encode(phrasings.texts)
    model, _ = _learn_best(
        language, phrasings, grams, blends, known=known, enough=enough, encoders=encoders
    )
    return model


def _learn_best(
    language: str,
    phrasings: Phrasings,
    grams: Grams,
    blends: Sequence[Mix],
    *,
    known: Known,
    enough: NDArray[np.bool_],
    encoders: Mapping[str, Encoder],
) -> tuple[TierModel, Pulls]:
    """Learn the tier model of the best one of some mixes."""
    first = _enough_to_choose(phrasings.owners)
    needed = {tier for blend in blends for tier in blend.views}
    firsts = {tier: encoders[tier].encode(phrasings.texts[:first]) for tier in sorted(needed)}
    owners = phrasings.owners[:first]
    blend = _best_blend(language, blends, owners, grams[:first, :first], firsts)
    rest = phrasings.texts[first:]
    encoded = {tier: _continued(firsts[tier], rest, encoders[tier]) for tier in blend.views}
    tier = max(blend.views, key=_RICHEST_LAST.index)
    views = _views(language, blend, encoded)
    return learn_model(
        tier, blend.grams, views, grams, owners=phrasings.owners, known=known, enough=enough
    )


def _enough_to_choose(owners: Ints) -> int:
    """Return how many phrasings choose the mix: all phrasings of the first articles."""
    last = owners[min(_CHOOSE_FROM, len(owners)) - 1]
    return int(np.searchsorted(owners, last, side="right"))


def _continued(encoded: Floats, rest: Sequence[str], encoder: Encoder) -> Floats:
    return np.concatenate((encoded, encoder.encode(rest))) if rest else encoded


def _blends(language: str, encoders: Mapping[str, Encoder], *, few: bool) -> list[Mix]:
    """Return the mixes of the encoders at hand that a language may have, the richest last.

    `few` says that no article has more than a phrasing or two.
    """
    family = language.split("-", maxsplit=1)[0]
    usual = {"en": _ENGLISH, "ko": _TABLE_ALONE}.get(family, _ELSEWHERE)
    short = {"en": _ENGLISH, "ko": _SHORT_KOREAN}.get(family, _SHORT_ELSEWHERE)
    known = [short] if few else [_TABLE_ALONE, usual, short]
    at_hand = [each for each in known if set(each.views) <= set(encoders)] or [_TABLE_ALONE]
    return [each for place, each in enumerate(at_hand) if each not in at_hand[:place]]


def _best_blend(
    language: str,
    blends: Sequence[Mix],
    owners: Ints,
    grams: Grams,
    encoded: Mapping[str, Floats],
) -> Mix:
    """Return the mix that is best for the first phrasings.

    Encoding all phrasings by every encoder would take minutes.
    """
    if len(blends) == 1:
        return blends[0]
    best, reached = blends[0], -1.0
    for blend in blends:
        kernel = blended(blend.grams, _views(language, blend, encoded), grams)
        accuracy = left_out_accuracy(kernel, owners, int(owners[-1]) + 1)
        alike = blend.views.keys() == best.views.keys()
        worth = max(_WORTH, _WORTH_PHRASINGS / len(owners)) if alike else _WORTH
        if accuracy > reached + worth:
            best, reached = blend, accuracy
    return best


def _views(language: str, blend: Mix, encoded: Mapping[str, Floats]) -> tuple[EncoderView, ...]:
    whitened = _WHITENED.get(language.split("-", maxsplit=1)[0], frozenset())
    return tuple(
        EncoderView.of(
            tier,
            weight,
            encoded[tier],
            sharpness=_SHARPNESS[tier],
            centred=tier in _CENTRED,
            whitened=tier in whitened,
        )
        for tier, weight in blend.views.items()
    )
