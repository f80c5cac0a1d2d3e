"""A rate cap bounds how often something may happen under one name, in this process's memory.

The cap is judged before anything is acknowledged. Each instance of a function has its own cap. A
cap keeps a flood out, but is no exact count.
"""

from collections import OrderedDict

from surgeline.errors import TooMany

REMEMBERED = 20_000


class RateCap:
    """One bucket for each name: `burst` at once, then `per_second`. `refusal` tells the caller so.

    The buckets that were unused for longest are forgotten first.
    """

    def __init__(
        self, *, burst: int, per_second: float, refusal: str, remembered: int = REMEMBERED
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._refusal = refusal
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, now: int, amount: int = 1) -> None:
        """Count an amount, such as one use, at `now` (UTC epoch ms).

        Raises TooMany with the seconds to wait. An amount above the burst would wait for ever.
        """
        level, since = self._buckets.pop(name, (float(self._burst), now))
        level = min(self._burst, level + max(0, now - since) / 1000 * self._per_second)
        allowed = level >= amount
        self._buckets[name] = (level - amount if allowed else level, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((amount - level) / self._per_second + 0.5))
            raise TooMany(self._refusal, retry_after_seconds=wait)
