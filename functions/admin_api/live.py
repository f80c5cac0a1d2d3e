"""The operators' routes that show how things stand at this moment live here."""

from collections.abc import Mapping

from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.drills import really_waiting
from surgeline.application.reports.last_hour import last_hour
from surgeline.application.reports.live_page import as_json, read_page
from surgeline.application.reports.live_state import LiveState, budget_now
from surgeline.application.reports.pool_stands import Stand, stands
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.alerts import shown as shown_alert
from functions.admin_api.bodies import language_asked
from functions.admin_api.routes import Routes

KEPT_MS = 15_000
"""The last hour is counted anew after this time."""
USUAL_SECONDS = 90
"""The kept state is good enough for so long: a minute, and the time that a late one takes."""
MOST_SECONDS = 3_600


class LiveRoutes:
    """The route GET /v1/admin/live: pools, seats, who waits, alerts, the last hour."""

    def __init__(self, backend: Backend, shelf: ConfigurationShelf) -> None:
        self._backend = backend
        self._shelf = shelf
        self._alerts = Alerts(backend.notebook(), backend.clock)
        self._counted: tuple[int, Mapping[str, object]] | None = None

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {"GET /v1/admin/live": self.show}

    def write(self) -> Routes:
        """Return no routes, because looking changes nothing."""
        return {}

    def show(self, request: Request) -> Response:
        """Answer how each pool stands, who waits, and what the last hour brought.

        The state that was kept last is answered, if it is not older than `within` seconds. Else it
        is read anew. Alerts are told in the `language` that is asked for.
        """
        now, within = self._backend.clock.now(), _within(request)
        language = language_asked(request)
        found = read_page(self._backend.notebook(), now=now, within_seconds=within)
        if found is None:
            at, counted = self._last_hour(now)
            found = as_json(self._read(now, counted))
            found["last_hour"] = {"age_seconds": (now - at) // 1000, **counted}
        at = int(found.pop("at"))
        age = (now - at) // 1000
        hour = found["last_hour"]
        body = {
            **found,
            "age_seconds": age,
            "alerts": [
                shown_alert(each, language) for each in self._alerts.book().standing.values()
            ],
            "last_hour": {**hour, "age_seconds": age + int(hour.get("age_seconds", 0))},
        }
        return Response(200, body)

    def _read(self, now: int, hour: Mapping[str, object]) -> LiveState:
        waiting = really_waiting(self._shelf.current(), self._backend.waitlist())
        budget = budget_now(self._shelf.current(), self._backend.pool_board(), now=now)
        pools = tuple(pools_of(self._backend, self._shelf))
        return LiveState(now, waiting, pools, hour, budget)

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


def _within(request: Request) -> int:
    """Return how old the answer may be. Raises BadRequest."""
    asked = request.query.get("within", str(USUAL_SECONDS))
    if not (asked.isascii() and asked.isdigit() and int(asked[:6]) <= MOST_SECONDS):
        raise BadRequest(f"use a whole number of seconds up to {MOST_SECONDS:,}", field="within")
    return int(asked)
