"""Reviewed answers are kept here, one file a knowledge base, and judged to set a threshold.

Keys: `knowledge-sources/{base}/reviews/{version}.jsonl` (uploaded, the whole set each time),
`knowledge/{base}/reviews` (the results of the last set). The pointer `knowledge/{base}/current`
carries the threshold that the reviews allow. Another version, or an earlier one, starts from its
own threshold.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from surgeline.application.answers.current_knowledge import (
    Current,
    current_index,
    index_key,
    pointer_key,
)
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.judged_bases import last_judged
from surgeline.application.answers.publish_knowledge import SOURCES
from surgeline.application.answers.uploads import note_upload, uploaded_at
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.refusals import Changed
from surgeline.domain.ids import thread_of
from surgeline.errors import Unavailable, Unprocessable
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.live import Live, Reviewed, judge_reviews
from surgeline.knowledge.encoders.encoder import NotEncoded

MAX_REVIEWS = 5_000
MAX_PROBLEMS = 20
TRIES = 5
ACCEPTED = 'expected {"text": "…", "article": "an id", "right": true or false}'
_FOLDER = "/reviews/"
_NOTED = "reviews-"


@dataclass(frozen=True, slots=True)
class Review:
    """A customer's text, the article that answered, and whether the answer was right."""

    text: str
    article: str
    right: bool


def upload_reviews(
    blobs: Blobs, knowledge_base: str, raw: bytes, *, at: int = 0
) -> tuple[str, int]:
    """Keep a whole set of reviews. Return its version and size. Storing the set wakes the judging.

    `at` is the time (ms). Of two sets the one uploaded later counts. Raises Unprocessable with
    every problem as `reviews:line: problem`.
    """
    reviews = parse_reviews(raw)
    version = hashlib.sha256(raw).hexdigest()[:16]
    note_upload(blobs, knowledge_base, f"{_NOTED}{version}", at=at)
    blobs.put(f"{SOURCES}{knowledge_base}{_FOLDER}{version}.jsonl", raw)
    return version, len(reviews)


def parse_reviews(raw: bytes) -> list[Review]:
    """Return the reviews of a file, one JSON object a line. Raises Unprocessable."""
    problems: list[str] = []
    reviews: list[Review] = []
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        review = _review(line)
        if review is None:
            problems.append(f"reviews:{number}: {ACCEPTED}")
        else:
            reviews.append(review)
    if len(reviews) > MAX_REVIEWS:
        problems.append(f"{len(reviews):,} reviews; at most {MAX_REVIEWS:,}: leave out the oldest")
    if not problems and not reviews:
        problems.append(f"reviews:1: no review; {ACCEPTED}")
    if problems:
        shown = tuple(problems[:MAX_PROBLEMS])
        raise Unprocessable("the reviews are not valid", problems=shown)
    return reviews


def is_reviews(key: str) -> bool:
    """Return whether an uploaded object is a set of reviews, and not of articles."""
    return _FOLDER in key


def judge_uploaded(
    blobs: Blobs,
    key: str,
    encoders: Encoders,
    alarm: Callable[..., None],
    *,
    announced_at: int = 0,
) -> Live | None:
    """Judge an uploaded set by the index that answers now.

    Returns None if no index answers, if a set that was uploaded later counts, or if the set is gone
    by now.
    """
    base, _, file = key.removeprefix(SOURCES).partition(_FOLDER)
    version = file.removesuffix(".jsonl")
    at = uploaded_at(blobs, base, f"{_NOTED}{version}", announced_at=announced_at)
    return _judge(blobs, base, _Set(version, at), encoders, alarm)


def judge_again(
    blobs: Blobs, knowledge_base: str, encoders: Encoders, alarm: Callable[..., None]
) -> None:
    """Judge the last set by an index that has just become current. Do nothing without a set."""
    known = last_judged(blobs, knowledge_base)
    if known is not None:
        last = _Set(str(known["reviews"]), int(str(known.get("at", 0))))
        _judge(blobs, knowledge_base, last, encoders, alarm)


def reviews_in_force(
    blobs: Blobs, knowledge_base: str, index: Index, threshold: float | None
) -> list[tuple[Review, Reviewed]]:
    """Return the reviews of the last set that an index can be judged by. Raises NotEncoded.

    `threshold` is the one that stands in place of the rehearsed ones.
    """
    known = last_judged(blobs, knowledge_base)
    key = f"{SOURCES}{knowledge_base}{_FOLDER}{known['reviews']}.jsonl" if known else ""
    raw = bytes_of(blobs, key) if known else None
    return [] if raw is None else list(_comparable(index, parse_reviews(raw), threshold))


def forget_reviews(blobs: Blobs, thread_id: str, words: Collection[str]) -> None:
    """Take the reviews of a thread's answers out of all sets. `words` are its customer's texts.

    A review that names no conversation is known by its text. The set in force is stored without
    them, which judges it again. An earlier set that had any is deleted, because nobody reads it.
    """
    for base, versions in _sets(blobs).items():
        in_force = max(versions, key=lambda version: _uploaded_at(blobs, base, version))
        for version in versions:
            key = f"{SOURCES}{base}{_FOLDER}{version}.jsonl"
            lines = (bytes_of(blobs, key) or b"").split(b"\n")
            left = [line for line in lines if not _is_of(line, thread_id, words)]
            if left == lines:
                continue
            blobs.delete(key)
            if version == in_force and any(map(bytes.strip, left)):
                blobs.put(key, b"\n".join(left))


def _sets(blobs: Blobs) -> dict[str, list[str]]:
    """Return the versions of the uploaded sets by their knowledge base, also of one without use."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in filter(is_reviews, blobs.keys(SOURCES)):
        base, _, file = key.removeprefix(SOURCES).partition(_FOLDER)
        found[base].append(file.removesuffix(".jsonl"))
    return found


def _uploaded_at(blobs: Blobs, base: str, version: str) -> int:
    judged = last_judged(blobs, base) or {}
    known = int(str(judged.get("at", 0))) if judged.get("reviews") == version else 0
    return uploaded_at(blobs, base, f"{_NOTED}{version}", announced_at=known)


def _is_of(line: bytes, thread_id: str, words: Collection[str]) -> bool:
    """Return whether a line of a set is the review of an answer to the thread's customer."""
    try:
        review = json.loads(line)
    except (ValueError, RecursionError):
        return False
    if not isinstance(review, dict):
        return False
    conversation = review.get("conversation_id")
    if isinstance(conversation, str):
        return thread_of(conversation) == thread_id
    return review.get("text") in words


@dataclass(frozen=True, slots=True)
class _Set:
    """A set of reviews, and when it was uploaded (ms)."""

    version: str
    at: int


def _judge(
    blobs: Blobs, base: str, reviews: _Set, encoders: Encoders, alarm: Callable[..., None]
) -> Live | None:
    """Judge a set, and again whenever another version began to answer meanwhile."""
    for _ in range(TRIES):
        pointer = bytes_of(blobs, pointer_key(base))
        current = current_index(blobs, base)
        if pointer is None or current is None:
            return None
        index = Index.from_bytes(blobs.get(index_key(base, current.version, current.tier)))
        index = index.equipped(encoders.of(index.digests))
        raw = bytes_of(blobs, f"{SOURCES}{base}{_FOLDER}{reviews.version}.jsonl")
        if raw is None:
            return None
        try:
            fitting = _comparable(index, parse_reviews(raw))
            live = judge_reviews([each for _, each in fitting], index.promise)
        except NotEncoded as error:
            raise Unavailable(f"the reviews of {base} are judged later") from error
        try:
            if not _keep(blobs, base, reviews, live, current):
                return None
            changed = json.loads(pointer) | {"threshold": live.threshold}
            blobs.swap(pointer_key(base), json.dumps(changed).encode(), was=pointer)
        except Changed:
            continue
        if live.breaks(index.promise):
            alarm("promise_at_risk", knowledge_base=base, wrong=live.wrong, answered=live.answered)
        return live
    raise Unavailable(f"the pointer of {base} changes all the time; the reviews are judged later")


def _keep(blobs: Blobs, base: str, reviews: _Set, live: Live, current: Current) -> bool:
    """Keep the results of a set. Return False if a later set counts. Raises Changed."""
    key = f"knowledge/{base}/reviews"
    was = bytes_of(blobs, key)
    if was is not None and json.loads(was).get("at", 0) > reviews.at:
        return False
    judged = asdict(live) | {
        "reviews": reviews.version,
        "version": current.version,
        "tier": current.tier,
        "at": reviews.at,
    }
    blobs.swap(key, json.dumps(judged).encode(), was=was)
    return True


def _comparable(
    index: Index, reviews: Sequence[Review], threshold: float | None = None
) -> Iterator[tuple[Review, Reviewed]]:
    """Yield the reviews whose texts still lead this index to their article."""
    for review in reviews:
        verdict = index.judge(review.text, threshold=threshold, alike=True)
        if verdict.ranking and verdict.ranking[0].article_id == review.article:
            yield review, Reviewed(verdict.confidence, review.right, verdict.kind == "answer")


def _review(line: bytes) -> Review | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    text, article, right = value.get("text"), value.get("article"), value.get("right")
    if not (isinstance(text, str) and isinstance(article, str) and isinstance(right, bool)):
        return None
    return Review(text, article, right)
