"""This module reports to an author on a knowledge base before it is published.

All figures come from the rehearsal of the build: each phrasing is asked as if it were not there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.language_index import LanguageIndex, rehearsal_of
from surgeline.knowledge.answering.phrasings import collect
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS

PROMISES: Final = (0.90, 0.95, 0.97, 0.99)
_MAX_SENTENCES: Final = 3
_MAX_ADVICE: Final = 10
_CURVE_POINTS: Final = 60
_TELL_APART: Final = (
    "give each more in its own words, move those that belong to the other, or make the two one"
)
_MANY_THIN: Final = 3
_UNTIL_THEN: Final = "until then it is answered only where the bot is very sure"
_ANSWERED: Final = "can be answered"

Bools = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def report(articles: Sequence[Article], index: Index) -> dict[str, Any]:
    """Return the report as JSON; shares are of the questions that have an answer.

    `expected` says for each promise which shares would be answered, offered and right, and
    `at_promise` for the promise of the index. `curve` says the same for every threshold.
    `misplaced` holds phrasings that seem to belong to another article, the likeliest first.
    `fits_two` holds others that would be answered with another article. `advice` holds the changes
    that would help most, each with its share of the questions and what it brings.
    """
    parts = [_of_part(articles, index, part) for part in index.parts]
    entries = [entry for part in parts for entry in part.entries]
    order = {article.id: place for place, article in enumerate(articles)}
    entries.sort(key=lambda entry: order[entry["id"]])
    return {
        "articles": entries,
        "phrasings": sum(entry["phrasings"] for entry in entries),
        "tier": index.tier,
        "promise": index.promise,
        "at_promise": _expected(index, index.promise),
        "expected": [_expected(index, promise) for promise in PROMISES],
        "curve": _curve(index),
        "duplicates": _duplicates(articles),
        "misplaced": _by_pull(each for part in parts for each in part.misplaced),
        "fits_two": [each for part in parts for each in part.fits_two],
        "advice": _advice(entries),
    }


@dataclass(frozen=True, slots=True)
class _PartReport:
    """One language's part of a report."""

    entries: list[dict[str, Any]]
    fits_two: list[dict[str, str]]
    misplaced: list[tuple[float, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    """The trials that count, of some language indexes; `weights` are those of the promise."""

    answer: Numbers
    right: Bools
    answerable: Bools
    weights: Numbers


def _rehearsed(part: LanguageIndex) -> _Rehearsed:
    model = part.models[-1]
    found = rehearsal_of(part, model)
    answerable = np.arange(len(found.right)) < len(part.owners)
    return _Rehearsed(found.confidence, found.right, answerable, found.weights)


def _expected(index: Index, promise: float) -> dict[str, float | None]:
    """Return what is expected to be answered, offered, and right of the answers."""
    asked = answered = suggested = 0
    given = right = 0.0
    for part in index.parts:
        kinds, trials = part.rehearsed_kinds(promise), _rehearsed(part)
        tried = trials.answerable & (trials.weights > 0)
        is_answer = kinds == "answer"
        asked += int(tried.sum())
        answered += int((is_answer & tried).sum())
        suggested += int(((kinds == "suggest") & tried).sum())
        given += float(trials.weights[is_answer].sum())
        right += float((trials.weights * trials.right)[is_answer].sum())
    return {
        "promise": promise,
        "answered": round(answered / max(asked, 1), 4),
        "suggested": round(suggested / max(asked, 1), 4),
        "precision": round(right / given, 4) if given else None,
    }


def _curve(index: Index) -> list[dict[str, float]]:
    """Return the share answered and the share of answers that are right, threshold by threshold."""
    trials = [_rehearsed(part) for part in index.parts]
    counted = [
        (each.weights > 0) & (part.phrasings_of[part.models[-1].trials.best] >= ENOUGH_PHRASINGS)
        for part, each in zip(index.parts, trials, strict=True)
    ]
    asked = sum(int((each.answerable & (each.weights > 0)).sum()) for each in trials)
    answer, right, answerable, weights = (
        np.concatenate(
            [getattr(each, name)[kept] for each, kept in zip(trials, counted, strict=True)]
        )
        for name in ("answer", "right", "answerable", "weights")
    )
    if not asked or not len(answer):
        return []
    order = np.argsort(-answer, kind="stable")
    answered = np.cumsum(answerable[order]) / asked
    precision = np.cumsum((weights * right)[order]) / np.cumsum(weights[order])
    # Equal probabilities are one threshold, so only the last of them is a point.
    ends = np.flatnonzero(np.append(np.diff(answer[order]) != 0, True))
    kept = ends[np.unique(np.linspace(0, len(ends) - 1, _CURVE_POINTS).round().astype(int))]
    return [
        {
            "threshold": round(float(answer[order][place]), 4),
            "answered": round(float(answered[place]), 4),
            "precision": round(float(precision[place]), 4),
        }
        for place in kept.tolist()
    ]


def _of_part(articles: Sequence[Article], index: Index, part: LanguageIndex) -> _PartReport:
    kinds = part.rehearsed_kinds(index.promise)
    phrasings = len(part.owners)
    trials = part.models[-1].trials
    tried = ~trials.alone[:phrasings]
    found = part.learnt_from(articles)
    best = trials.best[:phrasings]
    names = [articles[member].id for member in part.members.tolist()]
    entries = []
    for owner, member in enumerate(part.members.tolist()):
        mine = np.flatnonzero(tried & (part.owners == owner))
        count = int(part.phrasings_of[owner])
        entries.append(
            {
                "id": names[owner],
                "title": articles[member].title,
                "language": articles[member].language,
                "phrasings": count,
                "missing_phrasings": max(0, ENOUGH_PHRASINGS - count),
                "expected_answered": _share(int((kinds[mine] == "answer").sum()), len(mine)),
                "expected_suggested": _share(int((kinds[mine] == "suggest").sum()), len(mine)),
                "confused_with": _confusions(names, part, mine.tolist(), found.texts, owner),
            }
        )
    strays = {(each.text, each.owner) for each in part.strays}
    wrongly = [
        trial
        for trial in np.flatnonzero(
            tried & (kinds[:phrasings] == "answer") & (best != part.owners)
        ).tolist()
        if (found.texts[trial], int(part.owners[trial])) not in strays
    ]
    return _PartReport(
        entries,
        [
            {
                "text": found.texts[trial],
                "article": names[int(part.owners[trial])],
                "also": names[int(best[trial])],
            }
            for trial in wrongly
        ],
        [
            (each.pull, {"text": each.text, "article": names[each.owner], "to": names[each.to]})
            for each in part.strays
        ],
    )


def _by_pull(found: Iterable[tuple[float, dict[str, str]]]) -> list[dict[str, str]]:
    """Return misplaced phrasings without their pulls, the strongest first."""
    ordered = sorted(found, key=lambda each: (-each[0], each[1]["text"]))
    return [phrasing for _, phrasing in ordered]


def _confusions(
    names: Sequence[str], part: LanguageIndex, mine: list[int], texts: Sequence[str], owner: int
) -> list[dict[str, Any]]:
    sentences: dict[int, list[str]] = {}
    for trial in mine:
        best = int(part.models[-1].trials.best[trial])
        if best != owner:
            sentences.setdefault(best, []).append(texts[trial])
    ordered = sorted(sentences.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [
        {"id": names[other], "times": len(confused), "sentences": confused[:_MAX_SENTENCES]}
        for other, confused in ordered
    ]


def _duplicates(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Return the phrasings that stand in more than one article of a language."""
    by_form: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for language in sorted({article.language for article in articles}):
        members = np.array([i for i, entry in enumerate(articles) if entry.language == language])
        phrasings = collect(articles, members)
        for form, text, owner in zip(
            phrasings.forms, phrasings.texts, phrasings.owners.tolist(), strict=True
        ):
            entry = (articles[int(members[owner])].id, text)
            by_form.setdefault((language, form), []).append(entry)
    return [
        {"text": found[0][1], "articles": [article_id for article_id, _ in found]}
        for found in by_form.values()
        if len(found) > 1
    ]


def _advice(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the changes that would help most, by the share of all phrasings that each is about."""
    whole = sum(max(entry["phrasings"], ENOUGH_PHRASINGS) for entry in entries)
    found = [*_thin(entries), *_siblings(entries)]
    found.sort(key=lambda each: -each.count)
    return [
        {
            "articles": list(each.articles),
            "share": round(each.count / whole, 4),
            "do": each.do,
            "brings": f"up to {each.count / whole:.1%} of the questions {each.brings}",
        }
        for each in found[:_MAX_ADVICE]
    ]


@dataclass(frozen=True, slots=True)
class _Change:
    """A change to articles; `count` is the number of phrasings that it is about."""

    count: int
    articles: tuple[str, ...]
    do: str
    brings: str


def _thin(entries: Sequence[dict[str, Any]]) -> list[_Change]:
    """Return advice for the articles that can't be answered yet, as one piece if they are many."""
    thin = [entry for entry in entries if entry["missing_phrasings"]]
    if len(thin) > _MANY_THIN:
        do = f"give each at least {ENOUGH_PHRASINGS} phrasings"
        ids = tuple(entry["id"] for entry in thin)
        return [_Change(ENOUGH_PHRASINGS * len(thin), ids, f"{do}: {_UNTIL_THEN}", _ANSWERED)]
    return [
        _Change(
            ENOUGH_PHRASINGS,
            (entry["id"],),
            f"add {entry['missing_phrasings']} phrasings: {_UNTIL_THEN}",
            _ANSWERED,
        )
        for entry in thin
    ]


def _siblings(entries: Sequence[dict[str, Any]]) -> list[_Change]:
    """Return advice for each pair of articles whose phrasings are mistaken for each other."""
    times: dict[tuple[str, ...], int] = {}
    for entry in entries:
        for rival in entry["confused_with"]:
            pair = tuple(sorted((entry["id"], rival["id"])))
            times[pair] = times.get(pair, 0) + rival["times"]
    return [
        _Change(
            count,
            pair,
            f"{count} phrasings are taken for the other's: {_TELL_APART}",
            "find the right one of them",
        )
        for pair, count in times.items()
    ]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
