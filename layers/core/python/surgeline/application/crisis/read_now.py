"""A customer's text is read here as things stand now: with what runs, and in a crisis's tone."""

from collections.abc import Sequence
from dataclasses import dataclass

from surgeline.application.crisis.asked_before import AskedBefore
from surgeline.application.ports.answering import Answerer
from surgeline.domain.crisis.in_crisis import Marks, articles_of, in_crisis
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.crisis.profile import Profile
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Reading


@dataclass(frozen=True, slots=True)
class Present:
    """The time, the incidents that run on a channel then, and the profile of a crisis."""

    now: int
    incidents: Sequence[Incident] = ()
    profile: Profile | None = None


class ReadNow:
    """Reads texts. One instance serves a process, because it remembers recent questions."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._before = AskedBefore()

    def __call__(self, base: str, text: str, exchange: Exchange, present: Present) -> Reading:
        """Return the reading of a text, weighed now or remembered, and fitted to a crisis."""
        reading = self._read(base, text, exchange, present)
        if present.profile is None:
            return reading
        found = self._answerer.suggestions(base, articles_of(reading))
        marks = {each.article_id: Marks(each.tags, each.crisis_answer) for each in found}
        return in_crisis(reading, present.profile, marks)

    def _read(self, base: str, text: str, exchange: Exchange, present: Present) -> Reading:
        now, before = present.now, self._before
        if known := before.reading(base, text, exchange, present.incidents, now=now):
            return known
        reading = self._answerer.answer(base, text, exchange=exchange)
        before.keep(base, text, exchange, reading, now=now)
        return reading
