"""A customer's text is read here as things stand now: with what runs, and in a crisis's tone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surgeline.application.crisis.asked_before import AskedBefore
from surgeline.application.crisis.marks import marks_of
from surgeline.application.ports.answering import Answerer
from surgeline.domain.crisis.in_crisis import articles_of, in_crisis
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.crisis.profile import Profile
from surgeline.domain.customers.segment import Segment, Traits
from surgeline.domain.facts import Exchange
from surgeline.domain.look_ups.of_segments import fitted, for_others
from surgeline.domain.reading import Reading


@dataclass(frozen=True, slots=True)
class Present:
    """The time, the incidents that run on a channel then, and the profile of a crisis.

    `segments` have articles of their own. `traits` tells what is known of the customer, and is
    called only for an article of a segment.
    """

    now: int
    incidents: Sequence[Incident] = ()
    profile: Profile | None = None
    segments: Sequence[Segment] = ()
    traits: Callable[[], Traits] = Traits


class ReadNow:
    """Reads texts. One instance serves a process, because it remembers recent questions."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._before = AskedBefore()

    def __call__(self, base: str, text: str, exchange: Exchange, present: Present) -> Reading:
        """Return the reading of a text, weighed now or remembered, and fitted to a crisis."""
        reading = self._for_customer(base, self._read(base, text, exchange, present), present)
        if present.profile is None:
            return reading
        found = self._answerer.suggestions(base, articles_of(reading))
        marks = {each.article_id: marks_of(each) for each in found}
        return in_crisis(reading, present.profile, marks)

    def _for_customer(self, base: str, reading: Reading, present: Present) -> Reading:
        """Return the reading without the articles of segments in which the customer is not."""
        if not present.segments:
            return reading
        found = self._answerer.suggestions(base, articles_of(reading))
        named = {tag for each in present.segments for tag in each.articles}
        tags = {each.article_id: each.tags for each in found if named & set(each.tags)}
        if not tags:
            return reading
        return fitted(reading, for_others(tags, present.segments, present.traits()))

    def _read(self, base: str, text: str, exchange: Exchange, present: Present) -> Reading:
        now, before = present.now, self._before
        if known := before.reading(base, text, exchange, present.incidents, now=now):
            return known
        reading = self._answerer.answer(base, text, exchange=exchange)
        before.keep(base, text, exchange, reading, now=now)
        return reading
