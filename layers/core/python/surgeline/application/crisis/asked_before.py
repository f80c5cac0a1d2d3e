"""Questions that an incident answered lately are remembered here, so that a flood is weighed once.

The memory is one process's own. It ends with a change of the incidents, and after a short time.
"""

from collections import OrderedDict
from collections.abc import Sequence

from surgeline.domain.crisis.incident import Incident
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import Answered, Reading
from surgeline.knowledge.text.reading import match_form
from surgeline.knowledge.text.rejections import rejection_in

MOST_KEPT = 2_000
LONGEST_CHARS = 400
KEPT_MS = 60_000
"""A new version of the knowledge base is followed after this time at the latest."""

_Key = tuple[str, str | None, str]


class AskedBefore:
    """The readings of questions on incidents, by the questions' words."""

    def __init__(self) -> None:
        self._incidents: tuple[Incident, ...] = ()
        self._kept: OrderedDict[_Key, tuple[int, Answered]] = OrderedDict()

    def reading(
        self,
        base: str,
        text: str,
        exchange: Exchange,
        incidents: Sequence[Incident],
        *,
        now: int,
    ) -> Reading | None:
        """Return the reading of the same question, if an incident answered it lately."""
        if not self._fits(text, exchange, incidents):
            return None
        at, reading = self._kept.get((base, exchange.language, match_form(text)), (0, None))
        return reading if 0 <= now - at < KEPT_MS else None

    def keep(self, base: str, text: str, exchange: Exchange, reading: Reading, *, now: int) -> None:
        """Remember the reading of a question that was weighed just now, if it is on an incident."""
        if not isinstance(reading, Answered) or reading.basis is None or reading.rejects_last:
            return
        if not self._fits(text, exchange, self._incidents) or rejection_in(text) is not None:
            return
        if not any(each.concerns(reading.articles) for each in self._incidents):
            return
        key = (base, exchange.language, match_form(text))
        self._kept[key] = (now, reading)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _fits(self, text: str, exchange: Exchange, incidents: Sequence[Incident]) -> bool:
        """Return whether the words alone tell what is asked. A change of incidents forgets all."""
        if tuple(incidents) != self._incidents:
            self._incidents = tuple(incidents)
            self._kept.clear()
        plain = not exchange.rejected and not exchange.choices and len(text) <= LONGEST_CHARS
        return bool(self._incidents) and plain
