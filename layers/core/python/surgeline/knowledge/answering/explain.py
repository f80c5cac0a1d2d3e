"""This module explains a verdict in a support lead's words: an answer, a choice, or a person.

The explanation uses the index, the thresholds and the code of the answer itself.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.traffic import moves_of
from surgeline.knowledge.answering.verdict import Asked, held_back, kept_back
from surgeline.knowledge.articles.states import AUTOMATED
from surgeline.knowledge.encoders.encoder import MANAGED
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS
from surgeline.knowledge.text.reading import (
    detect_language,
    match_form,
    small_talk,
    wants_person,
)

_TIERS = {
    "lexical": "comparing letters and words",
    "static": "comparing words and their usual company",
    "sentence": "comparing the meaning of sentences",
    MANAGED: "comparing the meaning of sentences in any language, as a service sees it",
}


def explain(
    index: Index,
    text: str,
    *,
    language: str | None = None,
    threshold: float | None = None,
    held: Collection[str] = (),
    states: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the verdict on a text with everything that it was weighed by.

    `decision` and `why` (sentences) come first, then `language` and `tier`. `threshold` is the
    probability that an answer needs. `choice` is the probability that a choice has,
    `choice_threshold` the one that a choice needs. `candidates` have an id, a title, a probability
    and the number of their phrasings. Probabilities are from 0 to 1. The argument `threshold` is
    the one that reviewed answers proved. `held` are articles that are offered and never answered.
    `states` are those that differ from `automated`, by article.
    """
    judged = index.judge(text, language=language, threshold=threshold)
    verdict = kept_back(held_back(judged, held), states or {})
    found = {
        "decision": verdict.kind,
        "why": [verdict.reason],
        "language": detect_language(text),
        "tier": verdict.tier,
        "promise": index.promise,
        "threshold": verdict.threshold if verdict.ranking else None,
        "choice": verdict.choice,
        "choice_threshold": verdict.choice_threshold,
        "candidates": [
            _candidate(index, each.article_id, each.confidence, states or {})
            for each in verdict.ranking
        ],
    }
    if wants_person(text):
        why = "The customer asks for a person, which always works, whatever the articles hold."
        return found | {"decision": "person", "why": [why]}
    courtesy = small_talk(text)
    if courtesy and verdict.kind != "answer":
        why = f"The message asks nothing ({courtesy}), so it gets its own reply and no handoff."
        return found | {"decision": "small_talk", "why": [why]}
    return found | {
        "why": [
            verdict.reason,
            *_fell_back(index, found, text),
            *_moved(index, found, threshold),
            *_raised(index, found),
            *_more(found, threshold, verdict.asked, is_held=verdict is not judged),
        ]
    }


def _candidate(
    index: Index, article_id: str, probability: float, states: Mapping[str, str]
) -> dict[str, Any]:
    article = index.article(article_id)
    assert article is not None  # a ranking names articles of its index
    return {
        "id": article_id,
        "title": article.title,
        "language": article.language,
        "probability": probability,
        "phrasings": len(article.questions),
        "state": states.get(article_id, AUTOMATED),
    }


def _fell_back(index: Index, found: dict[str, Any], text: str) -> list[str]:
    """Return why the tier below judged, where the index was built for a service's vectors."""
    tier, candidates = found["tier"], found["candidates"]
    if (
        index.tier != MANAGED
        or tier == MANAGED
        or not candidates
        or match_form(text) in index.forms
    ):
        return []
    best = candidates[0]
    [part] = [each for each in index.parts if each.language == best["language"]]
    if best["phrasings"] < ENOUGH_PHRASINGS or part.models[-1].tier != MANAGED:
        return [f"Too few phrasings to rehearse tier {MANAGED} on, so tier {tier} judged."]
    return [f"The service of tier {MANAGED} gave no vectors for this, so tier {tier} judged."]


def _moved(index: Index, found: dict[str, Any], live: float | None) -> list[str]:
    """Return the changes by traffic, unless reviewed answers took their place."""
    if live is not None or not found["candidates"]:
        return []
    judged = (found["tier"], found["candidates"][0]["language"])
    return [move.sentence for move in moves_of(index) if (move.tier, move.language) == judged]


def _raised(index: Index, found: dict[str, Any]) -> list[str]:
    """Return that labels raised what an answer needs, where they did."""
    least = max((model.least for part in index.parts for model in part.models), default=0.0)
    if not least or not found["candidates"] or found["threshold"] > least:
        return []
    return [f"What customers and agents said of answers raised what one needs to {least:.0%}."]


def _more(
    found: dict[str, Any], live: float | None, asked: Sequence[Asked], *, is_held: bool
) -> list[str]:
    """Return what else the verdict was weighed by, and what would change it."""
    if not found["candidates"]:
        return ["A person is asked, and is told the language."] if found["language"] else []
    lines = [f"Tier {found['tier']} found the article by {_TIERS[found['tier']]}."]
    if live is not None:
        lines.append("Your reviewed answers set the probability that an answer needs.")
    best = found["candidates"][0]
    if best["phrasings"] < ENOUGH_PHRASINGS:
        lines.append(
            f"{best['id']!r} has {best['phrasings']} phrasing(s), which teach little of what "
            f"customers ask. From {ENOUGH_PHRASINGS} on, the articles' own rehearsal decides."
        )
    if found["decision"] != "answer" and not is_held:
        lines.append(_advice(best["id"], asked))
    if (
        found["decision"] == "suggest"
        and not is_held
        and not asked  # several questions are each weighed alone
        and found["choice"] >= found["choice_threshold"]
    ):
        lines.append(
            f"The right article is among the three choices with {found['choice']:.0%}, and "
            f"{found['choice_threshold']:.0%} is enough to offer them."
        )
    if found["decision"] == "abstain":
        lines.append(
            f"Not even the choices reach {found['choice_threshold']:.0%} "
            f"(they have {found['choice']:.0%}), so a person is asked and sees the candidates."
        )
    return lines


def _advice(best: str, asked: Sequence[Asked]) -> str:
    """Return the sentence that says how a text becomes one that is answered.

    A text that asks several questions belongs to no single article.
    """
    unsure = [f"“{each.text}” to {each.article_id!r}" for each in asked if not each.sure]
    if not unsure:
        return f"If {best!r} is right, add this text to its questions, and the text is answered."
    return (
        f"Each question belongs to its own article, and the whole text to none. Where these are "
        f"right, add {' and '.join(unsure)}, and the text is answered."
    )
