"""The pools' scores are read here, from a page that the minute keeps.

The page holds counts of days and no conversation. A process reads it once in five minutes.
"""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.domain.pools import Score
from surgeline.errors import Unavailable

PAGE: Final = "pool_scores"
FRESH_MS: Final = 300_000


class DayCounts(NamedTuple):
    """How many conversations of a day ended with a pool, and how many the customer confirmed.

    `told` customers said whether it helped, and `against` of them that it did not. An earlier
    release did not count those.
    """

    ended: int
    confirmed: int
    told: int = 0
    against: int = 0


Days = Mapping[str, Mapping[str, DayCounts]]
"""The counts by day, for each pool."""
_NONE: Final = DayCounts(0, 0)


class PoolScores:
    """Keeps what was read last. Without any page no pool is preferred."""

    def __init__(self, notebook: Notebook, clock: Clock) -> None:
        self._notebook = notebook
        self._clock = clock
        self._read_at: int | None = None
        self._scores: Mapping[str, Score] = {}

    def __call__(self) -> Mapping[str, Score]:
        """Return the scores by pool. A page that can't be read leaves those that are known."""
        now = self._clock.now()
        if self._read_at is None or not 0 <= now - self._read_at < FRESH_MS:
            self._read_at = now
            try:
                self._scores = scores_of(decoded(self._notebook.read(PAGE).body))
            except Unavailable:
                return self._scores
        return self._scores


def decoded(body: bytes) -> Days:
    """Return the counted days of the page."""
    days = json.loads(body) if body else {}
    return {
        str(day): {str(pool): DayCounts(*map(int, found[:4])) for pool, found in counts.items()}
        for day, counts in days.items()
    }


def encoded(days: Days) -> bytes:
    """Return the page of the counted days."""
    return json.dumps(days).encode()


def scores_of(days: Days) -> Mapping[str, Score]:
    """Return each pool's score over all counted days."""
    pools = {pool for counts in days.values() for pool in counts}
    return {
        pool: Score(
            sum(counts.get(pool, _NONE).ended for counts in days.values()),
            sum(counts.get(pool, _NONE).confirmed for counts in days.values()),
        )
        for pool in pools
    }
