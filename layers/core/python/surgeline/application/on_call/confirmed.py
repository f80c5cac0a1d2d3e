"""People on call who said that they come are read here, for the estimates of waits.

A process reads the calls once a minute, and only where a rota names the pool of its people.
"""

from collections.abc import Mapping
from typing import Final

from surgeline.application.configuration import Configuration
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.errors import Unavailable

FRESH_MS: Final = 60_000
Arrivals = Mapping[str, tuple[int, ...]]
"""By pool, when people arrive who said that they come (epoch ms)."""


class Confirmed:
    """Keeps what was read last. Calls that can't be read leave what is known."""

    def __init__(self, books: CallBooks, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._read_at: int | None = None
        self._known: Arrivals = {}

    def __call__(self, configuration: Configuration) -> Arrivals:
        """Return when people arrive at each pool who are not there yet."""
        pools = {each.id: each.pool for each in configuration.on_call.rotas if each.pool}
        if not pools:
            return {}
        now = self._clock.now()
        if self._read_at is None or not 0 <= now - self._read_at < FRESH_MS:
            self._read_at = now
            try:
                self._known = self._read(pools, now)
            except Unavailable:
                return self._known
        return self._known

    def _read(self, pools: Mapping[str, str], now: int) -> Arrivals:
        found: dict[str, tuple[int, ...]] = {}
        for page in self._books.recent(now):
            pool = pools.get(page.document.group, "")
            arrive = [each.at for each in page.document.still_to_come(now)] if pool else []
            if arrive:
                found[pool] = tuple(sorted((*found.get(pool, ()), *arrive)))
        return found
