"""Reviewed live answers: kept as one file a knowledge base, and what they prove of its threshold.

Keys: `knowledge-sources/{base}/reviews/{version}.jsonl` (uploaded; the whole set each time),
`knowledge/{base}/reviews` (what the last set proved). The threshold that they allow travels in the
pointer `knowledge/{base}/current`: another version, or going back to one, starts from its own.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from surgeline.application.answers.current_knowledge import current_index, index_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.publish_knowledge import SOURCES
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Unprocessable
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.live import Live, Reviewed, judge_reviews

MAX_REVIEWS = 5_000
MAX_PROBLEMS = 20
ACCEPTED = 'expected {"text": "…", "article": "an id", "right": true or false}'
_FOLDER = "/reviews/"


@dataclass(frozen=True, slots=True)
class Review:
    """A customer's text, the article that answered it, and whether that was right."""

    text: str
    article: str
    right: bool


def upload_reviews(blobs: Blobs, knowledge_base: str, raw: bytes) -> tuple[str, int]:
    """Keep a whole set of reviews; storing it wakes the judging. Answers its version and size.

    Raises Unprocessable with every problem as `reviews:line: what`.
    """
    reviews = parse_reviews(raw)
    version = hashlib.sha256(raw).hexdigest()[:16]
    blobs.put(f"{SOURCES}{knowledge_base}{_FOLDER}{version}.jsonl", raw)
    return version, len(reviews)


def parse_reviews(raw: bytes) -> list[Review]:
    """The reviews of a file, one JSON object a line. Raises Unprocessable."""
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
    """Whether an uploaded object is a set of reviews, and not of articles."""
    return _FOLDER in key


def judge_uploaded(
    blobs: Blobs, key: str, encoders: Encoders, alarm: Callable[..., None]
) -> Live | None:
    """Judge an uploaded set by the index that answers now; None where none does."""
    base, _, file = key.removeprefix(SOURCES).partition(_FOLDER)
    return _judge(blobs, base, file.removesuffix(".jsonl"), encoders, alarm)


def judge_again(
    blobs: Blobs, knowledge_base: str, encoders: Encoders, alarm: Callable[..., None]
) -> None:
    """Judge the last set by an index that has just become current; nothing where there is none."""
    known = last_judged(blobs, knowledge_base)
    if known is not None:
        _judge(blobs, knowledge_base, str(known["reviews"]), encoders, alarm)


def last_judged(blobs: Blobs, knowledge_base: str) -> dict[str, object] | None:
    """What the last set of reviews proved, and of which version; None before the first."""
    try:
        found: dict[str, object] = json.loads(blobs.get(f"knowledge/{knowledge_base}/reviews"))
    except Absent:
        return None
    return found


def _judge(
    blobs: Blobs, base: str, reviews: str, encoders: Encoders, alarm: Callable[..., None]
) -> Live | None:
    current = current_index(blobs, base)
    if current is None:
        return None
    index = Index.from_bytes(blobs.get(index_key(base, current.version, current.tier)))
    index = index.equipped(encoders.of(index.digests))
    raw = blobs.get(f"{SOURCES}{base}{_FOLDER}{reviews}.jsonl")
    live = judge_reviews(list(_comparable(index, parse_reviews(raw))), index.promise)
    judged = asdict(live) | {"reviews": reviews, "version": current.version, "tier": current.tier}
    blobs.put(f"knowledge/{base}/reviews", json.dumps(judged).encode())
    pointer = json.loads(blobs.get(f"knowledge/{base}/current"))
    pointer["threshold"] = live.threshold
    blobs.put(f"knowledge/{base}/current", json.dumps(pointer).encode())
    if live.breaks(index.promise):
        alarm("promise_at_risk", knowledge_base=base, wrong=live.wrong, answered=live.answered)
    return live


def _comparable(index: Index, reviews: Sequence[Review]) -> Iterator[Reviewed]:
    """What the reviews say of this index: those of texts that it still takes to that article."""
    for review in reviews:
        decision = index.decide(review.text)
        if decision.ranking and decision.ranking[0].article_id == review.article:
            yield Reviewed(decision.confidence, review.right, decision.kind == "answer")


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
