"""The operators' routes that show how things stand at this moment live here."""

from collections.abc import Mapping

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.reports.last_hour import last_hour
from surgeline.application.reports.pool_stands import Stand, stands
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes

KEPT_MS = 15_000
"""The last hour is counted anew after this time."""


class LiveRoutes:
    """The route GET /v1/admin/live: pools, seats, those who wait, and the last hour."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._backend = backend
        self._shelf = shelf
        self._counted: tuple[int, Mapping[str, object]] | None = None

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/live": self.show}

    def write(self) -> Routes:
        """Return no routes, because looking changes nothing."""
        return {}

    def show(self, request: Request) -> Response:
        """Answer how each pool stands, who waits, and what the last hour brought."""
        del request
        now = self._backend.clock.now()
        at, counted = self._last_hour(now)
        body = {
            "as_of": rfc3339(now),
            "waiting": self._backend.waitlist().backlog(),
            "pools": [_shown(each, now) for each in pools_of(self._backend, self._shelf)],
            "last_hour": {"age_seconds": (now - at) // 1000, **counted},
        }
        return Response(200, body)

    def _last_hour(self, now: int) -> tuple[int, Mapping[str, object]]:
        """Return the counted hour, and when it was counted."""
        kept = self._counted
        if kept is None or not 0 <= now - kept[0] < KEPT_MS:
            counted = last_hour(self._backend.store(), self._backend.outcomes(), now=now)
            self._counted = kept = (now, counted)
        return kept


def pools_of(backend: Backend, shelf: ConfigurationShelf) -> list[Stand]:
    """Return how each pool stands now."""
    board, waitlist, log = backend.pool_board(), backend.waitlist(), backend.delivery_log()
    return list(stands(shelf.current(), board, waitlist, log, now=backend.clock.now()))


def state_of(stand: Stand) -> dict[str, object]:
    """Return a pool's state in the API's words, with its reason and its end where one is known."""
    until = None if stand.until is None else rfc3339(stand.until)
    return {"state": stand.state, "why": stand.why, "until": until}


def _shown(stand: Stand, now: int) -> dict[str, object]:
    waits = None if stand.waits_since is None else max(0, now - stand.waits_since) // 1000
    return {
        "id": stand.pool_id,
        **state_of(stand),
        "seats": stand.seats,
        "taken": stand.taken,
        "free": stand.free,
        "waiting": stand.waiting,
        "longest_wait_seconds": waits,
        "used_today": stand.used_today,
        "daily_limit": stand.daily_limit,
    }
