"""The detector is held against months whose spikes are known, and its marks are counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surgeline.domain.spikes.baseline import Day, baseline_of
from surgeline.domain.spikes.detect import Interval, spikes_in
from surgeline.domain.spikes.growth import growing_in

from benchmarks.spikes.month import DAYS, HISTORY_DAYS, INTERVAL_MS, SLOTS, Month, Truth

KEPT_DAYS = 28
BEFORE = 4
"""So many intervals of the day before are looked at as well, for spikes that go on at midnight."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one month or of several: what was found, what was not, and how late.

    `delays` are in intervals after the spike's first one, so that 0 is within one interval.
    """

    spikes: int
    noticed: int
    alarms: int
    false_alarms: int
    delays: tuple[int, ...]
    days: int

    @property
    def recall(self) -> float:
        """Return the share of the spikes that were noticed."""
        return self.noticed / self.spikes if self.spikes else 1.0

    @property
    def precision(self) -> float:
        """Return the share of the alarms that were spikes."""
        return 1 - self.false_alarms / self.alarms if self.alarms else 1.0

    @property
    def false_alarms_a_week(self) -> float:
        """Return the false alarms in seven days."""
        return 7 * self.false_alarms / self.days

    @property
    def within_one(self) -> float:
        """Return the share of the noticed spikes that were noticed in their first interval."""
        return sum(each == 0 for each in self.delays) / len(self.delays) if self.delays else 0.0


def measured(month: Month) -> Marks:
    """Return the marks of one month. Each day is looked at with what was known before it."""
    alarms = list(_alarms(month))
    noticed: dict[Truth, int] = {}
    false = 0
    for topic, at in alarms:
        truth = _truth_of(month.truths, topic, at)
        if truth is None:
            false += 1
        else:
            noticed[truth] = min(noticed.get(truth, at), at)
    delays = tuple(max(0, at - truth.first) for truth, at in noticed.items())
    return Marks(len(month.truths), len(noticed), len(alarms), false, delays, DAYS)


def together(marks: Sequence[Marks]) -> Marks:
    """Return the marks of several months as one."""
    return Marks(
        sum(each.spikes for each in marks),
        sum(each.noticed for each in marks),
        sum(each.alarms for each in marks),
        sum(each.false_alarms for each in marks),
        tuple(delay for each in marks for delay in each.delays),
        sum(each.days for each in marks),
    )


def _alarms(month: Month) -> Iterable[tuple[str, int]]:
    """Yield the topic and the first interval of each spike that the detector tells of, once."""
    for day in range(HISTORY_DAYS, HISTORY_DAYS + DAYS):
        history = [
            Day(number % 7, month.counts[number]) for number in range(max(0, day - KEPT_DAYS), day)
        ]
        baseline = baseline_of(history)
        places = range(day * SLOTS - BEFORE, (day + 1) * SLOTS)
        for spike in spikes_in(baseline, intervals_of(month, places)):
            at = spike.began_at // INTERVAL_MS
            if at >= day * SLOTS:
                yield spike.topic, at


@dataclass(frozen=True, slots=True)
class Watched:
    """The marks of the watch for slow growth: topics that grow, and how soon each was seen.

    `steady` is how many days of steady topics were looked at, and `wrong` on how many of them one
    was watched.
    """

    growing: int
    delays: tuple[int, ...]
    steady: int
    wrong: int


def watched(made: Month, grown: Sequence[str], first: int) -> Watched:
    """Return the marks of a month in which these topics grow from the day `first` on."""
    seen: dict[str, int] = {}
    steady = wrong = 0
    for day in range(KEPT_DAYS, len(made.counts)):
        history = [Day(n % 7, made.counts[n]) for n in range(day - KEPT_DAYS, day)]
        found = {each.topic for each in growing_in(history)}
        for topic in found & set(grown):
            seen.setdefault(topic, day - first)
        steady += len(made.counts[day]) - len(grown)
        wrong += len(found - set(grown))
    return Watched(len(grown), tuple(seen.values()), steady, wrong)


def intervals_of(month: Month, places: Iterable[int]) -> list[Interval]:
    """Return the intervals at these places of a month."""
    intervals = []
    for place in places:
        day, slot = divmod(place, SLOTS)
        counts = {topic: each[slot] for topic, each in month.counts[day].items() if each[slot]}
        intervals.append(Interval(place * INTERVAL_MS, day % 7, slot, counts))
    return intervals


def _truth_of(truths: Sequence[Truth], topic: str, at: int) -> Truth | None:
    for each in truths:
        if each.topic == topic and each.first <= at <= each.last:
            return each
    return None
