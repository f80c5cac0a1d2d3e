"""The pools' scores are read here, from a page that the minute keeps.

The page holds counts of days and no conversation. A process reads it once in five minutes.
"""

import json
from collections.abc import Mapping
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.domain.pools import Score
from surgeline.errors import Unavailable

PAGE: Final = "pool_scores"
FRESH_MS: Final = 300_000
Days = Mapping[str, Mapping[str, tuple[int, int]]]
"""By day, for each pool: how many conversations ended, and how many were confirmed."""


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
        str(day): {str(pool): (int(found[0]), int(found[1])) for pool, found in counts.items()}
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
            sum(counts.get(pool, (0, 0))[0] for counts in days.values()),
            sum(counts.get(pool, (0, 0))[1] for counts in days.values()),
        )
        for pool in pools
    }
