"""The machine's time, as ports.Clock."""

import time


class SystemClock:
    """UTC."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000
