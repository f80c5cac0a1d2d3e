"""The machine's time, as ports.Clock."""

import time


class SystemClock:
    """ports.Clock: this machine's time."""

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000
