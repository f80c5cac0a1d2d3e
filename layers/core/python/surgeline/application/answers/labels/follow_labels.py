"""The least that an answer needs follows what customers and agents say of answers in everyday use.

Reviews and labels are judged together. Labels only take answers away: the pointer
`knowledge/{base}/current` carries the least beside the thresholds that stand without them. The
results are kept in `knowledge/{base}/labels`, as numbers only.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cache, partial
from typing import Any, Final

from surgeline.application.answers.current_knowledge import (
    Current,
    current_index,
    index_key,
    pointer_key,
)
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.follow_traffic import STEP, TRIES, is_held, note_labels
from surgeline.application.answers.judged_bases import labels_key, last_labels
from surgeline.application.answers.labels.trials import Trial, trials_of
from surgeline.application.answers.recent_questions import DAYS
from surgeline.application.answers.review_answers import reviews_in_force
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.refusals import Changed
from surgeline.errors import Unavailable
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.live import (
    Live,
    Reviewed,
    is_broken,
    judge_reviews,
    least_after,
    trial_of,
)
from surgeline.knowledge.answering.traffic import moved_by
from surgeline.knowledge.encoders.encoder import NotEncoded

Threads = Sequence[tuple[str, Sequence[Record]]]
REVIEW: Final = "review"
_DAY_MS: Final = 86_400_000


def follow_labels(
    blobs: Blobs,
    knowledge_base: str,
    threads: Threads,
    encoders: Encoders,
    alarm: Callable[..., None],
    *,
    at: int,
) -> Live | None:
    """Move the least that an answer needs, once a day at most, and return what was judged.

    `threads` are the ids of recent threads with their newest records. `at` is the time (ms). None
    is returned where nothing answers yet, or where an operator holds the thresholds.
    """
    for _ in range(TRIES):
        pointer = bytes_of(blobs, pointer_key(knowledge_base))
        current = current_index(blobs, knowledge_base)
        if pointer is None or current is None or is_held(blobs, knowledge_base):
            return None
        index = Index.from_bytes(
            blobs.get(index_key(knowledge_base, current.version, current.tier))
        )
        index = moved_by(index.equipped(encoders.of(index.digests)), current.traffic)
        try:
            judged = _judged(
                blobs, knowledge_base, index, current, threads, since=at - DAYS * _DAY_MS
            )
        except NotEncoded:
            return None
        live = judge_reviews([each for _, each in judged], index.promise)
        kept, today = last_labels(blobs, knowledge_base) or {}, at // _DAY_MS
        least = least_after(
            live,
            index.promise,
            stands=_stands(index, current),
            before=kept.get("least"),
            step=0.0 if kept.get("day") == today else STEP,
        )
        kinds = dict(sorted(Counter(kind for kind, _ in judged).items()))
        results = asdict(live) | {"kinds": kinds, "least": least, "day": today}
        changes = least != current.least
        try:
            if changes:
                changed = json.loads(pointer) | {"least": least}
                blobs.swap(pointer_key(knowledge_base), json.dumps(changed).encode(), was=pointer)
        except Changed:
            continue
        blobs.put(labels_key(knowledge_base), json.dumps(results).encode())
        if changes:
            note_labels(blobs, knowledge_base, _entry(results, current, at))
        if changes and is_broken(live, index.promise):
            told = {"wrong": live.wrong, "answered": live.answered}
            alarm("promise_at_risk", knowledge_base=knowledge_base, **told)
        return live
    raise Unavailable(f"the pointer of {knowledge_base} changes all the time; try again later")


def _judged(
    blobs: Blobs, base: str, index: Index, current: Current, threads: Threads, *, since: int
) -> list[tuple[str, Reviewed]]:
    """Return reviews and trials with their kinds. A reviewed answer counts as a review."""
    reviews = reviews_in_force(blobs, base, index, current.threshold)
    articles = {each.id: each for each in index.articles}
    drawn = (
        trial
        for thread_id, records in threads
        for trial in trials_of(thread_id, records, articles, since)
    )
    left = _left(drawn, current, Counter((review.text, review.article) for review, _ in reviews))
    trials = _comparable(index, left, current.threshold)
    return [*((REVIEW, each) for _, each in reviews), *trials]


def _left(
    trials: Iterable[Trial], current: Current, reviewed: Counter[tuple[str, str]]
) -> Iterator[Trial]:
    """Yield the trials that no review stands for, of articles that answer by themselves."""
    quiet = {*current.held, *(article for article, _ in current.states)}
    for trial in trials:
        place = (trial.text, trial.article_id)
        if reviewed[place]:
            reviewed[place] -= 1
        elif trial.article_id not in quiet:
            yield trial


def _comparable(
    index: Index, trials: Iterable[Trial], threshold: float | None
) -> Iterator[tuple[str, Reviewed]]:
    """Yield the trials whose texts still lead this index to their article."""
    judge = cache(partial(index.judge, threshold=threshold, alike=True))
    for trial in trials:
        verdict = judge(trial.text)
        if verdict.ranking and verdict.ranking[0].article_id == trial.article_id:
            answered = verdict.kind == "answer"
            yield trial.kind, trial_of(trial.kind, verdict.confidence, answered=answered)


def _stands(index: Index, current: Current) -> float:
    """Return the least that an answer needs in any language without labels."""
    if current.threshold is not None:
        return current.threshold
    parts = (part.best(tuple(index.encoders)) for part in index.parts)
    return min(model.standing(index.promise) for model in parts)


def _entry(results: dict[str, Any], current: Current, at: int) -> dict[str, Any]:
    told = {name: results[name] for name in ("least", "reviewed", "answered", "wrong", "kinds")}
    return {
        "at": at,
        "version": current.version,
        "moves": [],
        "why": [_sentence(told)],
        "labels": told,
    }


def _sentence(told: dict[str, Any]) -> str:
    """Return the change as a sentence for a support lead."""
    said = f"Reviews and labels count {told['wrong']} wrong among {told['answered']} answers"
    if told["least"] is None:
        return f"{said}, so they ask no more of an answer than what stands."
    return f"{said}, so an answer needs at least {told['least']:.0%}."
