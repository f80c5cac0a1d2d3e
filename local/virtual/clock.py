"""The virtual home's clock stands still until somebody moves it."""


class VirtualClock:
    """A clock that somebody moves (see ports.Clock). `at` is in UTC epoch milliseconds.

    A test may set `at`.
    """

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        """Return the moment at which the clock stands."""
        return self.at

    def seconds(self) -> float:
        """Return the same moment in seconds, as a stand-in for `time.monotonic`."""
        return self.at / 1000

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds."""
        self.at += round(seconds * 1000)

    def jump_to(self, moment: int) -> None:
        """Move the clock on to a moment. The clock never goes back."""
        self.at = max(self.at, moment)
