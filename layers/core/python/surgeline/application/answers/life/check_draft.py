"""A proposed draft is checked here by the recent questions of customers, before and after.

A request, `knowledge-sources/{base}/checks/{draft}`, wakes the build. The result is
`knowledge/{base}/checks/{draft}.json`. The result names the places of customers' messages, and
never their words. So an erased message is gone from each check at once.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from surgeline.application.answers.current_knowledge import Current, current_index, index_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.life.book import read_book
from surgeline.application.answers.publish_knowledge import SOURCES
from surgeline.application.answers.recent_questions import AskedQuestion
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.thread_log import names_in
from surgeline.domain.events import CustomerWrote
from surgeline.domain.redaction import redact, without_names
from surgeline.knowledge.answering.index import (
    LEXICAL,
    MANAGED,
    TIERS,
    Index,
    TooManyPhrasings,
    build,
)
from surgeline.knowledge.answering.traffic import moved_by, raised_to
from surgeline.knowledge.answering.verdict import Verdict
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import Draft, applied
from surgeline.knowledge.text.message import own_words

MOST_QUESTIONS: Final = 600
"""The newest questions that are asked before and after."""
MOST_ROWS: Final = 30
"""The number of changed questions of each kind whose places are kept."""
SHOWN: Final = 10
DROPPED: Final = b"null"
_FOLDER: Final = "/checks/"
NOTHING: Final = {"decision": "abstain", "article": None}


def ask_for_check(blobs: Blobs, knowledge_base: str, draft_id: str, *, at: int) -> None:
    """Ask the build to check a draft."""
    request = json.dumps({"draft": draft_id, "at": at}).encode()
    blobs.put(f"{SOURCES}{knowledge_base}{_FOLDER}{draft_id}", request)


def is_check(key: str) -> bool:
    """Return whether an uploaded object asks for the check of a draft."""
    return _FOLDER in key


def run_check(
    blobs: Blobs,
    key: str,
    questions: Callable[[str], Sequence[AskedQuestion]],
    encoders: Encoders,
    *,
    at: int,
    tier: str = LEXICAL,
) -> dict[str, Any] | None:
    """Check the draft that a request names, and keep the result.

    `questions` returns a knowledge base's recent questions, the newest first. `at` is the time
    (ms). Returns None if the draft is not proposed any more.
    """
    base, _, draft_id = key.removeprefix(SOURCES).partition(_FOLDER)
    draft = next((each for each in read_book(blobs, base).drafts if each.id == draft_id), None)
    if draft is None or draft.state not in ("proposed", "approved"):
        return None
    current = current_index(blobs, base)
    before = _index_now(blobs, base, current, encoders)
    articles = applied(before.articles if before else (), [draft])
    after, problem = _built(articles, encoders, tier, current)
    asked = questions(base)[:MOST_QUESTIONS]
    rows = list(_changed(asked, before, after, current)) if not problem else []
    result = {
        "draft": draft_id,
        "digest": draft.digest,
        "version": current.version if current else None,
        "at": at,
        "asked": len(asked),
        "problem": problem,
        **_sorted_out(rows, draft),
    }
    blobs.put(_key(base, draft_id), json.dumps(result).encode())
    return result


def check_of(blobs: Blobs, knowledge_base: str, draft_id: str) -> dict[str, Any] | None:
    """Return the result of a draft's last check, or None before the first."""
    found = json.loads(bytes_of(blobs, _key(knowledge_base, draft_id)) or DROPPED)
    return None if found is None else dict(found)


def drop_check(blobs: Blobs, knowledge_base: str, draft_id: str) -> None:
    """Empty the result of a draft's check. No function may delete below `knowledge/`."""
    blobs.put(_key(knowledge_base, draft_id), DROPPED)


def shown_check(store: ConversationStore, check: dict[str, Any]) -> dict[str, Any]:
    """Return a check for people, with the redacted words of the first questions of each kind.

    A message that was erased meanwhile has no words any more, and is left out.
    """
    return {
        **{name: check[name] for name in ("version", "at", "asked", "problem", "counts")},
        **{
            kind: [
                {"text": text, "before": row["before"], "after": row["after"]}
                for row in check["rows"][kind][:SHOWN]
                if (text := _words(store, row)) is not None
            ]
            for kind in KINDS
        },
    }


KINDS: Final = ("answered", "taken", "lost", "other")
"""The kinds of changed questions.

`answered`: the article would have answered, and no article did. `taken`: another article answered.
`lost`: an article answered, and none would have. `other` is every other change.
"""


def _index_now(
    blobs: Blobs, base: str, current: Current | None, encoders: Encoders
) -> Index | None:
    if current is None:
        return None
    index = Index.from_bytes(blobs.get(index_key(base, current.version, current.tier)))
    # The index with the draft is built of weights alone, so this one is judged by them as well.
    weights = [name for name in index.digests if name != MANAGED]
    moved = moved_by(index.equipped(encoders.of(weights)), current.traffic)
    return raised_to(moved, current.least)


def _built(
    articles: Sequence[Article], encoders: Encoders, tier: str, current: Current | None
) -> tuple[Index | None, str]:
    """Return the index with the draft, or None and the reason why it can't be built."""
    if not articles:
        return None, "no article would be left"
    found = encoders.of(TIERS[tier])
    used = tier if len(found) == len(TIERS[tier]) else LEXICAL
    try:
        index = build(articles, tier=used, encoders=found if used == tier else ())
    except TooManyPhrasings as error:
        return None, str(error)
    moved = moved_by(index, current.traffic if current else ())
    return raised_to(moved, current.least if current else None), ""


def _changed(
    asked: Sequence[AskedQuestion],
    before: Index | None,
    after: Index | None,
    current: Current | None,
) -> Iterator[dict[str, Any]]:
    """Yield the places of the questions whose outcome changes."""
    threshold = current.threshold if current else None
    for each in asked:
        text = own_words(each.text)
        was, now = (
            _outcome(index.judge(text, threshold=threshold)) if index else NOTHING
            for index in (before, after)
        )
        if was != now:
            yield {"thread": each.thread_id, "seq": each.seq, "before": was, "after": now}


def _outcome(verdict: Verdict) -> dict[str, Any]:
    return {"decision": verdict.kind, "article": verdict.article_id}


def _sorted_out(rows: Sequence[dict[str, Any]], draft: Draft) -> dict[str, Any]:
    kinds = [(_kind(row, draft.article_id), row) for row in rows]
    counts = Counter(kind for kind, _ in kinds)
    return {
        "counts": {kind: counts[kind] for kind in KINDS},
        "rows": {kind: [row for each, row in kinds if each == kind][:MOST_ROWS] for kind in KINDS},
    }


def _kind(row: dict[str, Any], article_id: str) -> str:
    before, after = row["before"]["article"], row["after"]["article"]
    if after == article_id:
        return "taken" if before else "answered"
    return "lost" if before and not after else "other"


def _words(store: ConversationStore, row: dict[str, Any]) -> str | None:
    found = store.records(row["thread"], after_seq=row["seq"] - 1, limit=1)
    if not found or found[0].seq != row["seq"] or not isinstance(found[0].event, CustomerWrote):
        return None
    return without_names(redact(found[0].event.text, "contact"), names_in(found))


def _key(knowledge_base: str, draft_id: str) -> str:
    return f"knowledge/{knowledge_base}/checks/{draft_id}.json"
