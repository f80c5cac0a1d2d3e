"""Tries to sign in are capped here, before any store or any hash has work with them."""

from surgeline.application.ports.clock import Clock
from surgeline.runtime.http import Request
from surgeline.runtime.rate_cap import RateCap
from surgeline.runtime.visitor_cap import network_of

REFUSAL = "too many sign-ins; try again after the seconds in Retry-After"


class Tries:
    """A cap on the tries of each network, and another on those of all, if `in_all` is given."""

    def __init__(
        self,
        clock: Clock,
        *,
        at_once: int,
        per_second: float,
        in_all: tuple[int, float] | None = None,
    ) -> None:
        self._clock = clock
        self._one = RateCap(burst=at_once, per_second=per_second, refusal=REFUSAL)
        self._all = (
            RateCap(burst=in_all[0], per_second=in_all[1], refusal=REFUSAL) if in_all else None
        )

    def take(self, request: Request) -> None:
        """Count a try. Raises TooMany."""
        forwarded = request.headers.get("x-forwarded-for", "")
        now = self._clock.now()
        self._one.take(network_of(request.peer, forwarded) or "here", now)
        if self._all is not None:
            self._all.take("", now)
