"""Questions that ask the same are put into groups here, the likest first.

Two groups are as like as their questions are on average. Then each question goes to the group that
it is most like. The same questions give the same groups.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.matching.features import Vocabulary, gram_matrix

MOST_QUESTIONS: Final = 4_000
"""The most questions of one language that are compared, each with each."""
WORD_SHARE: Final = 0.5
# The weights of grams and of each encoder's vectors. The sentence encoder learned English. It tells
# little of a script that it never saw.
_BY_MEANING: Final = {"grams": 0.25, "static": 0.15, "sentence": 0.60}
_BY_SCRIPT: Final = {"grams": 0.5, "static": 0.5}
_OTHER_SCRIPTS: Final = ("ko", "ja", "th", "zh")
# Questions are in one group while they are at least so like. Among more questions there are more
# that are alike by chance, so each doubling asks for more, and with encoders each halving for less.
_LIKE: Final = 0.28
_LIKE_BY_WORDS: Final = 0.20
_OF_QUESTIONS: Final = 1_000
_EACH_DOUBLING: Final = 0.04
_MOST_DOUBLINGS: Final = 2.0
_MOST_HALVINGS: Final = 1.5
# Directions that all questions share are shrunk, as the index shrinks those of its phrasings.
_WHITENING: Final = -0.25
_LEAST_SPREAD: Final = 0.5
_NEVER: Final = np.float32(-9.0)
_PASSES: Final = 3
_LEAST_GROUP: Final = 2


def likeness(
    texts: Sequence[str],
    forms: Sequence[str],
    language: str | None,
    encoders: Mapping[str, Encoder],
) -> Floats:
    """Return how like each question is to each, at most 1.

    `forms` are the texts' match forms. `encoders` are those at hand, by tier. Without any, words
    and letters are compared alone.
    """
    weights = _BY_SCRIPT if language in _OTHER_SCRIPTS else _BY_MEANING
    used = {tier: weights[tier] for tier in weights if tier in encoders}
    whole = sum(used.values()) + weights["grams"]
    vocabulary, rows = Vocabulary.learn(forms, WORD_SHARE)
    found = gram_matrix(rows, len(vocabulary.hashes)) * np.float32(weights["grams"] / whole)
    for tier, weight in used.items():
        vectors = _whitened(encoders[tier].encode(texts))
        found += (vectors @ vectors.T) * np.float32(weight / whole)
    return found


def groups_of(likeness: Floats, *, by_words: bool) -> list[list[int]]:
    """Return the places of the questions of each group, the largest group first.

    Within a group the most typical question comes first. `likeness` is square. `by_words` says that
    no encoder took part in it.
    """
    least = _least_likeness(len(likeness), by_words=by_words)
    found = _settled(likeness, _joined(likeness, least), least)
    ordered = [_typical_first(likeness, sorted(group)) for group in found]
    return sorted(ordered, key=lambda group: (-len(group), group[0]))


def coherence(likeness: Floats, group: Sequence[int]) -> float:
    """Return how like the questions of a group are on average, from 0 to 1; 1 for a single one."""
    others = len(group) - 1
    if not others:
        return 1.0
    inner = likeness[np.ix_(group, group)]
    pairs = (float(inner.sum()) - float(np.trace(inner))) / (len(group) * others)
    return min(max(pairs, 0.0), 1.0)


def _least_likeness(questions: int, *, by_words: bool) -> float:
    doublings = math.log2(max(questions, 1) / _OF_QUESTIONS)
    fewest = 0.0 if by_words else -_MOST_HALVINGS
    more = _EACH_DOUBLING * min(max(doublings, fewest), _MOST_DOUBLINGS)
    return more + (_LIKE_BY_WORDS if by_words else _LIKE)


def _joined(likeness: Floats, least: float) -> list[list[int]]:
    """Join the likest groups by chains of nearest neighbours, as long as they are like enough."""
    near = likeness.astype(np.float32)
    np.fill_diagonal(near, _NEVER)
    groups: list[list[int]] = [[place] for place in range(len(near))]
    left = dict.fromkeys(range(len(near)))
    chain: list[int] = []
    while left:
        if not chain:
            chain.append(next(iter(left)))
        last = chain[-1]
        next_one = _nearest(near[last], chain)
        if near[last, next_one] < least:
            near[:, last] = _NEVER  # nothing is like enough, so its group is whole
            del left[chain.pop()]
        elif len(chain) > 1 and next_one == chain[-2]:
            del chain[-2:]
            _join(near, groups, next_one, last)
            del left[last]
        else:
            chain.append(next_one)
    return [group for group in groups if group]


def _settled(likeness: Floats, groups: list[list[int]], least: float) -> list[list[int]]:
    """Move each question that is more like another group than the rest of its own.

    Groups were joined one by one, so that an early question may have come to the wrong one. A
    question alone stays alone.
    """
    owner = np.empty(len(likeness), dtype=np.intp)
    for number, group in enumerate(groups):
        owner[group] = number
    each = np.arange(len(likeness))
    for _ in range(_PASSES):
        members = np.zeros((len(likeness), len(groups)), np.float32)
        members[each, owner] = 1
        sizes = members.sum(axis=0)
        sums = likeness @ members
        own = (sums[each, owner] - likeness.diagonal()) / np.maximum(sizes[owner] - 1, 1)
        near = sums / np.maximum(sizes, 1)
        near[each, owner] = _NEVER
        near[:, sizes < _LEAST_GROUP] = _NEVER
        nearest = near.argmax(axis=1)
        found = near[each, nearest]
        moves = (sizes[owner] >= _LEAST_GROUP) & (found > own) & (found > least)
        if not moves.any():
            break
        owner = np.where(moves, nearest, owner)
    left: list[list[int]] = [[] for _ in groups]
    for place, number in enumerate(owner.tolist()):
        left[number].append(place)
    return [group for group in left if group]


def _nearest(row: Floats, chain: Sequence[int]) -> int:
    """Return the nearest group; of equals the one before in the chain, so that a chain ends."""
    nearest = int(row.argmax())
    before = chain[-2] if len(chain) > 1 else nearest
    return before if row[before] >= row[nearest] else nearest


def _join(near: Floats, groups: list[list[int]], kept: int, gone: int) -> None:
    """Put one group into another, and average how like they are to all others."""
    sizes = np.float32(len(groups[kept])), np.float32(len(groups[gone]))
    row = (near[kept] * sizes[0] + near[gone] * sizes[1]) / (sizes[0] + sizes[1])
    near[kept], near[:, kept] = row, row
    near[kept, kept] = _NEVER
    near[gone], near[:, gone] = _NEVER, _NEVER
    groups[kept] += groups[gone]
    groups[gone] = []


def _typical_first(likeness: Floats, group: list[int]) -> list[int]:
    central = likeness[np.ix_(group, group)].mean(axis=1)
    order = sorted(range(len(group)), key=lambda place: (-round(float(central[place]), 4), place))
    return [group[place] for place in order]


def _whitened(encoded: Floats) -> Floats:
    around = encoded - encoded.mean(axis=0)
    spreads, directions = np.linalg.eigh((around.T @ around).astype(np.float64))
    relative = np.maximum(spreads / max(float(spreads.mean()), 1e-12), 0.0) + _LEAST_SPREAD
    turned = around @ (directions * relative**_WHITENING).astype(np.float32)
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    result: Floats = (turned / np.maximum(lengths, np.float32(1e-9))).astype(np.float32)
    return result
