"""The words that customers used in 15 minutes are heard here, and counted by day.

    spikes/words/<date>: how many customers used each word, in the quarters of a day, and how many
    of those whom no article had answered

A word that fewer than four customers used within 15 minutes is kept nowhere, so that these counts
name nobody. Numbers, addresses and whatever else redaction takes out are no words.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.events import CustomerWrote
from surgeline.domain.redaction import redact
from surgeline.domain.spikes.words import Words, kept_words
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.reading import match_form
from surgeline.knowledge.text.shadow import shadow
from surgeline.reports.case import Case

DAYS: Final = "spikes/words/"
UNANSWERED: Final = "unanswered"
MOST_READ: Final = 300
"""So many customers are read at once, the newest. The share of each word is what counts."""
RECORDS_READ: Final = 20
_MARK: Final = re.compile(r"\[[a-z -]{1,20}\]")
_SHORTEST, _LONGEST, _SYLLABLES = 3, 24, 2


@cache
def _small() -> frozenset[str]:
    spoken = [shadow(word) for each in languages() for word in each.small_words.split()]
    return frozenset(map(root_of, spoken))


def root_of(word: str) -> str:
    """Return the part of a word that its forms share: no plural, and in Korean two syllables."""
    if "\uac00" <= word[:1] <= "\ud7a3":
        return word[:_SYLLABLES]
    alone = word.rpartition("'")[2]
    singular = alone.removesuffix("s") if len(alone) > _SHORTEST else alone
    return singular if len(singular) >= _SHORTEST else word


@lru_cache(maxsize=1_024)  # many customers ask the same
def words_in(text: str) -> frozenset[str]:
    """Return the roots of the words of a text that may name a subject."""
    return frozenset(_words_in(text))


def _words_in(text: str) -> Iterator[str]:
    for word in match_form(_MARK.sub(" ", redact(text, "contact"))).split():
        least = _SYLLABLES if "\uac00" <= word[:1] <= "\ud7a3" else _SHORTEST
        letters = word.replace("'", "")
        root = root_of(word)
        if letters.isalpha() and least <= len(word) <= _LONGEST and root not in _small():
            yield root


def texts_of(store: ConversationStore, case: Case) -> list[str]:
    """Return the texts of a conversation's customer, the oldest first."""
    records = store.records(case.customer, limit=RECORDS_READ, newest_first=True)
    return [
        record.event.text
        for record in reversed(records)
        if record.conversation_id == case.conversation_id
        and isinstance(record.event, CustomerWrote)
    ]


class Heard:
    """The customers who used each word, of the newest customers of some cases.

    `unanswered` are those of them whom no article had answered, and the words that they used.
    """

    def __init__(self, store: ConversationStore, cases: Sequence[Case]) -> None:
        self.customers: dict[str, Case] = {}
        self.words: dict[str, frozenset[str]] = {}
        found: dict[str, set[str]] = defaultdict(set)
        for case in reversed(cases):
            if case.is_erased or len(self.customers) >= MOST_READ:
                continue
            self.customers.setdefault(case.customer, case)
            for text in texts_of(store, case):
                for word in words_in(text):
                    found[word].add(case.customer)
        self.words = {word: frozenset(who) for word, who in found.items()}
        self.unanswered = frozenset(w for w, case in self.customers.items() if not case.is_answered)
        self.unanswered_words = {
            word: them for word, who in self.words.items() if (them := who & self.unanswered)
        }


def keep(blobs: Blobs, day: date, heard: Heard) -> None:
    """Add the words of 15 minutes to those of their day."""
    raw = bytes_of(blobs, _key(day))
    before: dict[str, Any] = json.loads(raw) if raw else {}
    stored = _added(before, heard.words, len(heard.customers))
    unanswered = before.get(UNANSWERED, {})
    if UNANSWERED in before or not before:  # a day is counted whole, or not at all
        stored[UNANSWERED] = _added(unanswered, heard.unanswered_words, len(heard.unanswered))
    blobs.put(_key(day), json.dumps(stored).encode())


def _added(
    before: Mapping[str, Any], words: Mapping[str, Collection[str]], customers: int
) -> dict[str, Any]:
    counts = dict(before.get("counts", {}))
    for word, count in kept_words(words).items():
        counts[word] = counts.get(word, 0) + count
    return {"customers": before.get("customers", 0) + customers, "counts": counts}


def days_before(blobs: Blobs, today: date, first: date) -> tuple[list[Words], list[Words]]:
    """Return the words of the days that were heard, and of those whom no article answered.

    Days before the first are deleted.
    """
    found, unanswered = [], []
    for key in blobs.keys(DAYS):
        day = date.fromisoformat(key.removeprefix(DAYS))
        if day < first:
            blobs.delete(key)
        elif day < today and (raw := bytes_of(blobs, key)):
            stored = json.loads(raw)
            found.append(Words(stored["customers"], stored["counts"]))
            if own := stored.get(UNANSWERED):
                unanswered.append(Words(own["customers"], own["counts"]))
    return found, unanswered


def words_of(articles: Iterable[Article]) -> frozenset[str]:
    """Return the words of articles."""
    texts = [text for each in articles for text in (each.title, each.answer, *each.questions)]
    return frozenset(word for text in texts for word in words_in(text))


def _key(day: date) -> str:
    return f"{DAYS}{day.isoformat()}"
