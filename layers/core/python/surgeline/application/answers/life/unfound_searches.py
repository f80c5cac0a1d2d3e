"""Searches of a help centre that found nothing are kept here, and count among the candidates.

    searches.<knowledge base> / <day>.<slot>: the words, and how often they were searched that day

Nobody is named. A day has a bounded number of slots, so that no flood of searches fills the store.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final

from surgeline.application.answers.recent_questions import DAYS, AskedQuestion
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.domain.redaction import redact

MOST_CHARS: Final = 200
LEAST_CHARS: Final = 3
SLOTS: Final = 500
"""So many different searches of a day are kept, for each knowledge base."""
TRIED: Final = 3
"""A search whose slot has other words tries the next ones, and is dropped after so many."""
MOST_OF_A_DAY: Final = 20
"""Equal searches of a day count up to this number, so that nobody alone leads the list."""
MOST_COUNTED: Final = 150
"""The newest searches that count at once, so that questions always have more room."""
_DAY_MS: Final = 86_400_000


def keep_search(ledger: Ledger, base: str, words: str, *, now: int) -> bool:
    """Count a search that found nothing at `now` (ms). Return whether it was counted.

    Card numbers, addresses and phone numbers are taken out before anything is kept.
    """
    text = " ".join(redact(words, "contact").split())[:MOST_CHARS]
    if len(text) < LEAST_CHARS or not any(each.isalpha() for each in text):
        return False
    form = text.casefold()
    digest = int.from_bytes(hashlib.sha256(form.encode()).digest()[:8])
    for place in range(digest, digest + TRIED):
        entry_id = f"{_day(now)}.{place % SLOTS:03d}"
        before = ledger.read(_book(base), entry_id)
        known: dict[str, Any] = {"text": text, "count": 0}
        if before:
            known = json.loads(before.body)
        if known["text"].casefold() != form:
            continue
        if known["count"] >= MOST_OF_A_DAY:
            return False
        body = json.dumps(known | {"count": known["count"] + 1, "at": now}, ensure_ascii=False)
        version = before.version + 1 if before else 1
        expires_at = now + DAYS * _DAY_MS
        if ledger.write(Entry(_book(base), entry_id, body, version, expires_at)):
            return True  # another search took the slot meanwhile, so that the next one is tried
    return False


def unfound_searches(ledger: Ledger, base: str, *, now: int) -> list[AskedQuestion]:
    """Return the searches of the last weeks that found nothing, the newest day first.

    Each stands there as often as it was searched. It belongs to no thread.
    """
    first = _day(now - DAYS * _DAY_MS)
    found: list[AskedQuestion] = []
    for entry in ledger.find(_book(base), limit=MOST_COUNTED, first=first, newest_first=True):
        if entry.expires_at > now:
            kept = json.loads(entry.body)
            one = AskedQuestion("", kept["text"], None, at=kept["at"], searched=True)
            found += [one] * kept["count"]
    return found[:MOST_COUNTED]


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _book(base: str) -> str:
    return f"searches.{base}"
