"""Spikes are noticed here: customers are counted on, and new spikes are told of once.

spikes/state: how far was counted, and the spikes of the last weeks

A new word that no article has is a spike of its own, whatever topics its customers have. So is any
word of those whom no article answered.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import read_cases
from surgeline.application.spikes import heard_words, topic_counts
from surgeline.application.spikes.topic_counts import INTERVAL_MS
from surgeline.domain.spikes.baseline import baseline_of
from surgeline.domain.spikes.detect import QUIET_INTERVALS, Spike, spikes_in
from surgeline.domain.spikes.growth import Growth, growing_in
from surgeline.domain.spikes.words import (
    RISK_OF_KNOWN,
    NewWord,
    new_words,
    together,
    topic_of_word,
    word_of_topic,
)

STATE: Final = "spikes/state"
HISTORY_DAYS: Final = 28
LOOKED_MS: Final = 24 * 3_600_000
MOST_CASES: Final = 100_000
"""So many conversations are counted at once. The next round goes on."""
STEP_MS: Final = 6 * 3_600_000
AGAIN_MS: Final = 3_600_000
"""The last hour is counted once more, for conversations whose records came late."""
KEPT_DAYS: Final = 92
MOST_KEPT: Final = 300
MOST_GROWING: Final = 20
DAY_MS: Final = 86_400_000
FRESH_MS: Final = 2 * 3_600_000
"""Only a spike that began within this time is told of. Older ones are found by counting late."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """How far customers were counted, in which zone, and the spikes, in the order of their begin.

    `days` is how many earlier days say what is usual. `growing` are topics that grow slowly.
    """

    counted_until: int = 0
    zone: str = ""
    days: int = 0
    spikes: tuple[Spike, ...] = ()
    growing: tuple[Growth, ...] = ()


class NoticeSpikes:
    """The use case. A repeat counts nothing twice and tells nothing twice."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        outcomes: Outcomes,
        blobs: Blobs,
        clock: Clock,
        zone: Callable[[], ZoneInfo],
        known_words: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._blobs = blobs
        self._clock = clock
        self._zone = zone
        self._known_words = known_words

    def __call__(self) -> list[Spike]:
        """Count the intervals that have ended, and return the spikes that are new."""
        now, zone = self._clock.now(), self._zone()
        before = noticed(self._blobs)
        until = self._count(before, zone, now)
        today = topic_counts.date_of(max(until - 1, 0), zone)
        dates, first = topic_counts.dates_in(self._blobs), today - timedelta(days=HISTORY_DAYS)
        history = sorted(each for each in dates if first <= each < today)
        days = topic_counts.days_of(self._blobs, history, zone)
        baseline = baseline_of(days)
        recent = topic_counts.recent(self._blobs, until - LOOKED_MS, until, zone)
        found = spikes_in(baseline, recent)
        found += self._words(before, found, until, first, zone)
        known, new = _merged(before.spikes, found)
        known = [_closed(each, found, until) for each in known]
        oldest = now - KEPT_DAYS * DAY_MS
        kept = tuple(each for each in known if each.last_at > oldest)[-MOST_KEPT:]
        old = first - timedelta(days=1)
        topic_counts.drop(self._blobs, [each for each in dates if each < old])
        state = {
            "counted_until": until,
            "zone": zone.key,
            "days": baseline.days,
            "spikes": [asdict(each) for each in kept],
            "growing": [asdict(each) for each in growing_in(days)[:MOST_GROWING]],
        }
        self._blobs.put(STATE, json.dumps(state).encode())
        return [each for each in new if each.began_at > now - FRESH_MS]

    def _words(
        self, before: Noticed, found: Sequence[Spike], until: int, first: date, zone: ZoneInfo
    ) -> list[Spike]:
        """Return the spikes of words in the interval that has just ended."""
        if until < self._clock.now() // INTERVAL_MS * INTERVAL_MS:
            return []  # the count still catches up
        newest = read_cases(self._store, self._outcomes, until - INTERVAL_MS, until)
        cases = list(islice(newest, MOST_CASES))
        heard = heard_words.Heard(self._store, cases)
        today = topic_counts.date_of(until - 1, zone)
        days, unanswered = heard_words.days_before(self._blobs, today, first)
        if until > before.counted_until and heard.customers:
            heard_words.keep(self._blobs, today, heard)
        standing = [each.topic for each in before.spikes if not each.is_over]
        goes_on = {word for topic in standing if (word := word_of_topic(topic))}
        new = new_words(
            heard.words, len(heard.customers), days, goes_on=goes_on, known=self._known_words
        )
        asked = new_words(
            heard.unanswered_words,
            len(heard.unanswered),
            unanswered,
            goes_on=goes_on,
            risk=RISK_OF_KNOWN,
        )
        spiking = {each.topic for each in found if not each.is_over}
        return [
            _spike_of(each, until, len(heard.customers))
            for each in together((*new, *asked))
            if not _is_of(spiking, heard, each)
        ]

    def _count(self, before: Noticed, zone: ZoneInfo, now: int) -> int:
        """Count on from an hour before the last round's end. Return how far that is now."""
        end = now // INTERVAL_MS * INTERVAL_MS
        oldest = end - HISTORY_DAYS * DAY_MS
        counted = before.counted_until - AGAIN_MS
        at = max(counted, oldest) if before.zone == zone.key else oldest
        at, left = at // INTERVAL_MS * INTERVAL_MS, MOST_CASES
        while at < end and left > 0:
            until = min(at + STEP_MS, end)
            cases = list(islice(read_cases(self._store, self._outcomes, at, until), MOST_CASES))
            found = {each.at: each for each in topic_counts.intervals_of(cases, zone)}
            empty = (topic_counts.interval_at(e, zone, {}) for e in range(at, until, INTERVAL_MS))
            topic_counts.keep(self._blobs, [found.get(each.at, each) for each in empty], zone)
            at, left = until, left - len(cases)
        return at


def noticed(blobs: Blobs) -> Noticed:
    """Return what was noticed so far."""
    raw = bytes_of(blobs, STATE)
    if raw is None:
        return Noticed()
    stored = json.loads(raw)
    spikes = tuple(map(_spike, stored["spikes"]))
    growing = tuple(map(_growth, stored.get("growing", ())))
    return Noticed(stored["counted_until"], stored["zone"], stored["days"], spikes, growing)


def spikes_now(blobs: Blobs) -> dict[str, int]:
    """Return the topics whose spike goes on, with how many customers asked in it."""
    return {each.topic: each.customers for each in noticed(blobs).spikes if each.ended_at is None}


def _is_of(spiking: Collection[str], heard: heard_words.Heard, new: NewWord) -> bool:
    """Return whether most customers of a word belong to the spike of one topic, told of already."""
    topics = Counter(topic_counts.topic_of(heard.customers[each]) for each in new.customers)
    return any(2 * topics[topic] >= len(new.customers) for topic in spiking)


def _spike_of(new: NewWord, until: int, customers: int) -> Spike:
    count = len(new.customers)
    return Spike(
        topic=topic_of_word(new.word),
        began_at=until - INTERVAL_MS,
        last_at=until - INTERVAL_MS,
        customers=count,
        expected=new.expected,
        peak=count,
        share=count / customers,
    )


def _spike(stored: dict[str, Any]) -> Spike:
    return Spike(**{each.name: stored[each.name] for each in fields(Spike)})


def _growth(stored: dict[str, Any]) -> Growth:
    return Growth(**{each.name: stored[each.name] for each in fields(Growth)})


def _merged(known: Sequence[Spike], found: Sequence[Spike]) -> tuple[list[Spike], list[Spike]]:
    """Return all spikes with the found ones in the place of those that they are, and the new ones.

    A spike is one that is known if it is on the same topic and no quiet hour lies between them. It
    keeps its begin, so that one incident is told of once.
    """
    kept = list(known)
    new = []
    for each in found:
        place = next(_places(kept, each), None)
        if place is None:
            kept.append(each)
            new.append(each)
        else:
            before = kept[place]
            began = min(before.began_at, each.began_at)
            longer = each if each.customers >= before.customers else before
            kept[place] = replace(
                longer, began_at=began, last_at=each.last_at, ended_at=each.ended_at
            )
    return sorted(kept, key=lambda each: (each.began_at, each.topic)), new


def _closed(spike: Spike, found: Sequence[Spike], until: int) -> Spike:
    """Return the spike with its end, if nobody saw it end while nothing was counted."""
    goes_on = any(each.topic == spike.topic and not each.is_over for each in found)
    if spike.is_over or goes_on:
        return spike
    return replace(spike, ended_at=min(until, spike.last_at + QUIET_INTERVALS * INTERVAL_MS))


def _places(known: Sequence[Spike], wanted: Spike) -> Iterator[int]:
    gap = QUIET_INTERVALS * INTERVAL_MS
    for place, each in enumerate(known):
        near = each.began_at <= wanted.last_at + gap and wanted.began_at <= each.last_at + gap
        if each.topic == wanted.topic and near:
            yield place
